// The example post as Debian's kramdown and Hugo render it, the snippets of web/embed, and the frame with its host script.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './harness.mjs';
import { cdn, openPost, ready } from './host.mjs';
import { load } from './load.mjs';

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

// What the blog's own style sheet says: nothing of widgets.
const blog = `<meta name="viewport" content="width=device-width"><style>
  body { max-width: 720px; margin: 0 auto; padding: 0 16px; font: 17px/1.7 sans-serif; word-break: keep-all }
</style>`;
/** The post as it stands, but that the module lies with its host. */
const example = read('examples/llm-by-gpu-memory.md').replace('src="llm-slide-rule.js"', `src="${cdn}llm-slide-rule.js"`);

for (const width of [360, 1280]) {
  test(`the Korean example post, rendered by kramdown, ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 800 });
    const html = kramdown(example);
    // The fallback stays inside its element.
    expect(html.match(/<llm-slide-rule[^>]*>\s*<p>/gu)).toHaveLength(3);
    await openPost(page, `<article>${html}</article>`, { head: blog, lang: 'ko' });
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
  await openPost(page, `<article>${kramdown(example)}</article>`, { head: blog + face, lang: 'ko' });
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

/** What Jekyll makes of the include with these parameters, on a site with this configuration. */
function jekyll(values, site = { llm_slide_rule: `${cdn}llm-slide-rule.js` }) {
  const program = 'require "liquid"; require "json"; a = JSON.parse($stdin.read); print Liquid::Template.parse(a["text"]).render("include" => a["include"], "site" => a["site"])';
  return kramdown(ruby(program, JSON.stringify({ text: read('embed/jekyll-include.html'), include: values, site })));
}

test('the Jekyll include makes the element that it is asked for', async ({ watched: page }) => {
  const values = { view: 'memory', parameters: '7B', compact: true, lang: 'ko', fallback: '7B: 168 GB & more', height: '20rem' };
  await openPost(page, jekyll(values), { head: '' });
  await ready(page);
  const element = page.locator('llm-slide-rule');
  await expect(element.locator('tfoot')).toContainText('168');
  await expect(element).toHaveAttribute('compact', '');
  expect((await element.boundingBox()).height).toBeGreaterThanOrEqual(320);
});

/** What Hugo makes of posts, by name, on a site that holds the shortcode and lets HTML in posts stand. */
function hugo(posts, configuration = { params: { llmSlideRule: `${cdn}llm-slide-rule.js` } }) {
  const site = mkdtempSync(join(tmpdir(), 'hugo-'));
  const write = (file, text) => {
    mkdirSync(join(site, file, '..'), { recursive: true });
    writeFileSync(join(site, file), text);
  };
  write('config.json', JSON.stringify({
    disableKinds: ['taxonomy', 'term', 'home', 'section', 'RSS', 'sitemap', '404'],
    markup: { goldmark: { renderer: { unsafe: true } } },
    ...configuration,
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
  const [asked, post] = hugo({ asked: `# 7B\n\n${shortcode}\n`, post: example });
  await openPost(page, asked, { head: '' });
  await ready(page);
  const element = page.locator('llm-slide-rule');
  await expect(element.locator('tfoot')).toContainText('168');
  await expect(element).toHaveAttribute('compact', '');
  await expect(element.locator('> p')).toHaveText('7B: 168 GB & more LLM Slide Rule');
  expect((await element.boundingBox()).height).toBeGreaterThanOrEqual(320);

  expect(post.match(/<llm-slide-rule[^>]*>\s*<p>/gu)).toHaveLength(3);
  await page.unroute('http://post.test/**');
  await openPost(page, post, { head: '', lang: 'ko' });
  await ready(page);
  await expect(page.locator('llm-slide-rule').nth(2).locator('tfoot')).toContainText('48.0');
});

test('Hugo: a state with colons goes along whole', () => {
  const state = "v=1&law=own&own=chinchilla,E:1.8,A:400&model={'name':'x \u00e9'}";
  const [post] = hugo({ post: `# 7B\n\n{{< llm-slide-rule view="laws" state="${state}" >}}\n` });
  const [, text] = /src-state="([^"]*)"/u.exec(post);
  expect(text.replaceAll('&amp;', '&').replaceAll('&#39;', "'")).toBe(state);
});

/** Each of web/embed with the same parameters, as its generator writes it. */
const written = {
  Jekyll: jekyll,
  Hugo: (values, ...site) => hugo({ post: `# 7B\n\n{{< llm-slide-rule ${Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')} >}}\n` }, ...site)[0],
};

const addresses = (html) => [/<script[^>]* src="([^"]*)"/u.exec(html)[1], /<a href="([^"]*)"/u.exec(html)[1]];

test('a site under a path has its files there', () => {
  for (const [baseurl, base] of [['/blog', '/blog/'], ['', '/'], ['/', '/'], [undefined, '/']])
    expect(addresses(jekyll({ view: 'laws' }, { baseurl })), `Jekyll, ${baseurl}`).toEqual([`${base}assets/llm-slide-rule.js`, `${base}assets/laws.html#v=1`]);
  for (const [baseURL, base] of [['https://example.org/blog/', '/blog/'], ['https://example.org/', '/'], [undefined, '/']])
    expect(addresses(written.Hugo({ view: 'laws' }, { baseURL })), `Hugo, ${baseURL}`).toEqual([`${base}llm-slide-rule.js`, `${base}laws.html#v=1`]);
  // An address that the site names stands as it is.
  expect(addresses(jekyll({}, { baseurl: '/blog', llm_slide_rule: `${cdn}llm-slide-rule.js` }))).toEqual([`${cdn}llm-slide-rule.js`, `${cdn}index.html#v=1`]);
  expect(addresses(written.Hugo({}, { baseURL: 'https://example.org/blog/', params: { llmSlideRule: '/files/llm-slide-rule.js' } }))).toEqual(['/files/llm-slide-rule.js', '/files/index.html#v=1']);
});

test('an option that is said to be false is off', () => {
  const options = (html) => /<llm-slide-rule([^>]*)>/u.exec(html)[1].match(/\b(compact|readonly)\b/gu) ?? [];
  for (const [generator, write] of Object.entries(written)) {
    for (const off of ['false', false]) expect(options(write({ compact: off, readonly: off })), generator).toEqual([]);
    for (const on of ['true', true, '1']) expect(options(write({ compact: on, readonly: on })), generator).toEqual(['compact', 'readonly']);
    expect(options(write({})), generator).toEqual([]);
  }
});

test('what the snippet of the README says is what its element shows', async ({ watched: page }) => {
  const snippet = /```html\n([\s\S]*?)```/u.exec(read('../README.md'))[1];
  await openPost(page, snippet.replace('src="', `src="${cdn}`), { head: '' });
  const said = await page.locator('llm-slide-rule > p').textContent();
  await ready(page);
  const e = page.locator('llm-slide-rule');
  expect(await e.getAttribute('lang')).toBe('en');
  const [, card, gib, gb, most] = /(RTX \d+) \((\d+) GiB, ([\d.]+) GB\) trains up to ([\d.]+B) parameters/u.exec(said);
  expect((gib * 2 ** 30) / 1e9).toBeCloseTo(Number(gb), 1);
  const markdown = await e.evaluate((x) => x.toMarkdown());
  for (const figure of [card, most]) expect(markdown).toContain(figure);
});

for (const [generator, write] of Object.entries(written)) {
  test(`${generator}: where scripts do not run stands a link to the page with the same state`, async ({ browser }) => {
    const { embedCode } = await load('src/export/embed-code.ts');
    const copied = (...which) => {
      const before = globalThis.document;
      globalThis.document = { documentElement: { dataset: { home: 'https://example.org/calc/' } } };
      const code = embedCode(...which);
      globalThis.document = before;
      return code;
    };
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const links = async (html) => {
      await openPost(page, html, { head: '' });
      const link = page.locator('llm-slide-rule > p > a');
      await expect(link).toBeVisible();
      await expect(link).toHaveText('LLM Slide Rule');
      return link.evaluate((a) => a.href);
    };
    // As copied, the three forms lead to the page that they were copied from.
    const hash = '#v=1&parameters=7B&gpu=rtx-4090*2,l4&price=1+%3C%22%26&model={%22layers%22:2}';
    for (const view of ['memory', 'fit-law', 'models']) {
      const code = copied(generator.toLowerCase(), view, hash, '');
      const values = Object.fromEntries([...code.matchAll(/([\w-]+)="([^"]*)"/gu)].map(([, name, value]) => [name, value]));
      const decoded = (address) => [address.split('#')[0], ...new URLSearchParams(address.split('#')[1])].join('\n');
      expect(decoded(await links(write(values)))).toBe(decoded(await links(copied('module', view, hash, ''))));
    }
    // By hand: the page lies beside the module; what is an attribute goes before the state, and nothing breaks out.
    expect(await links(write({ view: 'laws', parameters: '13B', memory: '24 GB"><b>&', state: 'v=1&parameters=7B', lang: 'ko' })))
      .toBe(`${cdn}laws.html#v=1&parameters=7B&memory=24+GB%22%3E%3Cb%3E%26&parameters=13B&lang=ko`);
    expect(await links(write({}))).toBe(`${cdn}index.html#v=1`);
    expect(await links(write({ page: 'https://example.org/a?b="c"&d=1', fallback: 'A <b> & c.' }).replace('A &lt;b&gt; &amp; c. ', ''))).toBe('https://example.org/a?b=%22c%22&d=1#v=1');
    await page.context().close();
  });
}

test('a frame is as high as what it shows, and only its own window sets it', async ({ watched: page }) => {
  const frames = ['memory', 'fit'].map((view) => `<iframe title="${view}" width="600" src="${cdn}index.html#embed=${view}&compact&v=1&parameters=7B"></iframe>`);
  await openPost(page, frames.join(''), { head: `<script>${read('embed/frame-height.js')}</script>` });
  for (const view of ['memory', 'fit']) {
    const inside = page.frameLocator(`iframe[title=${view}]`);
    // Off the screen a frame of another host is not laid out.
    await page.locator(`iframe[title=${view}]`).scrollIntoViewIfNeeded();
    await expect(inside.locator('table').first()).toBeVisible();
    const needs = () => inside.locator('html').evaluate((e) => Math.ceil(e.getBoundingClientRect().height));
    await expect.poll(async () => (await page.locator(`iframe[title=${view}]`).evaluate((e) => e.clientHeight)) === (await needs())).toBe(true);
    expect(await needs()).toBeGreaterThan(300);
  }
  const height = () => page.locator('iframe').first().evaluate((e) => e.style.height);
  const before = await height();
  expect(before).toMatch(/^\d+px$/u);
  await page.evaluate(() => postMessage({ type: 'llm-slide-rule:height', height: 9 }, '*'));
  // Typing inside leaves the host's address and history alone.
  const entries = await page.evaluate(() => history.length);
  await page.frameLocator('iframe').first().locator('#memory-parameters').fill('13B');
  await page.frameLocator('iframe').first().locator('#memory-parameters').blur();
  await expect(page.frameLocator('iframe').first().locator('tfoot')).toContainText('312');
  expect(await page.evaluate(() => history.length)).toBe(entries);
  expect(await height()).toBe(before);
});

test('a page that begins to listen when its frame has spoken asks it for its height', async ({ watched: page }) => {
  await openPost(page, `<iframe title="memory" width="600" src="${cdn}index.html#embed=memory&v=1&parameters=7B"></iframe>`, { head: '' });
  const inside = page.frameLocator('iframe').locator('html');
  await expect(inside.locator('tfoot')).toBeVisible();
  await page.waitForTimeout(300);
  expect(await page.locator('iframe').evaluate((e) => e.clientHeight)).toBe(150);
  await page.addScriptTag({ content: read('embed/frame-height.js') });
  await expect.poll(() => inside.evaluate((e) => e.scrollHeight === innerHeight && innerHeight > 300)).toBe(true);
});

test('a frame shows all of it, whatever sheets of its page say of frames', async ({ watched: page }) => {
  for (const style of ['', '* { box-sizing: border-box; margin: 0 }', 'iframe { max-width: 100%; height: auto }', '* { box-sizing: border-box } iframe { height: 400px; border: 3px solid }']) {
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, `<main style="width: 600px"><iframe src="${cdn}index.html#embed=memory&v=1&parameters=7B" title="LLM Slide Rule" width="100%" height="640"></iframe></main>`, {
      head: `<style>${style}</style><script>${read('embed/frame-height.js')}</script>`,
    });
    const inside = page.frameLocator('iframe').locator('html');
    await expect.poll(() => inside.evaluate((e) => e.scrollHeight === innerHeight && e.clientWidth === innerWidth), { message: style }).toBe(true);
  }
});
