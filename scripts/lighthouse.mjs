// Lighthouse (mobile, its own throttling) over every page, and what a reader of a throttled phone waits for the first
// result: node scripts/lighthouse.mjs [page …]. Ends with "N pages passed, N failed". A machine with other work to do
// makes a page look slow, so speed is the best of up to three runs; the other categories must be right at once.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import lighthouse from '../web/node_modules/lighthouse/core/index.js';
import puppeteer from '../web/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';
import { serve } from './static-server.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const pages = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(dist).filter((file) => file.endsWith('.html'));
const site = await serve(dist, 0);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});

/** Scores of 0 to 100 by category, the audits that cost points, and the first paint in ms. */
async function audit(page) {
  const url = `http://127.0.0.1:${site.address().port}/${page}`;
  const port = Number(new URL(browser.wsEndpoint()).port);
  const { lhr } = await lighthouse(url, { port, output: 'json', logLevel: 'error' });
  const categories = Object.values(lhr.categories);
  const scores = Object.fromEntries(categories.map((c) => [c.id, Math.round(c.score * 100)]));
  const short = categories.flatMap((c) => c.auditRefs.filter((ref) => ref.weight > 0).map((ref) => lhr.audits[ref.id]))
    .filter((a) => a.score !== null && a.score < 0.9)
    .map((a) => `${a.id} ${a.displayValue ?? ''}`.trim());
  return { scores, short, firstPaint: Math.round(lhr.audits['first-contentful-paint'].numericValue) };
}

const total = { passed: 0, failed: 0 };
for (const page of pages) {
  let best = await audit(page);
  for (let again = 0; again < 2 && best.scores.performance < 100; again += 1) {
    const next = await audit(page);
    if (next.scores.performance > best.scores.performance) best = next;
  }
  const { scores, short, firstPaint } = best;
  const isGood = Object.values(scores).every((score) => score === 100) && firstPaint <= 1000;
  total[isGood ? 'passed' : 'failed'] += 1;
  const line = Object.entries(scores).map(([name, score]) => `${name} ${score}`).join(', ');
  console.log(`${page}: ${line}; first result painted after ${firstPaint} ms${isGood ? '' : ` — short of it: ${short.join('; ')}`}`);
}
console.log(`${total.passed} pages passed, ${total.failed} failed`);
await browser.close();
site.close();
if (total.failed > 0) process.exitCode = 1;
