// Fonts, readied for a hosted page.

import { html, render, type TemplateResult } from 'lit';
import type { LlmSlideRule } from '../element/llm-slide-rule';
import { languages, translator } from '../i18n/index';
import { renderFormula } from '../views/formula';
import { rest } from '../views/turns';

/**
 * Has the browser look for the fonts of other languages and of formulas while it has nothing to do. It asks another
 * process for each font and size, which for the first text of another language takes as long as all the rest.
 */
export async function readyFonts({ language, shadowRoot }: LlmSlideRule): Promise<void> {
  const others = languages.filter((lang) => lang !== language);
  const samples = [
    ...others.flatMap((lang) => everySize(translator(lang)('language.name'), lang)),
    html`<div class="how">${renderFormula('-(a / b)^c * min(d, 1)', () => 'α', '1')}</div>`,
  ];
  const place = document.createElement('div');
  place.style.cssText = 'position:fixed;visibility:hidden;contain:strict';
  for (const sample of samples) {
    await rest();
    render(sample, place);
    shadowRoot?.firstElementChild?.append(place);
    // Lays it out.
    place.getBoundingClientRect();
    place.remove();
  }
}

const everySize = (text: string, lang: string): readonly TemplateResult[] => [
  html`<h1 lang=${lang}>${text}</h1>
    <h2 lang=${lang}>${text}</h2>`,
  html`<h3 lang=${lang}>${text}</h3>
    <h4 lang=${lang}>${text}</h4>`,
  html`<p lang=${lang}>${text} <strong>${text}</strong> <small>${text}</small></p>`,
  html`<label lang=${lang}>${text} <small>${text}</small></label
    ><span class="note" lang=${lang}>${text}</span>`,
  html`<button lang=${lang}>${text}</button
    ><select lang=${lang}>
      <option>${text}</option>
    </select>`,
  html`<table lang=${lang}>
    <tr>
      <th>${text}</th>
      <td>${text} <small>${text}</small></td>
    </tr>
  </table>`,
];
