// The page saved to disk in each of Chromium's ways and by its own button, then opened from a path with spaces and
// Korean letters without a network. Firefox's way is in firefox.mjs.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, fitHttpUrl, httpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}build/saved pages/저장한 페이지 ${process.pid}/`;
mkdirSync(folder, { recursive: true });

/** Writes a saved page and gives its address. */
function keep(name, content) {
  writeFileSync(folder + name, content);
  return pathToFileURL(folder + name).href;
}

/** The figures of the page: its tables and sentences. */
const figures = (page) =>
  page.evaluate(() => {
    const drawn = document.querySelector('llm-slide-rule').shadowRoot;
    return [...drawn.querySelectorAll('.answer, table')].map((e) => e.textContent.replace(/\s+/gu, ' '));
  });

/** The hosted page with inputs typed into it. */
async function typed(page) {
  await open(page, httpUrl());
  await page.locator('#fit-parameters').fill('13B');
  await page.locator('#fit-parameters').blur();
  await page.locator('#hardware-memory').fill('48GB');
  await page.locator('#hardware-memory').blur();
  await expect(page.locator('html')).toHaveAttribute('data-state', '#v=1&memory=48GB&parameters=13B');
  await settled(page);
  return figures(page);
}

/**
 * Headless Chromium has no save dialog. This is what its serializer writes: the document as it stands, open shadow
 * roots as declarative ones, inline scripts and rules as they are.
 */
const complete = (page) =>
  page.evaluate(() => {
    const shadowRoots = [...document.querySelectorAll('*')].flatMap((e) => e.shadowRoot ?? []);
    const [head, tail] = document.documentElement.cloneNode(false).outerHTML.split('</');
    const inner = document.documentElement.getHTML({ shadowRoots });
    return `<!DOCTYPE html>\n<!-- saved from url=(0022)http://127.0.0.1/ -->\n${head}${inner}</${tail}`;
  });

/** Where each element stands and in which colours; controls that no script serves a browser greys. */
const look = (page) =>
  page.evaluate(() => {
    const drawn = document.querySelector('llm-slide-rule').shadowRoot.querySelector('.root');
    const all = [drawn, ...drawn.querySelectorAll(':not(:is(select, button, input, textarea), :is(select, button) *)')];
    return all.map((e) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      const { color, backgroundColor, fill, fontSize } = getComputedStyle(e);
      return { box: [x, y, width, height], style: [e.tagName, color, backgroundColor, fill, fontSize].join(' ') };
    });
  });

/** Opens a file without a network: one request, its own; nothing on the console (the harness looks). */
async function reopen(page, url) {
  await page.context().setOffline(true);
  page.seen.requests.length = 0;
  await open(page, url);
  expect(page.seen.requests).toEqual([url]);
}

/** One page in the file, not two: nothing was added to what had been drawn. */
async function expectOnce(page) {
  await expect(page.locator('.root h1')).toHaveCount(1);
  await expect(page.locator('table.fit')).toHaveCount(1);
  await expect(page.locator('.root')).toHaveCount(1);
}

test('"HTML only": the bytes that were sent', async ({ watched: page }) => {
  await open(page, httpUrl());
  const hosted = await figures(page);
  await reopen(page, keep('html only 원본.html', readFileSync(`${root}dist/index.html`)));
  expect(await figures(page)).toEqual(hosted);
  await expectOnce(page);
  // No address is in it: no link leads to pages that are not beside it.
  const nav = page.getByRole('navigation', { name: 'Pages' });
  await expect(nav).toContainText('the other pages are where it came from');
  await expect(nav.getByRole('link')).toHaveText(['Calculator']);
  await expect(page.locator('.root a[href^="file:"]')).toHaveCount(1);
});

test('"Complete": what was typed is there, nothing is doubled', async ({ watched: page }) => {
  const hosted = await typed(page);
  const from = page.url();
  const html = await complete(page);
  expect(html).toContain('<template shadowrootmode="open"');
  const url = keep('전체 저장.html', html);
  await reopen(page, url);
  expect(await figures(page)).toEqual(hosted);
  await expect(page.locator('#fit-parameters')).toHaveValue('13B');
  await expectOnce(page);
  const laws = page.getByRole('navigation').getByRole('link', { name: 'All scaling laws' });
  await expect(laws).toHaveAttribute('href', new URL('laws.html', from).href + new URL(from).hash);
  // It computes, and a reset stays one.
  await page.locator('#fit-parameters').fill('2B');
  await page.locator('#hardware-memory').fill('');
  await page.locator('#hardware-memory').blur();
  await expect.poll(() => new URL(page.url()).hash).toBe('#v=1');
  await page.reload();
  await expect(page.locator('#fit-parameters')).toHaveValue('2B');
});

test('"Complete": after another theme and another language too', async ({ watched: page }) => {
  for (const [i, url] of [httpUrl(), modelsHttpUrl()].entries()) {
    await page.context().setOffline(false);
    await open(page, url, '#v=1&lang=en&theme=light');
    await page.locator('#page-theme').selectOption('dark');
    // What a browser serializes before all is restyled.
    const html = await complete(page);
    await settled(page);
    await page.locator('#page-lang').selectOption('ko');
    await settled(page);
    const before = await figures(page);
    // The page's rules forbid them, and a browser says so of each.
    const markup = (all) => all.replace(/<script.*?<\/script>/gsu, '');
    expect(markup(html).includes(' style="')).toBe(false);
    const after = await complete(page);
    expect(markup(after).includes(' style="')).toBe(false);
    await reopen(page, keep(`어둡게 ${i}.html`, html));
    await reopen(page, keep(`어둡게, 한국어 ${i}.html`, after));
    expect(await figures(page)).toEqual(before);
  }
});

test('what was typed last is there after a reload, and after another page, however soon', async ({ watched: page }) => {
  /** Types without finishing the edit, and leaves in the same moment. */
  const typeAndLeave = (text, leave) =>
    page.evaluate(
      ([typed, way]) => {
        const input = document.querySelector('llm-slide-rule').shadowRoot.getElementById('fit-parameters');
        input.value = typed;
        input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        if (way === 'reload') location.reload();
        else location.href = way;
      },
      [text, leave],
    );
  const field = page.locator('#fit-parameters');
  const standing = () =>
    page.evaluate(() => customElements.whenDefined('llm-slide-rule').then(() => document.querySelector('llm-slide-rule').ready).then(() => undefined));
  await open(page, httpUrl(), '#v=1&lang=en');
  // As a reader's first touch makes a page one whose history counts.
  await field.click();
  for (const text of ['7B', '13B']) {
    const loaded = page.waitForEvent('load');
    await typeAndLeave(text, 'reload');
    await loaded;
    await standing();
    await expect(field).toHaveValue(text);
    await expect.poll(() => new URL(page.url()).hash).toBe(`#v=1&lang=en&parameters=${text}`);
    await field.click();
  }
  const left = page.waitForURL(/laws\.html/u);
  await typeAndLeave('33B', 'laws.html');
  await left;
  await page.goBack();
  await standing();
  await expect(field).toHaveValue('33B');
  // What was left once comes back once.
  await field.fill('70B');
  await field.blur();
  await expect.poll(() => new URL(page.url()).hash).toContain('70B');
  await page.reload();
  await standing();
  await expect(field).toHaveValue('70B');
});

test('MHTML: the last results stand as text, with what was typed', async ({ watched: page }) => {
  const hosted = await typed(page);
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureSnapshot', { format: 'mhtml' });
  page.seen.requests.length = 0;
  const url = keep('한 파일.mhtml', data);
  await page.goto(url);
  // "cid:" is a part of the file itself.
  expect(page.seen.requests.filter((request) => !request.startsWith('cid:'))).toEqual([url]);
  expect(await figures(page)).toEqual(hosted);
  await expect(page.locator('#fit-parameters')).toHaveValue('13B');
  await expectOnce(page);
});

test('MHTML: a table typed in is there, too', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&refits=50');
  const table = page.locator('textarea').first();
  await table.fill('parameters,tokens,loss\n1e7,1e9,4.5\n');
  await settled(page);
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureSnapshot', { format: 'mhtml' });
  await page.goto(keep('표.mhtml', data));
  await expect(page.locator('textarea').first()).toHaveValue('parameters,tokens,loss\n1e7,1e9,4.5\n');
});

for (const theme of ['light', 'dark']) {
  for (const width of [1280, 390]) {
    test(`MHTML: it looks like what was saved, ${theme}, ${width} px`, async ({ watched: page }) => {
      await page.setViewportSize({ width, height: 900 });
      for (const [name, at] of [['index', httpUrl()], ['models', modelsHttpUrl()]]) {
        await open(page, at, `#v=1&lang=ko&theme=${theme}`);
        await settled(page);
        const hosted = await look(page);
        expect(hosted.length).toBeGreaterThan(500);
        const cdp = await page.context().newCDPSession(page);
        const { data } = await cdp.send('Page.captureSnapshot', { format: 'mhtml' });
        await page.goto(keep(`${name} ${theme} ${width} 한 파일.mhtml`, data));
        const reopened = await look(page);
        expect(reopened.map((e) => e.style)).toEqual(hosted.map((e) => e.style));
        // Text of the same size and place, but for what a browser rounds.
        const moved = hosted.flatMap(({ box, style }, i) => {
          const now = reopened[i].box;
          return box.some((x, k) => Math.abs(x - now[k]) > 1) ? [`${style}: ${box} → ${now}`] : [];
        });
        expect(moved).toEqual([]);
      }
    });
  }
}

test('the page\'s own button: a file with the inputs in it, named by version', async ({ watched: page }) => {
  const hosted = await typed(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save for offline' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^llm-slide-rule-\d+\.\d+\.\d+\.html$/u);
  const url = pathToFileURL(`${folder}${download.suggestedFilename()}`).href;
  await download.saveAs(fileURLToPath(url));
  const from = page.url();
  await reopen(page, url);
  expect(await figures(page)).toEqual(hosted);
  await expect(page.locator('#fit-parameters')).toHaveValue('13B');
  await expectOnce(page);
  // The other pages are where this one came from; a copy of a copy knows it too.
  const laws = page.getByRole('navigation').getByRole('link', { name: 'All scaling laws' });
  await expect(laws).toHaveAttribute('href', new URL('laws.html', from).href + new URL(from).hash);
  // So does what is copied for others, and a link in the middle of the page.
  const markdown = await page.evaluate(() => document.querySelector('llm-slide-rule').toMarkdown());
  expect(markdown.trimEnd().split('\n').pop()).toContain(`<${from}>`);
  const models = page.getByRole('link', { name: 'Which models these are' });
  await expect(models).toHaveAttribute('href', new URL('models.html', from).href + new URL(from).hash);
});

test('installed on request: two pages open without a network; before that, one request', async ({ watched: page, context }) => {
  await open(page, httpUrl());
  expect(page.seen.requests).toEqual([httpUrl()]);
  await page.getByRole('button', { name: 'Install for offline use' }).click();
  await expect(page.getByText('it opens without a network')).toBeVisible();
  const manifest = await page.locator('link[rel=manifest]').evaluate((link) => link.href);
  const { icons, start_url: start } = await (await page.request.get(manifest)).json();
  for (const file of [start, ...icons.map((icon) => icon.src)]) {
    expect((await page.request.get(new URL(file, manifest).href)).status()).toBe(200);
  }
  await context.setOffline(true);
  await open(page, httpUrl(), '#v=1&parameters=13B');
  await expect(page.locator('#fit-parameters')).toHaveValue('13B');
  await expect(page.getByRole('button', { name: 'Install for offline use' })).toHaveCount(0);
  await page.getByRole('navigation').getByRole('link', { name: 'All scaling laws' }).click();
  await page.waitForURL('**/laws.html*');
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
  await expect(page.locator('h2').first()).toBeVisible();
});
