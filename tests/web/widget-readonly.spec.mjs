// A widget whose inputs are shown, not changed.

import { expect, test } from './harness.mjs';
import { openPost, ready } from './host.mjs';

test('readonly shows inputs and changes nothing', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="fit" readonly parameters="7B"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  await expect(e.locator('#fit-parameters')).toHaveAttribute('readonly', '');
  await expect(e.locator('.chips .remove').first()).toBeDisabled();
  await e.locator('td.cell button').first().click(); // formulas still open
  await expect(e.locator('.panel')).toBeVisible();
  await e.evaluate((x) => (x.readonly = false));
  await e.locator('#fit-parameters').fill('13B');
  await expect(e).toHaveAttribute('parameters', '13B');
});

test('readonly: no input of any view is left open, by hand, drop or paste', async ({ watched: page }) => {
  const views = ['rule', 'fit', 'memory', 'loss', 'models', 'laws', 'fit-law', 'accuracy'];
  for (const view of views) {
    await page.unroute('http://post.test/**').catch(() => undefined);
    await openPost(page, `<llm-slide-rule view="${view}" gpu="rtx-4090" readonly></llm-slide-rule>`);
    await ready(page);
    const tried = await page.locator('llm-slide-rule').evaluate(async (e) => {
      const drawing = e.shadowRoot.querySelector('[part=root] llm-slide-rule-models, [part=root] llm-slide-rule-laws, [part=root] llm-slide-rule-fit') ?? e;
      const root = drawing.shadowRoot;
      const all = (selector) => [...root.querySelectorAll(selector)];
      // All that a hand can unfold.
      for (const fold of all('details')) fold.open = true;
      for (const cell of all('td.cell button, td [role=gridcell], [role=gridcell]')) cell.click();
      await drawing.updateComplete;
      const seen = () => JSON.stringify([e.getState(), all('input:not([type=search]), select, textarea').map((x) => [x.value, x.checked]), all('.strip, [id$=config-result]').map((x) => [x.dataset.value, x.querySelector('g')?.getAttribute('transform') ?? x.innerText])]);
      const before = seen();
      const open = all('input, select, textarea').filter((x) => !x.disabled && !x.readOnly).map((x) => x.id || x.outerHTML);
      // A button that changes nothing looks as if it would.
      const dead = all('.use, .action, .link, .remove, .pin').filter((x) => !x.disabled && !x.closest('.fit-status')).map((x) => x.outerHTML);
      const data = new DataTransfer();
      data.setData('text', '{"model_type":"llama","hidden_size":4096}');
      const file = new DataTransfer();
      file.items.add(new File(['N,D,loss\n1e9,2e10,2.5'], 'runs.csv'));
      for (const place of all('.drop, .field.table')) {
        for (const dataTransfer of [data, file]) {
          place.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true, composed: true }));
          place.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true, composed: true }));
        }
      }
      const long = new DataTransfer();
      long.setData('text', '1,2,3\n'.repeat(1e6));
      for (const text of all('textarea')) {
        text.dispatchEvent(new ClipboardEvent('paste', { clipboardData: long, bubbles: true, cancelable: true, composed: true }));
        text.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      }
      for (const button of all('button:not(td button)')) button.click();
      for (const strip of all('.strip')) {
        const { left, top, width } = strip.getBoundingClientRect();
        const at = { pointerId: 1, button: 0, clientX: left + 0.2 * width, clientY: top + 5, bubbles: true, composed: true };
        strip.setPointerCapture = () => undefined;
        strip.dispatchEvent(new PointerEvent('pointerdown', at));
        strip.dispatchEvent(new PointerEvent('pointermove', { ...at, clientX: left + 0.3 * width }));
        strip.dispatchEvent(new PointerEvent('pointerup', { ...at, clientX: left + 0.3 * width }));
        strip.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true, composed: true }));
      }
      await new Promise((resume) => setTimeout(resume, 300));
      await drawing.updateComplete;
      return { open, dead, before, after: seen(), count: all('input, select, textarea').length };
    });
    expect(tried.count, view).toBeGreaterThan(view === 'accuracy' ? -1 : 0);
    expect({ open: tried.open, dead: tried.dead }, view).toEqual({ open: [], dead: [] });
    expect(tried.after, view).toBe(tried.before);
  }
});

test('what is closed for a reason of its own stays so when readonly goes', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="rule" src-state="v=1&rule.pin=cost,loss&rule.cost=100&rule.loss=2.2"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const closed = () => e.locator('.pin').evaluateAll((pins) => pins.map((pin) => pin.disabled));
  const before = await closed();
  expect(before).toContain(true);
  await e.evaluate((x) => ((x.readonly = true), x.updateComplete));
  expect(await closed()).toEqual(before.map(() => true));
  await e.evaluate((x) => ((x.readonly = false), x.updateComplete));
  expect(await closed()).toEqual(before);
});

test('a readonly rule says so: no scale to move, no pin to press', async ({ watched: page }) => {
  await openPost(page, '<llm-slide-rule view="rule" readonly parameters="7B"></llm-slide-rule>');
  await ready(page);
  const e = page.locator('llm-slide-rule');
  const scale = e.getByRole('slider', { name: 'Parameters' });
  await expect(scale).toHaveAttribute('aria-readonly', 'true');
  await expect(e.getByRole('button', { name: 'Pin Parameters' })).toBeDisabled();
  await e.evaluate((x) => (x.readonly = false));
  await expect(scale).not.toHaveAttribute('aria-readonly');
  await expect(e.getByRole('button', { name: 'Pin Parameters' })).toBeEnabled();
});
