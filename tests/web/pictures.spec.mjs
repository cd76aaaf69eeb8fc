// The slide rule and the memory bars as files: what a picture says is what the page says, and it stands alone.

import { readFileSync } from 'node:fs';
import { expect, httpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';
import { openPost, ready } from './host.mjs';

/** The picture that these buttons save: as XML parsed in the page, and as PNG. */
async function saved(page, buttons, name) {
  const file = async (kind) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      buttons.getByRole('button', { name: kind, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${name}.${kind.toLowerCase()}`);
    return readFileSync(await download.path());
  };
  const svg = (await file('SVG')).toString();
  // Nothing of the page is needed to show it.
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
  expect(svg).not.toMatch(/class=|var\(|oklab|href=|<foreignObject/u);
  const { wrong, texts, width, cut } = await page.evaluate((text) => {
    const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
    const place = document.body.appendChild(document.createElement('div'));
    place.attachShadow({ mode: 'open' }).append(document.importNode(documentElement, true));
    const drawn = place.shadowRoot.querySelector('svg');
    const box = drawn.getBoundingClientRect();
    const words = [...drawn.querySelectorAll('text')];
    const found = {
      wrong: documentElement.querySelector('parsererror')?.textContent ?? '',
      texts: words.map((e) => e.textContent.replace(/\s+/gu, ' ').trim()),
      width: box.width,
      cut: words
        .filter((e) => e.getBoundingClientRect().left < box.left - 0.5 || e.getBoundingClientRect().right > box.right + 0.5)
        .map((e) => e.textContent),
    };
    place.remove();
    return found;
  }, svg);
  expect(wrong).toBe('');
  expect(cut).toEqual([]);
  expect(texts.join('\n')).toMatch(/LLM Slide Rule \d+\.\d+\.\d+, \d{4}-\d\d-\d\d/u);
  const png = await file('PNG');
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  expect(png.readUInt32BE(16)).toBe(2 * width);
  return { texts, all: texts.join('\n'), link: texts.join(''), width };
}

const words = async (locator) => (await locator.allInnerTexts()).map((text) => text.replace(/\s+/gu, ' ').trim());

for (const width of [1280, 320]) {
  test(`the slide rule: names, values, intervals and pins, ${width} px`, async ({ watched: page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, httpUrl(), '#v=1&lang=ko&rule.pin=parameters,tokens&rule.tokens=1T');
    const rule = page.locator('section:has(#rule-title)');
    const { texts, all, link, width: drawn } = await saved(page, rule.locator('.save'), 'rule');
    // As wide as a report wants it, whatever the screen.
    expect(drawn).toBe(780);
    expect(texts.slice(1, 4).join(' ')).toContain((await words(rule.locator('.answer')))[0]);
    for (const name of await words(rule.locator('.scale > label'))) expect(texts).toContain(name);
    expect(texts.filter((text) => text === '고정됨')).toHaveLength(2);
    // 6 x 2B x 1T
    expect(texts).toContain('1.20·10²² FLOP');
    const loss = (await words(rule.locator('#rule-note-loss'))).join(' ');
    expect(loss).toContain(/90%: .+/u.exec(all)[0]);
    expect(link).toContain('#v=1&lang=ko&rule.pin=parameters,tokens');
  });
}

test('the memory bar of the rule of thumb', async ({ watched: page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await open(page, httpUrl(), '#v=1&lang=en&parameters=13B&theme=dark');
  const memory = page.locator('section:has(#memory-title)');
  const { texts, all, link } = await saved(page, memory.locator('.save'), 'memory');
  for (const row of await memory.locator('.terms tr:not(thead *)').all()) {
    for (const cell of await words(row.locator('th, td'))) if (cell) expect(all).toContain(cell.replace(/^▶ /u, ''));
  }
  expect(texts).toContain('312 GB'); // 24 bytes x 13B
  expect(link).toContain('parameters=13B');
});

test('what was changed in the same moment is in all of the picture', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(() => {
      const root = document.querySelector('llm-slide-rule').shadowRoot;
      const method = root.querySelector('#memory-method');
      method.value = 'infer-bf16';
      method.dispatchEvent(new Event('change', { bubbles: true }));
      root.querySelector('section:has(#memory-title) .save button').click();
    }),
  ]);
  const svg = readFileSync(await download.path()).toString();
  expect(svg).toContain('· Inference, bf16 or fp16');
  expect(svg).not.toContain('Optimizer');
  expect(svg).toContain('method=infer-bf16');
});

test('the memory of a model and the phases of its training', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=ko&task=fine-tune&tune=lora');
  const bytes = page.locator('section:has(#bytes-title)');
  const total = (await words(bytes.locator('.terms tfoot td').first()))[0];
  const bar = await saved(page, bytes.locator('figure:not(:has(.timeline)) .save').first(), 'memory');
  expect(bar.texts).toContain(total);
  for (const name of await words(bytes.locator('.terms tbody th'))) expect(bar.all).toContain(name.replace(/^▶ /u, ''));
  const phases = await saved(page, bytes.locator('.save').nth(1), 'phases');
  expect(phases.all).toMatch(new RegExp(`손실 계산 ${total} · 최고점`, 'u'));
  expect(phases.link).toContain('task=fine-tune');
  // What was computed stands in it, not what cannot be read.
  await bytes.locator('#bytes-seq').fill('abc');
  await settled(page);
  const after = await saved(page, bytes.locator('.save').first(), 'memory');
  expect(after.texts).toContain(total);
  expect(after.all).not.toContain('abc');
});

test('in a widget', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="rule" parameters="13B"></llm-slide-rule><llm-slide-rule view="memory" parameters="13B"></llm-slide-rule>');
  await ready(page);
  const rule = await saved(page, page.locator('[view=rule] .save'), 'rule');
  expect(rule.texts).toContain('312 GB');
  const memory = await saved(page, page.locator('[view=memory] .save'), 'memory');
  expect(memory.texts).toContain('312 GB');
});
