// How high each view of the widget is in a column of 680 px, a usual blog's, or on a phone where it is higher there
// and no higher than a screen: what stands below jumps on neither. Measured, written into
// web/embed/heights.json and from there into the README and the snippets of web/embed. In em: all of a view follows the
// font size around it.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../web/node_modules/@playwright/test/index.mjs';
import { serve } from './static-server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const views = ['rule', 'fit', 'memory', 'loss', 'models', 'laws', 'fit-law', 'accuracy'];
const column = 680;
const phone = 360;
/** What is lower than this may be seen to jump. */
const screen = 900;
const font = 16;

const site = await serve(root, 0);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(`http://127.0.0.1:${site.address().port}/tests/web/pages/plain.html`);
await page.evaluate((size) => (document.body.replaceChildren(), (document.body.style.font = `${size}px sans-serif`)), font);
await page.addScriptTag({ url: '/dist/llm-slide-rule.js', type: 'module' });
const heights = {};
for (const view of views) {
  const measure = (width) => (lang) =>
    page.evaluate(
      async ([view, lang, width]) => {
        const box = Object.assign(document.createElement('div'), { style: `width: ${width}px` });
        box.innerHTML = `<llm-slide-rule view="${view}" lang="${lang}"></llm-slide-rule>`;
        document.body.append(box);
        const element = box.firstChild;
        await customElements.whenDefined('llm-slide-rule');
        await element.ready;
        // A fit takes its time, and what it finds takes room.
        let height = 0;
        for (let same = 0; same < 10; ) {
          await new Promise((resume) => setTimeout(resume, 200));
          const { height: now } = element.getBoundingClientRect();
          same = now === height ? same + 1 : 0;
          height = now;
        }
        return height;
      },
      [view, lang, width],
    );
  const highest = async (width) => Math.max(...(await Promise.all(['en', 'ko'].map(measure(width)))));
  heights[view] = Math.ceil(Math.max(await highest(column), Math.min(await highest(phone), screen)) / font);
}
await browser.close();
site.close();

const { fit, ...others } = heights;
const change = (file, ...changes) => {
  let text = readFileSync(join(root, file), 'utf8');
  for (const [what, by] of changes) {
    if (!what.test(text)) throw new Error(`${file}: nothing like ${what}`);
    text = text.replace(what, by);
  }
  writeFileSync(join(root, file), text);
};
writeFileSync(join(root, 'web/embed/heights.json'), `${JSON.stringify(heights, null, 2)}\n`);
change(
  'README.md',
  [/(min-block-size: )[\d.]+r?em/u, `$1${fit}em`],
  [/`rule` \d+em[^()]*in a column of \d+ px/u, `${Object.entries(heights).map(([view, em]) => `\`${view}\` ${em}em`).join(', ')} in a column of ${column} px`],
);
change('web/embed/jekyll-include.html', [
  /\{%- assign height = .*/u,
  `{%- assign height = '${fit}em' %}{% case include.view %}${Object.entries(others).map(([view, em]) => `{% when '${view}' %}{% assign height = '${em}em' %}`).join('')}{% endcase -%}`,
]);
change('web/embed/hugo-shortcode.html', [
  /\{\{- \$height := .*/u,
  `{{- $height := index (dict ${Object.entries(others).map(([view, em]) => `"${view}" "${em}em"`).join(' ')}) $view | default "${fit}em" -}}`,
]);
console.log(heights);
