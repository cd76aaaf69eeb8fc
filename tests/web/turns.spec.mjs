// What one input draws: at once what is looked at, in turns what is not, and never what does not depend on it. However
// inputs come, the page ends as one that was opened with them.

import { readFileSync } from 'node:fs';
import { accuracyHttpUrl, expect, fitHttpUrl, httpUrl, lawsHttpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';

const cards = readFileSync(new URL('../../src/catalog/gpus.csv', import.meta.url), 'utf8')
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[0])
  .filter(Boolean);
const withAllCards = `#v=1&gpu=${cards.join(',')}`;

/**
 * Changes an input as a reader does, or else sets the state; tells which sections changed before the browser could paint
 * (only microtasks have run), which of them are on the screen, and which changed until all stood.
 */
function drawnBy(page, change) {
  return page.evaluate(async ({ id, text, state }) => {
    const element = document.querySelector('llm-slide-rule');
    const root = element.shadowRoot;
    const sections = [...root.querySelectorAll('section, .bar-line')];
    const nameOf = (s) => s.getAttribute('aria-labelledby')?.replace(/-title$/u, '') ?? 'bar';
    const seen = sections
      .filter((s) => s.getBoundingClientRect().top < innerHeight && s.getBoundingClientRect().bottom > 0)
      .map(nameOf);
    const options = { subtree: true, childList: true, characterData: true, attributes: true };
    const names = (all) => {
      const changed = new Set();
      for (const { target, attributeName } of all) {
        // What a saved page keeps of an input, links, which take along all that is typed, and what is styled later.
        if (['value', 'href', 'data-aside'].includes(attributeName)) continue;
        const section = (target.nodeType === 1 ? target : target.parentElement)?.closest('section, .bar-line');
        if (section) changed.add(nameOf(section));
      }
      return [...changed].sort();
    };
    const records = [];
    const observer = new MutationObserver((news) => records.push(...news));
    observer.observe(root, options);
    if (id) {
      const input = root.getElementById(id);
      input.value = text;
      input.dispatchEvent(new Event('input'));
    } else element.setState(state);
    for (let i = 0; i < 20; i += 1) await undefined;
    const atOnce = names(records);
    await element.updateComplete;
    return { seen, atOnce, all: names(records) };
  }, change);
}

for (const hash of ['', withAllCards]) {
  test(`one input draws what is on the screen, and the rest in turns: ${hash ? 'all cards' : 'three cards'}`, async ({
    watched: page,
  }) => {
    await open(page, httpUrl(), hash);
    await page.locator('#memory-parameters').focus();
    await settled(page);
    const typed = await drawnBy(page, { id: 'memory-parameters', text: '7B' });
    expect(typed.atOnce).toContain('memory');
    expect(typed.all).toEqual(['bar', 'fit', 'memory', 'rule']);
    for (const name of typed.atOnce) expect(typed.seen).toContain(name);
    expect(typed.seen).not.toContain('rule');
    // Other inputs of the page's end reach nothing above it.
    await page.locator('#loss-loss').focus();
    expect((await drawnBy(page, { id: 'loss-loss', text: '2.2' })).all).toEqual(['gpt3-gpt3', 'loss-loss']);
    // What is looked for reaches nothing but the list of cards; a look is no figure at all.
    expect((await drawnBy(page, { id: 'hardware-gpu-search', text: 'l4' })).all).toEqual(['hardware']);
    expect((await drawnBy(page, { state: { theme: 'dark' } })).all).toEqual([]);
  });
}

/** All that a page says, and what its fields hold. */
const told = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    const flat = (e) => e.textContent.replace(/\s+/gu, ' ').trim();
    const fields = [...root.querySelectorAll('input:not([type=file], [type=radio], [type=checkbox]), select')].map((e) => `${e.id}: ${e.value}`);
    const figures = [...root.querySelectorAll('section, .bar-line')].map(flat);
    const drawn = [...root.querySelectorAll('section svg path, section svg [x], section svg [transform]')].map((e) =>
      [...e.attributes].map((a) => a.value).join(' '),
    );
    return [...fields, ...figures, ...drawn];
  });

/** A fit is done where it can be begun again. */
const fitted = (page) => page.locator('.fit-status:not(:has(progress)) button').waitFor();

/** Inputs that come while others are still being drawn. Each page ends where it is opened afresh. */
const series = [
  {
    name: 'index',
    url: httpUrl,
    patches: [
      { parameters: '13B' },
      { gpu: 'rtx-4090,h100-sxm*8' },
      { loss: '2.3', compute: '3 PF-days' },
      { method: 'infer-bf16' },
      { 'rule.move': 'memory', 'rule.memory': '30GB' },
      { unit: 'GiB' },
      { data: '40B', size: '3B', mfu: '35%', price: '2' },
      { lang: 'ko' },
      { parameters: '8B', memory: '48GB' },
      { law: 'hoffmann-2022', 'rule.pin': 'memory' },
    ],
  },
  {
    name: 'models',
    url: modelsHttpUrl,
    patches: [
      { model: 'llama-3.1-8b' },
      { gpu: 'rtx-4090,h100-sxm*8', context: '32768' },
      { task: 'train', seq: '2048' },
      { unit: 'GiB' },
      { task: 'fine-tune', tune: 'qlora', micro: '4' },
      { model: 'qwen3-32b', table: 'contexts' },
      { task: 'serve', users: '16', lang: 'ko' },
      { table: 'models', sort: 'need', memory: '80GB' },
    ],
  },
  {
    name: 'laws',
    url: lawsHttpUrl,
    patches: [{ law: 'hoffmann-2022' }, { budget: '1e22 FLOP' }, { n: '7B', lang: 'ko' }, { law: 'kaplan-2020-joint' }, { d: '3T' }, { loss: '2.2', law: 'gadre-2024-c4' }],
  },
  { name: 'fit', url: fitHttpUrl, patches: [{ refits: '50' }, { form: 'power-law-n' }, { lang: 'ko' }, { form: 'chinchilla', refits: '40' }] },
  { name: 'accuracy', url: accuracyHttpUrl, patches: [{ group: 'qlora' }, { lang: 'ko' }, { unit: 'GiB' }, { group: 'inference-vllm' }] },
];

// With a clock that runs ahead every turn's time is up after one step: questions that come in pieces begin anew between them.
for (const { name, url, patches, isSlow = false } of [...series, { ...series[1], isSlow: true }]) {
  test(`no figure of an earlier question stays: ${name}${isSlow ? ', on a slow processor' : ''}`, async ({ watched: page, browser }) => {
    await open(page, url());
    if (isSlow) {
      await page.evaluate(() => {
        const now = performance.now.bind(performance);
        let asked = 0;
        performance.now = () => now() + 7 * (asked += 1);
      });
    }
    const hash = await page.evaluate(async (all) => {
      const element = document.querySelector('llm-slide-rule');
      const height = document.documentElement.scrollHeight;
      for (const [i, patch] of all.entries()) {
        element.setState(patch);
        // Some are a task, some a painting, some a turn or two apart, and the reader scrolls.
        if (i % 3 === 0) await new Promise((next) => setTimeout(next));
        if (i % 3 === 1) await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 20)));
        scrollTo(0, (i * height) / all.length);
      }
      scrollTo(0, 0);
      await element.updateComplete;
      return new URLSearchParams({ v: '1', ...element.getState() }).toString();
    }, patches);
    const other = await (await browser.newContext()).newPage();
    await open(other, url(), `#${hash}`);
    for (const one of [page, other]) {
      if (name === 'fit') await fitted(one);
      await settled(one);
    }
    expect(await told(page)).toEqual(await told(other));
    await other.context().close();
  });
}

test('an input while the browser still styles another theme, piece by piece: no earlier figure stays', async ({ watched: page }) => {
  await open(page, modelsHttpUrl());
  const { left, early, then } = await page.evaluate(async () => {
    const element = document.querySelector('llm-slide-rule');
    const aside = () => element.shadowRoot.querySelectorAll('[data-aside]').length;
    const texts = () => [...element.shadowRoot.querySelectorAll('section')].map((s) => s.textContent);
    element.setState({ theme: 'dark' });
    let most = 0;
    // Everything is drawn, and the first piece has come back.
    do {
      await new Promise(requestAnimationFrame);
      most = Math.max(most, aside());
    } while (most === 0 || aside() === most);
    const left = aside();
    element.setState({ context: '1234' });
    await element.updateComplete;
    const early = texts();
    element.setState({ context: '4321' });
    await element.updateComplete;
    element.setState({ context: '1234' });
    await element.updateComplete;
    return { left, early, then: texts() };
  });
  expect(left).toBeGreaterThan(0);
  expect(early).toEqual(then);
});

for (const { name, url } of series) {
  test(`another language: every text says which it is in, the document too: ${name}`, async ({ watched: page }) => {
    await open(page, url(), name === 'fit' ? '#v=1&lang=ko&refits=50' : '#v=1&lang=ko');
    if (name === 'fit') await fitted(page);
    await page.locator('#page-lang').selectOption('en');
    await settled(page);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    const texts = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector('llm-slide-rule');
      const walker = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
      const wrong = [];
      let count = 0;
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (data.trim() === '' || !parentElement || parentElement.localName === 'style') continue;
        count += 1;
        const lang = parentElement.closest('[lang]')?.lang;
        const isNamed = parentElement.closest('option') !== null;
        if (lang !== 'en' || (/[가-힣]/u.test(data) && !isNamed)) wrong.push(`${lang}: ${data.trim()}`);
      }
      return { wrong, count };
    });
    expect(texts.count).toBeGreaterThan(100);
    expect(texts.wrong).toEqual([]);
  });
}

test('the document says its language when all that it holds does: to say it styles everything anew', async ({ watched: page }) => {
  await open(page, lawsHttpUrl(), '#v=1&lang=en');
  const said = page.evaluate(
    () =>
      new Promise((tell) => {
        const { shadowRoot } = document.querySelector('llm-slide-rule');
        new MutationObserver(() => tell([...shadowRoot.querySelectorAll('[lang]:not([lang=en] *)')].filter((e) => e.matches('header, section, footer')).map((e) => e.lang)))
          .observe(document.documentElement, { attributeFilter: ['lang'] });
      }),
  );
  await page.locator('#page-lang').selectOption('ko');
  expect(new Set(await said)).toEqual(new Set(['ko']));
});

test('a card that is chosen changes the first piece of a long list alone', async ({ watched: page }) => {
  const some = cards.slice(1, 101);
  await open(page, httpUrl(), `#v=1&gpu=${some.join(',')}`);
  const changed = await page.evaluate(async (gpu) => {
    const element = document.querySelector('llm-slide-rule');
    const lists = [...element.shadowRoot.querySelectorAll('ul.chips')];
    const records = [];
    const observer = new MutationObserver((news) => records.push(...news));
    for (const list of lists) observer.observe(list, { subtree: true, childList: true, characterData: true });
    element.setState({ gpu });
    await element.updateComplete;
    return { lists: lists.length, changed: lists.map((list, i) => (records.some((r) => list.contains(r.target)) ? i : -1)).filter((i) => i >= 0) };
  }, [cards[0], ...some].join(','));
  expect(changed.lists).toBeGreaterThan(3);
  expect(changed.changed).toEqual([0]);
  await expect(page.locator('ul.chips li')).toHaveCount(101);
});

test('no export and no paper shows an earlier question, nor leaves out what nobody scrolled to', async ({
  watched: page,
  browser,
}) => {
  const other = await (await browser.newContext()).newPage();
  await open(other, httpUrl(), `${withAllCards}&parameters=7B`);
  await open(page, httpUrl(), withAllCards);
  const exported = await page.evaluate(() => {
    const element = document.querySelector('llm-slide-rule');
    element.setState({ parameters: '7B' });
    return element.toCsv();
  });
  const afresh = await other.evaluate(() => document.querySelector('llm-slide-rule').toCsv());
  const withoutLink = (csv) => csv.replace(/^.*http:.*$/gmu, '');
  expect(withoutLink(exported)).toBe(withoutLink(afresh));
  // The table has all its cards, each with a cell for each method.
  const cells = () => page.locator('table.fit td.cell').count();
  expect(await cells()).toBe(8 * cards.length);
  const printed = await page.evaluate(() => {
    const element = document.querySelector('llm-slide-rule');
    element.setState({ parameters: '13B' });
    dispatchEvent(new Event('beforeprint'));
    return element.shadowRoot.querySelector('table.fit').textContent;
  });
  expect(printed).toContain('13.0B');
  expect(await cells()).toBe(8 * cards.length);
  await other.context().close();
});

test('a cell that nobody has scrolled to is drawn when somebody does', async ({ watched: page }) => {
  await open(page, httpUrl(), withAllCards);
  const table = page.locator('table.fit');
  await expect(table.locator('thead th')).toHaveCount(3 + cards.length);
  await page.locator('#fit-parameters').scrollIntoViewIfNeeded();
  expect(await table.locator('td.cell').count()).toBeLessThan(8 * cards.length / 2);
  // Until its first painting a long table cannot be scrolled by a script.
  const box = page.locator('.scroll', { has: table });
  await expect.poll(() => box.evaluate((e) => (e.scrollLeft = e.scrollWidth) && e.scrollLeft)).toBeGreaterThan(0);
  const last = table.locator('tbody tr').nth(1).locator('td').last();
  await expect(last).toHaveClass(/cell/u);
  await expect(last.locator('button')).toBeInViewport();
  await expect(last).toContainText('B');
});

test('the whole page is painted, for whoever takes a picture of it', async ({ watched: page }) => {
  for (const { url } of series) {
    await open(page, url());
    await page.evaluate(() => document.querySelector('llm-slide-rule').updateComplete);
    const unpainted = await page.evaluate(() =>
      [...document.querySelector('llm-slide-rule').shadowRoot.querySelectorAll('section > *')]
        .filter((e) => e.checkVisibility() && !e.checkVisibility({ contentVisibilityAuto: true }))
        .map((e) => e.outerHTML.slice(0, 80)),
    );
    expect(unpainted, url()).toEqual([]);
  }
});

for (const [name, url] of [['calculator', httpUrl], ['models', modelsHttpUrl]]) {
  test(`another theme is shown first where somebody looks: ${name}`, async ({ watched: page }) => {
    await open(page, url(), '#v=1&lang=en');
    await settled(page);
    const { height, during, after } = await page.evaluate(async () => {
      const element = document.querySelector('llm-slide-rule');
      const sections = [...element.shadowRoot.querySelectorAll('section')];
      // Where it is, whether its content is left out, and its colour where it is not.
      const look = () => sections.map((s) => ({
        isSeen: s.getBoundingClientRect().top < innerHeight && s.getBoundingClientRect().bottom > 0,
        isAside: s.matches('[data-aside]'),
        top: Math.round(s.getBoundingClientRect().top),
        colour: getComputedStyle(s).contentVisibility === 'hidden' || getComputedStyle(s.querySelector('h2')).color,
      }));
      const before = element.getBoundingClientRect().height;
      element.setState({ theme: 'dark' });
      await undefined;
      const isDrawn = () => element.shadowRoot.querySelector('.root').dataset.theme === 'dark';
      while (!isDrawn()) await undefined;
      // The frame in which it is shown.
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      const then = look();
      await element.updateComplete;
      return { height: [before, element.getBoundingClientRect().height], during: then, after: look() };
    });
    expect(during.filter((s) => s.isAside).length).toBeGreaterThan(1);
    for (const section of during.filter((s) => s.isSeen)) expect(section.isAside).toBe(false);
    expect(during.map((s) => s.top)).toEqual(after.map((s) => s.top));
    expect(height[1]).toBe(height[0]);
    for (const { isAside, colour } of after) {
      expect(isAside).toBe(false);
      expect(colour).toBe(after[0].colour);
    }
  });
}

test('the page around takes the theme, too', async ({ watched: page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, httpUrl(), '#v=1&lang=en');
  const paper = () => page.evaluate(() => [document.documentElement, document.querySelector('llm-slide-rule').shadowRoot.querySelector('.root')]
    .map((e) => getComputedStyle(e).backgroundColor));
  const [light] = await paper();
  await page.locator('#page-theme').selectOption('dark');
  await expect.poll(async () => (await paper())[0]).not.toBe(light);
  const [around, inside] = await paper();
  expect(inside).toBe(around);
  await page.locator('#page-theme').selectOption('auto');
  await expect.poll(async () => (await paper())[0]).toBe(light);
});

test('a window that loses its focus, as to the browser\'s own search, holds every cell; when it has it again, what is looked at', async ({
  watched: page,
}) => {
  await open(page, httpUrl(), withAllCards);
  const cells = () => page.locator('table.fit td.cell').count();
  const few = await cells();
  expect(few).toBeLessThan(8 * 64);
  // In turns: no event itself draws what may take as long as half a second.
  const after = (event) => page.evaluate((type) => {
    dispatchEvent(new Event(type));
    return document.querySelector('llm-slide-rule').shadowRoot.querySelectorAll('table.fit td.cell').length;
  }, event);
  expect(await after('blur')).toBe(few);
  await expect.poll(cells).toBe(8 * cards.length);
  expect(await after('focus')).toBeGreaterThan(few);
  await expect.poll(cells).toBe(few);
  // A window that has its focus back before all is there.
  expect(await after('blur')).toBe(few);
  await after('focus');
  await page.evaluate(() => document.querySelector('llm-slide-rule').updateComplete);
  expect(await cells()).toBe(few);
  // What is scrolled to is there.
  await page.evaluate(() => document.querySelector('llm-slide-rule').shadowRoot.querySelector('table.fit thead th:last-child').scrollIntoView({ inline: 'end' }));
  await expect(page.locator('table.fit tbody tr:nth-child(2) td:last-child').first()).toHaveClass(/cell/u);
});
