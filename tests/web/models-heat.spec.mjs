// The page of models: the heat map of models and cards, by width, by keys, searched and sorted.

import { expect, modelsHttpUrl, open, settled, test } from './harness.mjs';
import { config, section } from './models-page.mjs';

for (const width of [320, 768, 1280]) {
  test.describe(`heat map, ${width} px`, () => {
    test.use({ viewport: { width, height: 800 } });

    test('all models, drawn where they are in sight, by pointer and by keys', async ({ watched: page }) => {
      await open(page, modelsHttpUrl());
      const grid = section(page, 'heat').getByRole('grid');
      await expect(grid).toHaveAttribute('aria-rowcount', '205');
      const drawn = await grid.locator('tbody tr:not(.gap)').count();
      expect(drawn).toBeLessThan(40);
      // Colour and words: every cell says its outcome.
      for (const cell of await grid.locator('td.cell').allTextContents()) expect(cell).toMatch(/fits|tight|does not fit|cannot/u);
      // Nothing cuts a cell, nor need it be cut.
      const cut = await grid.locator('td.cell, tbody th').evaluateAll((all) =>
        all.filter((e) => getComputedStyle(e).overflow !== 'visible' || e.scrollWidth > e.clientWidth).map((e) => e.textContent),
      );
      expect(cut).toEqual([]);
      // Down to the last model: its row is drawn, the cell has the focus, its name stays in sight.
      await grid.locator('td.cell[tabindex="0"]').focus();
      await page.keyboard.press('End');
      const last = grid.locator('tr[aria-rowindex="205"]');
      await expect(last.locator('td.cell').first()).toBeFocused();
      await expect(last.locator('th')).toBeInViewport();
      await page.keyboard.press('ArrowRight');
      await expect(last.locator('td.cell').nth(1)).toBeFocused();
      await page.keyboard.press('Enter');
      const panel = section(page, 'heat').locator('.panel');
      await expect(panel).toContainText('A100');
      const name = await last.locator('th span').textContent();
      await expect(panel).toContainText(name);
      await panel.getByRole('button').click();
      await expect(section(page, 'bytes').locator('.answer')).toContainText(name);
      await expect(section(page, 'bytes').locator('.answer')).toContainText('A100');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test('a heat map of many cards is laid out where somebody looks at it', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&gpu=rtx-4090');
  const laidOut = () => section(page, 'heat').locator('.scroll').evaluate((e) => getComputedStyle(e).contentVisibility);
  expect(await laidOut()).toBe('visible');
  const gpu = Array.from({ length: 17 }, (_, i) => `rtx-4090*${i + 1}`).join(',');
  await page.evaluate((state) => document.querySelector('llm-slide-rule').setState(state), { gpu });
  await settled(page);
  expect(await laidOut()).toBe('auto');
});

test('the heat map says of the chosen model what its breakdown says', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&model=qwen3-32b&gpu=rtx-4090,a100-sxm-80gb');
  const row = section(page, 'heat').locator('tr.chosen');
  await expect(row).toContainText('Qwen3-32B');
  const [small, large] = await row.locator('td .outcome').allTextContents();
  expect(small).toContain('does not fit');
  expect(large).toContain('fits');
  await expect(section(page, 'bytes').locator('.answer')).toContainText('does not fit');
  const needed = (await row.locator('td .number').first().textContent()).replace(/ ·.*/u, '');
  await expect(section(page, 'bytes').locator('.answer')).toContainText(needed);
  // Methods and contexts of the same model: longer contexts never need less.
  await page.locator('#heat-table').selectOption('contexts');
  await settled(page);
  const needs = await section(page, 'heat').locator('tbody tr:not(.gap) td:nth-child(2) .number').allTextContents();
  const bytes = needs.map((n) => parseFloat(n.replace(/,/gu, '')) * (/TB/u.test(n) ? 1000 : 1));
  expect(bytes.length).toBeGreaterThan(5);
  expect([...bytes].sort((a, b) => a - b)).toEqual(bytes);
  await page.locator('#heat-table').selectOption('methods');
  await expect(section(page, 'heat').locator('tbody tr:not(.gap)')).toHaveCount(12);
});

test('a cell says how many cards as cards, and of several what each needs; the opened one is marked', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&task=train&gpu=rtx-4090,a100-sxm-80gb*2,mi300x');
  const heat = section(page, 'heat');
  const cell = (column) => heat.locator(`td[data-row="1"][data-column="${column}"]`);
  await expect(cell(0)).toContainText(/does not fit\s*[\d,.]+\sGB · \d+ cards\s*$/u);
  await expect(cell(1)).toContainText(/does not fit\s*[\d,.]+\sGB a card · \d+ cards\s*$/u);
  await expect(heat.locator('[aria-selected="true"]')).toHaveCount(0);
  await cell(1).click();
  const panel = heat.locator('.panel');
  await expect(panel).toContainText(/needs [\d,.]+\sGB a card, 2 × A100 SXM4 80GB has [\d,.]+\sGB a card/u);
  // With its states in copies no number of cards would hold it: how they are counted, table and list of limits say.
  for (const name of ['heat', 'inverses']) await expect(section(page, name)).toContainText('unsharded training as ZeRO-3');
  await expect(heat.locator('[aria-selected="true"]')).toHaveAttribute('data-column', '1');
  const border = (column) => cell(column).evaluate((e) => getComputedStyle(e).borderTopColor === getComputedStyle(e).color);
  expect(await border(1)).toBe(true);
  expect(await border(0)).toBe(false);
  // The arrow keys go on; what is open stays.
  const said = await panel.textContent();
  await page.keyboard.press('ArrowLeft');
  await expect(cell(0)).toBeFocused();
  expect(await panel.textContent()).toBe(said);
  await expect(heat.locator('[aria-selected="true"]')).toHaveAttribute('data-column', '1');
});

for (const [width, gpu] of [[360, 'rtx-4090,a100-sxm-80gb'], [360, 'gtx-1080-ti'], [768, 'rtx-4090'], [1280, 'rtx-4090,a100-sxm-80gb']]) {
  test(`lists that go on are cut within a row, ${width} px, ${gpu}`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, modelsHttpUrl(), `#v=1&lang=en&gpu=${gpu}`);
    const shares = await page.evaluate(() => {
      const root = document.querySelector('llm-slide-rule').shadowRoot;
      return ['.scroll.heat', '.picks'].flatMap((name) => [...root.querySelectorAll(name)]).flatMap((box) => {
        if (box.scrollHeight <= box.clientHeight + 1) return [];
        box.scrollTop = 0;
        const end = box.getBoundingClientRect().bottom;
        const rows = [...box.querySelectorAll('tbody tr:not(.gap), .pick')].map((e) => e.getBoundingClientRect());
        const last = rows.find((r) => r.bottom > end);
        return [(end - last.top) / last.height];
      });
    });
    expect(shares.length).toBeGreaterThan(0);
    for (const share of shares) expect(share, String(shares)).toBeGreaterThan(0.15);
    for (const share of shares) expect(share, String(shares)).toBeLessThan(0.85);
  });
}

for (const [what, bring] of [
  ['imported', (page) => page.locator('#model-config').fill(config('qwen3-8b'))],
  ['counted', (page) => page.locator('#model-count').fill('8.2B')],
]) {
  test(`a model that is ${what} is the first row of the heat map`, async ({ watched: page }) => {
    await open(page, modelsHttpUrl(), '#v=1&gpu=rtx-4090,l4');
    const heat = section(page, 'heat');
    const first = heat.locator('tr[aria-rowindex="2"]');
    await expect(first).not.toContainText('yours');
    await bring(page);
    await expect(first.locator('th')).toContainText('yours');
    await expect(first).toHaveClass(/chosen/u);
    await expect(heat.getByRole('grid')).toHaveAttribute('aria-rowcount', '206');
    const name = await first.locator('th span').textContent();
    await expect(section(page, 'bytes').locator('.answer')).toContainText(name);
    const cell = first.locator('td.cell').first();
    await expect(cell).toHaveAttribute('title', /on RTX 4090|RTX 4090/u);
    // The cell says what the breakdown says.
    const needed = await cell.locator('.number').textContent();
    await expect(section(page, 'bytes').locator('.answer')).toContainText(needed);
    // Whatever is searched for, it stays on top; keys open its breakdown.
    await page.locator('#heat-model-search').fill('gemma');
    await expect(first.locator('th span')).toHaveText(name);
    await cell.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const panel = heat.locator('.panel');
    await expect(panel).toContainText(name);
    await expect(panel).toContainText('L4');
    await panel.getByRole('button').click();
    await expect(section(page, 'bytes').locator('.answer')).toContainText(name);
    await expect(section(page, 'bytes').locator('.answer')).toContainText('L4');
    await page.locator('#model-model-search').fill('exaone 7.8b');
    await section(page, 'model').locator('.pick', { hasText: 'EXAONE 3.5 7.8B' }).locator('input').check();
    await expect(first.locator('th')).not.toContainText('yours');
  });
}

test('list and heat map are searched each by itself', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const heat = section(page, 'heat');
  const before = await heat.locator('.answer').textContent();
  await page.locator('#model-model-search').fill('exaone');
  await expect(section(page, 'model').locator('.note').first()).toContainText(/^\d+ found/u);
  await settled(page);
  expect(await heat.locator('.answer').textContent()).toBe(before);
  await expect(heat.locator('#heat-model-search')).toHaveValue('');
  await heat.locator('#heat-model-search').fill('gemma');
  await expect(heat.locator('.answer')).not.toHaveText(before);
  await expect(page.locator('#model-model-search')).toHaveValue('exaone');
});
