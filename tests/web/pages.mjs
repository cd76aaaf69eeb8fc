// Every page with as much of it open as a reader can open, for the tests that look at all of them.

import { accuracyHttpUrl, fitHttpUrl, httpUrl, lawsHttpUrl, modelsHttpUrl, open } from './harness.mjs';

/** All but nine in ten of the laws' editions, which the same lines write. */
const openDetails = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('llm-slide-rule').shadowRoot;
    for (const details of root.querySelectorAll(':not(.editions) > details, .editions > :nth-child(10n + 1)'))
      details.open = true;
  });
const type = (page, id, text) => page.locator(`[id="${id}"]`).fill(text);

/** `open` opens what is closed and leaves a mistake in a field, so that messages stand too. */
export const pages = [
  {
    name: 'index',
    url: httpUrl,
    async open(page) {
      await page.locator('.pin').first().click();
      await page.locator('td.cell button').first().click();
      await page.locator('section[aria-labelledby="loss-loss-title"] button.figure').first().click();
      await page.locator('section[aria-labelledby="gpt3-gpt3-title"] button.figure').first().click();
      await openDetails(page);
      await page.getByRole('slider').last().hover();
      await type(page, 'rule-rule.loss', '1.5');
      await type(page, 'fit-parameters', 'abc');
      await type(page, 'loss-loss', '1e-30');
    },
  },
  {
    name: 'models',
    url: modelsHttpUrl,
    async open(page) {
      await page.locator('.tabs label').nth(1).click();
      await openDetails(page);
      await type(page, 'model-config', '{"hidden_size": -1}');
      await type(page, 'bytes-seq', 'abc');
    },
  },
  {
    name: 'laws',
    url: lawsHttpUrl,
    hash: '#v=1&law=ludziejewski-2025',
    async open(page) {
      await page.locator('button.figure').first().click();
      await openDetails(page);
      await page.getByRole('slider').first().hover();
    },
  },
  {
    name: 'fit',
    url: fitHttpUrl,
    hash: '#v=1&refits=100',
    async open(page) {
      const runs = page.locator('#fit-law-table');
      await runs.fill(`${await runs.inputValue()}\n1e9,1e10,9\n1e9,x,3\n1e9,1e10,=A1`);
      await page.locator('figure').nth(1).waitFor();
      await page.locator('details.bad').waitFor();
      await openDetails(page);
      await type(page, 'fit-law-delta', 'x');
    },
  },
  { name: 'accuracy', url: accuracyHttpUrl, open: openDetails },
];

/** One of them in a context of its own; scripts of the tests are evaluated in it, which its own rules would forbid. */
export async function openPage(browser, { url, hash = '' }, lang, options = {}) {
  const context = await browser.newContext({
    bypassCSP: true,
    locale: lang === 'en' ? 'en-US' : 'ko-KR',
    viewport: { width: 320, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  await open(page, url(), hash);
  return page;
}

/** Makes the window so wide, and waits until the element is drawn for it. */
export async function resize(page, width) {
  await page.setViewportSize({ width, height: 800 });
  await page.evaluate(async () => {
    const element = document.querySelector('llm-slide-rule');
    const frame = () => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    await frame();
    await frame();
    await element.updateComplete;
  });
}
