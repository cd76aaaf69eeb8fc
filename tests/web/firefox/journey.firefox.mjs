// The main journey and the saved page in Firefox.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { figures, fileUrl, inside, openPage, root, saveComplete, start, type } from './firefox.mjs';

let firefox;
before(async () => (firefox = await start()));
after(() => firefox.end());

const folder = `${root}build/saved pages/불여우 저장/`;
mkdirSync(folder, { recursive: true });
/** What would leave the machine: an icon or a font inside the page does not. */
const requests = (page) => page.seen.requests.filter((url) => !url.startsWith('data:'));
const text = async (page, selector) => (await inside(page, selector)).evaluate((e) => e.textContent.replace(/\s+/gu, ' '));

test('from hardware to loss, with the address kept and Back', async () => {
  const page = await openPage(firefox.browser, firefox.url);
  assert.deepEqual(requests(page), [firefox.url]);
  await (await inside(page, '#hardware-gpu-search')).type('l40s');
  await (await inside(page, '.pick input')).click();
  assert.match(await text(page, '.chips'), /L40S/u);
  await type(page, '#hardware-memory', '48GB');
  await type(page, '#fit-parameters', '7B');
  assert.match(await text(page, 'table.terms tfoot'), /168/u); // 7B x 24 bytes
  assert.match(await text(page, 'table.fit thead'), /L40S.*48\.0/u);
  await (await inside(page, 'td.cell button')).click();
  assert.ok(await inside(page, '.panel math'));
  await type(page, '#loss-loss', '2.6');
  assert.equal((await text(page, '#loss-loss-problem')).trim(), '');
  assert.match(await page.evaluate(() => location.hash), /^#v=1&gpu=l40s,.*&memory=48GB&parameters=7B&loss=2\.6$/u);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('llm-slide-rule').getState().loss === '2.4');
  assert.equal(await (await inside(page, '#fit-parameters')).evaluate((e) => e.value), '7B');
  assert.deepEqual(requests(page), [firefox.url]);
  assert.deepEqual(page.seen.errors, []);
  await page.close();
});

test('"Web Page, complete": same figures from disk, what was typed is there, nothing doubled', async () => {
  const hosted = await openPage(firefox.browser, firefox.url);
  await type(hosted, '#fit-parameters', '13B');
  await hosted.waitForFunction(() => document.documentElement.dataset.state === '#v=1&parameters=13B');
  const before = await figures(hosted);
  await hosted.bringToFront();
  const file = `${folder}전체 저장 ${process.pid}.html`;
  assert.equal(await saveComplete(firefox.browser, file), '0');
  assert.match(readFileSync(file, 'utf8'), /data-state="#v=1&amp;parameters=13B"/u);
  await hosted.close();

  const saved = await openPage(firefox.browser, fileUrl(file));
  assert.deepEqual(await figures(saved), before);
  assert.equal(await (await inside(saved, '#fit-parameters')).evaluate((e) => e.value), '13B');
  const count = (selector) => saved.evaluate((s) => document.querySelector('llm-slide-rule').shadowRoot.querySelectorAll(s).length, selector);
  assert.equal(await count('h1'), 1);
  assert.equal(await count('table.fit'), 1);
  assert.equal(await saved.evaluate(() => document.querySelectorAll('llm-slide-rule').length), 1);
  // A file that is opened is no request to BiDi.
  assert.deepEqual(requests(saved).filter((url) => url !== fileUrl(file)), []);
  assert.deepEqual(saved.seen.errors, []);
  await type(saved, '#fit-parameters', '2B');
  assert.match(await text(saved, 'table.terms tfoot'), /48\.0/u);
  await saved.close();
});
