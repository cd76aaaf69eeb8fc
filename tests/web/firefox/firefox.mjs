// Debian's firefox-esr, driven by puppeteer-core over WebDriver BiDi.

import { fileURLToPath, pathToFileURL } from 'node:url';
import puppeteer from '../../../web/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';
import { serve } from '../../../scripts/static-server.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A browser, a server of the built pages, and what ends both. */
export async function start() {
  const site = await serve(`${root}dist`, 0);
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr',
    // For saving a page as its own menu does.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'intl.accept_languages': 'en-US' },
  });
  const url = `http://127.0.0.1:${site.address().port}/index.html`;
  return { browser, url, end: () => Promise.all([browser.close(), new Promise((closed) => site.close(closed))]) };
}

/** A page that has started, with its requests and errors kept. */
export async function openPage(browser, url) {
  const page = await browser.newPage();
  page.seen = { requests: [], errors: [] };
  page.on('request', (request) => page.seen.requests.push(request.url()));
  page.on('console', (line) => page.seen.errors.push(`${line.type()}: ${line.text()}`));
  page.on('pageerror', (error) => page.seen.errors.push(String(error)));
  await page.goto(url);
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready.then(() => undefined));
  return page;
}

export const inside = (page, selector) => page.$(`llm-slide-rule >>> ${selector}`);

/** Replaces the text of a field and leaves it, as a person does. */
export async function type(page, selector, text) {
  const field = await inside(page, selector);
  await field.click({ count: 3 });
  await page.keyboard.press('Backspace');
  await field.type(text);
  await page.keyboard.press('Tab');
}

/** The figures of the page: its tables and sentences. */
export const figures = (page) =>
  page.evaluate(() => {
    const drawn = document.querySelector('llm-slide-rule').shadowRoot;
    return [...drawn.querySelectorAll('.answer, table')].map((e) => e.textContent.replace(/\s+/gu, ' '));
  });

/**
 * Saves the shown page as "Web Page, complete": the dialog of that menu entry cannot be driven, so this asks what the
 * dialog asks, Firefox's own nsIWebBrowserPersist, in the browser's own window.
 */
export async function saveComplete(browser, file) {
  const { result } = await browser.connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const answer = await browser.connection.send('script.evaluate', {
    target: { context: result.contexts[0].context },
    awaitPromise: true,
    expression: `new Promise((resolve) => {
      const persist = Cc['@mozilla.org/embedding/browser/nsWebBrowserPersist;1'].createInstance(Ci.nsIWebBrowserPersist);
      const place = (path) => {
        const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
        file.initWithPath(path);
        return file;
      };
      persist.persistFlags = Ci.nsIWebBrowserPersist.PERSIST_FLAGS_REPLACE_EXISTING_FILES;
      persist.progressListener = {
        QueryInterface: ChromeUtils.generateQI(['nsIWebProgressListener', 'nsISupportsWeakReference']),
        onStateChange(progress, request, flags, status) {
          if (flags & Ci.nsIWebProgressListener.STATE_STOP && flags & Ci.nsIWebProgressListener.STATE_IS_NETWORK) resolve(String(status));
        },
        onProgressChange() {}, onLocationChange() {}, onStatusChange() {}, onSecurityChange() {}, onContentBlockingEvent() {},
      };
      const shown = gBrowser.selectedBrowser.frameLoader;
      shown.startPersistence(null, {
        onDocumentReady: (document) => persist.saveDocument(document, place(${JSON.stringify(file)}), place(${JSON.stringify(file + '_files')}), 'text/html', 0, 0),
        onError: (status) => resolve('error ' + status),
      });
    })`,
  });
  return answer.result.result?.value ?? JSON.stringify(answer.result);
}

export const fileUrl = (file) => pathToFileURL(file).href;
