// Undo, redo and reset; what is shown, copied for somewhere else; what a printer gets.

import { readFileSync } from 'node:fs';
import { accuracyHttpUrl, expect, fitHttpUrl, httpUrl, lawsHttpUrl, modelsHttpUrl, open, settled, test } from './harness.mjs';

const everyCard = readFileSync(new URL('../../src/catalog/gpus.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[0]);
const tools = (page) => page.locator('llm-slide-rule .tools');
const button = (page, name) => tools(page).getByRole('button', { name, exact: true });
const parameters = (page) => page.locator('#fit-parameters');

test('undo and redo go over finished edits, reset can be undone', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  await expect(button(page, 'Undo')).toBeDisabled();
  await parameters(page).fill('7B');
  await parameters(page).blur();
  await parameters(page).fill('13B');
  await parameters(page).blur();
  await button(page, 'Undo').click();
  await expect(parameters(page)).toHaveValue('7B');
  await button(page, 'Undo').click();
  await expect(parameters(page)).toHaveValue('2B');
  await expect(button(page, 'Undo')).toBeDisabled();
  await button(page, 'Redo').click();
  await expect(parameters(page)).toHaveValue('7B');
  await button(page, 'Reset').click();
  await expect(parameters(page)).toHaveValue('2B');
  await expect(tools(page).getByRole('status')).toContainText('Undo');
  await page.getByRole('heading', { name: 'LLM Slide Rule' }).click();
  await page.keyboard.press('Control+z');
  await expect(parameters(page)).toHaveValue('7B');
  await page.keyboard.press('Control+Shift+z');
  await expect(parameters(page)).toHaveValue('2B');
});

test('going back to a link that somebody wrote by hand keeps the way forward', async ({ watched: page }) => {
  await open(page, httpUrl(), '#parameters=7B&lang=en');
  await parameters(page).fill('13B');
  await parameters(page).blur();
  await expect(page).toHaveURL(/#v=1&lang=en&parameters=13B$/u);
  await page.goBack();
  await expect(parameters(page)).toHaveValue('7B');
  // Longer than an unfinished edit waits for its place in the history.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  await expect(button(page, 'Redo')).toBeEnabled();
  await page.goForward();
  await expect(parameters(page)).toHaveValue('13B');
});

test('Ctrl+Z in a text field is the field’s own', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en');
  await parameters(page).fill('7B');
  await parameters(page).blur();
  await parameters(page).focus();
  await page.keyboard.type('x');
  await page.keyboard.press('Control+z');
  await expect(parameters(page)).toHaveValue('7B');
});

test('Ctrl+Z right after a choice undoes it', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en&gpu=rtx-4090');
  const card = page.getByRole('checkbox', { name: /^L4 / });
  await card.check();
  await expect(page).toHaveURL(/gpu=l4,rtx-4090/u);
  await page.keyboard.press('Control+z');
  await expect(card).not.toBeChecked();
  await page.keyboard.press('Control+y');
  await expect(card).toBeChecked();
  const unit = page.locator('#page-unit');
  await unit.selectOption('GiB');
  await expect(page).toHaveURL(/unit=GiB/u);
  await unit.focus();
  await page.keyboard.press('Control+z');
  await expect(unit).toHaveValue('GB');
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  const [first, second] = await page.locator('.tabs input[type=radio]').all();
  await expect(first).toBeChecked();
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await expect(second).toBeChecked();
  await expect(button(page, 'Undo')).toBeEnabled();
  await page.keyboard.press('Control+z');
  await expect(first).toBeChecked();
});

test('every form of copy carries version, date and permalink', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, httpUrl(), '#v=1&lang=en&parameters=7B');
  await tools(page).locator('summary').click();
  const copied = async (name) => {
    await button(page, name).click();
    await expect(tools(page).getByRole('status')).toHaveText('Copied.');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const link = await copied('Link');
  expect(link).toContain('parameters=7B');
  for (const name of ['Markdown table', 'CSV', 'LaTeX (booktabs)', 'JSON', 'BibTeX of the sources']) {
    const text = await copied(name);
    expect(text, name).toContain(link);
    expect(text, name).toMatch(/\d{4}-\d\d-\d\d/u);
    expect(text, name).toMatch(/\d+\.\d+\.\d+/u);
  }
  // Powers stay powers; what shows nothing is no section.
  const markdown = await copied('Markdown table');
  expect(markdown).toContain('(C / 2.3·10^8)^−0.050');
  expect(markdown).not.toContain('## Hardware');
  // A spreadsheet gets numbers: 6 × 1.5e9 × 22.9e9 FLOP at 40 % of the card's rate, in seconds, hours and US$.
  const csv = await copied('CSV');
  const card = csv.split('\r\n').find((line) => /^GeForce RTX 4090,165\.2,/u.test(line)).split(',');
  const seconds = (6 * 1.5e9 * 22.9e9) / (165.2e12 * 0.4);
  expect(Number(card[2]) / seconds).toBeCloseTo(1, 6);
  expect(Number(card[3]) / (seconds / 3600)).toBeCloseTo(1, 6);
  expect(Number(card[4]) / ((2.5 * seconds) / 3600)).toBeCloseTo(1, 6);
  expect(csv).toContain('\r\nGPT-3 175B,174600000000,300000000000,3640,');
  // No cell holds words and numbers both: each has a column of its own, with the unit in its head; no two heads are the same.
  expect(csv).toContain('GeForce RTX 4090 25.8 GB,GeForce RTX 4090 25.8 GB (N max),');
  expect(csv).toMatch(/^"Inference, bf16 or fp16",2\.4,16800000000,fits,10732175360,/mu);
  expect(csv).toMatch(/^Law,You have \(FLOP\),You have \(D\),You have \(N\),Test loss,/mu);
  expect(csv).toMatch(/^Optimizer,112000000000,66\.6/mu);
  // What is said of the page itself is no part of a copy.
  for (const text of [markdown, csv]) expect(text).not.toContain('underlined');
  const json = JSON.parse(await copied('JSON'));
  expect(json.inputs.parameters).toBe('7B');
  const total = json.results.flatMap((v) => v.tables).flatMap((t) => t.rows).find((r) => /^Total/u.test(r[0].text));
  expect(total[1].numbers).toContainEqual(['B', '168000000000']);
  expect(await copied('BibTeX of the sources')).toContain('@misc{kaplan-2020,');
});

test('BibTeX on the page of accuracy holds the sources of the measurements that it shows', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, accuracyHttpUrl(), '#v=1&lang=en');
  await tools(page).locator('summary').click();
  const seen = new Set();
  for (const group of ['weights', 'lora']) {
    await page.locator('select[id$=group]').selectOption(group);
    await page.evaluate(() => document.querySelector('llm-slide-rule').updateComplete);
    await button(page, 'BibTeX of the sources').click();
    await expect(tools(page).getByRole('status')).toHaveText('Copied.');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const links = await page.locator('figure table a').evaluateAll((all) => [...new Set(all.map((a) => a.href.replace(/blob(\/\w+).*/u, 'tree$1')))]);
    expect(links.length).toBeGreaterThan(5);
    expect([...text.matchAll(/^  url = \{(.*)\}$/gmu)].map(([, url]) => url).sort()).toEqual(expect.arrayContaining(links.sort()));
    seen.add(text.replace(/^.*\n/u, ''));
  }
  // Each group has its own.
  expect(seen.size).toBe(2);
});

test('a copy holds what the results were computed from, not what is wrong in a field', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = async (name) => {
    await button(page, name).click();
    await expect(tools(page).getByRole('status')).toHaveText('Copied.');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const all = async () => {
    if (!(await button(page, 'Link').isVisible())) await tools(page).locator('summary').click();
    const texts = {};
    for (const name of ['Link', 'Markdown table', 'CSV', 'LaTeX (booktabs)', 'JSON']) texts[name] = await copied(name);
    return texts;
  };
  const id = (name) => page.locator(`[id="${name}"]`);
  await open(page, httpUrl(), '#v=1&lang=en');
  await id('fit-parameters').fill('7B');
  await id('loss-loss').fill('2.3');
  // The field follows what was typed before; what follows it is typed after.
  await settled(page);
  await id('rule-rule.loss').fill('2.2');
  const good = await all();
  const last = 'The last result of inputs that could be read and met.';
  expect(good.JSON).toContain('"rule.loss": "2.2"');
  for (const [field, wrong] of [['loss-loss', 'abc'], ['loss-mfu', '900%'], ['rule-rule.loss', '1.5'], ['rule-rule.loss', 'xyz']]) {
    await id(field).fill(wrong);
    await expect(id(field)).toHaveAttribute('aria-invalid', 'true');
    const texts = await all();
    for (const [name, text] of Object.entries(texts)) {
      // Each but the link says in one line that it does.
      expect(text.split(last), `${field} ${wrong}: ${name}`).toHaveLength(name === 'Link' ? 1 : 2);
      expect(text.replace(name === 'JSON' ? ` "note": "${last}",\n` : `${last} `, ''), `${field} ${wrong}: ${name}`).toBe(good[name]);
    }
    await id(field).fill({ 'loss-loss': '2.3', 'loss-mfu': '40%', 'rule-rule.loss': '2.2' }[field]);
  }
  // Inputs that do not go together, and a method that there is not.
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=h100-sxm*8&tp=4');
  const together = await all();
  expect(together['Markdown table']).toMatch(/Tensor parallel.*: 4$/mu);
  await id('bytes-context').fill('16384');
  const longer = await all();
  expect(longer['Markdown table']).not.toBe(together['Markdown table']);
  await id('bytes-tp').fill('3');
  await expect(id('bytes-tp')).toHaveAttribute('aria-invalid', 'true');
  await id('bytes-context').fill('32768');
  const apart = await all();
  expect(apart.Link).toBe(longer.Link);
  expect(apart['Markdown table']).toMatch(/Tensor parallel.*: 4$/mu);
  expect(apart['Markdown table']).toMatch(/16384$/mu);
  expect(apart['Markdown table']).not.toMatch(/32768$/mu);
});

test('a copy of the table of every card says how far it is, listens meanwhile and can be cancelled', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, modelsHttpUrl(), `#v=1&lang=en&gpu=${everyCard.join(',')}`);
  await tools(page).locator('summary').click();
  // As on a slow machine: every cell takes a while.
  const slow = (ms) =>
    page.evaluate((takes) => {
      const { whole } = document.querySelector('llm-slide-rule').shadowRoot.querySelector('table.heat');
      const { cell } = whole;
      whole.cell = (row, column) => {
        if (row < 50 && column % 10 === 0) for (const until = performance.now() + takes; performance.now() < until; );
        return cell(row, column);
      };
    }, ms);
  await slow(2);
  await page.evaluate(() => navigator.clipboard.writeText('before'));
  // While it is made the page answers.
  const longest = page.evaluate(
    () =>
      new Promise((done) => {
        let last = performance.now();
        let most = 0;
        const timer = setInterval(() => {
          most = Math.max(most, performance.now() - last);
          last = performance.now();
        }, 5);
        setTimeout(() => done((clearInterval(timer), most)), 1500);
      }),
  );
  await button(page, 'CSV').click();
  const progress = tools(page).getByRole('progressbar', { name: 'Copying the whole table' });
  await expect(progress).toBeVisible();
  const first = await progress.evaluate((e) => e.value);
  await expect.poll(() => progress.evaluate((e) => e.value)).toBeGreaterThan(first);
  expect(await longest).toBeLessThan(400);
  await button(page, 'Cancel').click();
  await expect(tools(page).getByRole('status')).toHaveText('Nothing copied: it was cancelled.');
  await expect(progress).toHaveCount(0);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('before');
  // Not cancelled, it is the same as at once.
  await button(page, 'Markdown table').click();
  await expect(progress).toBeVisible();
  await expect(progress).toHaveCount(0);
  await expect(tools(page).getByRole('status')).toHaveText('Copied.');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toBe(await page.evaluate(() => document.querySelector('llm-slide-rule').toMarkdown()));
  expect(text.split('\n').find((line) => line.startsWith('| Llama 3.1 8B')).split(' | ').length).toBe(everyCard.length + 1);
});

test('a copy of many cards that the browser refuses ends there', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), `#v=1&lang=en&gpu=${everyCard.join(',')}`);
  await tools(page).locator('summary').click();
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    const { whole } = document.querySelector('llm-slide-rule').shadowRoot.querySelector('table.heat');
    const { cell } = whole;
    globalThis.made = 0;
    whole.cell = (row, column) => {
      globalThis.made += 1;
      for (const until = performance.now() + 1; performance.now() < until; );
      return cell(row, column);
    };
  });
  await button(page, 'CSV').click();
  await expect(tools(page).getByRole('status')).toContainText('not allowed');
  await expect(tools(page).getByRole('progressbar')).toHaveCount(0);
  const made = await page.evaluate(() => globalThis.made);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
  expect(await page.evaluate(() => globalThis.made)).toBe(made);
  await expect(tools(page).getByRole('status')).toContainText('not allowed');
});

test('BibTeX where no source is shown says so and leaves the clipboard alone', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, fitHttpUrl(), '#v=1&lang=en&runs=own');
  await page.evaluate(() => navigator.clipboard.writeText('before'));
  await tools(page).locator('summary').click();
  await button(page, 'BibTeX of the sources').click();
  await expect(tools(page).getByRole('status')).toHaveText('Nothing copied: no sources are shown here.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('before');
});

test('facts that are listed beside their names are results too', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  await tools(page).locator('summary').click();
  await button(page, 'Markdown table').click();
  await expect(tools(page).getByRole('status')).toHaveText('Copied.');
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  await button(page, 'CSV').click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('\r\nToken embedding,525336576,');
  // 2 × 32 layers × 8 heads × 128 × 2 bytes.
  expect(markdown).toContain('| KV cache per token, bf16 | 131 kB |');
  expect(markdown).toMatch(/\| Writing answers, all users together \| [\d.]+ \([\d.]+–[\d.]+\) tokens\/s \|/u);
  expect(markdown).not.toMatch(/^\|( +\|)+$\n(?!\| -)/mu);
});

test('copies hold every row of a long table as it is drawn, and name as inputs only what filters it', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&gpu=rtx-4090,h100-sxm*8');
  const heat = page.locator('section[aria-labelledby="heat-title"]');
  const copied = () => page.evaluate(() => document.querySelector('llm-slide-rule').toMarkdown());
  const models = Number(await heat.locator('[role=grid]').getAttribute('aria-rowcount')) - 1;
  expect(models).toBeGreaterThan(200);
  const rows = (markdown) => markdown.split('\n').filter((line) => / \| (fits|tight|does not fit|not possible)/u.test(line));
  const markdown = await copied();
  expect(rows(markdown)).toHaveLength(models);
  // What is drawn says the same.
  const drawn = await heat.locator('tbody tr[role=row]').evaluateAll((all) =>
    all.map((row) => `| ${[...row.cells].map((c) => c.innerText.replace(/[✓≈✕]/gu, '').replace(/\s+/gu, ' ').trim()).join(' | ')} |`),
  );
  expect(drawn.length).toBeGreaterThan(8);
  const plain = (line) => line.replace(/\\/gu, '').replace(/\s+/gu, ' ');
  expect(rows(markdown).slice(0, drawn.length).map(plain)).toEqual(drawn);
  expect(await page.evaluate(() => document.querySelector('llm-slide-rule').toCsv())).toContain('GeForce RTX 4090');
  await page.locator('#models-model-search, #model-model-search').first().fill('qwen');
  await expect.poll(copied).not.toContain('qwen');
  await heat.locator('[type=search]').fill('llama');
  await expect.poll(copied).toContain('(filter): llama');
  expect(rows(await copied()).length).toBeLessThan(models);
});

test('what was said of a reset is said no longer when something is changed', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en&users=3');
  await button(page, 'Reset').click();
  await expect(tools(page).getByRole('status')).toContainText('Undo');
  await page.locator('nav.starts button').first().click();
  await expect(tools(page).locator('p[role=status]')).toBeEmpty();
});

test('every page has its own title, in its language', async ({ watched: page }) => {
  const titles = new Set();
  for (const url of [httpUrl, modelsHttpUrl, lawsHttpUrl, fitHttpUrl, accuracyHttpUrl]) {
    for (const [lang, name] of [['en', 'LLM Slide Rule'], ['ko', 'LLM 계산자']]) {
      await page.goto('about:blank');
      await open(page, url(), `#v=1&lang=${lang}`);
      await expect(page).toHaveTitle(new RegExp(`${name}$`, 'u'));
      titles.add(await page.title());
    }
    const html = await (await page.request.get(url())).text();
    titles.has(/<title>(.*?)<\/title>/u.exec(html)[1]) || titles.add('another in the file');
  }
  expect(titles.size).toBe(10);
});

test('the code to embed shows the view with what is typed', async ({ watched: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, httpUrl(), '#v=1&lang=en&parameters=7B');
  await tools(page).locator('summary').click();
  await tools(page).getByLabel('What to show').selectOption('memory');
  const code = tools(page).getByLabel('Paste this');
  await expect(code).toHaveValue(/<llm-slide-rule view="memory" src-state="v=1&amp;lang=en&amp;parameters=7B/u);
  await tools(page).getByLabel('Frame', { exact: true }).check();
  await expect(code).toHaveValue(/#embed=memory&amp;v=1&amp;/u);
});

test('paper gets inputs, results and the permalink, nothing to press', async ({ watched: page }) => {
  await open(page, httpUrl(), '#v=1&lang=en&parameters=7B');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Reset', exact: true })).toBeHidden();
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await expect(page.locator('footer .print-only')).toContainText('parameters=7B');
  await expect(parameters(page)).toBeVisible();
  await expect(page.locator('#memory-title')).toBeVisible();
  // A total that every sheet repeats would be read as the sum of that sheet.
  await expect(page.locator('tfoot').first()).toHaveCSS('display', 'table-row-group');
});

for (const [name, url, hash] of [
  ['calculator', httpUrl, ''],
  ['models', modelsHttpUrl, '&gpu=rtx-4090,h100-sxm*8'],
  ['laws', lawsHttpUrl, ''],
  ['accuracy', accuracyHttpUrl, ''],
]) {
  test(`a CSV of the page ${name} is one for programs: heads by column, cells of words or of one number`, async ({ watched: page }) => {
    await open(page, url(), `#v=1&lang=en${hash}`);
    const csv = await page.evaluate(() => document.querySelector('llm-slide-rule').toCsv());
    const cells = (line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/gu)].map(([, cell]) => cell);
    for (const table of csv.split('\r\n\r\n').slice(0, -1)) {
      const [, head, ...rows] = table.split('\r\n').filter(Boolean).map(cells);
      const named = head.filter(Boolean);
      expect(new Set(named).size, head.join('|')).toBe(named.length);
      // What is only drawn is no column.
      if (rows.length > 0) for (const i of head.keys()) expect(rows.some((row) => row[i]), head[i]).toBe(true);
      const isList = head.length === 2 && head[0] !== 'Constant';
      const numbers = rows.flatMap((row) => row.slice(1)).filter((cell) => /\d/u.test(cell));
      // Beside plain numbers, a cell may hold words with a figure in them, but none that stands for a value with a unit.
      for (const cell of numbers) {
        expect(cell, table).not.toMatch(/^(≤|[≈✓✕]|fits|tight|does not fit|L =|N )|\d (GB|GiB|MB|kB|FLOP|tokens\/s|seconds)$|^[\d.,]+%$|^\d+,\d{3}$/u);
      }
      expect(isList || rows.every((row) => row.length === head.length), table).toBe(true);
    }
  });
}

test('on paper the fit table of models stands whole, with no room for what is not drawn', async ({ watched: page }) => {
  await open(page, modelsHttpUrl(), '#v=1&lang=en');
  await page.emulateMedia({ media: 'print' });
  const heat = page.locator('div.heat');
  expect(await heat.evaluate((e) => [getComputedStyle(e).overflow, e.scrollHeight - e.clientHeight])).toEqual(['visible', 0]);
  await expect(heat.locator('.gap').last()).toBeHidden();
});

test('on paper no verdict is larger than its number', async ({ watched: page }) => {
  for (const url of [httpUrl(), modelsHttpUrl()]) {
    await open(page, url, '#v=1&lang=en');
    await page.emulateMedia({ media: 'print' });
    const [number, verdict] = await page.locator('td.cell').first().evaluate((cell) =>
      ['.number', '.outcome'].map((part) => parseFloat(getComputedStyle(cell.querySelector(part)).fontSize)),
    );
    expect(verdict).toBeLessThanOrEqual(number);
  }
});
