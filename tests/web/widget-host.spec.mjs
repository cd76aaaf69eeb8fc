// What the widget takes from the page around it and what it does not: width, text, paper, room.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './harness.mjs';
import { cdn, module, openPost, ready } from './host.mjs';
import { load } from './load.mjs';

/** Adds up what moves of the post: of what moves in a shadow root the browser tells no node. */
const watchShifts = `<script>globalThis.shifted = 0; new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (shift.sources.some((source) => source.node)) globalThis.shifted += shift.value;
}).observe({ type: 'layout-shift', buffered: true });</script>`;

const memory = '<llm-slide-rule view="memory" lang="en"><p>fallback</p></llm-slide-rule>';

/** Each a box of 600 px, and how wide the element is to be in it. A line of its text is 704 px long. */
const layouts = [
  ['a block', '<main>%</main>', 600],
  ['a flex column that centres', '<main style="display:flex;flex-direction:column;align-items:center">%</main>', 600],
  ['a flex row', '<main style="display:flex">%</main>', 600],
  ['a flex row beside a card', '<main style="display:flex"><div style="flex:none;width:200px">card</div>%</main>', 400],
  ['a grid that centres', '<main style="display:grid;place-items:center">%</main>', 600],
  ['a grid beside a column', '<main style="display:grid;grid-template-columns:1fr 200px"><div>%</div><div>card</div></main>', 400],
  ['a float', '<main><div style="float:left">%</div></main>', 600],
  ['itself a float', '<style>llm-slide-rule{float:left}</style><main>%</main>', 600],
  ['an inline block', '<main><div style="display:inline-block">%</div></main>', 600],
  ['itself an inline block', '<style>llm-slide-rule{display:inline-block}</style><main>%</main>', 600],
  ['fit-content', '<main><div style="width:fit-content">%</div></main>', 600],
  ['absolute', '<main style="position:relative"><div style="position:absolute">%</div></main>', 600],
  ['a table cell', '<main><table cellpadding="0" cellspacing="0"><tr><td style="padding:0">%</td></tr></table></main>', 600],
  ['auto margins in a flex column', '<style>llm-slide-rule{margin:0 auto}</style><main style="display:flex;flex-direction:column">%</main>', 600],
  ['a width of the post’s own', '<style>llm-slide-rule{width:320px;padding:16px;box-sizing:border-box}</style><main>%</main>', 320],
  ['a greatest width of the post’s own', '<style>llm-slide-rule{max-width:500px}</style><main style="display:flex;justify-content:center">%</main>', 500],
];

test('where its content tells a box its width the element is as wide as a long line of text, or as there is room', async ({ watched: page }) => {
  for (const [name, html, width] of layouts) {
    for (const room of [600, 320]) {
      await page.unroute('http://post.test/**').catch(() => undefined);
      await openPost(page, html.replace('%', memory), { head: `<style>body{margin:0}main{width:${room}px}</style>${module}` });
      await ready(page);
      const e = page.locator('llm-slide-rule');
      const own = /post’s own/u.test(name);
      const expected = own ? Math.min(width, width === 320 ? 320 : room) : width - 600 + room;
      expect((await e.boundingBox()).width, `${name}, ${room} px`).toBeCloseTo(expected, 0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(1280);
    }
  }
  // With more room than that it is a column.
  await page.unroute('http://post.test/**');
  await openPost(page, `<div style="float:left">${memory}</div>`);
  await ready(page);
  const { width } = await page.locator('llm-slide-rule').boundingBox();
  expect(Math.abs(width - 704)).toBeLessThan(16);
});

test('where there will be no result the room for it is given back, until there is one', async ({ page }) => {
  const views = ['los', 'laws', 'models', 'memory'];
  await openPost(page, views.map((view) => `<llm-slide-rule view="${view}" style="display: flow-root; min-block-size: 3000px"><p>fallback</p></llm-slide-rule>`).join(''), {
    missing: ['llm-slide-rule.laws.js'],
  });
  const height = (n) => page.locator('llm-slide-rule').nth(n).evaluate((e) => e.getBoundingClientRect().height);
  for (const n of [0, 1]) await expect.poll(() => height(n), { message: views[n] }).toBeLessThan(300);
  for (const n of [2, 3]) expect(await height(n), views[n]).toBeGreaterThanOrEqual(3000);
  const changed = page.locator('llm-slide-rule').first();
  await changed.evaluate((e) => (e.view = 'memory'));
  await expect(changed.locator('tfoot')).toBeVisible();
  expect(await height(0)).toBe(3000);
});

test('without WebAssembly no room is kept, and the sentence says what is lacking', async ({ page }) => {
  const views = ['memory', 'models'].map((view) => `<llm-slide-rule view="${view}" style="display: flow-root; min-block-size: 3000px"><p>fallback</p></llm-slide-rule>`);
  await openPost(page, views.join(''), { head: `<script>delete globalThis.WebAssembly</script>${module}` });
  for (const e of await page.locator('llm-slide-rule').all()) {
    await expect(e.getByRole('alert').first()).toContainText('this browser has no WebAssembly');
    await expect(e.locator('> p')).toBeVisible();
    await expect.poll(() => e.evaluate((x) => x.getBoundingClientRect().height)).toBeLessThan(300);
  }
});

test('no patch of another colour stands on the paper of a post', async ({ watched: page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const paper = (e) => e.evaluate((x) => {
    // As it is painted behind the first column, and behind the words of charts.
    const probe = (x.shadowRoot.querySelector('llm-slide-rule-models')?.shadowRoot ?? x.shadowRoot).querySelector('.root').appendChild(document.createElement('i'));
    probe.style.background = 'var(--paper)';
    const { backgroundColor } = getComputedStyle(probe);
    probe.remove();
    return backgroundColor;
  });
  const views = '<llm-slide-rule view="fit"></llm-slide-rule><llm-slide-rule view="models"></llm-slide-rule>';
  const posts = [
    ['<style>body { background: #f0e0b0 }</style>%', 'rgb(240, 224, 176)'],
    ['<style>html { background: #0d1b4d; color: #eee }</style><main style="background: #fff1">%</main>', 'rgb(13, 27, 77)'],
    ['<style>llm-slide-rule { background: #f0e0b0 }</style>%', 'rgb(240, 224, 176)'],
    ['<style>llm-slide-rule { --slide-rule-paper: #123456; color: #eee } body { background: #f0e0b0 }</style>%', 'rgb(18, 52, 86)'],
    ['%', 'rgb(255, 255, 255)'],
    ['<div style="background: #f0e0b0"><template shadowrootmode="open"><p style="background: #e0f0b0"><slot></slot></p></template>%</div>', 'rgb(224, 240, 176)'],
  ];
  for (const [body, colour] of posts) {
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, body.replace('%', views));
    await ready(page);
    for (const e of await page.locator('llm-slide-rule').all()) expect(await paper(e), body).toBe(colour);
  }
  // A theme of its own has a paper of its own.
  const first = page.locator('llm-slide-rule').first();
  await first.evaluate((x) => ((x.theme = 'dark'), x.updateComplete));
  expect(await paper(first)).not.toBe('rgb(224, 240, 176)');
});

test('a post that fades from light to dark takes its paper along', async ({ watched: page }) => {
  const head = `<style>body { background: #f0e0b0; transition: background-color 0.2s, color 0.2s } .night body { background: #0d1b4d; color: #eee }</style>${module}`;
  await openPost(page, memory, { head });
  await ready(page);
  await page.evaluate(() => document.documentElement.classList.add('night'));
  const look = () => page.locator('llm-slide-rule .root').evaluate((e) => [getComputedStyle(e).colorScheme, e.style.getPropertyValue('--llm-slide-rule-paper')]);
  await expect.poll(look).toEqual(['dark', 'rgb(13, 27, 77)']);
});

test('a theme of any box around, beyond slots and shadow roots, is followed; what changes no look draws nothing', async ({ watched: page }) => {
  const head = `<style>.box { background: #f0e0b0; color: #111 } .night { background: #0d1b4d; color: #eee }</style>${module}`;
  const shadow = '<div id="host"><template shadowrootmode="open"><style>[data-theme=dark] { background: #0d1b4d; color: #eee }</style><section><slot></slot></section></template>%</div>';
  for (const [html, change] of [
    [`<div id="host" class="box"><div>${memory}</div></div>`, (x) => x.classList.add('night')],
    [shadow.replace('%', memory), (x) => (x.shadowRoot.querySelector('section').dataset.theme = 'dark')],
  ]) {
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, html, { head });
    await ready(page);
    const look = () => page.locator('llm-slide-rule .root').evaluate((e) => [e.dataset.ink, e.style.getPropertyValue('--llm-slide-rule-paper')]);
    const isDrawing = await page.locator('#host').evaluate(async (x) => {
      x.style.opacity = 0.5;
      await Promise.resolve();
      return document.querySelector('llm-slide-rule').isUpdatePending;
    });
    expect(isDrawing).toBe(false);
    await page.locator('#host').evaluate(change);
    await expect.poll(look, { timeout: 3000 }).toEqual(['light', 'rgb(13, 27, 77)']);
  }
});

const css = (locator, property) => locator.evaluate((e, p) => getComputedStyle(e)[p], property);

test('all text follows the font size around the element, whatever the root’s is', async ({ watched: page }) => {
  const sizes = async (style) => {
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, '<article><llm-slide-rule view="memory"></llm-slide-rule></article>', { head: `<style>${style}</style>${module}` });
    await ready(page);
    const e = page.locator('llm-slide-rule');
    const look = [];
    for (const part of ['h2', '.answer', 'label', 'thead th', 'tbody td', '.note', 'h2 + *']) look.push(parseFloat(await css(e.locator(part).first(), 'fontSize')));
    return [...look, parseFloat(await css(e.locator('td').first(), 'paddingLeft'))];
  };
  const usual = await sizes('article { font-size: 16px }');
  for (const [style, size] of [['article { font-size: 12px }', 12], ['article { font-size: 22px }', 22], ['html { font-size: 62.5% } article { font-size: 2rem }', 20]]) {
    expect((await sizes(style)).map((x) => Math.round(x * 100) / 100), style).toEqual(usual.map((x) => Math.round(x * size * 6.25) / 100));
  }
  // An input never so small that a phone zooms in.
  await sizes('article { font-size: 12px }');
  expect(await css(page.locator('llm-slide-rule input').first(), 'fontSize')).toBe('16px');
});

test('what a post does with its lines stays outside; its own content keeps it', async ({ watched: page }) => {
  const style = 'article { text-indent: 3em; text-align: justify; text-transform: uppercase; white-space: pre-wrap; line-height: 2; word-break: break-all }';
  await openPost(page, `<article>${memory}<llm-slide-rule view="nonsense"><p>fallback</p></llm-slide-rule></article>`, { head: `<style>${style}</style>${module}` });
  const e = page.locator('llm-slide-rule').first();
  await expect(e.locator('.answer')).toBeVisible();
  for (const part of ['.answer', 'label', 'th', '.note']) {
    const one = e.locator(part).first();
    expect([await css(one, 'textIndent'), await css(one, 'textTransform'), await css(one, 'whiteSpace')], part).toEqual(['0px', 'none', 'normal']);
    expect(await css(one, 'textAlign'), part).toBe('start');
    expect(await css(one, 'wordBreak'), part).toBe('keep-all');
  }
  const own = page.locator('llm-slide-rule > p').last();
  expect([await css(own, 'textIndent'), await css(own, 'textAlign'), await css(own, 'lineHeight'), await css(own, 'wordBreak')]).toEqual(['48px', 'justify', '32px', 'break-all']);
});

test('on paper the widget is light, whatever its host, its theme or its colours are', async ({ watched: page }) => {
  const head = `<style>body { background: #111; color: #eee } .mine { --slide-rule-ink: #eee; --slide-rule-paper: #111; --slide-rule-quiet: #bbb }
    @media print { body { background: #fff; color: #000 } }</style>${module}`;
  await openPost(page, `<llm-slide-rule view="fit"></llm-slide-rule><llm-slide-rule view="memory" theme="dark"></llm-slide-rule>
    <llm-slide-rule class="mine" view="memory"></llm-slide-rule>`, { head });
  await ready(page);
  const look = () => page.evaluate(() => [...document.querySelectorAll('llm-slide-rule')].map((e) => {
    const [root, quiet, raised] = ['.root', 'caption, .note', '.chips li, input'].map((part) => getComputedStyle(e.shadowRoot.querySelector(part)));
    return [root.colorScheme, root.color, root.backgroundColor, quiet.color, raised.backgroundColor];
  }));
  expect((await look()).map(([scheme]) => scheme)).toEqual(['dark', 'dark', 'dark']);
  await page.emulateMedia({ media: 'print' });
  for (const [scheme, color, paper, quiet, raised] of await look()) {
    expect([scheme, color, paper, quiet]).toEqual(['light', 'rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgb(86, 92, 96)']);
    expect(['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)']).toContain(raised);
  }
});

test('three cards stand side by side in a column of 680 px, whatever the font size', async ({ watched: page }) => {
  for (const lang of ['en', 'ko']) {
    const sizes = [14, 16, 18, 20, 22];
    const posts = sizes.map((size) => `<div style="width: 680px; font: ${size}px Georgia, serif"><llm-slide-rule view="fit"></llm-slide-rule></div>`);
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, posts.join(''), { lang });
    await ready(page);
    const over = () => page.evaluate(() => [...document.querySelectorAll('llm-slide-rule')].map((e) => {
      const { scrollWidth, clientWidth } = e.shadowRoot.querySelector('.scroll:has(table.fit)');
      return scrollWidth - clientWidth;
    }));
    await expect(page.locator('llm-slide-rule td.cell')).toHaveCount(sizes.length * 8 * 3);
    expect(await over(), lang).toEqual(sizes.map(() => 0));
  }
});

test('the lines between rows go on under the column that stands still', async ({ watched: page }) => {
  await openPost(page, `<div style="width: 360px">${['', ' theme="light"'].map((theme) => `<llm-slide-rule view="fit"${theme}></llm-slide-rule>`).join('')}</div>`, {
    head: `<style>body { background: #fff }</style>${module}`,
  });
  await ready(page);
  for (const e of await page.locator('llm-slide-rule').all()) {
    const row = e.locator('table.fit tbody tr', { hasText: 'int8' }).first();
    await row.scrollIntoViewIfNeeded();
    const { x, y, height } = await row.locator('th').boundingBox();
    const shot = await page.screenshot({ clip: { x: x + 2, y: Math.round(y + height) - 3, width: 4, height: 6 } });
    const rows = await page.evaluate(async (data) => {
      const image = await createImageBitmap(await (await fetch(data)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
      canvas.drawImage(image, 0, 0);
      const { data: bytes } = canvas.getImageData(0, 0, 1, image.height);
      return Array.from({ length: image.height }, (_, i) => bytes[4 * i]);
    }, `data:image/png;base64,${shot.toString('base64')}`);
    // A whole line, as dark as between the other cells.
    expect(Math.min(...rows)).toBeLessThan(225);
  }
});

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const read = (file) => readFileSync(web + file, 'utf8');

test('the room that is told for a view stands in the snippets and the README', () => {
  const heights = JSON.parse(read('embed/heights.json'));
  expect(Object.keys(heights).sort()).toEqual(['accuracy', 'fit', 'fit-law', 'laws', 'loss', 'memory', 'models', 'rule']);
  const { fit, ...others } = heights;
  for (const [view, height] of Object.entries(others)) {
    expect(read('embed/jekyll-include.html')).toContain(`{% when '${view}' %}{% assign height = '${height}' %}`);
    expect(read('embed/hugo-shortcode.html')).toContain(`"${view}" "${height}"`);
    expect(read('../README.md')).toContain(`\`${view}\` ${height.slice(5, -1)}`);
  }
  expect(read('embed/jekyll-include.html')).toContain(`height = '${fit}' %}{% case`);
  expect(read('embed/hugo-shortcode.html')).toContain(`$view | default "${fit}"`);
  expect(read('../README.md')).toContain(`min-block-size: ${fit}"`);
  expect(read('npm/README.md')).toContain(`min-block-size: ${heights.memory}"`);
  // Nothing after it says otherwise.
  expect(read('embed/jekyll-include.html').match(/assign height = /gu)).toHaveLength(8);
});

for (const font of [14, 16, 18, 20, 22]) {
  for (const lang of ['en', 'ko']) {
    test(`what stands below each view does not move: ${font} px, ${lang}`, async ({ watched: page }) => {
      const { embedCode } = await load('src/export/embed-code.ts', { part: 'calculator' });
      globalThis.document ??= { documentElement: { dataset: { home: cdn } } };
      // As high as all of them, so that every move is seen.
      await page.setViewportSize({ width: 1280, height: 40_000 });
      const views = Object.keys(JSON.parse(read('embed/heights.json')));
      const posts = views.map((view) => `${embedCode('module', view, '', 'See')}<p>below ${view}</p>`).join('');
      const heights = '[...document.querySelectorAll("llm-slide-rule")].map((e) => e.getBoundingClientRect().height)';
      const face = font % 4 ? 'serif' : 'sans-serif';
      await openPost(page, `<main style="width: 680px; font: ${font}px ${face}">${posts}</main><script>globalThis.before = ${heights}</script>`, { head: watchShifts, lang });
      await ready(page);
      // A fit goes on, and what it finds takes room.
      await expect(page.locator('llm-slide-rule[view=fit-law] .answer').first()).toBeVisible();
      await page.waitForTimeout(1000);
      const [before, after, shifted] = await page.evaluate(`[before, ${heights}, shifted]`);
      expect(Object.fromEntries(views.map((view, i) => [view, after[i]]))).toEqual(Object.fromEntries(views.map((view, i) => [view, before[i]])));
      expect(shifted).toBe(0);
    });
  }
}
