// A page of somebody else that holds the widget: served from an origin of its own, with rules of its own, while the
// module comes from another one.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
export const cdn = 'http://cdn.test/';
export const module = `<script type="module" src="${cdn}llm-slide-rule.js"></script>`;
const types = { js: 'text/javascript', html: 'text/html', css: 'text/css' };

/** Opens a post with this body. `csp`: the post's rules; `missing`: files that the module's host lacks. */
export async function openPost(page, body, { csp, head = module, lang = 'en', missing = [] } = {}) {
  await page.route(`${cdn}**`, (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (missing.includes(file)) return route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } });
    return route.fulfill({
      body: readFileSync(dist + file),
      contentType: types[file.split('.').pop()],
      headers: { 'access-control-allow-origin': '*' },
    });
  });
  await page.route('http://post.test/**', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: csp ? { 'content-security-policy': csp } : {},
      body: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>post</title>${head}</head><body>${body}</body></html>`,
    }),
  );
  await page.goto('http://post.test/');
}

/** Waits until every widget of the page, or each of these, stands. */
export const ready = (page, which = '') =>
  page.evaluate(
    (selector) => Promise.all([...document.querySelectorAll(selector)].map((e) => customElements.whenDefined(e.localName).then(() => e.ready))),
    `llm-slide-rule${which}`,
  );
