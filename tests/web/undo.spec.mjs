// Undo and redo as a reader meets them: what stands after them, where the page stays, what is said.

import { expect, fitHttpUrl, httpUrl, open, test } from './harness.mjs';

const tools = (page) => page.locator('llm-slide-rule .tools');
const button = (page, name) => tools(page).getByRole('button', { name, exact: true });
const focused = (page) => page.evaluate(() => document.querySelector('llm-slide-rule').shadowRoot.activeElement?.textContent.trim());

test('undo gives the own table before', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&lang=en&refits=100');
  const runs = page.locator('#fit-law-table');
  const sample = await runs.inputValue();
  const good = sample.split('\n').slice(0, 40).join('\n');
  await runs.fill(good);
  await runs.fill('a,b\n1,2');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await button(page, 'Undo').click();
  await expect(runs).toHaveValue(good);
  await button(page, 'Redo').click();
  await expect(runs).toHaveValue('a,b\n1,2');
  // What is typed is one edit, of its own.
  await runs.press('End');
  await runs.pressSequentially('34');
  await runs.blur();
  const typed = await runs.inputValue();
  expect(typed).toContain('34');
  await button(page, 'Undo').click();
  await expect(runs).toHaveValue('a,b\n1,2');
  await button(page, 'Undo').click();
  await expect(runs).toHaveValue(good);
  // They stand again after a reload, as does the place among them.
  await page.reload();
  await expect(runs).toHaveValue(good);
  await button(page, 'Undo').click();
  await expect(runs).toHaveValue(sample);
  await page.goForward();
  await expect(runs).toHaveValue(good);
  await page.goForward();
  await expect(runs).toHaveValue('a,b\n1,2');
});

test('undo and redo leave the page where it is and the focus on the button, and say what was done', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const field = page.locator('#loss-data');
  await field.scrollIntoViewIfNeeded();
  await field.fill('3T');
  await field.blur();
  await expect(page).toHaveURL(/data=3T/u);
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(1000);
  await page.evaluate(() => scrollTo(0, 0));
  const undo = button(page, 'Undo');
  const redo = button(page, 'Redo');
  for (const [step, other, words, text] of [[undo, redo, 'Undone.', /^(?!.*data=3T)/u], [redo, undo, 'Redone.', /data=3T/u]]) {
    await step.focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(text);
    await expect(tools(page).getByRole('status')).toHaveText(words);
    // Longer than a browser takes to scroll.
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await expect(step).toBeDisabled();
    await expect(other).toBeEnabled();
    expect(await focused(page)).toBe((await step.textContent()).trim());
  }
  // The browser's own Back goes to where the edit was made.
  expect(await page.evaluate(() => history.scrollRestoration)).toBe('auto');
});
