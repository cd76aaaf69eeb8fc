// From an input to its painted result, for every control of every page with the whole catalogue of GPUs chosen:
// node scripts/bench-input.mjs [--check] [--rounds=3] [page …]. Prints for each page the median and the 95th percentile
// of the browser's own event timing, with the processor as it is and four times slower, and the slowest controls; before
// them the same of a button on an empty page, which is what browser and machine take for nothing. Goals are 16 ms and
// 50 ms; --check holds the page to them. A page is opened anew for every round: of one with few controls, one that the
// machine held up is more than a twentieth.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../web/node_modules/@playwright/test/index.mjs';
import { serve } from './static-server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isCheck = process.argv.includes('--check');
const rounds = Number(/^--rounds=(\d+)$/mu.exec(process.argv.join('\n'))?.[1] ?? 1);
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const pages = named.length > 0 ? named : readdirSync(join(root, 'dist')).filter((file) => file.endsWith('.html'));
const catalogue = readFileSync(join(root, 'src/catalog/gpus.csv'), 'utf8')
  .split('\n').slice(1).map((line) => line.split(',')[0]).filter(Boolean).join(',');

/** How many of alike controls are tried: a hundred buttons of one table do the same. */
const alike = 1;

/** Runs in the page: marks the controls to try, each with what tells the reader which it is. */
function mark(most) {
  const root = document.querySelector('llm-slide-rule').shadowRoot;
  const seen = new Map();
  const found = [];
  for (const e of root.querySelectorAll('button, input:not([type=file]), select, textarea, summary, [role=slider]')) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.disabled) continue;
    const kind = `${e.closest('section, header')?.querySelector('h2')?.id} ${e.localName} ${e.type} ${e.className} ` +
      (e.matches('td *, li *, label > input, th *, .plot *') ? '' : e.id || e.textContent.trim());
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    if (nth > most) continue;
    e.setAttribute('data-tried', found.length);
    const name = (e.id || e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent).trim();
    found.push({ name: name.replace(/\s+/gu, ' ').slice(0, 40), tag: e.localName, type: e.type ?? e.getAttribute('role') ?? '' });
  }
  return found;
}

/** What a reader does to it; each ends where it began, as far as one key can. */
const keysOf = ({ tag, type }) => {
  if (type === 'slider') return ['ArrowRight', 'ArrowRight', 'ArrowLeft'];
  if (tag === 'select') return ['ArrowDown', 'ArrowUp'];
  if (tag === 'textarea' || ['text', 'search', 'number'].includes(type)) return ['End', '1', 'Backspace'];
  return ['Space', 'Space'];
};

const settled = (page) =>
  page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 50)));

/** What the browser reports of one key, in ms; what took less than 16 it does not report. */
async function press(page, key) {
  await page.evaluate(() => (globalThis.events.length = 0));
  await page.keyboard.press(key);
  await settled(page);
  return page.evaluate(() => Math.max(8, ...globalThis.events));
}

/** What one control changed is undone, and drawn whole, before the next is tried: no reader's input does that. */
async function putBack(page, whole) {
  await page.evaluate((state) => {
    const element = document.querySelector('llm-slide-rule');
    element.setState(state, { whole: true });
    return element.updateComplete;
  }, whole);
  await settled(page);
}

const throttle = async (page, rate) =>
  (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate });

async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.print = () => {};
    globalThis.events = [];
    new PerformanceObserver((list) => globalThis.events.push(...list.getEntries().map((e) => e.duration)))
      .observe({ type: 'event', durationThreshold: 16, buffered: true });
  });
  return page;
}

/** A button on a page that does nothing. */
async function measureNothing(browser, slower) {
  const page = await openPage(browser);
  await page.goto('data:text/html,<!doctype html><button>Nothing</button>');
  await page.locator('button').focus();
  await throttle(page, slower);
  const times = [];
  for (let i = 0; i < 60; ++i) times.push({ worst: await press(page, 'Space') });
  await page.context().close();
  return times.sort((a, b) => a.worst - b.worst);
}

async function measure(browser, url, slower) {
  const page = await openPage(browser);
  await page.goto(`${url}#v=1&lang=en&gpu=${catalogue}`);
  await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
  await page.waitForTimeout(2000);
  const controls = await page.evaluate(mark, alike);
  const whole = await page.evaluate(() => document.querySelector('llm-slide-rule').getState());
  await throttle(page, slower);
  const times = [];
  for (const [i, control] of controls.entries()) {
    const element = page.locator(`[data-tried="${i}"]`);
    const isThere = await element.evaluate((e) => (e.focus({ focusVisible: true }), e.matches(':focus')), undefined, { timeout: 1000 }).catch(() => false);
    if (!isThere) continue;
    await settled(page);
    for (const key of keysOf(control)) times.push({ ...control, key, worst: await press(page, key) });
    await putBack(page, whole);
  }
  await page.context().close();
  return times;
}

const site = await serve(join(root, 'dist'), 0);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const address = `http://127.0.0.1:${site.address().port}`;
const goals = [[1, 16], [4, 50]];
const at = (times, share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].worst;
const told = (times) => `${times.length} inputs, median ${at(times, 0.5)} ms, 95 % ${at(times, 0.95)} ms`;
let misses = 0;
for (const [slower] of goals) {
  console.log(`an empty page, ${slower} x slower: ${told(await measureNothing(browser, slower))}`);
}
for (const page of pages) {
  for (const [slower, goal] of goals) {
    const times = [];
    for (let i = 0; i < rounds; ++i) times.push(...(await measure(browser, `${address}/${page}`, slower)));
    times.sort((a, b) => a.worst - b.worst);
    misses += at(times, 0.95) > goal ? 1 : 0;
    console.log(`${page}, ${slower} x slower: ${told(times)} (goal ${goal})`);
    for (const slow of times.filter((t) => t.worst > goal).slice(-8).reverse()) {
      console.log(`  ${slow.worst} ms: ${slow.tag} ${slow.type} “${slow.name}” ${slow.key}`);
    }
  }
}
await browser.close();
site.close();
if (isCheck && misses > 0) process.exitCode = 1;
