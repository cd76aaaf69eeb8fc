// What the browser tests share: the page over http and from a file, with every request and console line watched.

import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test as base } from '../../web/node_modules/@playwright/test/index.mjs';

export { expect };

const root = fileURLToPath(new URL('../../', import.meta.url));
export const fileUrl = pathToFileURL(`${root}dist/index.html`).href;
export const httpUrl = () => `${process.env.SITE}/dist/index.html`;
export const lawsFileUrl = pathToFileURL(`${root}dist/laws.html`).href;
export const lawsHttpUrl = () => `${process.env.SITE}/dist/laws.html`;
export const fitFileUrl = pathToFileURL(`${root}dist/fit.html`).href;
export const fitHttpUrl = () => `${process.env.SITE}/dist/fit.html`;
export const modelsFileUrl = pathToFileURL(`${root}dist/models.html`).href;
export const modelsHttpUrl = () => `${process.env.SITE}/dist/models.html`;
export const accuracyHttpUrl = () => `${process.env.SITE}/dist/accuracy.html`;
const axe = readFileSync(`${root}web/node_modules/axe-core/axe.min.js`, 'utf8');

/** A page whose console lines, errors and requests are kept; any console line or page error fails the test. */
export const test = base.extend({
  watched: async ({ page }, use) => {
    const seen = { console: [], requests: [] };
    page.on('console', (message) => seen.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => seen.console.push(`error: ${error.message}`));
    page.on('request', (request) => seen.requests.push(request.url()));
    await use(Object.assign(page, { seen }));
    expect(seen.console, 'console').toEqual([]);
  },
});

/** Opens the page, or takes an open one to another hash, and waits until all of it stands. */
export async function open(page, url, hash = '') {
  await page.goto(url + hash);
  await page.evaluate(async () => {
    await customElements.whenDefined('llm-slide-rule');
    const element = document.querySelector('llm-slide-rule');
    await element.ready;
    await element.updateComplete;
  });
}

/** Waits until all that changed is drawn. */
export const settled = (page) =>
  page.evaluate(() => document.querySelector('llm-slide-rule').updateComplete);

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** WCAG 2.2 AA violations on the page as it stands, each as "rule: target"; of all rules or of these. */
export async function violations(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  // Of the thousands of nodes that pass axe need neither write a selector nor hand it over.
  return page.evaluate(async (runOnly) => {
    const found = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary}`));
  }, rules ?? wcag);
}
