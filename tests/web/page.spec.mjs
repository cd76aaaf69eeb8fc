// The hosted page as a reader uses it: over http and from a file without a network, in both languages, on a phone
// and on a desk.

import { expect, fileUrl, httpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';

const places = [
  { name: 'http', url: httpUrl },
  { name: 'file, no network', url: () => fileUrl },
];
const words = {
  en: { title: 'LLM Slide Rule', fits: 'fits', total: 'Total' },
  ko: { title: 'LLM 계산자', fits: '올라감', total: '합계' },
};

// Every pair of place, language and width.
for (const [{ name, url }, lang, width] of [
  [places[0], 'en', 320],
  [places[0], 'ko', 1280],
  [places[1], 'ko', 320],
  [places[1], 'en', 1280],
]) {
  test.describe(`${name}, ${lang}, ${width} px`, () => {
    test.use({ viewport: { width, height: 800 }, locale: lang === 'en' ? 'en-US' : 'ko-KR' });

    test('the whole path of the article', async ({ watched: page, context }) => {
      if (name !== 'http') await context.setOffline(true);
      await open(page, url());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words[lang].title);
      await expect(page.locator('html')).toHaveAttribute('lang', lang);

      // Hardware: search, pick, count, memory.
      // As many cards as the words say.
      await expect(page.locator('#hardware-gpu-found')).toContainText('25');
      await expect(page.locator('fieldset.picks input')).toHaveCount(25);
      await page.locator('#hardware-gpu-search').fill('l40s');
      const pick = page.locator('.pick', { hasText: 'L40S' }).locator('input');
      await pick.check();
      await expect(page.locator('.chips li')).toHaveCount(4);
      await page.locator('.chips li', { hasText: 'L40S' }).locator('input.count').fill('8');
      await page.locator('#hardware-memory').fill('48GB');
      await page.locator('#hardware-memory').blur();
      await expect(page.locator('table.fit thead th')).toHaveCount(3 + 5);

      // What fits: 48 GB holds 2B by the article's rule, exactly.
      const article = page.locator('table.fit tr', { hasText: /(article|글의 규칙): fp32 AdamW/u });
      await expect(article.locator('td.cell').last()).toContainText('2.00B');
      await article.locator('td.cell').last().getByRole('button').click();
      await expect(page.locator('.panel')).toContainText('48.0');
      await expect(page.locator('.panel .math')).toHaveCount(4);

      // Where the bytes go: 8 + 32 + 8 = 48.
      const terms = page.locator('table.terms').first();
      await expect(terms.locator('tbody tr')).toHaveCount(3);
      await expect(terms.locator('tfoot')).toContainText('48.0');
      await terms.locator('summary').first().click();
      await expect(terms.locator('math').first()).toBeVisible();

      // Loss: a wanted loss gives C, D and N.
      await page.locator('#loss-loss').fill('2.6');
      await expect(page.locator('#loss-loss-problem')).toBeEmpty();

      const [first, ...rest] = page.seen.requests;
      expect(first).toBe(url());
      expect(rest).toEqual([]);
      // Every word has its message: no key stands in for one.
      const text = await page.locator('main').textContent();
      expect(text).not.toMatch(/\b(laws|mean|catalogue|compare|differs|shape|problem|term|symbol|method)\.[a-z]/u);
      expect(text).not.toMatch(/undefined|NaN|\[object/u);
      // Nothing is wider than the screen: tables scroll inside their own box.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test('the hash reproduces the page', async ({ watched: page, browser }) => {
  await open(page, httpUrl());
  await page.locator('#fit-parameters').fill('70억');
  await page.locator('#fit-parameters').blur();
  await page.locator('#hardware-memory').fill('80 GiB');
  await page.locator('#hardware-memory').blur();
  await page.locator('#page-unit').selectOption('GiB');
  await page.locator('.chips .remove').first().click();
  await expect.poll(() => new URL(page.url()).hash).toContain('unit=GiB');
  await settled(page);
  const before = await page.locator('table.fit').textContent();
  const other = await (await browser.newContext()).newPage();
  await open(other, page.url());
  await expect(other.locator('#fit-parameters')).toHaveValue('70억');
  expect(await other.locator('table.fit').textContent()).toBe(before);
  await other.context().close();
});

test('Back takes back a finished edit, not a keystroke', async ({ watched: page }) => {
  await open(page, httpUrl());
  const field = page.locator('#fit-parameters');
  await field.pressSequentially('0');
  await field.fill('13B');
  await field.blur();
  await field.fill('70B');
  await field.blur();
  await page.goBack();
  await expect(field).toHaveValue('13B');
  await page.goBack();
  await expect(field).toHaveValue('2B');
});

test.describe('bad input', () => {
  const bad = ['', '-1', '0', 'NaN', '1e400', 'abc', '7 apples', '1,5'];
  for (const lang of ['en', 'ko']) {
    test(`a message beside the field, the last good result stays: ${lang}`, async ({ watched: page }) => {
      await open(page, httpUrl(), `#v=1&lang=${lang}&parameters=7B`);
      const field = page.locator('#fit-parameters');
      const total = page.locator('table.terms tfoot').first();
      await expect(total).toContainText('168');
      const seen = new Set();
      for (const text of bad) {
        await field.fill(text);
        await expect(field).toHaveValue(text);
        await expect(field).toHaveAttribute('aria-invalid', 'true');
        const message = await page.locator('#fit-parameters-problem').innerText();
        expect(message.length).toBeGreaterThan(8);
        // The Korean number words that both languages understand are no Korean text.
        expect(/[가-힣]/u.test(message.replace(/70억|만|억|조/gu, ''))).toBe(lang === 'ko');
        expect(message).not.toMatch(/[{}]|problem\./u);
        seen.add(message);
        await expect(total).toContainText('168');
        await expect(page.locator('.stale:not(:empty)').first()).toBeVisible();
      }
      expect(seen.size).toBeGreaterThanOrEqual(5);
      for (const text of ['7e9', '7B', '70억', '7,000,000,000', '７Ｂ']) {
        await field.fill(text);
        await expect(page.locator('#fit-parameters-problem')).toBeEmpty();
        await expect(total).toContainText('168');
      }
      await expect(page.locator('.stale:not(:empty)')).toHaveCount(0);
    });
  }

  test('a loss that no compute reaches is said, with the floor or the limit', async ({ watched: page }) => {
    await open(page, httpUrl());
    for (const text of ['0', '-2', '1e-30', 'abc']) {
      await page.locator('#loss-loss').fill(text);
      await expect(page.locator('#loss-loss-problem')).not.toBeEmpty();
      await expect(page.locator('#loss-loss')).toHaveValue(text);
    }
  });

  test('several unknown GPUs are named together; the others are used, also with what is chosen then', async ({ watched: page }) => {
    const root = page.locator('llm-slide-rule .root');
    for (const url of [httpUrl(), modelsHttpUrl()]) {
      await open(page, url, '#v=1&lang=en&gpu=foo,bar,rtx-4090');
      await expect(root.locator('.problem', { hasText: 'left out' })).toContainText('“foo”, “bar”');
      await expect(root.locator('.stale:not(:empty)')).toHaveCount(0);
      await expect(root.locator('.bar-line')).toContainText('GeForce RTX 4090');
    }
    await open(page, httpUrl(), '#v=1&lang=en&gpu=foo,bar,rtx-4090');
    await page.getByRole('checkbox', { name: /^L4 / }).check();
    await expect(root.locator('.bar-line')).toContainText('L4');
    await expect(root.locator('.stale:not(:empty)')).toHaveCount(0);
    await open(page, httpUrl(), '#v=1&lang=en&gpu=foo,bar');
    await expect(root.locator('.stale:not(:empty)')).toHaveCount(0);
    await expect(root).toContainText('Choose a GPU or type a memory size above.');
  });

  test('what a link says twice, or of no scale, is told', async ({ watched: page }) => {
    await open(page, httpUrl(), '#v=1&lang=en&rule.pin=junk&rule.move=nothing&data=3T&data=4T');
    const notice = page.locator('.notice');
    for (const text of ['rule.pin=junk', 'rule.move=nothing', 'data=3T']) await expect(notice).toContainText(text);
    await expect(page.locator('#loss-data')).toHaveValue('4T');
  });

  test('0 GPUs, unknown GPUs and memory without a unit', async ({ watched: page }) => {
    await open(page, httpUrl(), '#v=1&gpu=rtx-9999,h100-sxm*0,l4&memory=24');
    await expect(page.locator('.chips li')).toHaveCount(2);
    await expect(page.locator('table.fit thead')).toContainText('L4');
    await expect(page.getByRole('alert').first()).toContainText('rtx-9999');
    await expect(page.locator('#hardware-memory-problem')).toContainText('24GB');
    const count = page.locator('.chips li', { hasText: 'L4' }).locator('input.count');
    for (const text of ['0', '-1', '', 'abc', '1.5', '1e9']) {
      await count.fill(text);
      await expect(count).toHaveValue(text);
      await expect(count).toHaveAttribute('aria-invalid', 'true');
      await expect(page.locator('table.fit thead')).toContainText('L4');
      await expect(page.locator('.stale:not(:empty)').first()).toBeVisible();
    }
  });

  test('a hash of another version and junk keys are reported, the rest is read', async ({ watched: page }) => {
    await open(page, httpUrl(), '#v=99&parameters=13B&nonsense=1&__proto__=x');
    await expect(page.locator('.notice')).toContainText('99');
    await expect(page.locator('.notice')).toContainText('nonsense');
    await expect(page.locator('#fit-parameters')).toHaveValue('13B');
    await page.locator('.notice button').click();
    await expect(page.locator('.notice')).toHaveCount(0);
  });
});

test('a card without fast 16 bits trains at its fp32 rate', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en&gpu=tesla-p40,v100-sxm2-16gb');
  const peak = (name) => page.getByRole('row', { name }).getByRole('cell').first();
  await expect(peak(/Tesla P40/u)).toHaveText(/^\s*11\.8\s*TFLOP\/s/u);
  await expect(peak(/V100/u)).toHaveText(/^\s*125\s*TFLOP\/s/u);
});

test('without a card, or with values out of reach, no sentence is left half said', async ({ watched: page }) => {
  for (const [hash, said] of [
    ['#v=1&lang=en&gpu=', /^2\.00B parameters take 48\.0\sGB of GPU memory\. Trained/u],
    // Out of reach from the start: as the parameters are, where those cannot be read as they are at first.
    ['#v=1&lang=en&parameters=abc&rule.move=loss&rule.loss=0.1', /^2\.00B parameters take 48\.0\sGB of GPU memory\. [^–]*\.$/u],
  ]) {
    await open(page, httpUrl(), hash);
    const answer = page.locator('section[aria-labelledby="rule-title"] .answer');
    expect((await answer.textContent()).trim()).toMatch(said);
    expect((await page.locator('.bar-line').textContent()).trim()).not.toMatch(/–/u);
  }
  await open(page, httpUrl(), '#v=1&lang=en&gpu=');
  await expect(page.getByText('Choose a GPU or type a memory size above.')).toHaveCount(1);
});

test('a frame without a language speaks the reader’s', async ({ browser }) => {
  for (const [locale, title] of [
    ['ko-KR', '메모리 사용 내역'],
    ['en-US', 'Where the bytes go'],
  ]) {
    const page = await browser.newPage({ locale });
    await open(page, httpUrl(), '#embed=memory&v=1');
    await expect(page.locator('h2')).toHaveText(title);
    await page.close();
  }
});
