// The widget in a blog post whose own CSS would break it.

import { expect, test } from './harness.mjs';

const post = () => `${process.env.SITE}/tests/web/pages/post.html`;

test('three widgets in a post with hostile CSS', async ({ watched: page }) => {
  await page.goto(post());
  await page.evaluate(() => Promise.all([...document.querySelectorAll('llm-slide-rule')].map((e) => e.ready)));
  const [fit, memory, loss, nonsense] = await page.locator('llm-slide-rule').all();
  await expect(fit.locator('table.fit')).toBeVisible();
  await expect(fit.locator('table.fit')).toContainText('올라감');
  await expect(fit.locator('.chips')).toContainText('3090');
  await expect(memory).toContainText('31.2'); // 1.3B x 24 bytes
  await expect(memory.getByRole('heading')).toHaveText('Where the bytes go');
  await expect(loss.locator('input').first()).toBeVisible();
  await expect(nonsense).toContainText('nonsense');
  // The host's rules reach nothing inside.
  const field = memory.locator('input').first();
  await field.fill('13B');
  await expect(memory).toContainText('312');
  expect(await field.evaluate((e) => getComputedStyle(e).transform)).toBe('none');
  expect(await page.evaluate(() => location.hash)).toBe('');
  expect(await page.evaluate(() => Object.keys(localStorage).length)).toBe(0);
});

test('a move in the document is no reset', async ({ watched: page }) => {
  await page.goto(post());
  const memory = page.locator('llm-slide-rule[view=memory]');
  await memory.locator('input').first().fill('13B');
  await page.evaluate(() => document.body.prepend(document.querySelector('llm-slide-rule[view=memory]')));
  await expect(memory.locator('input').first()).toHaveValue('13B');
});

test('attributes set before and after the start are both taken', async ({ watched: page }) => {
  await page.goto(post());
  const memory = page.locator('llm-slide-rule[view=memory]');
  await expect(memory.locator('input').first()).toHaveValue('1.3B');
  await memory.evaluate((e) => e.setAttribute('parameters', '5B'));
  await expect(memory).toContainText('120');
});
