// Times from input to painted result, control by control, in Chromium: node scripts/bench-input.mjs [repeats]. Every key
// press is a trusted one; painted is the first task after the frame that shows it, as in Event Timing (whose own
// entries, told in steps of 8 ms from 16 ms on, are printed beside). The pages are those of dist/, with the whole
// catalogue shown; once as the machine is and once with its processor slowed down four times.
// Goals: 16 ms (50 ms slowed down) for 95 of 100 inputs, no task over 50 ms. Figures are told, not judged: how long a
// frame takes is also the machine's affair.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../web/node_modules/@playwright/test/index.mjs';
import { serve } from './static-server.mjs';

const repeats = Number(process.argv[2] ?? 24);
const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');

/** What is pressed, again and again: each press changes a figure. */
const typed = { text: ['End', '1', 'Backspace'] };
const stepped = { choice: true };
const pages = {
  'models.html': {
    state: '#v=1&gpu=rtx-4090,h100-sxm,mi300x,rtx-5090&task=serve',
    controls: {
      'context tokens': { id: 'bytes-context', ...typed },
      'users at once (batch)': { id: 'bytes-users', ...typed },
      'engine (method)': { id: 'bytes-engine', ...stepped },
      'weight format': { id: 'bytes-format', ...stepped },
      'way of the table': { id: 'heat-way', ...stepped },
      'filter by memory': { id: 'heat-memory-filter', ...stepped },
      'sort of the table': { id: 'heat-sort', ...stepped },
      'search of models': { id: 'heat-model-search', ...typed },
      'search of GPUs': { id: 'hardware-gpu-search', ...typed },
    },
  },
  'index.html': {
    state: '#v=1',
    controls: {
      parameters: { id: 'fit-parameters', ...typed },
      'memory size': { id: 'hardware-memory', ...typed },
      'search of GPUs': { id: 'hardware-gpu-search', ...typed },
    },
  },
};

/** In the page: notes when each key press is painted, and every long task. */
function watch() {
  const seen = { painted: [], events: [], tasks: [] };
  globalThis.seen = seen;
  const { port1, port2 } = new MessageChannel();
  const waiting = [];
  port1.onmessage = () => {
    for (const at of waiting.splice(0)) seen.painted.push(performance.now() - at);
  };
  addEventListener(
    'keydown',
    (event) => {
      requestAnimationFrame(() => {
        waiting.push(event.timeStamp);
        port2.postMessage(0);
      });
    },
    { capture: true },
  );
  const observe = (type, list, options) =>
    new PerformanceObserver((entries) => {
      for (const e of entries.getEntries()) if (type !== 'event' || e.name === 'keydown') list.push(e.duration);
    }).observe({ type, ...options });
  observe('event', seen.events, { durationThreshold: 16 });
  observe('longtask', seen.tasks);
}

const quantile = (list, share) => [...list].sort((a, b) => a - b)[Math.ceil(share * list.length) - 1] ?? NaN;

async function measure(page, { id, text, choice }) {
  const field = page.locator(`#${id}`);
  await field.scrollIntoViewIfNeeded();
  await field.focus();
  await page.waitForTimeout(300);
  await page.evaluate(() => Object.values(globalThis.seen).forEach((list) => list.splice(0)));
  const count = choice ? await field.locator('option').count() : 0;
  for (let i = 0; i < repeats; i += 1) {
    const key = choice ? (Math.floor(i / Math.max(1, count - 1)) % 2 ? 'ArrowUp' : 'ArrowDown') : text[1 + (i % 2)];
    if (!choice && i === 0) await page.keyboard.press(text[0]);
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(200);
  return page.evaluate(() => globalThis.seen);
}

const site = await serve(dist, 0);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const ms = (x) => (Number.isNaN(x) ? '–' : x.toFixed(1)).padStart(8);
for (const [file, { state, controls }] of Object.entries(pages)) {
  for (const slower of [1, 4]) {
    console.log(`${file}, ${slower === 1 ? 'as the machine is' : `processor ${slower} x slower`}; ms`);
    console.log(`${''.padEnd(26)}  median     p95     max   Event Timing: max   longest task`);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(watch);
    await page.goto(`http://127.0.0.1:${site.address().port}/${file}${state}`);
    await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    for (const [name, control] of Object.entries(controls)) {
      const { painted, events, tasks } = await measure(page, control);
      const figures = [quantile(painted, 0.5), quantile(painted, 0.95), Math.max(...painted)].map(ms).join('');
      console.log(`${name.padEnd(26)}${figures}${ms(Math.max(16, ...events))}${ms(tasks.length ? Math.max(...tasks) : NaN)}`);
    }
    await page.close();
  }
}
await browser.close();
site.close();
