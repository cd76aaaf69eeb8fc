// Keys alone: every control of every page is reached with Tab in the order of the page, shows where the focus is, and works.

import { expect, httpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';
import { openPage, pages } from './pages.mjs';

for (const one of pages) {
  test(`${one.name}: Tab reaches every control, in order, and the focus is seen`, async ({ browser }) => {
    const page = await openPage(browser, one, 'en', { viewport: { width: 1280, height: 800 } });
    // What a fit finds is drawn anew until it is done.
    if (one.name === 'fit') await expect(page.locator('.fit-status [role=status]')).toHaveText(/^Done/u, { timeout: 60_000 });
    await settled(page);
    const wanted = await page.evaluate(() => {
      const root = document.querySelector('llm-slide-rule').shadowRoot;
      const radios = new Set();
      const stops = [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((e) => {
        if (e.tabIndex < 0 || e.disabled || !e.checkVisibility({ visibilityProperty: true })) return false;
        // One stop for a group of radio buttons.
        if (e.type !== 'radio') return true;
        const isFirst = !radios.has(e.name);
        radios.add(e.name);
        return isFirst;
      });
      stops.forEach((e, i) => e.setAttribute('data-stop', String(e.type === 'radio' ? `radio-${e.name}` : i)));
      for (const e of root.querySelectorAll('[type=radio]')) e.setAttribute('data-stop', `radio-${e.name}`);
      return stops.map((e) => e.getAttribute('data-stop'));
    });
    expect(wanted.length).toBeGreaterThan(10);

    const reached = [];
    const unseen = [];
    for (let i = 0; i < wanted.length + 2; ++i) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const e = document.activeElement?.shadowRoot?.activeElement;
        if (!e) return undefined;
        // Where an input is hidden behind its label, the label shows the focus.
        const shown = [e, e.closest('label'), ...(e.labels ?? []), e.nextElementSibling, e.parentElement, ...e.querySelectorAll('*')];
        const isShown = shown.some((x) => {
          if (!x) return false;
          const { outlineStyle, outlineWidth } = getComputedStyle(x);
          return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
        });
        const box = e.getBoundingClientRect();
        return {
          stop: e.getAttribute('data-stop'),
          name: e.outerHTML.replace(/<!--.*?-->/gu, '').slice(0, 80),
          isShown,
          isInSight: box.bottom > 0 && box.top < innerHeight,
        };
      });
      if (!at) break;
      reached.push(at.stop);
      if (!at.isShown || !at.isInSight) unseen.push(at);
    }
    expect(unseen).toEqual([]);
    expect(reached).toEqual(wanted);
    await page.context().close();
  });
}

test('what is closed opens and closes with keys', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const cell = page.locator('td.cell button').first();
  await cell.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.panel').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.panel')).toHaveCount(0);
  const summary = page.locator('table.terms summary').first();
  await summary.focus();
  await page.keyboard.press('Space');
  await expect(page.locator('table.terms math').first()).toBeVisible();
  await page.keyboard.press('Space');
  await expect(page.locator('table.terms math').first()).toBeHidden();
});

test('Enter takes what was typed, and sends nothing: each input is a form of its own', async ({ watched: page }) => {
  await open(page, httpUrl());
  await page.evaluate(() => (globalThis.isSame = true));
  for (const [input, typed] of [['memory-parameters', '3e9'], ['rule-rule.tokens', '4e9'], ['hardware-memory', '24GB'], ['hardware-gpu-search', 'H100']]) {
    const field = page.locator(`[id="${input}"]`);
    await field.fill(typed);
    await page.keyboard.press('Enter');
    await settled(page);
    await expect(field).toHaveValue(typed);
    if (input !== 'hardware-gpu-search') await expect.poll(() => new URL(page.url()).hash).toContain(typed);
    expect(new URL(page.url()).search).toBe('');
    expect(await field.evaluate((e) => [...e.form.elements].filter((x) => x.localName !== 'button').length)).toBe(1);
  }
  expect(await page.evaluate(() => globalThis.isSame)).toBe(true);
});

test('the scales move by arrows, Page keys, Home and End', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const scale = page.locator('[data-scale="parameters"]');
  const now = async () => Number(await scale.getAttribute('aria-valuenow'));
  await scale.focus();
  const before = await now();
  await page.keyboard.press('ArrowRight');
  await expect.poll(now).toBeGreaterThan(before);
  const step = (await now()) - before;
  await page.keyboard.press('PageUp');
  await expect.poll(now).toBeGreaterThan(before + 2 * step);
  await page.keyboard.press('End');
  await expect.poll(now).toBe(Number(await scale.getAttribute('aria-valuemax')));
  await page.keyboard.press('Home');
  await expect.poll(now).toBe(Number(await scale.getAttribute('aria-valuemin')));
  await expect(scale).toBeFocused();
});

test('from a cell of the heat map to the breakdown and back', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const heat = page.locator('section[aria-labelledby="heat-title"]');
  const start = heat.locator('td.cell[tabindex="0"]');
  await start.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const panel = heat.locator('.panel');
  await expect(panel).toBeVisible();
  const button = panel.getByRole('button').first();
  for (let i = 0; i < 5 && !(await button.evaluate((b) => b.matches(':focus'))); ++i) await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  const model = await heat.locator('tbody tr', { has: page.locator('td.cell[tabindex="0"]') }).locator('th span').first().textContent();
  await page.keyboard.press('Enter');
  await expect(page.locator('section[aria-labelledby="bytes-title"] .answer')).toContainText(model);
  // The focus went to the breakdown; what leads back stands right before it.
  const cell = heat.locator('td.cell[tabindex="0"]');
  for (let i = 0; i < 5 && !(await cell.evaluate((c) => c.matches(':focus'))); ++i) await page.keyboard.press('Shift+Tab');
  await expect(cell).toBeFocused();
});

for (const [width, height] of [[1280, 800], [320, 640]]) {
  test(`nothing that has the focus is covered by the bar: ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height });
    await open(page, httpUrl(), '#v=1&lang=en');
    for (const key of ['Tab', 'Shift+Tab']) {
      await page.evaluate((end) => scrollTo(0, end ? document.documentElement.scrollHeight : 0), key !== 'Tab');
      for (let i = 0; i < 60; i += 1) {
        await page.keyboard.press(key);
        const covered = await page.evaluate(async () => {
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const root = document.querySelector('llm-slide-rule').shadowRoot;
          const box = root.activeElement?.getBoundingClientRect();
          const bar = root.querySelector('.bar-line').getBoundingClientRect();
          return box && box.top >= bar.top - 1 && box.bottom <= bar.bottom + 1 ? root.activeElement.outerHTML.slice(0, 80) : undefined;
        });
        expect(covered, `${key} ${i}`).toBeUndefined();
      }
    }
  });
}
