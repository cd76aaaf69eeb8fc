// The page of models: how many cards, what advice promises and does, what it takes in time and money.

import { expect, modelsHttpUrl, open, settled, test } from './harness.mjs';
import { section, unsaid } from './models-page.mjs';

test('advice names what is done in words', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&task=train&gpu=rtx-4090');
  const changes = page.locator('ul.changes');
  await expect(changes).toContainText(/8-bit optimizer: −[\d.]+\sGi?B/u);
  for (const text of await changes.locator('li').allTextContents()) {
    expect(text).not.toMatch(unsaid);
    expect(text).not.toMatch(/advice\.|\b[a-z]+[A-Z][a-z]/u);
  }
});

test('the advice of more cards is taken by a click', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-3060-12gb,h200-sxm&context=32768');
  const change = page.locator('ul.changes button', { hasText: /^\s*\d+ GPUs/u });
  const [, cards] = /(\d+) GPUs/u.exec(await change.textContent());
  await change.click();
  await expect(page.getByLabel('How many GeForce RTX 3060 12GB')).toHaveValue(cards);
  await expect(page.getByLabel('How many H200 SXM')).toHaveValue('1');
  await expect(section(page, 'bytes').locator('.answer')).toContainText(/: (fits|tight)\./u);
});

for (const [lang, done] of [['en', 'Done: '], ['ko', '바꾸었습니다: ']]) {
  test(`a change that is taken by a key is said where the focus then is: ${lang}`, async ({ watched: page }) => {
    await open(page, modelsHttpUrl(), `#v=1&lang=${lang}&task=train&model=llama-3.1-8b&gpu=h100-sxm`);
    const focused = () => page.evaluate(() => document.querySelector('llm-slide-rule').shadowRoot.activeElement?.textContent.replace(/\s+/gu, ' ').trim());
    for (let i = 0; i < 2; i++) {
      const change = page.locator('ul.changes button').nth(1);
      const words = (await change.textContent()).replace(/\s+/gu, ' ').trim();
      await change.focus();
      await page.keyboard.press('Enter');
      await expect.poll(focused).toContain(done + words);
    }
    // It goes with the next change; what was typed there is not the page's to say again.
    await page.locator('#bytes-seq').fill('4096');
    await expect(page.locator('.taken')).toBeEmpty();
  });
}

test('more cards for a training bring the sharding that the advice reckons with', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&task=train&model=llama-3.1-8b&gpu=h100-sxm&seq=2048&recompute=full');
  const change = page.locator('ul.changes button', { hasText: /GPUs, ZeRO-3, FSDP/u });
  const [, cards] = /(\d+) GPUs/u.exec(await change.textContent());
  const promised = await page.locator('ul.changes li', { hasText: /GPUs, ZeRO-3/u }).locator('.tag').textContent();
  await change.click();
  await expect(page.getByLabel('How many H100 SXM')).toHaveValue(cards);
  expect(await page.evaluate(() => document.querySelector('llm-slide-rule').getState().sharding)).toBe('zero3');
  await expect(section(page, 'bytes').locator('.answer')).toContainText(`: ${promised}`);
});

test('the fewest cards are one number however many are chosen; advice promises what a click brings', async ({ watched: page }) => {
  const job = '#v=1&lang=en&model=llama-3.3-70b&format=awq-int4&users=20&gpu=rtx-4090';
  const fewest = page.locator('dt', { hasText: 'Fewest of these cards' }).locator('+ dd');
  const seen = new Set();
  for (const count of [1, 2, 5, 6, 7]) {
    await page.goto('about:blank');
    await open(page, modelsHttpUrl(), `${job}*${count}`);
    seen.add((await fewest.textContent()).trim());
  }
  expect([...seen]).toEqual(['5']);

  await page.goto('about:blank');
  await open(page, modelsHttpUrl(), `${job}*2`);
  const total = page.locator('section[aria-labelledby="bytes-title"] table.terms tfoot').first().locator('data').first();
  const before = Number(await total.getAttribute('value'));
  const change = page.locator('ul.changes button', { hasText: /^\s*\d+ GPUs/u });
  const [, saved] = /−([\d.]+)\sGB/u.exec(await change.textContent());
  await change.click();
  await settled(page);
  expect((before - Number(await total.getAttribute('value'))) / 1e9).toBeCloseTo(Number(saved), 1);
});

test('advice promises what a click brings, also where other fields go before the changed one', async ({ watched: page }) => {
  const state = () => page.evaluate(() => document.querySelector('llm-slide-rule').getState());
  const total = page.locator('section[aria-labelledby="bytes-title"] table.terms tfoot').first().locator('data').first();
  const needs = async () => Number(await total.getAttribute('value'));
  const click = async (name) => {
    const before = await needs();
    const change = page.locator('ul.changes button', { hasText: name }).first();
    const [, saved] = /−([\d.]+)\sGB/u.exec(await change.textContent());
    await change.click();
    await settled(page);
    expect((before - (await needs())) / 1e9 / Number(saved)).toBeCloseTo(1, 2);
  };
  await open(page, modelsHttpUrl(), '#v=1&lang=en&model=llama-3.1-8b&gpu=rtx-3060-12gb&users=4&engine=llama.cpp&bpw=16&kvv=fp16');
  await click('Q4_K_M');
  expect((await state()).bpw).toBe('');
  await click(/cache.*q8_0/iu);
  expect((await state()).kvv).toBe('');

  await page.goto('about:blank');
  await open(page, modelsHttpUrl(), '#v=1&lang=en&task=fine-tune&tune=full&rank=512&model=llama-3.1-8b&gpu=h100-sxm');
  await click('LoRA');
  expect((await state()).rank).toBe('16');
});

test('a split that the engine refuses is said beside its input, in the form’s words; without one a possible is taken', async ({ watched: page }) => {
  const job = '#v=1&lang=en&model=llama-3.3-70b&format=awq-int4';
  await open(page, modelsHttpUrl(), `${job}&gpu=rtx-4090*5&tp=5`);
  await expect(page.locator('#bytes-tp-problem')).toHaveText('Use a number that divides 64 without remainder. It goes with: query heads.');
  // A split in the form is no fault of the table of all models.
  await expect(section(page, 'heat').locator('.problem')).toHaveCount(0);
  await page.locator('#bytes-tp').fill('3');
  await expect(page.locator('#bytes-tp-problem')).toHaveText('Use a number that divides 5 without remainder. It goes with: GPUs.');

  await page.goto('about:blank');
  await open(page, modelsHttpUrl(), `${job}&gpu=rtx-4090*5`);
  await expect(section(page, 'bytes').locator('.assumptions').last()).toContainText('Tensor parallel 1.');
  await expect(section(page, 'bytes').locator('.assumptions').last()).toContainText('among 5 groups');

  await page.goto('about:blank');
  await open(page, modelsHttpUrl(), `${job}&gpu=rtx-4090&context=16384&prompt=9000`);
  await expect(page.locator('#bytes-prompt-problem')).toBeEmpty();
  await page.locator('#bytes-prompt').fill('20000');
  await expect(page.locator('#bytes-prompt-problem')).toHaveText('Enter 16,384 or less. It goes with: Context, tokens.');
  await expect(section(page, 'heat').locator('.problem')).toContainText('Prompt, tokens: Enter 16,384 or less. It goes with: Context, tokens.');
});

test('time and cost are asked with this model’s parameters and tokens, and both places say the same', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=h100-sxm*8&model=llama-3.2-1b&task=train');
  await page.getByRole('link', { name: 'How long it takes and what it costs' }).click();
  await expect(page.locator('#loss-time')).toBeInViewport();
  const [duration] = /[\d.]+ (hours|days)/u.exec(await page.locator('#loss-time + p').textContent().then((text) => text.split(': ')[1]));
  await expect(page.locator('.bar-line')).toContainText(duration);
  await expect(page.locator('.bar-line')).toContainText('by a rule of thumb');
  await expect(page.locator('#loss-time + p')).toContainText('24.7B');
});

for (const lang of ['en', 'ko']) {
  test(`a mixture of experts is trained by its active parameters and held with all: ${lang}`, async ({ watched: page }) => {
    await open(page, modelsHttpUrl(), `#v=1&lang=${lang}&gpu=h200-sxm*512&model=deepseek-v3&task=train`);
    await page.getByRole('link', { name: lang === 'en' ? 'How long it takes and what it costs' : '걸리는 시간과 비용' }).click();
    await expect(page.locator('#loss-time')).toBeInViewport();
    const { seconds, costs, ...found } = await page.evaluate(() => {
      const root = document.querySelector('llm-slide-rule').shadowRoot;
      const strip = (id) => Number(root.querySelector(`[data-scale="${id}"]`).dataset.value);
      const table = [...root.querySelectorAll('table.stack')].find((t) => t.querySelector('[data-of="US$"]'));
      return {
        parameters: strip('parameters'),
        tokens: strip('tokens'),
        compute: strip('compute'),
        memory: strip('memory'),
        seconds: table.querySelector('tbody [data-of="s"]').textContent.trim(),
        costs: [strip('cost'), Number(table.querySelector('tbody [data-of="US$"]').value)],
        note: root.getElementById('rule-note-parameters').textContent,
        ratio: root.getElementById('rule-note-tokens').textContent,
      };
    });
    // 37.5B of 671B: 6 N D of the active ones, 24 bytes of each.
    expect(found.parameters).toBeCloseTo(671026419200, -6);
    expect(found.memory / found.parameters).toBeCloseTo(24, 6);
    expect(found.compute / found.tokens / 6e9).toBeGreaterThan(37);
    expect(found.compute / found.tokens / 6e9).toBeLessThan(38);
    expect(Math.abs(costs[0] / costs[1] - 1)).toBeLessThan(1e-5);
    await expect(page.locator('.bar-line')).toContainText(seconds);
    for (const words of [found.note, await page.locator('.bar-line').textContent()]) expect(words).toMatch(lang === 'en' ? /37\.\d+B active/u : /활성 37\.\d+B/u);
    expect(found.ratio).toContain(lang === 'en' ? '20.0 tokens an active parameter' : '활성 파라미터당 토큰 20.0개');
  });
}
