// Fitting one's own runs as a reader does it: examples, pasted and dropped tables, bad input, cancel, no worker.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, fitFileUrl, fitHttpUrl, httpUrl, modelsHttpUrl, open, settled, test, violations } from './harness.mjs';

const answer = (page) => page.locator('section .answer').first();
const status = (page) => page.locator('.fit-status [role=status]');
const area = (page) => page.locator('#fit-law-table');
const doneWords = { en: /^Done/u, ko: /^끝났습니다/u };
const done = async (page, lang = 'en') => {
  // Until a change is drawn the status is that of the fit before.
  await settled(page);
  await expect(status(page)).toHaveText(doneWords[lang], { timeout: 30_000 });
  await settled(page);
};

/** Runs on a law with planted constants: 5 sizes, 6 token counts. */
function plantedTable(name = 'N,D,loss') {
  const rows = [1e7, 1e8, 1e9, 3e9, 1e10].flatMap((n) =>
    [1e9, 3e9, 1e10, 3e10, 1e11, 3e11].map((d) => [n, d, 1.8172 + 477.83 * n ** -0.34731 + 2143.4 * d ** -0.36717]),
  );
  return [name, ...rows.map((r) => r.join(','))].join('\n');
}

for (const [lang, width] of [
  ['en', 320],
  ['ko', 1280],
]) {
  test.describe(`${lang}, ${width} px`, () => {
    test.use({ viewport: { width, height: 800 }, locale: lang === 'en' ? 'en-US' : 'ko-KR' });

    test('an example is fitted from a file without a network, and a table of one is own', async ({
      watched: page,
      context,
    }) => {
      await context.setOffline(true);
      await open(page, fitFileUrl);
      await done(page, lang);
      await expect(answer(page)).toContainText('34');
      await expect(page.locator('table.constants tbody tr')).toHaveCount(6);
      await expect(page.locator('.quality')).toContainText('4,500');
      await expect(page.locator('figure')).toHaveCount(4);
      await page.locator('#fit-law-runs').selectOption('datablations-2023-runs');
      await expect(answer(page)).toContainText('41', { timeout: 20_000 });

      await area(page).fill(plantedTable());
      await expect(page.locator('#fit-law-runs')).toHaveValue('own');
      await done(page, lang);
      const rows = page.locator('table.constants tbody tr');
      for (const [i, value] of ['1.8172', '477.83', '0.34731', '2,143.4', '0.36717'].entries()) {
        await expect(rows.nth(i).locator('td').first()).toHaveText(value, { timeout: 20_000 });
      }
      const text = await page.locator('main').textContent();
      expect(text).not.toMatch(/undefined|NaN|Infinity|\[object|[{}]|\b(fit|problem|field|example)[-.][a-z]/u);
      expect(page.seen.requests.filter((r) => !r.startsWith('blob:'))).toEqual([fitFileUrl]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });

    test('every form finds a law', async ({ watched: page }) => {
      await open(page, fitHttpUrl(), '#v=1&refits=50&floor=1.5');
      const formulas = new Set();
      for (const form of await page.locator('#fit-law-form option').evaluateAll((all) => all.map((o) => o.value))) {
        await page.locator('#fit-law-form').selectOption(form);
        await expect(page.locator('section')).toHaveAttribute('data-form', form, { timeout: 20_000 });
        await done(page, lang);
        formulas.add(await page.locator('.math').nth(1).textContent());
        await expect(page.locator('figure svg')).not.toHaveCount(0);
        expect(await page.locator('main').textContent()).not.toMatch(/undefined|NaN|Infinity/u);
      }
      expect(formulas.size).toBe(7);
    });
  });
}

test('the fitted law stands beside the published ones', async ({ watched: page }) => {
  await open(page, fitHttpUrl());
  await area(page).fill(plantedTable().replace('2.9', '2.901'));
  await expect(page.locator('table.constants tbody tr').first()).toContainText('1.81', { timeout: 20_000 });
  await done(page);
  const link = page.locator('.use-law a').first();
  expect(await link.getAttribute('href')).toMatch(/\/laws\.html#v=1&.*law=own&own=chinchilla,E:1\.81/u);
  await link.click();
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
  const laws = page.locator('section');
  await expect(laws.locator('.answer').first()).toContainText('Your own law');
  await expect(page.locator('#laws-law')).toHaveValue('own');
  // Loss, best split, and the target three ways.
  await expect(laws.locator('.answers tbody tr')).toHaveCount(5);
  await expect(laws.locator('.answers .problem')).toHaveCount(0);
  const compare = laws.locator('table.compare').first();
  await expect(compare.locator('tbody tr').first()).toContainText('Your own law');
  await expect(compare.locator('tbody tr', { hasText: 'Besiroglu' }).first()).toContainText('fitted to your own runs');
  await expect(compare.locator('tbody tr', { hasText: 'Besiroglu' }).first()).toContainText('%');
  await expect(laws.locator('figure')).toHaveCount(4);
  expect(await laws.textContent()).not.toMatch(/undefined|NaN|loss-unit|loss-data|own-runs/u);
});

test('the fitted law sets the slide rule', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&refits=50');
  await area(page).fill(plantedTable());
  await expect(answer(page)).toContainText('30', { timeout: 20_000 });
  await done(page);
  await page.locator('.use-law a').last().click();
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
  await expect(page.locator('#rule-law')).toHaveValue('own');
  await expect(page.locator('#rule-law option:checked')).toHaveText('Your own law');
  // 1.8172 + 477.83 (1e9)^-0.34731 + 2143.4 (2e10)^-0.36717
  await page.locator('.pin').nth(1).click();
  await page.locator('[id="rule-parameters"], [id="rule-rule.parameters"]').first().fill('1B');
  await page.locator('[id="rule-rule.tokens"]').fill('20B');
  await expect(page.locator('[id="rule-rule.loss"]')).toHaveValue(/^2\.53/u);
  await expect(page.locator('section').first()).toContainText('fitted to your own runs');
  // A link without its constants says so, and another law stands in.
  await page.goto('about:blank');
  await open(page, httpUrl(), '#v=1&law=own');
  await expect(page.locator('section .problem').first()).toContainText('a law of your own but not its constants');
  await expect(page.locator('section .answer').first()).toContainText('2.36');
});

test('a law that makes no sense is drawn as far as it has a loss', async ({ watched: page }) => {
  // The loss grows with the parameters: a negative exponent, so that more compute has no best split.
  const rows = [1e7, 1e8, 1e9].flatMap((n) => [1e9, 1e10, 1e11].map((d) => `${n},${d},${2 + 1e-6 * n ** 0.8}`));
  await open(page, fitHttpUrl(), '#v=1&refits=50');
  await area(page).fill(`N,D,loss\n${rows.join('\n')}`);
  await expect(page.locator('table.constants')).toContainText('−0.8', { timeout: 20_000 });
  await done(page);
  await expect(page.locator('svg[data-plot=fit-residuals]')).toBeVisible();
  await expect(page.locator('svg[data-plot=fit-parameters] path.fitted').first()).toHaveAttribute('d', /^M/u);
  await expect(page.locator('svg[data-plot=fit-computeFlop]')).toHaveCount(0);
  expect(await page.locator('main').textContent()).not.toMatch(/NaN|Infinity/u);
  expect(await page.locator('figure').evaluateAll((all) => all.map((f) => f.innerHTML).join(''))).not.toMatch(/NaN|Infinity/u);
});

test.describe('an own table', () => {
  // Asked again where the navigation only then takes the document away.
  const opened = (page) => page.waitForFunction(() => {
    const element = document.querySelector('llm-slide-rule');
    return location.pathname.endsWith('/fit.html') && element?.ready?.then(() => true);
  });

  test('stands again after Back and after a reload, with the columns chosen', async ({ watched: page }) => {
    await open(page, fitHttpUrl(), '#v=1&refits=20');
    const text = plantedTable('N,D,val_loss,train_loss').replace(/(,[\d.]+)$/gmu, '$1$1');
    await area(page).fill(text);
    await page.locator('#fit-law-column-loss').selectOption('train_loss');
    await expect(page.locator('section')).toContainText('“train_loss”');
    await done(page);
    expect(page.url()).toContain('runs=own');
    await page.goto(modelsHttpUrl());
    await page.goBack();
    await opened(page);
    await expect(area(page)).toHaveValue(text);
    await page.reload();
    await opened(page);
    await expect(area(page)).toHaveValue(text);
    await expect(page.locator('section')).toContainText('“train_loss”');
    await expect(answer(page)).toContainText('30', { timeout: 20_000 });
    // Emptied, it stays so.
    await area(page).fill('');
    await page.reload();
    await opened(page);
    await expect(area(page)).toHaveValue('');
    expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
  });

  test('of a file stands again too, but not one that is too large', async ({ watched: page }, testInfo) => {
    await open(page, fitHttpUrl(), '#v=1&refits=20');
    // Excel's Unicode text.
    const path = testInfo.outputPath('runs.txt');
    writeFileSync(path, Buffer.from(`\ufeff${plantedTable().replaceAll(',', '\t')}`, 'utf16le'));
    await page.locator('#fit-law-file').setInputFiles(path);
    await expect(page.locator('#fit-law-table')).toContainText('runs.txt');
    // The address follows what is shown.
    await expect(page).toHaveURL(/runs=own/u);
    await page.reload();
    await opened(page);
    await expect(page.locator('#fit-law-table')).toContainText('runs.txt');
    await expect(answer(page)).toContainText('30', { timeout: 20_000 });
    writeFileSync(path, `N,D,loss\n${'1e9,1e10,3.25\n'.repeat(400_000)}`);
    await page.locator('#fit-law-file').setInputFiles(path);
    await expect(page.locator('#fit-law-table')).toContainText('5,601 KB');
    await page.reload();
    await opened(page);
    await expect(area(page)).toHaveValue('');
  });

  test('is kept by the page only: the widget has no word for a storage', () => {
    const code = (file) => readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
    expect(code('fit.html')).toContain('sessionStorage');
    for (const file of ['llm-slide-rule.js', 'llm-slide-rule.fit.js']) expect(code(file)).not.toMatch(/(session|local)Storage/u);
  });

  test('is read where storage is forbidden or full', async ({ watched: page }) => {
    await page.addInitScript(() => Object.defineProperty(globalThis, 'sessionStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } }));
    await open(page, fitHttpUrl(), '#v=1&refits=20');
    await area(page).fill(plantedTable());
    await expect(answer(page)).toContainText('30', { timeout: 20_000 });
  });
});

test('columns that no name tells are taken by hand', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&refits=20');
  await area(page).fill(plantedTable('Kapazität,gesehen,Güte'));
  await expect(page.locator('section .problem').first()).toContainText('No column is named like');
  for (const [role, name] of [['parameters', 'Kapazität'], ['tokens', 'gesehen'], ['loss', 'Güte']]) {
    const choice = page.locator(`#fit-law-column-${role}`);
    await expect(choice).toHaveValue('');
    await choice.selectOption(name);
    await expect(choice).toHaveValue(name);
  }
  await expect(answer(page)).toContainText('30', { timeout: 20_000 });
  await done(page);
  await expect(page.locator('section p.problem')).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  // Taken back, the table lacks its loss again.
  await page.locator('#fit-law-column-loss').selectOption('');
  await expect(page.locator('section .problem').first()).toContainText('No column is named like: Loss');
});

test('columns taken by hand stay taken while cells are edited; another header leaves them', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&refits=20');
  const text = plantedTable('Kapazität,gesehen,Güte');
  const taken = [['parameters', 'Kapazität'], ['tokens', 'gesehen'], ['loss', 'Güte']];
  const choice = (role) => page.locator(`#fit-law-column-${role}`);
  const missing = page.locator('section p.problem').first();
  await area(page).fill(text);
  for (const [role, name] of taken) await choice(role).selectOption(name);
  await expect(answer(page)).toContainText('30', { timeout: 20_000 });
  // A row less, a cell that is no number, and what else is typed under the header.
  await area(page).fill(text.replace(/\n.*$/u, ''));
  await expect(answer(page)).toContainText('29', { timeout: 20_000 });
  await area(page).fill(text.replace(/,[\d.]+$/u, ',?'));
  await expect(page.locator('details.bad')).toContainText('Güte');
  for (const [role, name] of taken) await expect(choice(role)).toHaveValue(name);
  // After a reload as well.
  await page.reload();
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
  await expect(page.locator('details.bad')).toContainText('Güte');
  await area(page).fill(text);
  await expect(answer(page)).toContainText('30', { timeout: 20_000 });
  for (const [before, after] of [['Güte', 'Qualität'], [/^/gmu, '1,'], [/,[^,]*$/gmu, '']]) {
    await area(page).fill(text.replace(before, after));
    await expect(missing).toContainText('No column is named like');
    await area(page).fill(text);
    await expect(missing).toHaveCount(0);
  }
  // What is taken under the other header is taken there alone.
  await area(page).fill(text.replace('Güte', 'Qualität'));
  await expect(missing).toContainText('No column is named like: Loss, Parameters');
  await choice('loss').selectOption('Qualität');
  await expect(missing).toContainText('No column is named like: Parameters');
});

test('what is chosen or opened for one table is not for the next', async ({ watched: page }) => {
  // Without a worker a short table is read before anything is drawn in between.
  await page.addInitScript(() => delete globalThis.Worker);
  await open(page, fitHttpUrl(), '#v=1&lang=en&refits=10');
  const rows = (losses) => [1e8, 3e8, 1e9].flatMap((n) => [1e9, 1e10, 1e11].map((d) => [n, d, ...losses.map((_, i) => 3 - Math.log10(n * d) / 20 + i / 10)].join(',')));
  const table = (losses, more = []) => [`params,tokens,${losses.join(',')}`, ...rows(losses), ...more].join('\n');
  const shown = () =>
    page.evaluate(() => {
      const root = document.querySelector('llm-slide-rule').shadowRoot;
      return { value: root.getElementById('fit-law-column-loss').value, note: [...root.querySelectorAll('.note')].find((e) => /“/u.test(e.textContent))?.textContent ?? '' };
    });
  const uses = async (name) => {
    await expect.poll(async () => (await shown().catch(() => ({ note: '' }))).note).toContain(`“${name}”`);
    await settled(page);
    expect((await shown()).value).toBe(name);
  };
  const bad = Array.from({ length: 20 }, () => '1e9,x,3,3,3');
  await area(page).fill(table(['loss', 'val_loss'], bad));
  await uses('loss');
  await page.locator('#fit-law-column-loss').selectOption('val_loss');
  await uses('val_loss');
  await page.locator('details.bad summary').click();
  // Under another header the likeliest is used, wherever it stands in the list, and the choice shows it.
  await area(page).fill(table(['c4_loss', 'val_loss', 'test_loss'], bad));
  await uses('val_loss');
  await expect(page.locator('details.bad')).not.toHaveAttribute('open', '');
});

test('settings are in the link; what is saved can be asked', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&runs=datablations-2023-runs&criterion=least-absolute&refits=50&seed=7');
  await done(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.use-law button').click(),
  ]);
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(saved.law).toBe('own');
  expect(saved.settings).toEqual({
    form: 'chinchilla',
    criterion: 'least-absolute',
    huberDelta: 0.001,
    bootstraps: 50,
    seed: 7,
  });
  expect(saved.answer.rows).toBe(41);
  expect(saved.answer.residuals).toHaveLength(41);
  expect(Object.keys(saved.own.constants)).toEqual(['E', 'A', 'alpha', 'B', 'beta']);
});

test.describe('bad input', () => {
  const grid = (sizes) =>
    ['N,D,loss', ...sizes.flatMap((n) => [1e9, 2e9, 4e9, 8e9].map((d, i) => `${n},${d},${4 - i / 10 - n / 1e10}`))].join('\n');
  const cases = [
    ['empty', '', /nothing here/u, /내용이 없습니다/u],
    ['header only', 'N,D,loss\n', /no rows under them/u, /열 이름만 있고/u],
    ['one row', 'N,D,loss\n1e9,1e10,3', /Runs: At least 6/u, /학습 결과: .*6/u],
    ['two sizes only', grid([1e8, 1e9]), /Distinct sizes \(parameters\): At least 3/u, /서로 다른 파라미터 수: .*3/u],
    ['identical rows', `N,D,loss\n${'1e9,1e10,3\n'.repeat(20)}`, /Distinct/u, /서로 다른/u],
    ['binary', `\u0000\u0001\u0002${'\u0000'.repeat(40)}`, /not text/u, /텍스트가 아닙니다/u],
    ['no loss', 'N,D\n1,2', /No column is named like: Loss/u, /이름이 맞는 열이 없습니다: 손실/u],
  ];
  for (const [lang, at] of [
    ['en', 2],
    ['ko', 3],
  ]) {
    test(`a clear message, the table stays: ${lang}`, async ({ watched: page }) => {
      await open(page, fitHttpUrl(), `#v=1&lang=${lang}&refits=20`);
      for (const [name, text, ...words] of cases) {
        await area(page).fill(text);
        await expect(page.locator('section .problem').filter({ hasText: words[at - 2] }).first(), name).toBeVisible();
        expect(await area(page).inputValue()).toBe(text);
      }
      // Bad rows are listed by line with the reason, the good ones are kept.
      const good = plantedTable();
      await area(page).fill(`${good}\n1e9,1e10,-3\n1e9,1e10,0\n1e9,=SUM(A1),3\n1e9,<script>alert(1)</script>,3\n1e9,x,3`);
      const bad = page.locator('details.bad tbody tr');
      await expect(bad).toHaveCount(5);
      await expect(bad.nth(0)).toContainText('32');
      await expect(bad.nth(0)).toContainText('-3');
      await expect(bad.nth(2)).toContainText('=SUM(A1)');
      await expect(bad.nth(3)).toContainText('<script>');
      await expect(answer(page)).toContainText('30', { timeout: 20_000 });
    });
  }

  test('a loss under the floor that is held is named by its line', async ({ watched: page }) => {
    await open(page, fitHttpUrl(), '#v=1&form=chinchilla-fixed-e&refits=20');
    await expect(page.locator('section .problem').first()).toContainText('floor');
    await page.locator('#fit-law-floor').fill('3');
    await expect(page.locator('section .problem').first()).toContainText('Line 24: the loss is not above the floor of 3.00.');
    await page.locator('#fit-law-floor').fill('1.5');
    await done(page);
    await expect(page.locator('table.constants')).toContainText('held');
  });

  test('a million rows leave the page alive; the first hundred thousand are read', async ({ watched: page }, testInfo) => {
    await open(page, fitHttpUrl(), '#v=1&refits=0');
    await done(page);
    const lines = plantedTable().split('\n').slice(1);
    const path = testInfo.outputPath('runs.csv');
    writeFileSync(path, `N,D,loss\n${`${lines.join('\n')}\n`.repeat(33_334)}`);
    await page.evaluate(() => {
      globalThis.longest = 0;
      globalThis.turns = 0;
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - last);
        last = now;
        globalThis.turns += 1;
        setTimeout(tick, 0);
      };
      tick();
    });
    await page.locator('#fit-law-file').setInputFiles(path);
    await expect(page.locator('section .problem').first()).toContainText('first 100,000 good rows', { timeout: 30_000 });
    await expect(page.locator('#fit-law-table')).toContainText('runs.csv');
    await expect(page.locator('section')).toContainText('400 of 100,000 runs are drawn', { timeout: 60_000 });
    // Other work shares the processor: what is held is that the page's own turn comes again and again.
    expect(await page.evaluate(() => globalThis.turns)).toBeGreaterThan(100);
    expect(await page.evaluate(() => globalThis.longest)).toBeLessThan(5000);
    await page.getByRole('button', { name: 'Take it away' }).click();
    await expect(area(page)).toHaveValue('');
  });

  test('cancelled half-way, what was found stands, and it can go on', async ({ watched: page }) => {
    await open(page, fitHttpUrl(), '#v=1&refits=100000');
    await expect(status(page)).toHaveText(/Intervals: [\d,]+ of 100,000/u);
    await expect(page.locator('table.constants')).toBeVisible();
    await expect(page.locator('table.constants thead th')).toHaveCount(4, { timeout: 20_000 });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(status(page)).toHaveText(/^Cancelled after 4,500 starts and [\d,]+ refits/u);
    await expect(page.locator('table.constants tbody tr').first()).toContainText('1.6');
    const words = await status(page).innerText();
    await page.waitForTimeout(400);
    await expect(status(page)).toHaveText(words);
    await page.locator('#fit-law-refits').fill('100');
    await done(page);
    await page.getByRole('button', { name: 'Fit again' }).click();
    await done(page);
  });

  test('where a worker is blocked it runs on the page in slices', async ({ page }) => {
    // The page's own rules, but for the worker.
    await page.route('**/fit.html', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('worker-src blob:', "worker-src 'none'");
      await route.fulfill({ response, body });
    });
    await open(page, fitHttpUrl());
    await done(page);
    await expect(page.locator('section')).toContainText('does not allow a worker here');
    await expect(answer(page)).toContainText('0.509');
    // Enough refits that the fit is still at work when it is looked at and cancelled.
    await page.evaluate(() => {
      globalThis.turns = [];
      let last = performance.now();
      setInterval(() => {
        globalThis.turns.push(performance.now() - last);
        last = performance.now();
      }, 0);
    });
    await page.locator('#fit-law-refits').fill('100000');
    await expect(status(page)).toHaveText(/of 100,000 refits/u);
    await page.waitForTimeout(500);
    // Other work shares the processor, so single turns wait for it; the length of a slice is held by own-law.test.
    const turns = await page.evaluate(() => globalThis.turns.sort((a, b) => a - b));
    expect(turns[Math.floor(turns.length / 2)]).toBeLessThan(50);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(status(page)).toHaveText(/^Cancelled/u);
  });
});

test('a copy of a fit that still goes on says how far it is', async ({ watched: page }) => {
  await open(page, fitHttpUrl(), '#v=1&lang=en&refits=20000');
  const status = page.locator('.fit-status [role=status]');
  await expect(status).toHaveText(/refits/u);
  const { markdown, csv } = await page.evaluate(() => {
    const element = document.querySelector('llm-slide-rule');
    return { markdown: element.toMarkdown(), csv: element.toCsv() };
  });
  expect(markdown).toMatch(/^Intervals: [\d,]+ of 20,000 refits/mu);
  expect(csv).toMatch(/^"?Intervals: [\d,]+ of 20,000 refits/mu);
});
