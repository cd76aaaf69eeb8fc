// What the pages say and draw, as a reader would stumble over it.

import { accuracyHttpUrl, expect, httpUrl, modelsHttpUrl, open, test } from './harness.mjs';

/** Words along the curves of a plot, which may be turned, a letter of which stands in another word. */
const struck = (plot) =>
  plot.evaluate((svg) => {
    const others = [...svg.querySelectorAll('text:not(.along)')].filter((t) => t.textContent.trim());
    return [...svg.querySelectorAll('text.along')].flatMap((along) => {
      const matrix = along.getScreenCTM();
      const letters = Array.from({ length: along.getNumberOfChars() }, (_, i) => {
        const box = along.getExtentOfChar(i);
        return new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(matrix);
      });
      return others
        .filter((t) => {
          const box = t.getBoundingClientRect();
          return letters.some((p) => p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom);
        })
        .map((t) => `${along.textContent} | ${t.textContent.trim()}`);
    });
  });

/** Pairs of words of a plot that cover one another. */
const colliding = (plot) =>
  plot.evaluate((svg) => {
    const texts = [...svg.querySelectorAll('text')]
      .filter((t) => t.textContent.trim())
      .map((t) => ({ text: t.textContent.trim(), box: t.getBoundingClientRect() }));
    return texts.flatMap((a, i) =>
      texts
        .slice(i + 1)
        .filter((b) => a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom && b.box.top < a.box.bottom)
        .map((b) => `${a.text} | ${b.text}`),
    );
  });

test('a memory that takes two cards is no mistake of its field; its note stands', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en&gpu=rtx-4090');
  const field = page.locator('[id="rule-rule.memory"]');
  await field.fill('48GB');
  await field.blur();
  await expect(page.locator('#rule-note-memory')).toContainText('needs 2 cards');
  await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('.scale', { has: field })).not.toHaveClass(/unmet/u);
  await field.fill('48');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
});

test('the time of many cards is no number of days', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=ko&gpu=rtx-4090&parameters=7B&rule.pin=parameters');
  await expect(page.locator('#rule-note-compute')).toContainText(/[\d.]+ GPU·일\(GPU-days\)/u);
  await expect(page.locator('main')).not.toContainText(/GPU [\d.,]+일/u);
});

test('a field that waits is called by its label, each as one', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=ko');
  await page.locator('#rule-active').fill('x');
  await expect(page.locator('.rule + .stale')).toContainText(`“${(await page.locator('label[for="rule-active"]').textContent()).trim()}”`);
  await open(page, modelsHttpUrl(), '#v=1&lang=ko&context=x');
  await expect(page.locator('.stale:not(:empty)').first()).toContainText('“문맥 길이, 토큰”');
});

test('ranges of sizes are words, and none that are tight are not counted', async ({ watched: page }) => {
  for (const [lang, below, above] of [['en', 'below 3B', '150B and more'], ['ko', '3B 미만', '150B 이상']]) {
    await open(page, modelsHttpUrl(), `#v=1&lang=${lang}&gpu=h200-sxm*8&model=llama-3.1-8b`);
    const sizes = await page.locator('option', { hasText: /\dB( |$)/u }).allTextContents();
    expect(sizes.map((s) => s.trim())).toEqual(expect.arrayContaining([below, '3–10B', above]));
    await expect(page.locator('section[aria-labelledby="heat-title"] .answer')).not.toContainText(/ 0 are|0개는|: 0\./u);
  }
});

for (const wait of [0, 30, 80, 200]) {
  test(`of advice two quick presses or clicks take one change: ${wait} ms`, async ({ watched: page }) => {
    for (const hand of ['keys', 'mouse']) {
      await open(page, modelsHttpUrl(), '#v=1&lang=en&task=train&model=llama-3.1-8b&gpu=h100-sxm');
      await expect(page.locator('ul.changes button').nth(2)).toBeVisible();
      const words = (await page.locator('ul.changes button').first().textContent()).replace(/\s+/gu, ' ').trim();
      const entries = await page.evaluate(() => history.length);
      if (hand === 'keys') {
        await page.locator('ul.changes button').first().focus();
        await page.keyboard.press('Enter');
        await page.waitForTimeout(wait);
        await page.keyboard.press('Enter');
      } else await page.locator('ul.changes button').first().dblclick({ delay: wait / 4 });
      await expect.poll(async () => (await page.locator('.taken').textContent()).replace(/\s+/gu, ' ')).toContain(`Done: ${words}`);
      await page.waitForTimeout(500);
      expect(await page.evaluate(() => history.length), hand).toBe(entries + 1);
      expect((await page.locator('.taken').textContent()).replace(/\s+/gu, ' ')).toContain(`Done: ${words}`);
    }
  });
}

test('labels of an axis and words along a curve cover nothing', async ({ watched: page }) => {
  await page.setViewportSize({ width: 360, height: 900 });
  await open(page, accuracyHttpUrl(), '#v=1&lang=en&group=full-one-gpu');
  await expect(page.locator('svg[data-plot]').first()).toBeVisible();
  expect(await colliding(page.locator('svg[data-plot]').first())).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, httpUrl(), '#v=1&lang=en&loss=1.7&compute=0.5%20PF-day');
  for (const plot of await page.locator('svg[data-plot]').all()) expect(await struck(plot)).toEqual([]);
});

test('in forced colours no bar stands where nothing is stale', async ({ watched: page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, httpUrl(), '#v=1&lang=en');
  expect(await page.locator('.rule + .stale:empty').evaluate((e) => getComputedStyle(e).borderInlineStartWidth)).toBe('0px');
});
