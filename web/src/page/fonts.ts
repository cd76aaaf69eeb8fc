// Fonts, readied for a hosted page.

import { html, render, type TemplateResult } from 'lit';
import type { LlmSlideRule } from '../element/llm-slide-rule';
import type { Lang } from '../format/format';
import { languages, translator } from '../i18n/index';
import { renderFormula } from '../views/formula';
import { rest } from '../views/turns';

/**
 * Has the browser look for the fonts of other languages and of formulas while it has nothing to do. It asks another
 * process for each font and size, which for the first text of another language takes as long as all the rest.
 */
export async function readyFonts({ language, shadowRoot }: LlmSlideRule): Promise<void> {
  const others = languages.filter((lang) => lang !== language);
  const formula = html`<div class="how">${renderFormula('-(a / b)^c * min(d, 1)', () => 'α', '1')}</div>`;
  const samples: readonly (readonly [Lang, TemplateResult])[] = [
    ...others.flatMap((lang) =>
      everySize(translator(lang)('language.name')).map((sample) => [lang, sample] as const),
    ),
    [language, formula],
  ];
  const place = document.createElement('div');
  place.style.cssText = 'position:fixed;visibility:hidden;contain:strict';
  for (const [lang, sample] of samples) {
    await rest();
    place.lang = lang;
    render(sample, place);
    shadowRoot?.firstElementChild?.append(place);
    // Lays it out.
    place.getBoundingClientRect();
    place.remove();
  }
}

const everySize = (text: string): readonly TemplateResult[] => [
  html`<h1>${text}</h1>
    <h2>${text}</h2>`,
  html`<h3>${text}</h3>
    <h4>${text}</h4>`,
  html`<p>${text} <strong>${text}</strong> <small>${text}</small></p>`,
  html`<label>${text} <small>${text}</small></label
    ><span class="note">${text}</span>`,
  html`<button>${text}</button
    ><select>
      <option>${text}</option>
    </select>`,
  html`<table>
    <tr>
      <th>${text}</th>
      <td>${text} <small>${text}</small></td>
    </tr>
  </table>`,
];
