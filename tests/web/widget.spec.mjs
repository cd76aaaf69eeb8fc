// The widget in a blog post: its contract with the page that holds it.

import { expect, test, violations } from './harness.mjs';
import { cdn, module, openPost, ready } from './host.mjs';
import { load } from './load.mjs';

const post = () => `${process.env.SITE}/tests/web/pages/post.html`;

const watchShifts = `<script>globalThis.shifted = 0; new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) globalThis.shifted += shift.value;
}).observe({ type: 'layout-shift', buffered: true });</script>`;

test('widgets in a post with hostile CSS', async ({ watched: page }) => {
  await page.goto(post());
  await ready(page, ':not([view=nonsense])');
  const [fit, memory, loss, nonsense] = await page.locator('llm-slide-rule').all();
  await expect(fit.locator('table.fit')).toBeVisible();
  await expect(fit.locator('table.fit')).toContainText('올라감');
  await expect(fit.locator('.chips')).toContainText('3090');
  await expect(memory).toContainText('31.2'); // 1.3B x 24 bytes
  await expect(memory.getByRole('heading')).toHaveText('Where the bytes go');
  await expect(loss.locator('input').first()).toBeVisible();
  await expect(nonsense).toContainText('nonsense');
  // The host's rules reach nothing inside; its font and colour do.
  const field = memory.locator('input').first();
  await field.fill('13B');
  await expect(memory).toContainText('312');
  expect(await field.evaluate((e) => getComputedStyle(e).transform)).toBe('none');
  const look = await memory.locator('.answer').evaluate((e) => {
    const { fontFamily, color } = getComputedStyle(e);
    return { fontFamily, color };
  });
  expect(look).toEqual({ fontFamily: 'Georgia, serif', color: 'rgb(51, 51, 51)' });
  // Nothing of the host is touched.
  expect(await page.evaluate(() => location.hash)).toBe('');
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
});

test('no name of the host is taken, by module, classic script or second modules', async ({ watched: page }) => {
  // Of the window and of what Lit would add to.
  const names = () => page.evaluate(() => [globalThis, Symbol, document, customElements].map((e) => Reflect.ownKeys(e).map(String).sort()));
  const views = ['memory', 'models', 'laws', 'fit-law', 'accuracy'].map((view) => `<llm-slide-rule view="${view}"></llm-slide-rule>`).join('');
  const csp = `script-src ${cdn} 'wasm-unsafe-eval'; worker-src blob:; require-trusted-types-for 'script'; trusted-types lit-html llm-slide-rule`;
  await openPost(page, views, { head: '' });
  const before = await names();
  for (const rules of [undefined, csp]) {
    for (const file of ['llm-slide-rule.js', 'llm-slide-rule.iife.js']) {
      const tag = file.includes('iife') ? '<script' : '<script type="module"';
      await page.unroute('http://post.test/**');
      await openPost(page, views, { csp: rules, head: `${tag} src="${cdn}${file}"></script>` });
      await ready(page);
      expect(await names(), file).toEqual(before);
    }
  }
});

test('with all hidden, no heading and no introduction is left', async ({ watched: page }) => {
  const all = 'title answer inputs table chart note';
  await openPost(page, ['fit', 'memory', 'loss'].map((view) => `<llm-slide-rule view="${view}" hide="${all}"></llm-slide-rule>`).join(''), { lang: 'en' });
  await ready(page);
  const left = await page.evaluate(async () => {
    const elements = [...document.querySelectorAll('llm-slide-rule')];
    await Promise.all(elements.map((e) => e.updateComplete));
    return elements.map((e) => e.shadowRoot.querySelector('.root').innerText.trim());
  });
  expect(left).toEqual(['', '', '']);
  // A heading stays where something under it does.
  const loss = page.locator('llm-slide-rule[view=loss]');
  await loss.evaluate((e) => (e.hide = 'answer note'));
  await expect(loss.getByRole('heading', { name: 'Size and data together' })).toBeHidden();
  await expect(loss.getByRole('heading', { name: 'C = 6ND' })).toBeVisible();
});

test('with its inputs hidden a view has no heading over nothing and no empty box', async ({ watched: page }) => {
  await openPost(page, ['fit', 'models'].map((view) => `<llm-slide-rule view="${view}" gpu="l4" hide="inputs"></llm-slide-rule>`).join(''));
  await ready(page);
  for (const e of await page.locator('llm-slide-rule').all()) {
    await expect(e.locator('.answer').first()).toBeVisible();
    await expect(e.getByRole('heading', { name: 'Hardware' })).toHaveCount(0);
    await expect(e.locator('.drop, details.more').filter({ visible: true })).toHaveCount(0);
  }
  // What then stands first begins as any first heading does.
  const fit = page.locator('llm-slide-rule').first();
  const top = (x) => x.getBoundingClientRect().top;
  expect(await fit.locator('h2', { hasText: 'What fits' }).evaluate(top)).toBe(await fit.evaluate(top));
  await fit.evaluate((x) => (x.hide = ''));
  await expect(fit.getByRole('heading', { name: 'Hardware' })).toBeVisible();
});

test('events and methods', async ({ watched: page }) => {
  await openPost(page, '<div id="around"><llm-slide-rule view="memory" parameters="2B"></llm-slide-rule></div>');
  await ready(page);
  const result = await page.evaluate(async () => {
    const e = document.querySelector('llm-slide-rule');
    const details = [];
    document.querySelector('#around').addEventListener('slide-rule-change', (event) => details.push(event.detail));
    e.setState({ parameters: '70B', nonsense: 'x' }, { commit: true });
    const good = e.toMarkdown();
    const csv = e.toCsv();
    e.setState({ parameters: 'abc' });
    return { good, csv, details, state: e.getState(), isReady: (await e.ready) === e };
  });
  expect(result.isReady).toBe(true);
  expect(result.details.map((d) => d.commit)).toEqual([true, false]);
  expect(result.details[0].url).toBe(`${cdn}index.html#v=1&parameters=70B`);
  expect(result.details[1].problems.parameters.code).toBe('not-a-number');
  expect(result.state.parameters).toBe('abc');
  expect(Object.keys(result.state)).not.toContain('nonsense');
  // The article's rule at 70B: 8 + 32 + 8 times 35.
  expect(result.good).toContain('| Total | 1,680 GB |  |');
  expect(result.good).toMatch(/LLM Slide Rule \d+\.\d+\.\d+, \d{4}-\d\d-\d\d, <http:\/\/cdn\.test\/index\.html#v=1&parameters=70B>\n$/u);
  expect(result.csv).toContain('\r\nTotal,1680000000000,\r\n');
  expect(result.csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
});

test('an unknown view: its content stands, the element says so and tells it; the next view is drawn', async ({ watched: page }) => {
  const head = `<script>globalThis.reasons = []; document.addEventListener('slide-rule-error', (e) => reasons.push(e.detail.reason))</script>${module}`;
  await openPost(page, '<llm-slide-rule view="law"><p>content</p></llm-slide-rule><llm-slide-rule view="memory"><p>second</p></llm-slide-rule>', { head });
  const [first, second] = await page.locator('llm-slide-rule').all();
  await expect(first.getByRole('alert')).toContainText('law');
  await expect(page.getByText('content')).toBeVisible();
  expect(await first.evaluate((x) => x.ready.then(() => 'ready', () => 'failed'))).toBe('failed');
  expect(await page.evaluate(() => globalThis.reasons)).toEqual(['view']);
  await second.evaluate((x) => x.ready);
  // Whoever hears of it may ask for another.
  await second.evaluate((x) => (x.addEventListener('slide-rule-error', () => (x.view = 'loss')), (x.view = 'los')));
  await expect(second.locator('h2')).toHaveText('Loss');
  await first.evaluate((x) => (x.view = 'laws'));
  await expect(first.locator('h2').first()).toHaveText('All scaling laws');
  await expect(first.getByRole('alert')).toHaveCount(0);
  await expect(page.getByText('content')).toBeHidden();
});

test('what the rule shows is exported: six scales, numbers exact', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="rule" parameters="2B"></llm-slide-rule>');
  await ready(page);
  const [csv, markdown] = await page.locator('llm-slide-rule').evaluate((x) => [x.toCsv(), x.toMarkdown()]);
  // The article's rule: 24 bytes a parameter.
  expect(csv).toContain('The slide rule\r\n');
  expect(csv).toContain('GPU memory (B),48000000000\r\n');
  expect(csv).toContain('Parameters,2000000000\r\n');
  expect(csv.split('\r\n').slice(0, 7).map((line) => line.replace(/( \(|,).*/u, ''))).toEqual(['The slide rule', 'GPU memory', 'Parameters', 'Training tokens', 'Compute', 'Money', 'Test loss']);
  expect(markdown).toContain('| GPU memory | 48.0 GB');
  expect(markdown).toContain('| Parameters | 2.00B');
  // What cannot be met is no value: what was met last stands.
  const last = await page.locator('llm-slide-rule').evaluate((x) => (x.setState({ 'rule.loss': '0.1', 'rule.move': 'loss' }), x.toCsv()));
  const tables = (text) => text.split('\r\n').slice(0, -2);
  expect(tables(last)).toEqual(tables(csv));
});

test('the copied code keeps room: what stands below the view does not jump', async ({ watched: page }) => {
  const { embedCode } = await load('src/export/embed-code.ts', { part: 'calculator' });
  globalThis.document ??= { documentElement: { dataset: { home: cdn } } };
  for (const width of [360, 800, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const view of ['rule', 'fit', 'memory', 'loss']) {
      await openPost(page, `${embedCode('module', view, '', 'See')}<p>below</p>`, { head: watchShifts });
      await ready(page);
      expect(await page.evaluate(() => globalThis.shifted), `${view} ${width}`).toBe(0);
    }
  }
});

test('a move in the document is no reset', async ({ watched: page }) => {
  await page.goto(post());
  const memory = page.locator('llm-slide-rule[view=memory]');
  await memory.locator('input').first().fill('13B');
  await page.evaluate(() => document.body.prepend(document.querySelector('llm-slide-rule[view=memory]')));
  await expect(memory.locator('input').first()).toHaveValue('13B');
});

test('several widgets share one core; content stands until it has started', async ({ watched: page }) => {
  const two = '<llm-slide-rule view="memory"><p>fallback</p></llm-slide-rule><llm-slide-rule view="fit"></llm-slide-rule>';
  const count = `<script>globalThis.starts = 0; const i = WebAssembly.instantiate;
    globalThis.gate = new Promise((open) => (globalThis.open = open));
    WebAssembly.instantiate = (...a) => (globalThis.starts++, gate.then(() => i(...a)))</script>`;
  await openPost(page, two, { head: count + module });
  await page.waitForFunction(() => globalThis.starts > 0);
  await expect(page.getByText('fallback')).toBeVisible();
  await page.evaluate(() => globalThis.open());
  await ready(page);
  await expect(page.getByText('fallback')).toBeHidden();
  expect(await page.evaluate(() => globalThis.starts)).toBe(1);
});

test('a narrow column on a wide screen', async ({ watched: page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const views = ['rule', 'fit', 'memory', 'loss'].map((v) => `<llm-slide-rule view="${v}"></llm-slide-rule>`).join('');
  await openPost(page, `<div style="width:320px">${views}</div>`);
  await ready(page);
  for (const e of await page.locator('llm-slide-rule').all()) {
    expect(await e.evaluate((x) => x.scrollWidth)).toBeLessThanOrEqual(320);
    // Plots are drawn for the column.
    for (const svg of await e.locator('figure svg').all()) expect((await svg.boundingBox()).width).toBeLessThanOrEqual(320);
  }
});

test('looks are set by custom properties and parts', async ({ watched: page }) => {
  await openPost(
    page,
    `<style>llm-slide-rule { --slide-rule-ink: rgb(1, 2, 3); --slide-rule-accent: rgb(4, 5, 6); }
      llm-slide-rule::part(title) { color: rgb(7, 8, 9); } llm-slide-rule::part(table) { border: 3px solid }</style>
     <llm-slide-rule view="memory"></llm-slide-rule>`,
  );
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const css = (selector, property) => e.locator(selector).first().evaluate((x, p) => getComputedStyle(x)[p], property);
  expect(await css('.answer', 'color')).toBe('rgb(1, 2, 3)');
  expect(await css('h2', 'color')).toBe('rgb(7, 8, 9)');
  expect(await css('table', 'borderTopWidth')).toBe('3px');
});

test('a view of another part comes as a second module, with the same contract', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory" lang="ko" parameters="7B"><p>fallback</p></llm-slide-rule>');
  await ready(page);
  const before = page.seen.requests.length;
  const e = page.locator('llm-slide-rule');
  await e.evaluate((x) => (x.view = 'laws'));
  await expect(e.locator('h2').first()).toHaveText('모든 스케일링 법칙');
  expect(page.seen.requests.slice(before)).toEqual([`${cdn}llm-slide-rule.laws.js`]);
  expect(await e.evaluate((x) => x.getState().parameters)).toBe('7B');
  const csv = await e.evaluate((x) => (x.setState({ n: '8B' }), x.toCsv()));
  expect(csv.split('\r\n').length).toBeGreaterThan(10);
  expect(await e.evaluate((x) => x.toMarkdown())).toContain('8B');
  expect(await e.evaluate((x) => x.getState().n)).toBe('8B');
  // And back, with what was typed.
  await e.evaluate((x) => (x.setState({ parameters: '9B' }), (x.view = 'memory')));
  await expect(e.locator('tfoot')).toContainText('216');
});

test('a model by attribute, by property, by name that nobody knows', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="models" model="mistral-7b-v0.1" gpu="rtx-4090"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const answer = e.locator('section[aria-labelledby="bytes-title"] .answer');
  await expect(answer).toContainText('Mistral 7B');
  await e.evaluate((x) => (x.model = 'llama-3.1-70b'));
  await expect(e).toHaveAttribute('model', 'llama-3.1-70b');
  await expect(answer).toContainText('Llama 3.1 70B');
  await e.evaluate((x) => x.setAttribute('model', 'llama-3.1-71b'));
  await expect(e.getByRole('alert').first()).toContainText('llama-3.1-70b');
  // Views that ask for no model keep it for those that do.
  await e.evaluate((x) => ((x.model = 'mistral-7b-v0.1'), (x.view = 'memory')));
  await expect(e.locator('tfoot')).toBeVisible();
  await expect(e).toHaveAttribute('model', 'mistral-7b-v0.1');
  await e.evaluate((x) => (x.view = 'models'));
  await expect(answer).toContainText('Mistral 7B');
});

test('several script tags of any kind do not clash', async ({ watched: page }) => {
  const classic = `<script src="${cdn}llm-slide-rule.iife.js"></script>`;
  const again = `<script type="module" src="${cdn}llm-slide-rule.js?again"></script>`;
  await openPost(page, '<llm-slide-rule view="memory" parameters="7B"></llm-slide-rule><llm-slide-rule view="laws"></llm-slide-rule>', {
    head: `${classic}${module}${classic}${again}`,
  });
  await ready(page);
  await expect(page.locator('llm-slide-rule').first().locator('tfoot')).toContainText('168');
  await expect(page.locator('llm-slide-rule').last().locator('.answer').first()).toBeVisible();
});

test('the ink of a host tells its colour scheme, where it does not: before and after the host changes it', async ({ watched: page }) => {
  const head = `<style>body { background: #fff; color: #222 } .night body { background: #111; color: #eee }</style>${module}`;
  await page.emulateMedia({ colorScheme: 'light' });
  await openPost(page, '<llm-slide-rule view="memory"></llm-slide-rule><llm-slide-rule view="rule" theme="light"></llm-slide-rule>', { head });
  await ready(page);
  const scheme = (n) => page.locator('llm-slide-rule').nth(n).locator('.root').evaluate((e) => getComputedStyle(e).colorScheme);
  expect(await scheme(0)).toBe('light');
  await page.evaluate(() => document.documentElement.classList.add('night'));
  await expect.poll(() => scheme(0)).toBe('dark');
  // A theme that was chosen stands.
  expect(await scheme(1)).toBe('light');
  expect(await violations(page, ['color-contrast'])).toEqual([]);
  await page.evaluate(() => document.documentElement.classList.remove('night'));
  await expect.poll(() => scheme(0)).toBe('light');
  // A dark reader of a host that is light whatever the reader prefers.
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await scheme(0)).toBe('light');
});

test('in a post that runs from right to left the calculator runs from left to right', async ({ watched: page }) => {
  await openPost(page, '<div dir="rtl"><llm-slide-rule view="memory"><p>fallback</p></llm-slide-rule><llm-slide-rule view="nonsense"><p>fallback</p></llm-slide-rule></div>');
  await ready(page, '[view=memory]');
  expect(await page.locator('llm-slide-rule .answer').evaluate((e) => getComputedStyle(e).direction)).toBe('ltr');
  // The post's own words stay as they run.
  expect(await page.locator('llm-slide-rule > p').last().evaluate((e) => getComputedStyle(e).direction)).toBe('rtl');
});

test('in a post whose lines run down the calculator’s run across', async ({ watched: page }) => {
  await openPost(page, '<div style="writing-mode: vertical-rl; block-size: 700px"><llm-slide-rule view="rule"><p>fallback</p></llm-slide-rule></div>');
  await ready(page, '[view=rule]');
  const { width, height } = await page.locator('llm-slide-rule').evaluate((e) => e.getBoundingClientRect());
  expect(width).toBeGreaterThan(300);
  expect(width).toBeLessThan(2000);
  expect(height).toBeLessThan(2000);
});

test('the language around is found beyond a shadow root', async ({ watched: page }) => {
  await openPost(page, '<div></div>', { lang: 'ko' });
  await page.evaluate(() => {
    document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<llm-slide-rule view="memory"></llm-slide-rule>';
  });
  await expect(page.locator('llm-slide-rule h2').first()).toHaveText('메모리 사용 내역');
});

test('nothing new is no change: two widgets can follow each other; nothing at all is taken for nothing', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory"></llm-slide-rule><llm-slide-rule view="memory"></llm-slide-rule>');
  await ready(page);
  const counts = await page.evaluate(async () => {
    const both = [...document.querySelectorAll('llm-slide-rule')];
    let changes = 0;
    for (const [i, e] of both.entries()) {
      e.addEventListener('slide-rule-change', ({ detail }) => (changes++, both[1 - i].setState({ parameters: detail.state.parameters })));
    }
    both[0].setState({ parameters: '8B' });
    const first = changes;
    both[0].setState({ parameters: '8B' });
    both[0].setState(null);
    both[0].setState({}, null);
    both[0].view = 'fit';
    await both[0].updateComplete;
    return [first, changes, both[1].getState().parameters];
  });
  expect(counts).toEqual([2, 2, '8B']);
});

test('another view is drawn in the place of the one before', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const titles = { loss: ['Loss'], rule: ['The slide rule'], fit: ['Hardware', 'What fits'], memory: ['Where the bytes go'] };
  for (const [view, title] of Object.entries(titles)) {
    await e.evaluate((x, v) => (x.view = v), view);
    await expect(e.locator('h2')).toHaveText(title);
  }
});

test('views of other parts come back, each with what was typed, in any order', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="laws"><p>content</p></llm-slide-rule><llm-slide-rule view="models"></llm-slide-rule>');
  await ready(page);
  const [first, second] = await page.locator('llm-slide-rule').all();
  const titles = { laws: 'All scaling laws', models: 'Model', accuracy: 'How far', memory: 'Where the bytes go' };
  const show = async (e, view) => {
    await e.evaluate((x, v) => (x.view = v), view);
    await expect(e.locator('.answer').first(), view).toBeVisible();
    await expect(e.locator('h2').first(), view).toContainText(titles[view]);
  };
  for (const view of ['models', 'laws', 'accuracy', 'laws', 'models', 'memory', 'models', 'accuracy', 'laws']) await show(first, view);
  // Two that change places, twice.
  await first.evaluate((x) => x.setState({ n: '8B' }));
  for (const view of ['models', 'laws']) await Promise.all([show(first, view), show(second, view === 'models' ? 'laws' : 'models')]);
  expect(await first.evaluate((x) => [x.getState().n, x.toMarkdown().includes('8B')])).toEqual(['8B', true]);
});

test('a view that is taken away gives way to the first; no GPU at all may be meant', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="fit" gpu="" memory="24GB"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  await expect(e.locator('table.fit thead .device')).toHaveCount(1);
  await expect(e.locator('table.fit thead .device')).toContainText('24');
  await e.evaluate((x) => x.removeAttribute('view'));
  await expect(e.locator('h2')).toHaveText(['The slide rule']);
  await expect(e).toHaveAttribute('view', 'rule');
});

test('a part that could not be loaded is tried again when it is asked for again', async ({ page }) => {
  await openPost(page, '<llm-slide-rule view="memory"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  await page.route(/llm-slide-rule\.laws\.js/u, (route) => route.abort(), { times: 1 });
  await e.evaluate((x) => (x.view = 'laws'));
  await expect(e.getByRole('alert')).toContainText('could not be loaded');
  await e.evaluate((x) => (x.view = 'memory'));
  await expect(e.locator('tfoot')).toBeVisible();
  await e.evaluate((x) => (x.view = 'laws'));
  await expect(e.locator('h2').first()).toHaveText('All scaling laws');
});

test('a part that cannot be loaded is said, with a link to its page; the content stands', async ({ page }) => {
  await openPost(page, '<llm-slide-rule view="laws" src-state="v=1&n=8B"><p>fallback</p></llm-slide-rule>', {
    missing: ['llm-slide-rule.laws.js'],
  });
  const e = page.locator('llm-slide-rule');
  await expect(e.getByRole('alert')).toContainText('could not be loaded');
  await expect(e.getByRole('alert').getByRole('link')).toHaveAttribute('href', `${cdn}laws.html#v=1&n=8B`);
  await expect(page.getByText('fallback')).toBeVisible();
  expect(await e.evaluate((x) => x.ready.then(() => 'ready', () => 'failed'))).toBe('failed');
});

test('no WCAG 2.2 AA violation in compact widgets', async ({ page }) => {
  const views = ['fit', 'memory', 'loss'].map((v) => `<llm-slide-rule view="${v}" compact readonly></llm-slide-rule>`);
  await openPost(page, `<main><h1>post</h1>${views.join('')}</main>`, {
    head: `<style>html { color-scheme: light dark; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }</style>${module}`,
  });
  await ready(page);
  expect(await violations(page)).toEqual([]);
  // A theme changes colours only.
  await page.emulateMedia({ colorScheme: 'dark' });
  const scheme = (e) => getComputedStyle(e.shadowRoot.querySelector('.root')).colorScheme;
  await expect.poll(() => page.locator('llm-slide-rule').last().evaluate(scheme)).toBe('dark');
  expect(await violations(page, ['color-contrast'])).toEqual([]);
});
