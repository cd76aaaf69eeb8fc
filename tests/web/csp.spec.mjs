// The widget under the rules of the page that holds it.

import { readFileSync } from 'node:fs';
import { expect, test } from './harness.mjs';
import { pages } from './pages.mjs';
import { cdn, module, openPost, ready } from './host.mjs';

const widget = `<llm-slide-rule view="memory" parameters="1.3B">
<p>1.3B parameters need 31.2 GB.</p>
</llm-slide-rule>`;
const memory = (page) => page.locator('llm-slide-rule');

const rows = [
  { name: 'no rules', csp: undefined },
  { name: "script-src with 'wasm-unsafe-eval'", csp: `script-src ${cdn} 'wasm-unsafe-eval'` },
  { name: "style-src 'self'", csp: `script-src ${cdn} 'wasm-unsafe-eval'; style-src 'self'` },
  { name: "connect-src 'self'", csp: `script-src ${cdn} 'wasm-unsafe-eval'; connect-src 'self'` },
  {
    name: 'all of them, and nothing else',
    csp: `default-src 'none'; script-src ${cdn} 'wasm-unsafe-eval'; style-src 'self'; img-src data:`,
  },
];
for (const { name, csp } of rows) {
  test(`works: ${name}`, async ({ watched: page }) => {
    await openPost(page, widget, { csp });
    await ready(page);
    await expect(memory(page).locator('tfoot')).toContainText('31.2');
    // Its own stylesheet is in force.
    expect(await memory(page).locator('.fields').evaluate((e) => getComputedStyle(e).display)).toBe('flex');
  });
}

test('a second module under strict rules', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="laws"></llm-slide-rule>', { csp: rows.at(-1).csp });
  await ready(page);
  await expect(memory(page).locator('h2').first()).toHaveText('All scaling laws');
});

const trusted = `script-src ${cdn} 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; require-trusted-types-for 'script'`;

test('trusted types: every view starts where the policy "lit-html" is allowed, once', async ({ watched: page }) => {
  const views = ['memory', 'laws', 'models', 'fit-law', 'accuracy'];
  const again = `<script type="module" src="${cdn}llm-slide-rule.js?again"></script>`;
  await openPost(page, views.map((view) => `<llm-slide-rule view="${view}"></llm-slide-rule>`).join(''), { csp: `${trusted}; trusted-types lit-html llm-slide-rule`, head: module + again });
  await ready(page);
  for (const e of await memory(page).all()) await expect(e.locator('.answer').first()).toBeVisible();
});

test('trusted types: a second module may come first', async ({ watched: page }) => {
  const head = ['llm-slide-rule.laws.js', 'llm-slide-rule.js', 'llm-slide-rule.laws.js?again'].map((file) => `<script type="module" src="${cdn}${file}"></script>`).join('');
  await openPost(page, '<llm-slide-rule view="laws"></llm-slide-rule><llm-slide-rule view="memory"></llm-slide-rule>', { csp: `${trusted}; trusted-types lit-html`, head });
  await ready(page);
  for (const e of await memory(page).all()) await expect(e.locator('.answer').first()).toBeVisible();
});

test('trusted types: a fit runs beside the page where the policy "llm-slide-rule" is allowed, else in it', async ({ page }) => {
  for (const [policies, works] of [['lit-html llm-slide-rule', true], ['lit-html', false]]) {
    await page.unroute('http://post.test/**').catch(() => undefined);
    let seen = 0;
    const count = () => ++seen;
    page.on('worker', count);
    await openPost(page, '<llm-slide-rule view="fit-law"></llm-slide-rule>', { csp: `${trusted}; trusted-types ${policies}` });
    await ready(page);
    await expect(memory(page).locator('table.constants')).toBeVisible();
    await expect(memory(page).getByText('does not allow a worker here')).toHaveCount(works ? 0 : 1);
    expect(seen > 0).toBe(works);
    page.off('worker', count);
  }
});

test("without 'wasm-unsafe-eval': a clear message, the static result, a link", async ({ page }) => {
  await openPost(page, widget, { csp: `script-src ${cdn}` });
  await expect(memory(page).getByRole('alert')).toContainText('wasm-unsafe-eval');
  await expect(page.getByText('1.3B parameters need 31.2 GB.')).toBeVisible();
  await expect(memory(page).getByRole('link')).toHaveAttribute('href', `${cdn}index.html#v=1&parameters=1.3B`);
  const outcome = await memory(page).evaluate((e) => e.ready.then(() => 'ready', () => 'failed'));
  expect(outcome).toBe('failed');
});

for (const [locale, help] of [['en-US', 'Open it in another browser'], ['ko-KR', '다른 브라우저에서']]) {
  test.describe(locale, () => {
    test.use({ locale });
    test(`a page that may not run WebAssembly says what helps, and leads nowhere: ${locale}`, async ({ page }) => {
      for (const { url } of pages) {
        await page.route(/\.html/u, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "script-src 'unsafe-inline'" } });
        });
        await page.goto(url());
        const alert = memory(page).getByRole('alert');
        await expect(alert).toContainText('wasm-unsafe-eval');
        await expect(alert).toContainText(help);
        await expect(alert.getByRole('link')).toHaveCount(0);
      }
    });
  });
}

test("without 'wasm-unsafe-eval' the content stands for views of other parts, too", async ({ page }) => {
  await openPost(page, '<llm-slide-rule view="laws"><p>fallback</p></llm-slide-rule>', { csp: `script-src ${cdn}` });
  await expect(memory(page).getByRole('alert')).toContainText('wasm-unsafe-eval');
  await expect(page.getByText('fallback')).toBeVisible();
});

test('a host without CORS: the module is blocked, the classic script works', async ({ page }) => {
  const elsewhere = `${process.env.SITE}/dist/`;
  await page.goto(`${process.env.SITE.replace('127.0.0.1', 'localhost')}/tests/web/pages/plain.html`);
  const blocked = page.waitForEvent('console', (line) => line.text().includes('CORS'));
  await page.evaluate((src) => document.head.append(Object.assign(document.createElement('script'), { type: 'module', src })), `${elsewhere}llm-slide-rule.js`);
  await blocked;
  await expect(page.getByText('1.3B parameters need 31.2 GB.')).toBeVisible();
  await page.addScriptTag({ url: `${elsewhere}llm-slide-rule.iife.js` });
  await ready(page);
  await expect(memory(page).locator('tfoot')).toContainText('31.2');
});

test('where scripts are forbidden the fallback stands, and only the iframe computes', async ({ page }) => {
  const frame = `<iframe title="LLM Slide Rule" src="${cdn}index.html#embed=memory&v=1&parameters=1.3B"></iframe>`;
  await openPost(page, widget + frame, { csp: `script-src 'none'; frame-src ${cdn}`, head: module });
  await expect(page.getByText('1.3B parameters need 31.2 GB.')).toBeVisible();
  await expect(page.frameLocator('iframe').locator('tfoot')).toContainText('31.2');
});

test('by the address of the package alone, as jsDelivr gives it, the second modules are found', async ({ watched: page }) => {
  const address = `${cdn}npm/llm-slide-rule`;
  await openPost(page, '<llm-slide-rule view="laws"></llm-slide-rule>', { head: '' });
  const dist = new URL('../../dist/', import.meta.url);
  await page.route(`${address}**`, (route) => {
    const file = new URL(route.request().url()).pathname.replace(/^.npm.llm-slide-rule(@[^/]*)?/u, '');
    const body = file === '' ? 'llm-slide-rule.iife.js' : file.replace('/dist/', '');
    return route.fulfill({ body: readFileSync(new URL(body, dist)), contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' } });
  });
  for (const version of ['', '@0.1.0']) {
    await page.goto('http://post.test/');
    await page.addScriptTag({ url: address + version });
    await ready(page);
    await expect(memory(page).locator('h2').first()).toHaveText('All scaling laws');
  }
});
