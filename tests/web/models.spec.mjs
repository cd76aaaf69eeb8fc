// The page of models as a reader uses it: choose, import, see where the bytes go; by pointer, keys and link.

import { readFileSync } from 'node:fs';
import { models } from './unit/gguf-models.mjs';
import { blocks, gguf } from './unit/model-files.mjs';
import { expect, modelsFileUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';
import { config, section, unsaid } from './models-page.mjs';

/** Text of the sections, without the example that the field for configurations shows. */
const textOf = (page) => page.locator('main').textContent();

for (const [lang, width] of [
  ['en', 320],
  ['ko', 1280],
]) {
  test.describe(`${lang}, ${width} px`, () => {
    test.use({
      viewport: { width, height: 800 },
      locale: lang === 'en' ? 'en-US' : 'ko-KR',
    });

    test('choose a model, serve it, train it: from a file, without a network', async ({ watched: page, context }) => {
      await context.setOffline(true);
      await open(page, modelsFileUrl);
      await page.locator('#model-model-search').fill('exaone 7.8b');
      await section(page, 'model').locator('.pick', { hasText: 'EXAONE 3.5 7.8B' }).locator('input').check();
      await expect(section(page, 'model').locator('.answer')).toContainText('7.82B');

      // The terms on the GPU sum to the total that stands under them, to the byte.
      const bytes = section(page, 'bytes');
      await expect(bytes.locator('.answer')).toContainText('EXAONE 3.5 7.8B');
      const sum = async () => {
        const titles = await bytes
          .locator('table.terms')
          .first()
          .evaluate((table) => {
            const of = (part) => [...table.querySelectorAll(`${part} .number`)].map((n) => n.title);
            return { terms: of('tbody:first-of-type'), total: of('tfoot') };
          });
        const value = (title) => Number(title.replace(/[^\d.]/gu, ''));
        return {
          terms: titles.terms.reduce((a, t) => a + value(t), 0),
          total: value(titles.total[0]),
        };
      };
      const served = await sum();
      expect(served.terms / served.total).toBeCloseTo(1, 9);
      expect(served.total).toBeGreaterThan(15.6e9);

      await bytes.locator('.tabs label').nth(1).click();
      await expect(bytes.locator('svg.timeline text').filter({ hasText: lang === 'en' ? 'peak' : '최고점' })).toHaveCount(1);
      await settled(page);
      const trained = await sum();
      expect(trained.terms / trained.total).toBeCloseTo(1, 9);
      // How long that takes and what it costs stands on the first page: with this model and this device.
      const link = section(page, 'inverses').locator('a[href*="/index.html#"]');
      await expect(link).toHaveCount(1);
      const carried = new URLSearchParams((await link.getAttribute('href')).split('#')[1]);
      expect(Number(carried.get('size'))).toBeCloseTo(7.82e9, -7);
      expect(carried.get('gpu')).toMatch(/^[\w-]+(\*\d+)?$/u);
      await bytes.locator('table.terms summary').first().click();
      await expect(bytes.locator('table.terms math').first()).toBeVisible();

      expect(await textOf(page)).not.toMatch(unsaid);
      expect(await textOf(page)).not.toMatch(/\b(bytes|choice|field|group|hint|model|speed|symbol|term|phase)\.[a-z]/u);
      expect(page.seen.requests).toEqual([modelsFileUrl]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });
}

test('every choice of every option has an answer and no word is missing', async ({ watched: page }) => {
  test.setTimeout(180_000);
  for (const task of ['serve', 'fine-tune', 'train']) {
    await open(page, modelsHttpUrl(), `#v=1&task=${task}&gpu=h100-sxm*8`);
    await page.reload();
    await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
    const bytes = section(page, 'bytes');
    const selects = await bytes.locator('fieldset.group select').evaluateAll((all) => all.map((s) => s.id));
    expect(selects.length).toBeGreaterThan(4);
    for (const id of selects) {
      // All values of one select in one go: hundreds of round trips would take minutes.
      const seen = await page.evaluate(async (selectId) => {
        const element = document.querySelector('llm-slide-rule');
        const root = element.shadowRoot;
        const select = root.getElementById(selectId);
        if (!select) return [];
        const set = async (value) => {
          select.value = value;
          select.dispatchEvent(new Event('change'));
          await element.updateComplete;
        };
        const before = select.value;
        const shown = [];
        for (const value of [...select.options].map((o) => o.value)) {
          await set(value);
          const bytesSection = root.querySelector('section[aria-labelledby="bytes-title"]');
          const names = [...bytesSection.querySelectorAll('.terms th, .assumptions li, .timeline text')];
          shown.push({ value, text: bytesSection.textContent, names: names.map((n) => n.textContent.trim()) });
        }
        await set(before);
        return shown;
      }, id);
      for (const { value, text, names } of seen) {
        expect(text, `${id} = ${value}`).not.toMatch(unsaid);
        // Ids of the core that have no words would stand as they are: "step-temporaries".
        expect(names.filter((n) => /^[a-z0-9]+(-[a-z0-9]+)+$/u.test(n)), `${id} = ${value}`).toEqual([]);
      }
    }
  }
});

test.describe('any model', () => {
  test('a pasted config.json becomes the model, and the link carries it', async ({ watched: page, browser }) => {
    await open(page, modelsHttpUrl());
    await page.locator('#model-config').fill(config('qwen3-8b'));
    const answer = section(page, 'model').locator('.answer');
    await expect(answer).toContainText('8.19B');
    await expect.poll(() => new URL(page.url()).hash).toContain("'hiddenSize':4096");
    expect(new URL(page.url()).hash.length).toBeLessThanOrEqual(2000);
    const other = await (await browser.newContext()).newPage();
    await open(other, page.url());
    await expect(section(other, 'model').locator('.answer')).toContainText('8.19B');
    expect(await section(other, 'bytes').locator('table.terms').first().textContent()).toBe(
      await section(page, 'bytes').locator('table.terms').first().textContent(),
    );
    await other.context().close();
  });

  test('what is wrong is named by its key, the last good model stays', async ({ watched: page }) => {
    await open(page, modelsHttpUrl());
    const good = JSON.parse(config('qwen3-8b'));
    const result = page.locator('#model-config-result');
    const field = page.locator('#model-config');
    for (const [text, named] of [
      ['not json', 'not JSON'],
      ['[1, 2]', 'Another kind of value'],
      [JSON.stringify({ ...good, num_key_value_heads: 64 }), 'num_key_value_heads'],
      [JSON.stringify({ ...good, hidden_size: -1 }), 'hidden_size'],
      [JSON.stringify({ ...good, num_hidden_layers: 1e30 }), 'num_hidden_layers'],
      [JSON.stringify({ ...good, vocab_size: 'many' }), 'vocab_size'],
      [JSON.stringify({ ...good, vocab_size: null }), 'vocab_size'],
      [JSON.stringify({ ...good, num_attention_heads: 0 }), 'num_attention_heads'],
      [JSON.stringify({ ...good, intermediate_size: 4096.5 }), 'intermediate_size'],
      [JSON.stringify({ ...good, model_type: 'llama', num_attention_heads: 24, head_dim: undefined }), 'num_attention_heads'],
      [JSON.stringify({ ...good, model_type: 'mixtral', num_local_experts: 8, num_experts_per_tok: 9 }), 'num_experts_per_tok'],
      [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'nest'],
    ]) {
      await field.fill(text);
      await expect(result.locator('li').first(), named).toContainText(named);
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(section(page, 'model').locator('.answer')).toContainText('8.03B');
    }
    await field.fill('');
    await expect(result).toBeEmpty();
  });

  test('50 MB of text is refused at once', async ({ watched: page }) => {
    await open(page, modelsHttpUrl());
    const took = await page.locator('#model-config').evaluate((area) => {
      Object.defineProperty(area, 'value', {
        value: '{"a":1,'.repeat(7e6),
        configurable: true,
      });
      const start = performance.now();
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      return performance.now() - start;
    });
    expect(took).toBeLessThan(200);
    await expect(page.locator('#model-config-result .problem').first()).toBeVisible();
  });

  test('files are read by drop and by choice, locally', async ({ watched: page, context }) => {
    await open(page, modelsFileUrl);
    await context.setOffline(true);
    const drop = (name, text) =>
      page.locator('.drop').evaluate(
        (zone, [fileName, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([content], fileName));
          zone.dispatchEvent(
            new DragEvent('drop', {
              dataTransfer: data,
              bubbles: true,
              cancelable: true,
            }),
          );
        },
        [name, text],
      );
    await drop('config.json', config('gemma-2-9b'));
    await expect(section(page, 'model').locator('.answer')).toContainText('9.24B');
    await drop('model.safetensors', 'GGUF then nothing');
    await expect(page.locator('#model-config-result .problem').first()).toBeVisible();
    await expect(section(page, 'model').locator('.answer')).toContainText('9.24B');
    await page.locator('#model-config-files').setInputFiles({
      name: 'config.json',
      mimeType: 'application/json',
      buffer: Buffer.from(config('deepseek-v3')),
    });
    await expect(section(page, 'model').locator('.answer')).toContainText('671B');
    expect(page.seen.requests).toEqual([modelsFileUrl]);
  });

  test('a damaged file is refused with what to do; the last good model stays', async ({ watched: page }) => {
    await open(page, modelsHttpUrl());
    const whole = gguf(models['qwen3-30b-a3b']).head;
    const counted = whole.slice();
    counted.set([0, 0, 0, 0, 0, 0, 0, 0x80], 8); // 2^63 tensors
    const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
    for (const [name, content, named, todo] of [
      ['cut.gguf', whole.subarray(0, 4000), 'tensor_count', 'download it again'],
      ['huge.gguf', counted, 'tensor_count', 'download it again'],
      ['magic.gguf', bytes('GGML', whole.subarray(4)), 'magic.gguf', 'drop one of these'],
      ['header.safetensors', bytes([0, 0, 0, 0, 0, 0, 0, 0x80], '{}'), 'header', 'download it again'],
      ['text.json', 'no braces', 'text.json', 'drop one of these'],
    ]) {
      const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
      await page.locator('#model-config-files').setInputFiles(file);
      const result = page.locator('#model-config-result');
      await expect(result, name).toContainText(todo);
      await expect(result, name).toContainText(named);
      await expect(section(page, 'model').locator('.answer')).toContainText('8.03B');
      expect(await textOf(page), name).not.toMatch(unsaid);
    }
    // A big-endian file is read like any other.
    const { head } = gguf({ ...models['qwen3-30b-a3b'], littleEndian: false });
    await page.locator('#model-config-files').setInputFiles({ name: 'big.gguf', mimeType: '', buffer: Buffer.from(head) });
    await expect(section(page, 'model').locator('.answer')).toContainText('30.5B');
  });

  test('a GGUF file: its own bytes are the weights, in breakdown, heat map and link', async ({
    watched: page,
    browser,
  }) => {
    await open(page, modelsHttpUrl());
    const model = models['qwen3-30b-a3b'];
    const size = (t) => (t.dims.reduce((n, d) => n * d, 1) / blocks[t.type][0]) * blocks[t.type][1];
    const sum = model.tensors.map(size).reduce((a, b) => a + b, 0);
    const { head } = gguf({
      ...model,
      meta: { ...model.meta, 'general.file_type': 15 },
    });
    await page.locator('#model-config-files').setInputFiles({
      name: 'model.gguf',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(head),
    });
    const weights = async (of) => {
      const titles = await section(of, 'bytes')
        .locator('table.terms')
        .first()
        .locator('tr', { has: of.locator('th', { hasText: /^\s*Weights/u }) })
        .evaluateAll((rows) => rows.map((r) => r.querySelector('.number').title));
      return titles.map((t) => Number(t.replace(/[^\d]/gu, ''))).reduce((a, b) => a + b, 0);
    };
    await expect(section(page, 'bytes').locator('.answer')).toContainText('Q4_K_M');
    await expect.poll(() => weights(page)).toBe(sum);
    await expect(section(page, 'bytes').locator('.assumptions').last()).toContainText('tensor by tensor');
    await page.locator('#bytes-gpulayers').fill('7');
    await page.locator('#bytes-gpulayers').blur();
    await expect.poll(() => weights(page)).toBe(sum);
    await expect.poll(() => new URL(page.url()).hash).toContain("'file':");
    const other = await (await browser.newContext()).newPage();
    await open(other, page.url());
    expect(await weights(other)).toBe(sum);
    await other.context().close();
  });

  test('a bare count is a model, in every way of writing it', async ({ watched: page }) => {
    await open(page, modelsHttpUrl());
    for (const text of ['7B', '70억', '7e9', '7,000,000,000']) {
      await page.locator('#model-count').fill(text);
      await expect(section(page, 'model').locator('.answer')).toContainText('7.00B');
      await expect(section(page, 'model').locator('.assumptions')).toBeVisible();
    }
    for (const text of ['0', '-7B', '7 apples', 'no-such-model']) {
      await page.locator('#model-count').fill(text);
      await expect(page.locator('#model-count-problem')).not.toBeEmpty();
      await expect(section(page, 'model').locator('.stale:not(:empty)')).toBeVisible();
    }
  });
});

test('what does not go together is said beside its input; the last good result stays, marked', async ({
  watched: page,
}) => {
  await open(page, modelsHttpUrl(), '#v=1&gpu=h100-sxm*8&task=train&tp=4');
  const total = section(page, 'bytes').locator('table.terms tfoot').first();
  const before = await total.textContent();
  await page.locator('#bytes-tp').fill('3');
  await expect(page.locator('#bytes-tp-problem')).not.toBeEmpty();
  await expect(section(page, 'bytes').locator('.stale:not(:empty)')).toBeVisible();
  await settled(page);
  expect(await total.textContent()).toBe(before);
  await page.locator('#bytes-tp').fill('abc');
  await expect(page.locator('#bytes-tp-problem')).not.toBeEmpty();
  await settled(page);
  expect(await total.textContent()).toBe(before);
  await page.locator('#bytes-tp').fill('8');
  await expect(page.locator('#bytes-tp-problem')).toBeEmpty();
  await settled(page);
  expect(await total.textContent()).not.toBe(before);
});

test('the time to the first token says for how long a prompt; the hint of the prompt agrees', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const facts = page.locator('dl.facts');
  await expect(facts.getByText('Time to the first token, prompt of 512')).toBeVisible();
  await expect(page.getByText('empty: the whole context; for speed 512')).toBeVisible();
  await page.getByLabel('Prompt, tokens').fill('4000');
  await expect(facts.getByText('Time to the first token, prompt of 4,000')).toBeVisible();
});

test('what does not fit answers at no speed: the line is silent, the section says what it would be', async ({ watched: page }) => {
  const line = page.locator('.bar-line');
  const note = page.getByText('It does not fit: this is how fast it would be if it did.');
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-3060-12gb');
  await expect(line).toContainText('does not fit');
  await expect(line).not.toContainText('tokens/s');
  await expect(note).toBeVisible();
  await page.evaluate(() => document.querySelector('llm-slide-rule').setState({ gpu: 'rtx-4090' }));
  await expect(line).toContainText('tokens/s');
  await expect(note).toBeHidden();
});

test('what a file set goes with the file: its format, and what is told of it', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const state = () => page.evaluate(() => document.querySelector('llm-slide-rule').getState());
  const box = page.locator('#model-config');
  const told = page.locator('#model-config-result');
  const fp8 = JSON.stringify({ ...JSON.parse(config('qwen3-8b')), quantization_config: { quant_method: 'fp8' } });
  const silent = JSON.stringify({ ...JSON.parse(config('qwen3-8b')), torch_dtype: undefined, dtype: undefined });
  await box.fill(fp8);
  await expect.poll(async () => (await state()).format).toBe('fp8');
  await expect(told).toContainText('the pasted text');
  // A model that says nothing of its format has not that of the one before.
  await box.fill(silent);
  await expect.poll(async () => (await state()).format).toBe('bf16');
  await box.fill(fp8);
  await expect.poll(async () => (await state()).format).toBe('fp8');
  await page.getByRole('radio', { name: /^Llama 3\.2 3B/u }).check();
  await expect.poll(async () => (await state()).format).toBe('bf16');
  await expect(told).toBeEmpty();
  // A format that somebody chose stays.
  await page.locator('#bytes-format').selectOption('fp8');
  const chosen = (await state()).format;
  await page.getByRole('radio', { name: /^Llama 3\.1 8B/u }).check();
  expect((await state()).format).toBe(chosen);
  // What cannot be used says what stands.
  await box.fill('{"model_type": "nothing"}');
  await expect(told).toContainText('Shown is still: Llama 3.1 8B');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.locator('#bytes-format')).toHaveValue('bf16');
});

test('starting points set the whole page, and Back takes them back', async ({ watched: page }) => {
  await open(page, modelsHttpUrl());
  const starts = page.locator('.starts button');
  const seen = new Set();
  for (let i = 0; i < (await starts.count()); i += 1) {
    await starts.nth(i).click();
    await settled(page);
    const text = await section(page, 'bytes').locator('.answer').textContent();
    expect(text).not.toMatch(unsaid);
    await expect(section(page, 'bytes').locator('.problem:not(:empty)')).toHaveCount(0);
    seen.add(text);
  }
  expect(seen.size).toBe(await starts.count());
  // The bar says it in one line; of several cards, what one of them holds.
  await expect(page.locator('.bar-line')).toContainText(/8 × H100 SXM5 80GB\s*→ \S+\sGB needed, \S+\sGB a card available, (fits|tight|does not fit)/u);
  await page.goBack();
  await expect.poll(() => section(page, 'bytes').locator('.answer').textContent()).toBe([...seen].at(-2));
});

test('of many cards, and of different numbers of them, each column says what it says alone', async ({ watched: page }) => {
  const cards = readFileSync(new URL('../../src/catalog/gpus.csv', import.meta.url), 'utf8')
    .split('\n').slice(1).map((line) => line.split(',')[0]).filter(Boolean);
  const many = [...cards.slice(0, 30).map((id, i) => (i % 7 === 3 ? `${id}*2` : id)), ...cards.slice(30, 60)];
  const cellsOf = async (gpus, column) => {
    await open(page, modelsHttpUrl(), `#v=1&model=Qwen/Qwen3-8B&memory=20GB&gpu=${encodeURIComponent(gpus.join(','))}`);
    const heat = section(page, 'heat');
    await heat.locator('thead th').nth(column).evaluate((e) => e.scrollIntoView({ inline: 'nearest', block: 'center' }));
    const cells = heat.locator(`td[data-column="${column - 1}"]`);
    await expect.poll(() => cells.count()).toBeGreaterThan(5);
    return (await cells.allTextContents()).slice(0, 6).map((text) => text.trim());
  };
  // One that is alone, the first and the last of a table, the size that was typed.
  for (const column of [1, 4, 24, 25, 27, 28, 53, 60]) {
    const alone = await cellsOf([many[column - 1]], 1);
    expect(await cellsOf(many, column), many[column - 1]).toEqual(alone);
  }
  expect(await cellsOf(many, many.length + 1)).toEqual(await cellsOf([cards[0]], 2));
});

test('options that a reader opened stay open while a value becomes the first again; shares are told in per cent', async ({ page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const more = page.locator('details.more').first();
  await more.locator('summary').click();
  const field = page.locator('#bytes-util');
  for (const text of ['80%', '90%']) {
    await field.fill(text);
    await expect(field).toBeFocused();
    await expect(more).toHaveAttribute('open', '');
  }
  await field.fill('150%');
  await expect(page.locator('#bytes-util-problem')).toHaveText('Enter 100% or less.');
});

test('training counts what is installed today unless another year is typed, which the assumptions say', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&task=fine-tune&model=qwen3-30b-a3b');
  const bytes = section(page, 'bytes');
  const needed = () => bytes.locator('.answer').textContent();
  const today = await needed();
  await expect(bytes.getByText('Library versions of about 2026', { exact: false })).toHaveCount(1);
  // Until transformers 5 an expert was modules of its own, which are quantised.
  await page.evaluate(() => document.querySelector('llm-slide-rule').setState({ year: '2025' }));
  await expect(bytes.getByText('Library versions of about 2025', { exact: false })).toHaveCount(1);
  const gigabytes = (text) => Number(/([\d.]+)\sGB/u.exec(text)[1]);
  expect(gigabytes(today)).toBeGreaterThan(2 * gigabytes(await needed()));
});

test('the chosen model stands among those that are shown', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&model=gpt2');
  const picks = section(page, 'model').getByRole('radio');
  await expect(picks).toHaveCount(24);
  await expect(picks.last()).toBeChecked();
  await expect(picks.last()).toHaveAccessibleName(/^GPT-2 \(small\)/u);
  // From there the arrow goes on to its neighbour, and the place is given back.
  await picks.last().press('ArrowUp');
  await expect(picks.nth(22)).toBeChecked();
  await expect(picks.nth(22)).toBeFocused();
  await expect(picks.last()).not.toHaveAccessibleName(/^GPT-2/u);
});

test('the catalogue is searched, filtered and sorted', async ({ watched: page }) => {
  await open(page, modelsHttpUrl());
  const rows = section(page, 'heat').locator('tbody tr:not(.gap)');
  await page.locator('#heat-filter-vendor').selectOption('LG AI Research');
  await expect(rows).toHaveCount(4);
  await page.locator('#heat-sort').selectOption('need');
  await expect(rows.first()).toContainText('2.4B');
  await page.locator('#heat-memory-filter').selectOption({ index: 4 });
  await expect(rows).toHaveCount(2);
  await page.locator('#heat-model-search').fill('nothing is called so');
  await expect(rows).toHaveCount(0);
});

for (const [lang, width] of [
  ['en', 320],
  ['ko', 320],
  ['en', 1280],
]) {
  test(`marks under the bar, formulas and other calculators keep inside: ${lang}, ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const gpu of ['rtx-3060-12gb', 'rtx-4090', 'h200-sxm']) {
      await open(page, modelsHttpUrl(), `#v=1&lang=${lang}&gpu=${gpu}&context=32768`);
      const marks = await page.locator('svg.bytes').first().evaluate((svg) => {
        const of = (e) => e.getBoundingClientRect();
        const whole = of(svg);
        const lines = [...svg.querySelectorAll('.mark line')].map(of);
        return [...svg.querySelectorAll('.mark text')].map((text) => {
          const box = of(text);
          const inside = box.left > whole.left - 1 && box.right < whole.right + 1;
          const crossed = lines.some((l) => l.left > box.left && l.left < box.right && l.bottom > box.top + 3);
          return { text: text.textContent, inside, crossed };
        });
      });
      expect(marks).toHaveLength(2);
      for (const mark of marks) expect(mark).toMatchObject({ inside: true, crossed: false });
    }
    const bytes = section(page, 'bytes');
    await bytes.evaluate((s) => s.querySelectorAll('details').forEach((d) => (d.open = true)));
    await settled(page);
    // A formula of sums and products goes on in the next line; a fraction may be wider than its box, which scrolls.
    const cut = await bytes.evaluate((s) =>
      [...s.querySelectorAll('.how')]
        .filter((how) => how.scrollWidth > how.clientWidth + 1 && !how.querySelector('mfrac, msup'))
        .map((how) => how.textContent.trim()),
    );
    expect(cut).toEqual([]);
    const [shown, needed] = await bytes.locator('.peers .scroll').evaluate((e) => [e.clientWidth, e.scrollWidth]);
    expect(needed).toBeLessThanOrEqual(shown);
  });
}

test('phases are told clear of the line of what is available, parts by name and tone', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-4090&model=llama-3.1-8b&task=fine-tune&tune=full');
  const bytes = section(page, 'bytes');
  // What does not fit is shown by nothing on that card.
  await expect(bytes.locator('.answer')).toContainText('does not fit');
  await expect(bytes).not.toContainText('nvidia-smi');
  // The labels are drawn over the line, on paper.
  const timeline = bytes.locator('svg.timeline');
  const over = await timeline.evaluate((svg) => {
    const line = svg.querySelector('.mark line');
    return [...svg.querySelectorAll(':scope > text')].filter((text) => /GB/u.test(text.textContent)).map((text) => {
      const { paintOrder, stroke } = getComputedStyle(text);
      return Boolean(line.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) && paintOrder.startsWith('stroke') && stroke !== 'none';
    });
  });
  expect(over).toHaveLength(6);
  expect(over).not.toContain(false);
  // Over the bar its parts by name, each above its own and no wider; of another phase what the table does not list.
  const named = await bytes.locator('svg.bytes').first().evaluate((svg) => {
    const rects = [...svg.querySelectorAll('rect')].map((e) => e.getBoundingClientRect());
    return [...svg.querySelectorAll(':scope > text')].map((text) => {
      const box = text.getBoundingClientRect();
      return [text.textContent, box.bottom <= rects[0].top + 3 && rects.some((r) => Math.abs(r.left - box.left) < 2 && box.right <= r.right + 2)];
    });
  });
  expect(named).toEqual([['Weights', true], ['Optimizer states', true], ['Gradients', true]]);
  await expect(timeline.locator('text').filter({ hasText: '16-bit copies by autocast' })).toHaveCount(1);
  // Parts of one family differ, and a part looks in bar and table alike; where colours are forced, too.
  for (const forcedColors of ['none', 'active']) {
    await page.emulateMedia({ forcedColors });
    await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-4090&model=llama-3.1-8b');
    const [bar, table] = await bytes.evaluate((s) => [
      [...s.querySelector('svg.bytes').querySelectorAll('rect')].map((e) => getComputedStyle(e).fill),
      [...s.querySelectorAll('table.terms .swatch')].map((e) => getComputedStyle(e).backgroundColor),
    ]);
    expect(new Set(bar).size, forcedColors).toBe(bar.length);
    expect(bar.length).toBeGreaterThan(6);
    expect(new Set(table).size, forcedColors).toBe(bar.length);
    if (forcedColors === 'none') expect(table).toEqual(bar);
  }
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=h200-sxm&model=llama-3.2-1b&task=fine-tune&tune=full');
  await expect(bytes).toContainText('nvidia-smi');
});

test('a value and its interval are told in one unit', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-4090&model=llama-3.1-405b&task=train');
  const rows = section(page, 'bytes').locator('table.terms tfoot tr');
  await expect(rows.nth(0)).toContainText(/[\d,]+\sGB/u);
  await expect(rows.nth(1)).toContainText(/[\d,]+–[\d,]+\sGB/u);
});

test('what is available is said of what is asked: of vLLM where it serves, of the card alone otherwise', async ({ watched: page }) => {
  for (const [lang, driver] of [
    ['en', 'driver'],
    ['ko', '드라이버'],
  ]) {
    await open(page, modelsHttpUrl(), `#v=1&lang=${lang}&gpu=h100-sxm`);
    const note = section(page, 'bytes').locator('figure:has(svg.bytes) + .note').first();
    await expect(note).toContainText('vLLM');
    await page.locator('#bytes-engine').selectOption('llama.cpp');
    await expect(note).not.toContainText('vLLM');
    await expect(note).toContainText(driver);
    await page.locator('#bytes-engine').selectOption('vllm');
    await section(page, 'bytes').locator('.tabs label').nth(1).click();
    await expect(section(page, 'bytes').locator('svg.timeline')).toHaveCount(1);
    await expect(note).not.toContainText('vLLM');
    await expect(note).toContainText(driver);
  }
});
