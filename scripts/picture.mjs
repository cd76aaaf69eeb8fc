// Draws the README's picture, .github/picture.png: the slide rule as the page opens, in English, on light paper.

import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '../web/node_modules/@playwright/test/index.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 960, height: 900 }, colorScheme: 'light', locale: 'en-US' });
await page.goto(pathToFileURL(join(root, 'dist/index.html')).href);
await page.evaluate(() => document.querySelector('llm-slide-rule').ready);
const rule = page.locator('section').first();
const top = (await rule.boundingBox()).y;
const last = await rule.locator('.scale').last().boundingBox();
const clip = { x: 0, y: top, width: 960, height: Math.round(last.y + last.height + 16 - top) };
await page.screenshot({ path: join(root, '.github/picture.png'), clip, fullPage: true });
await browser.close();
