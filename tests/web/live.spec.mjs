// What a screen reader is told of a change: the answer, once a reader pauses; what is wrong with what is typed; nothing
// of what a script changes.

import { expect, httpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';

const live = '.told';

/** Notes every text that the status takes. */
const listen = (page) =>
  page.evaluate((live) => {
    globalThis.told = [];
    const status = document.querySelector('llm-slide-rule').shadowRoot.querySelector(live);
    new MutationObserver(() => globalThis.told.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
  }, live);
const told = (page) => page.evaluate(() => globalThis.told);

test('the answer is told once, when typing pauses', async ({ watched: page }) => {
  await open(page, httpUrl());
  await listen(page);
  const input = page.locator('#memory-parameters');
  await input.fill('');
  for (const key of '9.5B') await input.press(key, { delay: 30 });
  await expect(page.locator(live)).toHaveText(/^9\.50B .*= 228 GB\.$/u);
  expect(await told(page)).toHaveLength(1);
  // Beside a field of another section, that section's own.
  await page.locator('#fit-parameters').fill('3B');
  await expect(page.locator(live)).toHaveText(await page.locator('section[aria-labelledby$=fit-title] .answer').innerText());
  // No reader sees it.
  expect(await page.locator(live).evaluate((e) => getComputedStyle(e).clipPath)).toBe('inset(50%)');
});

test('a mistake is told, and in the language of the page', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=ko');
  await listen(page);
  await page.locator('#memory-parameters').fill('abc');
  const problem = page.locator('#memory-parameters-problem');
  await expect(problem).not.toBeEmpty();
  await expect(page.locator(live)).toHaveText((await problem.innerText()).replace(/\s+/gu, ' ').trim());
  expect(await page.locator(live).getAttribute('lang')).toBe('ko');
});

test('what a script changes is not told', async ({ watched: page }) => {
  await open(page, httpUrl());
  await listen(page);
  await page.evaluate(() => document.querySelector('llm-slide-rule').setState({ parameters: '9B' }, { whole: true }));
  await settled(page);
  await page.waitForTimeout(1500);
  expect(await told(page)).toEqual([]);
});

test('on the page of models a choice tells the answer of its section', async ({ watched: page }) => {
  await open(page, modelsHttpUrl());
  await page.locator('#bytes-engine').selectOption('transformers');
  await page.locator('#bytes-engine').focus();
  const answer = page.locator('section[aria-labelledby$=bytes-title] .answer');
  await expect(answer).toContainText('transformers');
  await expect(page.locator(live)).toHaveText((await answer.innerText()).replace(/\s+/gu, ' ').trim());
});

test('what stands under a plot that is read stays its own', async ({ watched: page }) => {
  await open(page, httpUrl());
  await page.locator('#memory-parameters').focus();
  await page.getByRole('slider').last().hover();
  await expect(page.locator('.reading.live')).toBeVisible();
  await page.keyboard.press('End');
  await page.keyboard.press('1');
  await expect(page.locator(live)).toContainText('B1');
  for (const text of await page.locator('.reading').allInnerTexts()) expect(text).not.toContain('B1');
});
