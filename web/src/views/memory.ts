// Where the bytes go: the terms of the chosen rule as a stacked bar and a table.

import { html, nothing, svg, type TemplateResult } from 'lit';
import { saving } from '../charts/picture';
import type { Term, Workings } from '../engine/engine';
import { bytes, count } from '../format/format';
import { idKey } from '../i18n/index';
import { methods } from '../state/fields';
import type { Context } from './context';
import { needOf, parameterEcho, ruleTable } from './fit';
import { byteFigure, openable, selectField, staleNote, termRow, textField } from './parts';

export function memory(ctx: Context): TemplateResult {
  const row = ruleTable(ctx).find((r) => r.id === ctx.store.values.method);
  const parameters = ctx.store.values.parameters;
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('memory.title')}</h2>
    ${
      row
        ? html`<p class="answer">
            ${ctx.t('memory.answer', {
              parameters: count(parameters, ctx.lang),
              sum: row.terms.map((term) => bytes(term.bytes, ctx.unit, ctx.lang)).join(' + '),
              total: bytes(row.requiredBytes, ctx.unit, ctx.lang),
            })}
          </p>`
        : nothing
    }
    <div class="fields">
      ${textField(ctx, 'parameters', ctx.t('fit.parameters'), { echo: parameterEcho(ctx, 'parameters') })}
      ${selectField(
        ctx,
        'method',
        ctx.t('fit.method'),
        methods.map((m) => [m, ctx.t(idKey('method', m))]),
      )}
    </div>
    ${staleNote(ctx, 'parameters')}
    ${
      row
        ? html`<figure>
            ${stackedBar(ctx, row.terms, row.requiredBytes)}
            ${saving(ctx, {
              name: 'memory',
              title: `${ctx.t('memory.title')} · ${ctx.t(idKey('method', row.id))}`,
              draw: (wide) => stackedBar(wide, row.terms, row.requiredBytes),
            })}
          </figure>`
        : nothing
    }
    ${row ? html`<div class="listed">${termTable(ctx, row.terms, row.requiredBytes, needOf(row, parameters))}</div>` : nothing}
    ${row?.id === 'article-fp32-adamw' ? html`<p class="aside">${ctx.t('memory.article-16n')}</p>` : nothing}
    ${row?.rule === 'eleutherai' ? html`<p class="aside">${ctx.t('memory.eleutherai')}</p>` : nothing}
  </section>`;
}

/** The terms side by side, as wide as they are large; the table underneath says the same in numbers. */
export function stackedBar(ctx: Context, terms: readonly Term[], total: number): TemplateResult {
  const width = Math.min(720, ctx.width);
  let x = 0;
  const parts = terms.map((term) => {
    const part = { term, x, width: (term.bytes / total) * width };
    x += part.width;
    return part;
  });
  const description = terms
    .map((term) => `${ctx.t(idKey('term', term.id))} ${bytes(term.bytes, ctx.unit, ctx.lang)}`)
    .join(', ');
  return html`<svg class="bar" viewBox="0 0 ${width} 56" role="img" aria-label=${description}>
    ${parts.map(
      ({ term, x: left, width: w }) => svg`<g class="term-${term.id}">
        <rect x=${left} y="0" width=${Math.max(w - 1.5, 0.5)} height="28"></rect>
        ${w > 90 ? barLabel(ctx, term, left, left + w > width - 1 ? width : undefined) : nothing}
      </g>`,
    )}
  </svg>`;
}

/** Under the start of its part; the last ends where the bar ends, so that a long name is not cut. */
const barLabel = (ctx: Context, term: Term, left: number, end: number | undefined) =>
  svg`<text x=${end ?? left + 4} y="46" text-anchor=${end === undefined ? 'start' : 'end'}>${ctx.t(
    idKey('term', term.id),
  )}</text>`;

export function termTable(
  ctx: Context,
  terms: readonly Term[],
  total: number,
  workings: Workings,
): TemplateResult {
  return html`<table class="terms">
    <thead>
      <tr>
        <th scope="col">${ctx.t('memory.part')}</th>
        <th scope="col" class="numeric">${ctx.t('memory.size')}</th>
        <th scope="col" class="numeric">${ctx.t('memory.share')}</th>
      </tr>
    </thead>
    <tbody>
      ${terms.map((term) => termRow(ctx, term, term.id, term.bytes / total))}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">
          ${openable(ctx, ctx.t('memory.total'), workings, bytes(total, ctx.unit, ctx.lang))}
        </th>
        <td class="numeric">${byteFigure(ctx, total)}</td>
        <td></td>
      </tr>
    </tfoot>
  </table>`;
}
