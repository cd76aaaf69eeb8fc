// The widget's attributes and properties: how they follow each other, and what is said of those that cannot be used.

import { expect, test } from './harness.mjs';
import { cdn, module, openPost, ready } from './host.mjs';

test('attributes and properties follow each other, set before or after the upgrade', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule id="a" view="memory" parameters="1.3B"></llm-slide-rule><script>a.theme = "dark"; a.srcState = "v=1&method=infer-int4"</script>', { head: '' });
  await page.evaluate(() => (document.querySelector('#a').compact = true));
  await page.addScriptTag({ url: `${cdn}llm-slide-rule.js`, type: 'module' });
  await ready(page);
  const state = () => page.evaluate(() => {
    const { parameters, theme, compact, srcState, readonly } = document.querySelector('#a');
    return { parameters, theme, compact, srcState, readonly };
  });
  expect(await state()).toEqual({ parameters: '1.3B', theme: 'dark', compact: true, srcState: 'v=1&method=infer-int4', readonly: false });
  const a = page.locator('#a');
  await expect(a).toHaveAttribute('theme', 'dark');
  await expect(a).toHaveAttribute('compact', '');
  await expect(a).toHaveAttribute('src-state', 'v=1&method=infer-int4');
  await expect(a.locator('tfoot')).toContainText('780'); // 1.3B x 0.5 x 1.2
  // Attribute to property, property to attribute, typed text to both.
  await a.evaluate((e) => e.setAttribute('parameters', '5B'));
  await expect(a.locator('tfoot')).toContainText('3.00');
  expect((await state()).parameters).toBe('5B');
  await a.evaluate((e) => ((e.parameters = '7B'), (e.hide = 'title')));
  await expect(a).toHaveAttribute('parameters', '7B');
  await expect(a).toHaveAttribute('hide', 'title');
  await expect(a.getByRole('heading')).toBeHidden();
  await a.locator('input').first().fill('13B');
  await expect(a).toHaveAttribute('parameters', '13B');
  expect((await state()).parameters).toBe('13B');
});

test('what is set while the calculator loads is seen in the attributes, too', async ({ watched: page }) => {
  const late = `<script type="module">await customElements.whenDefined('llm-slide-rule');
    for (const e of document.querySelectorAll('llm-slide-rule')) e.setState({ parameters: '13B', gpu: 'l4' });</script>`;
  const views = ['memory', 'laws'].map((view) => `<llm-slide-rule view="${view}" parameters="7B"></llm-slide-rule>`);
  await openPost(page, views.join(''), { head: module + late });
  await ready(page);
  for (const e of await page.locator('llm-slide-rule').all()) {
    expect(await e.evaluate((x) => [x.getState().parameters, x.parameters, x.getAttribute('parameters'), x.gpu])).toEqual(['13B', '13B', '13B', 'l4']);
  }
});

test('an attribute goes before a link that comes with it; one that goes away does not', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory" parameters="7B" src-state="v=1&parameters=3B"></llm-slide-rule>');
  await ready(page);
  const after = (change) => page.locator('llm-slide-rule').evaluate(async (e, code) => {
    new Function('e', code)(e);
    await e.updateComplete;
    return [e.getState().parameters, e.parameters, e.getAttribute('parameters')];
  }, change);
  expect(await after('')).toEqual(['7B', '7B', '7B']);
  expect(await after('e.srcState = "v=1&parameters=5B"; e.parameters = "9B"')).toEqual(['9B', '9B', '9B']);
  expect(await after('e.setAttribute("src-state", "v=1&parameters=4B"); e.removeAttribute("parameters")')).toEqual(['4B', '4B', '4B']);
});

test('what cannot be used is said in the element', async ({ watched: page }) => {
  await openPost(
    page,
    `<llm-slide-rule view="memory" parameters="lots" theme="purple" hide="title ads"></llm-slide-rule>
     <llm-slide-rule view="fit" gpu="rtx-4091"></llm-slide-rule>
     <llm-slide-rule view="memory" src-state="v=7&parameters=5B&junk=1"></llm-slide-rule>
     <llm-slide-rule view="crystal-ball"></llm-slide-rule>`,
  );
  await ready(page, ':not([view=crystal-ball])');
  const notice = (n) => page.locator('llm-slide-rule').nth(n).locator('[role=alert]').first();
  await expect(notice(0)).toContainText('parameters="lots"');
  await expect(notice(0)).toContainText('theme="purple"');
  await expect(notice(0)).toContainText('hide="ads"');
  await expect(notice(1)).toContainText('rtx-4091');
  await expect(notice(1)).toContainText('GeForce RTX 4090');
  await expect(notice(2)).toContainText('junk');
  await expect(notice(2)).toContainText('7');
  await expect(page.locator('llm-slide-rule').nth(2).locator('tfoot')).toContainText('120');
  await expect(notice(3)).toContainText('crystal-ball');
  await expect(notice(3)).toContainText('memory');
});

test('an attribute that is no attribute but nearly one is said; those of HTML and of frameworks are left in peace', async ({ watched: page }) => {
  const slips = { modle: 'model', gpus: 'gpu', memry: 'memory', parameter: 'parameters', parametres: 'parameters', them: 'theme', 'read-only': 'readonly', srcState: 'src-state', views: 'view' };
  const names = `accesskey anchor aria-label autocapitalize autocorrect autofocus class contenteditable data-gpus data-v-7ba5bd90 dir draggable enterkeyhint
    exportparts hidden id inert inputmode itemid itemprop itemref itemscope itemtype nonce onclick part role slot spellcheck style tabindex title translate
    virtualkeyboardpolicy writingsuggestions xml:lang _ngcontent-abc-c12 ng-version v-model x-model @click :model :gpu #gpu q:id client:load hx-get wire:model
    wide width height align name value src mode-x loading data-reactroot suppresshydrationwarning key ref`.split(/\s+/u);
  await openPost(page, `<llm-slide-rule view="memory" ${Object.keys(slips).map((name) => `${name}="1"`).join(' ')}></llm-slide-rule>
    <llm-slide-rule view="memory" ${names.map((name) => `${name}="1"`).join(' ')}></llm-slide-rule><llm-slide-rule view="laws" modle="x"></llm-slide-rule>`);
  await ready(page);
  const notices = (n) => page.locator('llm-slide-rule').nth(n).evaluate((e) => [...e.shadowRoot.querySelectorAll('.notice p')].map((p) => p.textContent));
  expect(await notices(0)).toEqual(Object.entries(slips).map(([name, own]) => `Attribute ${name.toLowerCase()}: there is no such attribute; the nearest is ${own}.`));
  expect(await notices(1)).toEqual([]);
  expect(await notices(2)).toEqual(['Attribute modle: there is no such attribute; the nearest is model.']);
});

test('what cannot be used is said of views of other parts, too', async ({ watched: page }) => {
  const bad = [
    ['models', 'model', 'nope'],
    ['models', 'gpu', 'rtx4099'],
    ['models', 'memory', 'lots'],
    ['laws', 'lang', 'fr'],
    ['fit-law', 'theme', 'blue'],
    ['accuracy', 'theme', 'blue'],
  ];
  await openPost(page, bad.map(([view, name, value]) => `<llm-slide-rule view="${view}" ${name}="${value}"></llm-slide-rule>`).join(''));
  await ready(page);
  for (const [i, [view, name, value]] of bad.entries()) {
    await expect(page.locator('llm-slide-rule').nth(i).getByRole('alert').first(), `${view} ${name}`).toContainText(`${name}="${value}"`);
  }
  // What is chosen inside since is none of the attribute's.
  const first = page.locator('llm-slide-rule').first();
  await first.getByRole('radio').first().click();
  await expect(first.locator('.notice')).toHaveCount(0);
});

test('an attribute that the view has no use for is said, unless it came with a view that has', async ({ watched: page }) => {
  await openPost(
    page,
    `<llm-slide-rule view="memory" gpu="l4" parameters="7B"></llm-slide-rule><llm-slide-rule view="fit" gpu="l4" model="mistral-7b-v0.1" memory="16GB" parameters="7B"></llm-slide-rule>
     <llm-slide-rule view="models" model="mistral-7b-v0.1" gpu="l4" parameters="7B"></llm-slide-rule><llm-slide-rule view="laws" parameters="7B"></llm-slide-rule>
     <llm-slide-rule view="loss" gpu="l4"></llm-slide-rule><llm-slide-rule view="memory" model="llama-3.1-8b"></llm-slide-rule>`,
  );
  await ready(page);
  const said = (n) => page.locator('llm-slide-rule').nth(n).evaluate(async (e) => (await e.updateComplete, [...e.shadowRoot.querySelectorAll('.notice p')].map((p) => p.textContent.split(':')[0])));
  expect(await said(0)).toEqual(['Attribute gpu="l4"']);
  expect(await said(1)).toEqual(['Attribute model="mistral-7b-v0.1"']);
  expect(await said(2)).toEqual(['Attribute parameters="7B"']);
  expect(await said(3)).toEqual(['Attribute parameters="7B"']);
  expect(await said(4)).toEqual([]);
  // Also one that says what other views begin with.
  expect(await said(5)).toEqual(['Attribute model="llama-3.1-8b"']);
  await expect(page.locator('llm-slide-rule').first().getByRole('alert').first()).toContainText('this view takes no such value');
  // What was set for the view before waits for its return; what is taken away is no longer there.
  await page.locator('llm-slide-rule').nth(1).evaluate((e) => (e.view = 'memory'));
  expect(await said(1)).toEqual([]);
  await page.locator('llm-slide-rule').nth(2).evaluate((e) => e.removeAttribute('parameters'));
  expect(await said(2)).toEqual([]);
  // A script that sets a state says nothing of attributes.
  await page.locator('llm-slide-rule').nth(4).evaluate((e) => e.setState({ parameters: '9B' }));
  expect(await said(4)).toEqual([]);
  // Also one that says what other views begin with.
  expect(await said(5)).toEqual(['Attribute model="llama-3.1-8b"']);
  expect(await page.locator('llm-slide-rule').nth(4).getAttribute('parameters')).toBe('9B');
});

test('numbers from a script count, nothing changes nothing, an attribute taken away takes along what it said', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory" parameters="2B"></llm-slide-rule>');
  await ready(page);
  const seen = await page.evaluate(async () => {
    const e = document.querySelector('llm-slide-rule');
    const parameters = async (change) => {
      change();
      await e.updateComplete;
      return [e.getState().parameters, e.getAttribute('parameters')];
    };
    return {
      property: await parameters(() => (e.parameters = 7e9)),
      state: await parameters(() => e.setState({ parameters: 13e9 })),
      nothing: await parameters(() => e.setState({ parameters: undefined, lang: null })),
      answer: e.toMarkdown(),
      away: await parameters(() => e.removeAttribute('parameters')),
    };
  });
  expect(seen.property).toEqual(['7000000000', '7000000000']);
  expect(seen.state).toEqual(['13000000000', '13000000000']);
  expect(seen.nothing).toEqual(['13000000000', '13000000000']);
  expect(seen.answer).toContain('| Total | 312 GB |');
  expect(seen.away).toEqual(['2B', null]);
});

test('a field that is emptied stays empty, by keys, by a script and by attribute', async ({ watched: page }) => {
  await openPost(page, ['memory', 'fit', 'rule'].map((view) => `<llm-slide-rule view="${view}" parameters="7B"></llm-slide-rule>`).join(''));
  await ready(page);
  for (const e of await page.locator('llm-slide-rule').all()) {
    const view = await e.getAttribute('view');
    const field = e.getByRole('textbox', { name: 'Parameters' });
    const state = () => e.evaluate(async (x) => (await x.updateComplete, [x.getState().parameters, x.getAttribute('parameters')]));
    await field.press('Control+a');
    await field.press('Backspace');
    expect(await state(), view).toEqual(['', '']);
    await expect(field).toHaveValue('');
    await field.pressSequentially('13B');
    expect(await state(), view).toEqual(['13B', '13B']);
    await e.evaluate((x) => x.setState({ parameters: '' }));
    expect(await state(), view).toEqual(['', '']);
    await e.evaluate((x) => x.setState({ parameters: '2B' }));
    expect(await state(), view).toEqual(['2B', '2B']);
    await e.evaluate((x) => x.setAttribute('parameters', ''));
    expect(await state(), view).toEqual(['', '']);
    await e.evaluate((x) => x.removeAttribute('parameters'));
    expect(await state(), view).toEqual(['2B', null]);
    await e.evaluate((x) => (x.parameters = ''));
    expect(await state(), view).toEqual(['', '']);
  }
});

test('any value is taken as its text', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  await e.evaluate((x) => ((x.hide = 5), (x.srcState = 7), (x.memory = 24e9), (x.theme = 1)));
  await expect(e.locator('.notice')).toContainText('hide="5"');
  await e.evaluate((x) => ((x.hide = ['title']), (x.srcState = null), (x.view = 8)));
  await expect(e.getByRole('alert')).toContainText('8');
});

test('a language or a theme that is taken away gives way to the host’s, whoever set it', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory" lang="en"></llm-slide-rule>', { lang: 'ko' });
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const title = e.locator('h2').first();
  const [english, korean] = ['Where the bytes go', '메모리 사용 내역'];
  for (const away of ['removeAttribute("lang")', 'lang = null', 'lang = ""', 'setState({ lang: "auto" })', 'lang = "auto"']) {
    await e.evaluate((x) => x.setAttribute('lang', 'en-GB'));
    await expect(title, away).toHaveText(english);
    await e.evaluate((x, code) => new Function('x', `x.${code}`)(x), away);
    await expect(title, away).toHaveText(korean);
    expect(await e.evaluate((x) => x.getState().lang), away).toBe('auto');
  }
  await expect(e.getByRole('alert')).toHaveCount(0);
  // The attribute says what is drawn, and can be set to the same again.
  const theme = () => e.evaluate(async (x) => (await x.updateComplete, [x.getAttribute('theme'), x.getState().theme]));
  await e.evaluate((x) => (x.srcState = 'v=1&theme=light'));
  expect(await theme()).toEqual(['light', 'light']);
  await e.evaluate((x) => x.setState({ theme: 'auto' }));
  expect(await theme()).toEqual([null, 'auto']);
  await e.evaluate((x) => x.setAttribute('theme', 'light'));
  expect(await theme()).toEqual(['light', 'light']);
});

test('a notice names what an attribute or a property said, and nothing that somebody types', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="memory" parameters="7B"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const notice = e.locator('.notice');
  await e.evaluate((x) => (x.parameters = 'lots'));
  await expect(notice).toContainText('parameters="lots"');
  await e.locator('input').first().fill('abc');
  await expect(e.locator('.field .problem').first()).not.toBeEmpty();
  await expect(notice).toHaveCount(0);
  await e.evaluate((x) => x.setState({ parameters: 'bad' }));
  await e.evaluate((x) => x.updateComplete);
  await expect(notice).toHaveCount(0);
  await e.evaluate((x) => (x.parameters = '9B'));
  await expect(e.locator('tfoot')).toContainText('216');
});
