// What a blogger pastes: the view with its state, in the forms that a page, a frame and the two generators take.

import heights from '../../embed/heights.json';
import { beside } from '../element/other-part';
import { partOf, parts } from '../parts';

export const embedForms = ['module', 'iframe', 'jekyll', 'hugo', 'link'] as const;
export type EmbedForm = (typeof embedForms)[number];

/** `hash`: the state as in a link; `sentence`: what stands until the calculator is ready, and where it never is. */
export function embedCode(form: EmbedForm, view: string, hash: string, sentence: string): string {
  // "{%" and "{{" are Jekyll's own, round brackets end a link of Markdown, a quote ends what it stands in.
  const code = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`;
  const address = hash.replace(/[{()"]/gu, code);
  const given = address.slice(1);
  const page = beside(parts[partOf(view) ?? 'calculator'].page);
  const escaped = (text: string) => text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;');
  const state = given && ` state="${given}"`;
  // As high as it will be in a post: what stands below does not jump.
  const height = (heights as Readonly<Record<string, string>>)[view] ?? heights.fit;
  const named = `view="${view}"${state} page="${page}" height="${height}"`;
  switch (form) {
    case 'module':
      // Each tag on a line of its own and no blank line: Markdown then leaves the element whole.
      return [
        `<script type="module" src="${beside('llm-slide-rule.js')}"></script>`,
        `<llm-slide-rule view="${view}"${given && ` src-state="${escaped(given)}"`} style="display: flow-root; min-block-size: ${height}">`,
        `<p>${escaped(sentence)} <a href="${escaped(page + address)}">LLM Slide Rule</a></p>`,
        '</llm-slide-rule>',
        '',
      ].join('\n');
    case 'iframe': {
      const source = `${page}#embed=${view}${given && `&${given}`}`;
      return `<iframe src="${escaped(source)}" title="LLM Slide Rule" loading="lazy" width="100%" height="640" frameborder="0"></iframe>\n`;
    }
    case 'jekyll':
      return `{% include llm-slide-rule.html ${named} %}\n`;
    case 'hugo':
      return `{{< llm-slide-rule ${named} >}}\n`;
    case 'link':
      return `[${sentence || 'LLM Slide Rule'}](${page}${address})\n`;
  }
}
