// The example post as Debian's kramdown and Hugo render it, the snippets of web/embed, and the frame with its host script.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './harness.mjs';
import { cdn, module, openPost, ready } from './host.mjs';

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const read = (file) => readFileSync(web + file, 'utf8');
const ruby = (program, input) => execFileSync('ruby', ['-e', program], { input, encoding: 'utf8' });
const kramdown = (markdown) => ruby('require "kramdown"; $stdin.set_encoding("utf-8"); print Kramdown::Document.new($stdin.read).to_html', markdown);

/** What jumped while the page came up, as Chromium's own layout-shift entries add it up. */
const shifts = (page) =>
  page.evaluate(
    () =>
      new Promise((done) =>
        new PerformanceObserver((list) => done(list.getEntries().reduce((sum, e) => sum + e.value, 0))).observe({ type: 'layout-shift', buffered: true }) ??
        setTimeout(() => done(0), 500),
      ),
  );

// What the blog's own style sheet says: room for each widget before it has started.
const roomFor = `<meta name="viewport" content="width=device-width"><style>
  body { max-width: 720px; margin: 0 auto; padding: 0 16px; font: 17px/1.7 sans-serif; word-break: keep-all }
  llm-slide-rule { display: block; min-block-size: 30rem }
  llm-slide-rule[view="fit"] { min-block-size: 94rem }
  @media (max-width: 600px) { llm-slide-rule { min-block-size: 34rem } llm-slide-rule[view="fit"] { min-block-size: 100rem } }
</style>`;

for (const width of [360, 1280]) {
  test(`the Korean example post, rendered by kramdown, ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 800 });
    const html = kramdown(read('examples/llm-by-gpu-memory.md'));
    // The fallback stays inside its element.
    expect(html.match(/<llm-slide-rule[^>]*>\s*<p>/gu)).toHaveLength(3);
    await openPost(page, `<article>${html}</article>`, { head: roomFor + module, lang: 'ko' });
    await ready(page);
    const [fit, int4, training] = await page.locator('llm-slide-rule').all();
    // The figures of the text are the widget's own.
    await expect(fit.locator('table.fit tr', { hasText: 'bf16' })).toContainText('16.8');
    await expect(fit.locator('table.fit thead')).toContainText('4060');
    await expect(int4.locator('tfoot')).toContainText('4.20');
    await expect(training.locator('tfoot')).toContainText('48.0');
    await expect(training.getByRole('heading')).toHaveText('메모리 사용 내역');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await shifts(page)).toBe(0);
  });
}

test('in a narrow post in a wide face a swatch stands beside its name', async ({ watched: page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  const face = '<style>body { font: 17px/1.7 "DejaVu Serif", serif !important }</style>';
  await openPost(page, `<article>${kramdown(read('examples/llm-by-gpu-memory.md'))}</article>`, { head: roomFor + face + module, lang: 'ko' });
  await ready(page);
  for (const summary of await page.locator('.terms summary:has(.swatch)').all()) {
    const [swatch, name] = await summary.evaluate((e) => {
      const range = document.createRange();
      range.selectNodeContents(e.querySelector('.swatch').nextSibling ?? e);
      range.setEndAfter(e.lastChild);
      return [e.querySelector('.swatch').getBoundingClientRect(), range.getClientRects()[0]].map(({ top, bottom }) => ({ top, bottom }));
    });
    expect(name.top, await summary.textContent()).toBeLessThan(swatch.bottom);
  }
});

test('the Jekyll include makes the element that it is asked for', async ({ watched: page }) => {
  const values = { view: 'memory', parameters: '7B', compact: true, lang: 'ko', fallback: '7B: 168 GB & more', height: '20rem' };
  const program = 'require "liquid"; require "json"; a = JSON.parse($stdin.read); print Liquid::Template.parse(a["text"]).render("include" => a["include"], "site" => { "llm_slide_rule" => a["src"] })';
  const html = ruby(program, JSON.stringify({ text: read('embed/jekyll-include.html'), include: values, src: `${cdn}llm-slide-rule.js` }));
  await openPost(page, kramdown(html), { head: '' });
  await ready(page);
  const element = page.locator('llm-slide-rule');
  await expect(element.locator('tfoot')).toContainText('168');
  await expect(element).toHaveAttribute('compact', '');
  expect((await element.boundingBox()).height).toBeGreaterThanOrEqual(320);
});

/** What Hugo makes of posts, by name, on a site that holds the shortcode and lets HTML in posts stand. */
function hugo(posts) {
  const site = mkdtempSync(join(tmpdir(), 'hugo-'));
  const write = (file, text) => {
    mkdirSync(join(site, file, '..'), { recursive: true });
    writeFileSync(join(site, file), text);
  };
  write('config.json', JSON.stringify({
    disableKinds: ['taxonomy', 'term', 'home', 'section', 'RSS', 'sitemap', '404'],
    markup: { goldmark: { renderer: { unsafe: true } } },
    params: { llmSlideRule: `${cdn}llm-slide-rule.js` },
  }));
  write('layouts/_default/single.html', '{{ .Content }}');
  mkdirSync(join(site, 'layouts/shortcodes'));
  cpSync(web + 'embed/hugo-shortcode.html', join(site, 'layouts/shortcodes/llm-slide-rule.html'));
  for (const [name, text] of Object.entries(posts)) write(`content/${name}.md`, text);
  execFileSync('hugo', ['--source', site, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const made = Object.keys(posts).map((name) => readFileSync(join(site, 'public', name, 'index.html'), 'utf8'));
  rmSync(site, { recursive: true });
  return made;
}

test('Hugo: the shortcode makes the element that it is asked for, the example post stands', async ({ watched: page }) => {
  const shortcode = '{{< llm-slide-rule view="memory" parameters="7B" compact="1" lang="ko" fallback="7B: 168 GB & more" height="20rem" >}}';
  const [asked, example] = hugo({ asked: `# 7B\n\n${shortcode}\n`, example: read('examples/llm-by-gpu-memory.md') });
  await openPost(page, asked, { head: '' });
  await ready(page);
  const element = page.locator('llm-slide-rule');
  await expect(element.locator('tfoot')).toContainText('168');
  await expect(element).toHaveAttribute('compact', '');
  await expect(element.locator('> p')).toHaveText('7B: 168 GB & more');
  expect((await element.boundingBox()).height).toBeGreaterThanOrEqual(320);

  expect(example.match(/<llm-slide-rule[^>]*>\s*<p>/gu)).toHaveLength(3);
  await page.unroute('http://post.test/**');
  await openPost(page, example, { lang: 'ko' });
  await ready(page);
  await expect(page.locator('llm-slide-rule').nth(2).locator('tfoot')).toContainText('48.0');
});

test('a frame is as high as what it shows, and only its own window sets it', async ({ watched: page }) => {
  const frames = ['memory', 'fit'].map((view) => `<iframe title="${view}" width="600" src="${cdn}index.html#embed=${view}&compact&v=1&parameters=7B"></iframe>`);
  await openPost(page, frames.join(''), { head: `<script>${read('embed/frame-height.js')}</script>` });
  for (const view of ['memory', 'fit']) {
    const inside = page.frameLocator(`iframe[title=${view}]`);
    // Off the screen a frame of another host is not laid out.
    await page.locator(`iframe[title=${view}]`).scrollIntoViewIfNeeded();
    await expect(inside.locator('table').first()).toBeVisible();
    const needs = () => inside.locator('html').evaluate((e) => Math.ceil(e.getBoundingClientRect().height));
    await expect.poll(async () => (await page.locator(`iframe[title=${view}]`).getAttribute('height')) === String(await needs())).toBe(true);
    expect(await needs()).toBeGreaterThan(300);
  }
  const before = await page.locator('iframe').first().getAttribute('height');
  await page.evaluate(() => postMessage({ type: 'llm-slide-rule:height', height: 9 }, '*'));
  // Typing inside leaves the host's address and history alone.
  const entries = await page.evaluate(() => history.length);
  await page.frameLocator('iframe').first().locator('#memory-parameters').fill('13B');
  await page.frameLocator('iframe').first().locator('#memory-parameters').blur();
  await expect(page.frameLocator('iframe').first().locator('tfoot')).toContainText('312');
  expect(await page.evaluate(() => history.length)).toBe(entries);
  expect(await page.locator('iframe').first().getAttribute('height')).toBe(before);
});
