// Loss, GPT-3 and the laws as a reader uses them: figures both ways, plots by pointer and keys, what is out of range.

import { readFileSync } from 'node:fs';
import { accuracyHttpUrl, expect, fileUrl, fitHttpUrl, httpUrl, lawsFileUrl, lawsHttpUrl, open, settled, test } from './harness.mjs';

const section = (page, name) => page.locator(`section[aria-labelledby="${name}-${name}-title"]`);

for (const [lang, width] of [
  ['ko', 320],
  ['en', 1280],
]) {
  test.describe(`${lang}, ${width} px`, () => {
    test.use({
      viewport: { width, height: 800 },
      locale: lang === 'en' ? 'en-US' : 'ko-KR',
    });

    test("Kaplan's laws both ways, from a file without a network", async ({ watched: page, context }) => {
      await context.setOffline(true);
      await open(page, fileUrl);
      const loss = section(page, 'loss');
      // (2.3e8)^0.05 at 1 PF-day; 2.3e8 / 2.4^20 PF-days for 2.4.
      const rows = loss.locator('table.laws tbody tr');
      await expect(rows.nth(0)).toContainText('2.62');
      await expect(rows.nth(0)).toContainText('5.72');
      await expect(rows.nth(1)).toContainText('2.09');
      await expect(rows.nth(1)).toContainText('5.37B');
      await expect(rows.nth(2)).toContainText('2.30');
      await expect(rows.nth(2)).toContainText('874M');

      await page.locator('#loss-loss').fill('3');
      await expect(rows.nth(2)).toContainText('46.4M');
      await page.locator('#loss-compute').fill('3640 PF-days');
      await expect(rows.nth(0)).toContainText('1.74');
      await expect(rows.nth(0).locator('.tag')).toHaveCount(1);

      // The figure opens to its formula, with the constant that the paper has.
      await rows.nth(2).getByRole('button').first().click();
      const panel = loss.locator('.panel').first();
      await expect(panel.locator('.math')).toHaveCount(2);
      await expect(panel).toContainText('8.8·10¹³');
      await expect(loss.locator('.aside').first()).toContainText('8.8·1013');

      // C = 6ND on the chosen cards: 6 · 1.5e9 · 22.9e9.
      await expect(loss).toContainText('2.06·10²⁰');
      await page.locator('#loss-price').fill('2');
      await expect(loss.locator('table.stack').last()).toContainText('$');

      expect(page.seen.requests).toEqual([fileUrl]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

for (const [lang, width] of [
  ['en', 320],
  ['ko', 1280],
]) {
  test.describe(`${lang}, ${width} px, every law`, () => {
    test.use({ viewport: { width, height: 800 }, locale: lang === 'en' ? 'en-US' : 'ko-KR' });

    test('no word is missing in the laws, whichever is chosen', async ({ watched: page }) => {
      await open(page, lawsFileUrl);
      const laws = section(page, 'laws');
      const ids = await page.locator('#laws-law option').evaluateAll((all) => all.map((o) => o.value));
      expect(ids.length).toBeGreaterThanOrEqual(40);
      for (const id of ids) {
        await page.locator('#laws-law').selectOption(id);
        await settled(page);
        await expect(laws.locator('.answer')).not.toBeEmpty();
        const shown = await laws.locator('.answer, .answers, .aside, figure').allInnerTexts();
        expect(shown.join('\n'), id).not.toMatch(/NaN|undefined|Infinity|[{}]/u);
        expect(shown.join('\n'), id).not.toMatch(/^[a-z0-9]+(-[a-z0-9.]+)+:?$/mu);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test('a plot is read by pointer and by keys, and says so', async ({ watched: page }) => {
  await open(page, httpUrl());
  const figure = section(page, 'loss').locator('figure').first();
  const slider = figure.getByRole('slider');
  const reading = figure.locator('.reading');
  const atRest = await reading.textContent();
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', '0');
  await expect(slider).toHaveAttribute('aria-valuetext', /7\.0[0-9]|6\.9[0-9]|6\.6|6\.[0-9]+/u);
  const first = await reading.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(reading).not.toHaveText(first);
  await page.keyboard.press('End');
  await expect(slider).toHaveAttribute('aria-valuenow', '100');
  await page.keyboard.press('Escape');
  await expect(reading).toHaveText(atRest);
  await slider.hover({ position: { x: 150, y: 100 } });
  await expect(reading).toHaveClass(/live/u);
  await expect(figure.locator('.crosshair')).toHaveCount(1);
});

test("the plot's table holds what the curve shows; the files hold it too", async ({ watched: page }) => {
  await open(page, httpUrl());
  const figure = section(page, 'loss').locator('figure').nth(2);
  await figure.locator('details > summary').click();
  // (8.8e13/1e9)^0.076
  await expect(figure.locator('tbody tr', { hasText: '1.00B' })).toContainText('2.38');
  const save = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      figure.getByRole('button', { name, exact: true }).click(),
    ]);
    return readFileSync(await download.path());
  };
  const csv = (await save('CSV')).toString();
  expect(csv.split('\r\n')[0]).toBe('Parameters,"Test loss, nats per token",Range');
  expect(Number(/^1000000000,([\d.]+)/mu.exec(csv)?.[1])).toBeCloseTo((8.8e13 / 1e9) ** 0.076, 12);
  // What made it, when, and where it opens again.
  const made = /^LLM Slide Rule \d+\.\d+\.\d+, \d{4}-\d\d-\d\d, http\S+\/index\.html/u;
  expect(csv.trimEnd().split('\r\n').pop()).toMatch(new RegExp(made.source.replace('^', '^"'), 'u'));
  const svg = (await save('SVG')).toString();
  const texts = [...svg.matchAll(/<text [^>]*>([^<]+)<\/text>/gu)].map(([, text]) => text);
  expect(texts.slice(-3).join('')).toContain(page.url());
  expect(texts.some((text) => text.startsWith('LLM Slide Rule '))).toBe(true);
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
  expect(svg).not.toMatch(/class=|var\(/u);
  const png = await save('PNG');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  // What cannot be read is no part of what the figure was computed from.
  await page.locator('#loss-compute').fill('abc');
  expect((await save('CSV')).toString().trimEnd().split('\r\n').pop()).not.toContain('abc');
  await expect(page.locator('p.print-only').last()).not.toContainText('abc');
});

test('GPT-3: the tables as printed, the two misprints marked', async ({ watched: page }) => {
  await open(page, httpUrl());
  const gpt3 = section(page, 'gpt3');
  await expect(gpt3.locator('.answer')).toContainText('1.73');
  await expect(gpt3.locator('.mark.published circle')).toHaveCount(8);
  await expect(gpt3.locator('del')).toHaveText([/24/u, /5,140/u]);
  await expect(gpt3.locator('ins')).toHaveText([/16/u, /5,120/u]);
  await expect(gpt3.locator('table').nth(1)).toContainText('174,600M');
});

test('laws: the best split of a budget, a loss under the floor, the hash', async ({
  watched: page,
  browser,
}) => {
  await open(page, lawsHttpUrl(), '#v=1&law=hoffmann-2022&budget=5.76e23+FLOP');
  const laws = section(page, 'laws');
  await expect(laws.locator('.answer')).toContainText('32.2B');
  await page.locator('#laws-loss').fill('1.6');
  // E = 1.69: nothing reaches 1.6, and it is said in each line that asks for it.
  await expect(laws.locator('.answers .problem').first()).toContainText('1.69');
  await page.locator('#laws-law').selectOption('muennighoff-2023');
  await page.locator('#laws-unique').fill('200B');
  await page.locator('#laws-unique').blur();
  await expect.poll(() => page.url()).toContain('unique=200B');
  await settled(page);
  const before = await laws.locator('.answers').textContent();
  const other = await (await browser.newContext()).newPage();
  await open(other, page.url());
  expect(await section(other, 'laws').locator('.answers').textContent()).toBe(before);
  await other.context().close();
  // Which law to believe: those that were fitted on runs as large.
  await page.locator('#laws-n').fill('1B');
  await page.locator('#laws-d').fill('20B');
  await expect(laws).toContainText(/\d+ of them were fitted on runs as large, and give 2\.\d+ to \d\.\d+/u);
  await page.locator('#laws-n').fill('100T');
  await page.locator('#laws-d').fill('1000T');
  await expect(laws).toContainText('None of them was fitted on runs as large');
  // An edition that takes another's allocation names it, rather than print its id as a formula.
  await page.locator('.editions summary', { hasText: 'Figure 1' }).first().click();
  await expect(page.locator('.editions details[open]')).toContainText(/Allocation by\s*Kaplan 2020/u);
  await expect(page.locator('.editions details[open] .math').last()).not.toContainText('optimal');
});

test("laws: Kaplan's compute is C_min in every line, and beside other laws what is spent", async ({ watched: page }) => {
  await open(page, lawsHttpUrl(), '#v=1&law=kaplan-2020-compute&budget=4.943e20+FLOP');
  const laws = section(page, 'laws');
  await expect(laws.locator('.answer')).toContainText(/FLOP \(C_min\) are best spent on .* for a loss of 2\.40\./u);
  const lines = await laws.locator('.answers').innerText();
  expect(lines.match(/L = 2\.40/gu)?.length).toBeGreaterThanOrEqual(2);
  // The mark stands where training at the critical batch does: at twice C_min.
  await expect(laws.locator('figure', { hasText: 'How large a model' })).toContainText(/C = 9\.89e\+?20|9\.89\D*10/u);
});

test('laws: an unknown law in the link is said, with the nearest', async ({ watched: page }) => {
  await open(page, lawsHttpUrl(), '#v=1&law=hofmann-2022');
  await expect(page.locator('#laws-law-problem')).toContainText('Did you mean Chinchilla, Eq. 10 (Hoffmann 2022)?');
  await expect(section(page, 'laws').locator('.answers')).toBeVisible();
});

test.describe('ko, 320 px', () => {
  test.use({ viewport: { width: 320, height: 800 }, locale: 'ko-KR' });

  test('the tables of the laws with the longest names fit', async ({ watched: page }) => {
    for (const law of ['muennighoff-2023', 'ludziejewski-2025']) {
      await page.goto('about:blank');
      await open(page, lawsFileUrl, `#v=1&law=${law}`);
      const wide = await page.evaluate(async () => {
        const root = document.querySelector('llm-slide-rule').shadowRoot;
        for (const details of root.querySelectorAll('details.data')) details.open = true;
        await document.querySelector('llm-slide-rule').updateComplete;
        return [...root.querySelectorAll('.data .scroll')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent);
      });
      expect(wide, law).toEqual([]);
    }
  });
});

test('the words along a curve stand clear of the values beside its marks', async ({ watched: page }) => {
  await open(page, lawsHttpUrl());
  const element = page.locator('llm-slide-rule');
  let words = 0;
  for (const budget of ['1e19', '1e21', '3e22', '1e23', '3e23', '5.76e23', '9e23', '1e24', '1e26']) {
    const { along, covered } = await element.evaluate(async (e, budget) => {
      e.setState({ budget }, { whole: true });
      await e.updateComplete;
      const plot = e.shadowRoot.querySelector('svg[data-plot$=-loss]');
      const values = [...plot.querySelectorAll('.mark text')].map((text) => text.getBoundingClientRect());
      const along = [...plot.querySelectorAll('.along')];
      // Where each sign of a turned word stands.
      const places = along.flatMap((word) => Array.from(word.textContent, (_, i) => {
        const { x, y, width, height } = word.getExtentOfChar(i);
        return new DOMPoint(x + width / 2, y + height / 2).matrixTransform(word.getScreenCTM());
      }));
      const within = (box, p) => p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom;
      return { along: along.length, covered: places.filter((p) => values.some((box) => within(box, p))).length };
    }, budget);
    expect(covered, budget).toBe(0);
    words += along;
  }
  expect(words).toBeGreaterThan(12);
});

for (const width of [1280, 768, 360]) {
  test(`a name in a plot of models stands nearest its own dot, ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, lawsHttpUrl(), '#v=1&lang=en');
    const plots = await page.evaluate(() =>
      [...document.querySelector('llm-slide-rule').shadowRoot.querySelectorAll('svg[data-plot$="-plane"], svg[data-plot$="-size"]')].map((svg) => {
        const at = (e) => ['cx', 'cy'].map((name) => Number(e.getAttribute(name)));
        const all = [...svg.querySelectorAll('.mark circle')].map(at);
        const away = (box) => all.map(([x, y]) => Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y + 2 - y, 0, y - box.y - box.height + 2)));
        const [given] = [...svg.querySelectorAll('.mark.given')];
        const names = [...svg.querySelectorAll('.mark.published text')].map((text) => {
          const [first, second] = away(text.getBBox()).sort((a, b) => a - b);
          return { name: text.textContent, first, second };
        });
        // The lines as points, each pixel.
        const crossed = [...svg.querySelectorAll('.mark.published text')].filter((text) => {
          const { x, y, width: w, height: h } = text.getBBox();
          return [...svg.querySelectorAll('.curve.quiet path')].some((path) => {
            const n = path.getTotalLength();
            for (let i = 0; i < n; i += 1) {
              const p = path.getPointAtLength(i);
              if (p.x > x + 2 && p.x < x + w - 2 && p.y > y + 3 && p.y < y + h - 3) return true;
            }
            return false;
          });
        }).length;
        const [gx, gy] = at(given.querySelector('circle'));
        const value = given.querySelector('text').getBBox();
        return { plot: svg.dataset.plot, names, crossed, value: Math.hypot(Math.max(value.x - gx, 0, gx - value.x - value.width), Math.max(value.y - gy, 0, gy - value.y - value.height)) };
      }),
    );
    expect(plots).toHaveLength(2);
    for (const { plot, names, crossed, value } of plots) {
      for (const { name, first, second } of names) {
        expect(first, `${plot}: ${name}`).toBeLessThan(12);
        expect(second / first, `${plot}: ${name}`).toBeGreaterThan(1);
      }
      expect(value, plot).toBeLessThan(14);
      if (width < 1000) expect(crossed, plot).toBe(0);
      else expect(names.length, plot).toBeGreaterThan(1);
    }
  });
}

test('plots side by side stay level under titles of one line and of two', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const plots = await page.locator('.plots.columns-3 figure').evaluateAll((all) =>
    all.map((e) => [e.querySelector('figcaption').getClientRects()[0].height, e.querySelector('.plot svg').getBoundingClientRect().top]),
  );
  expect(plots).toHaveLength(3);
  expect(new Set(plots.map(([height]) => height)).size).toBeGreaterThan(1);
  for (const [, top] of plots) expect(Math.abs(top - plots[0][1])).toBeLessThan(1);
});

test('the place of a loss among all is headed by the lowest and the highest', async ({ watched: page }) => {
  await open(page, lawsHttpUrl(), '#v=1&lang=en');
  const table = page.locator('table.compare').first();
  await expect(table.locator('th.scale')).toBeVisible();
  const [, low, high] = /Lowest\s–\shighest:\s([\d.]+)\s–\s([\d.]+)/u.exec(await table.locator('th.scale').innerText());
  await expect(page.getByText(`give losses from ${low} to ${high}`, { exact: false })).toBeVisible();
  await page.setViewportSize({ width: 360, height: 900 });
  const labels = await table.locator('td:has(.strip)').evaluateAll((all) => all.map((e) => getComputedStyle(e, '::before').content));
  for (const label of labels) expect(label).toContain(`${low}\u00a0–\u00a0${high}`);
});

for (const [what, url, hash] of [
  ['GPT-3', httpUrl, ''],
  ['the rows of accuracy', accuracyHttpUrl, ''],
  ['outliers', fitHttpUrl, '&runs=chinchilla'],
]) {
  test(`on a phone every figure of a folded table has its label: ${what}`, async ({ watched: page }) => {
    await page.setViewportSize({ width: 360, height: 900 });
    await open(page, url(), `#v=1&lang=en${hash}`);
    const folded = page.locator('table.folds');
    await expect(folded.first()).toBeAttached();
    const tables = await folded.evaluateAll((all) =>
      all.map((table) => {
        for (let e = table; (e = e.parentElement?.closest('details')); ) e.open = true;
        const heads = [...table.tHead.rows[0].cells].map((e) => e.textContent.trim());
        return [...table.tBodies[0].rows].slice(0, 3).flatMap((row) =>
          [...row.cells].map((e, i) => (e.matches('.numeric') ? [heads[i], getComputedStyle(e, '::before').content.slice(1, -1)] : [])),
        );
      }),
    );
    for (const pairs of tables) {
      expect(pairs.length).toBeGreaterThan(3);
      for (const [head, label] of pairs) expect(label).toBe(head);
    }
  });
}

test('every dot of the plot of sizes has its name in the read-out, by keys too, and in the table', async ({ watched: page }) => {
  await open(page, lawsHttpUrl(), '#v=1&lang=en');
  const figure = page.locator('figure', { has: page.locator('svg[data-plot$="-size"]') });
  const dots = await figure.locator('.mark.published circle').count();
  expect(dots).toBeGreaterThan(8);
  await figure.locator('summary').click();
  const named = (await figure.locator('tbody td:first-child').allInnerTexts()).flatMap((text) => /^(.+): /u.exec(text)?.[1] ?? []);
  expect(named.length).toBeGreaterThanOrEqual(dots);
  const reader = figure.getByRole('slider');
  await reader.press('Home');
  let read = '';
  for (let i = 0; i < 100; i++) {
    await reader.press('ArrowRight');
    read += ` · ${await reader.getAttribute('aria-valuetext')}`;
  }
  for (const name of named) expect(read).toContain(name);
});
