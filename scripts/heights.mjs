// How much room each view of the widget is to be given before it stands, so that nothing below it jumps: as much as it
// takes in a column of 680 px or more, a usual blog's, and in narrower ones as much as there is screen to see a jump on.
// Measured in the fonts, sizes and languages of posts, written into web/embed/heights.json and from there into the READMEs
// and the snippets of web/embed. In em and px: all of a view follows the font size around it, but the larger the letters
// are, the fewer stand in a line.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../web/node_modules/@playwright/test/index.mjs';
import { serve } from './static-server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const views = ['rule', 'fit', 'memory', 'loss', 'models', 'laws', 'fit-law', 'accuracy'];
const column = 680;
const widths = [320, 360, 480, 600, column, 900];
const fonts = [14, 16, 18, 20, 22];
/** In a narrower column what is lower than this may be seen to jump. */
const screen = 900;

const site = await serve(root, 0);
/** By view: its height for each font and width. */
async function measure(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: screen } });
  await page.goto(`http://127.0.0.1:${site.address().port}/tests/web/pages/plain.html`);
  await page.evaluate(() => document.body.replaceChildren());
  await page.addScriptTag({ url: '/dist/llm-slide-rule.js', type: 'module' });
  return page.evaluate(
    async ([views, widths, fonts]) => {
      const box = document.body.appendChild(document.createElement('div'));
      box.innerHTML = views.flatMap((view) => ['en', 'ko'].map((lang) => `<llm-slide-rule view="${view}" lang="${lang}"></llm-slide-rule>`)).join('');
      const elements = [...box.children];
      await customElements.whenDefined('llm-slide-rule');
      await Promise.all(elements.map((e) => e.ready));
      // A fit takes its time, and what it finds takes room.
      const settled = async (pause) => {
        for (let same = 0, before = ''; same < 3; ) {
          await new Promise((resume) => setTimeout(resume, pause));
          await Promise.all(elements.map((e) => e.updateComplete));
          const now = elements.map((e) => e.getBoundingClientRect().height).join();
          same = now === before ? same + 1 : 0;
          before = now;
        }
      };
      await settled(1000);
      const found = Object.fromEntries(views.map((view) => [view, []]));
      for (const font of fonts) {
        for (const face of ['sans-serif', 'serif']) {
          // Inside, since a view is drawn anew for another width.
          for (const width of widths) {
            Object.assign(box.style, { width: `${width}px`, font: `${font}px ${face}` });
            await settled(120);
            for (const e of elements) found[e.view].push({ width, font, height: e.getBoundingClientRect().height });
          }
        }
      }
      return found;
    },
    [views, widths, fonts],
  );
}
const measured = {};
// Letters of one are a hair wider than those of the other, which is a line more here and there.
for (const executablePath of ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell']) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const [view, sizes] of Object.entries(await measure(browser))) (measured[view] ??= []).push(...sizes);
  await browser.close();
}
site.close();

/** Of all lines that leave enough room at every font the one that leaves the least over in the column. */
function roomFor(sizes) {
  const needs = fonts.map((font) => {
    const these = sizes.filter((size) => size.font === font);
    return Math.max(...these.map(({ width, height }) => (width < column ? Math.min(height, screen) : height)));
  });
  let best = { left: Infinity };
  for (let em = 0; em < 2000; ++em) {
    const px = Math.ceil(Math.max(...needs.map((need, i) => need - em * fonts[i])) / 10) * 10;
    const left = fonts.reduce((sum, font, i) => sum + em * font + px - needs[i], 0);
    if (left < best.left) best = { em, px, left };
  }
  return `calc(${best.em}em ${best.px < 0 ? '-' : '+'} ${Math.abs(best.px)}px)`;
}
const heights = Object.fromEntries(views.map((view) => [view, roomFor(measured[view])]));

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
  [/(min-block-size: )(\d+em|calc\(.*?\))/u, `$1${fit}`],
  [/`rule` \d+em[^()]*in a column/u, `${Object.entries(heights).map(([view, height]) => `\`${view}\` ${height.slice(5, -1)}`).join(', ')} in a column`],
);
change('web/npm/README.md', [/(min-block-size: )calc\(.*?\)/u, `$1${heights.memory}`]);
change('web/embed/jekyll-include.html', [
  /\{%- assign height = .*/u,
  `{%- assign height = '${fit}' %}{% case include.view %}${Object.entries(others).map(([view, height]) => `{% when '${view}' %}{% assign height = '${height}' %}`).join('')}{% endcase -%}`,
]);
change('web/embed/hugo-shortcode.html', [
  /\{\{- \$height := .*/u,
  `{{- $height := index (dict ${Object.entries(others).map(([view, height]) => `"${view}" "${height}"`).join(' ')}) $view | default "${fit}" -}}`,
]);
console.log(heights);
