// Pictures of the fit table with all models at three widths, light and dark, and what a reader of them would complain
// of: text that is cut, columns that push the page, words too faint. They stand in build/pictures afterwards.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, modelsHttpUrl, open, test, violations } from './harness.mjs';

const folder = fileURLToPath(new URL('../../build/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });

/** Texts of the table that their own box cuts, with how much is lost. */
const cut = (section) =>
  section.evaluate((root) =>
    [...root.querySelectorAll('table.heat th, table.heat td.cell, table.heat td.cell *, table.heat th *')]
      .filter((e) => {
        const style = getComputedStyle(e);
        const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible';
        return clips && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
      })
      .map((e) => `${e.tagName} ${e.className}: ${e.textContent.trim()}`),
  );

/** Pairs of neighbouring cells of the first rows whose boxes overlap. */
const overlaps = (section) =>
  section.evaluate((root) =>
    [...root.querySelectorAll('table.heat tbody tr:not(.gap)')].slice(0, 8).flatMap((row) => {
      const cells = [...row.querySelectorAll('td.cell')].map((c) => ({
        box: c.getBoundingClientRect(),
        text: c.textContent.trim(),
      }));
      return cells
        .slice(1)
        .filter((c, i) => c.box.left < cells[i].box.right - 1)
        .map((c) => c.text);
    }),
  );

/** The whole section in sight, below the line that stays at the window's top. */
const show = (section) =>
  section.evaluate((root) => scrollTo(0, root.getBoundingClientRect().top + scrollY - innerHeight / 8));

for (const width of [320, 768, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({
        viewport: { width, height: 1800 },
        colorScheme,
        locale: 'en-US',
      });

      test('the fit table of all models', async ({ watched: page }) => {
        await open(page, modelsHttpUrl(), '#v=1&sort=name');
        const section = page.locator('section[aria-labelledby="heat-title"]');
        const rows = Number(await section.getByRole('grid').getAttribute('aria-rowcount'));
        expect(rows).toBeGreaterThan(200);
        await show(section);
        await section.screenshot({
          path: `${folder}fit-table-${width}-${colorScheme}.png`,
        });
        expect(await cut(section), 'cut').toEqual([]);
        expect(await overlaps(section), 'overlapping').toEqual([]);

        // In the middle of the list, and its far columns.
        await section.locator('.scroll.heat').evaluate((box) => box.scrollTo(box.scrollWidth, box.scrollHeight / 2));
        const drawn = section.locator('tbody tr:not(.gap)');
        await expect.poll(async () => Number(await drawn.first().getAttribute('aria-rowindex'))).toBeGreaterThan(80);
        await section.screenshot({
          path: `${folder}fit-table-${width}-${colorScheme}-middle.png`,
        });
        expect(await cut(section), 'cut').toEqual([]);
        // The names stay in sight beside the far columns, the head above the rows.
        await expect(drawn.nth(8).locator('th')).toBeInViewport({ ratio: 0.9 });
        await expect(section.locator('thead th').last()).toBeInViewport({
          ratio: 0.9,
        });
        expect(await violations(page, ['color-contrast'])).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      });
    });
  }
}
