// Several laws at one model and data: what each gives, how each counts, and why they disagree.

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Compare, CompareRow } from '../engine/engine';
import { count, difference, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { ends, exactly, figurePanel, openFigure } from './figures';
import { lawAsked, lawName, lawRow, pointText, settings } from './law-question';
import { withInterval } from './laws';
import { rich } from './parts';

/** One edition of each law; the rest open below. */
const main = [
  'own',
  'kaplan-2020-joint',
  'kaplan-2020-compute',
  'gpt3-2020-compute',
  'hoffmann-2022',
  'besiroglu-2024',
  'sardana-2024',
  'gadre-2024-c4',
  'krajewski-2024-dense',
];

export function comparison(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { n, d, own } = ctx.store.values;
  const law = lawAsked(ctx);
  const chosen = lawRow(ctx, law);
  const at = { parameters: n, tokens: d };
  const asked = { ...at, ...(own ? { own } : {}), ...(chosen ? settings(ctx, chosen) : {}) };
  const able = ctx.ask<Compare>({ ask: 'compare', ...asked }).result?.rows.map((r) => r.law) ?? [];
  // The chosen law leads: differences are from the first.
  const order = [...able.filter((id) => id === law), ...able.filter((id) => id !== law)];
  const rows = ctx.ask<Compare>({ ask: 'compare', laws: order, ...asked }).result?.rows ?? [];
  const given = rows.filter((r): r is CompareRow & { loss: number } => r.loss !== undefined);
  const first = given[0];
  if (!first) return html``;
  const losses = given.map((r) => r.loss);
  const span: readonly [number, number] = [Math.min(...losses), Math.max(...losses)];
  // A law whose fitted range is not published says nothing here.
  const inside = given.filter((r) => !reach(ctx, r)).map((r) => r.loss);
  const shown = given.filter((r) => r === first || main.includes(r.law));
  const rest = given.filter((r) => !shown.includes(r));
  return html`<h3>${t('compare.title')}</h3>
    <p>
      ${t('compare.answer', {
        point: pointText(ctx, at),
        low: significant(span[0], ctx.lang),
        high: significant(span[1], ctx.lang),
        count: given.length,
      })}
      ${
        inside.length > 0
          ? t(inside.length > 1 ? 'compare.inside' : 'compare.inside-one', {
              count: inside.length,
              low: significant(Math.min(...inside), ctx.lang),
              high: significant(Math.max(...inside), ctx.lang),
            })
          : t('compare.none-inside')
      }
    </p>
    ${table(ctx, shown, span, t('compare.caption', { law: lawName(ctx, first.law) }))}
    ${figurePanel(ctx, 'compare', (key) => {
      const row = given.find((r) => r.law === key);
      return row && { title: lawName(ctx, row.law), workings: row.workings, assumptions: row.assumptions };
    })}
    ${
      rest.length
        ? html`<details>
            <summary>${t('compare.more', { count: rest.length })}</summary>
            ${table(ctx, rest, span, t('compare.editions'), false)}
          </details>`
        : nothing
    }
    <p class="note">${t('compare.note')}</p>`;
}

function table(
  ctx: Context,
  rows: readonly (CompareRow & { loss: number })[],
  span: readonly [number, number],
  caption: string,
  isMain = true,
): TemplateResult {
  const { t, lang } = ctx;
  const [low, high] = span.map((x) => significant(x, lang)) as [string, string];
  const scale = t('compare.place', { low, high });
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${caption}>
    <table class="compact compare stack">
      <caption class=${isMain ? '' : 'hidden'}>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('loss.law')}</th>
          <th scope="col" class="numeric">${t('loss.gives')}</th>
          <th scope="col" class="scale">${scale}</th>
          <th scope="col" class="numeric">${t('compare.difference')}</th>
          <th scope="col">${t('compare.counts')}</th>
          <th scope="col">${t('compare.why')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (r) =>
            html`<tr>
              <th scope="row">${rich(lawName(ctx, r.law))}</th>
              <td class="numeric" data-label=${t('loss.gives')}>
                <span
                  >${openFigure(ctx, 'compare', r.law, exactly(r.loss, withInterval(ctx, r.loss, r.interval), 'L', ends('L', r.interval)))}
                  ${reach(ctx, r) ? html`<br /><small class="tag">${reach(ctx, r)}</small>` : nothing}</span
                >
              </td>
              <td data-label=${scale}>${strip(r, span)}</td>
              <td class="numeric" data-label=${t('compare.difference')}>
                ${r.relativeDifference === undefined ? '–' : exactly(100 * r.relativeDifference, difference(r.relativeDifference, lang), '%')}
              </td>
              <td data-label=${t('compare.counts')}><span>${counted(ctx, r)}</span></td>
              <td data-label=${t('compare.why')}>
                ${r.differs.map((id) => t(idKey('differs', id))).join(', ') || '–'}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** That the point lies beyond what the law was fitted on, or that nobody can tell; else nothing. */
function reach(ctx: Context, r: CompareRow): string | undefined {
  if (r.extrapolates.length > 0) return ctx.t('plot.extrapolated');
  return lawRow(ctx, r.law)?.lacksRange ? ctx.t('compare.no-range') : undefined;
}

/** N, D and C as this law takes them. */
function counted(ctx: Context, r: CompareRow): TemplateResult[] {
  const { lang } = ctx;
  return [
    ...(r.parameters === undefined ? [] : [['N', r.parameters, count(r.parameters, lang)] as const]),
    ...(r.tokens === undefined ? [] : [['D', r.tokens, count(r.tokens, lang)] as const]),
    ...(r.computeFlop === undefined ? [] : [['C', r.computeFlop, significant(r.computeFlop, lang)] as const]),
  ].map(
    ([letter, value, text]) =>
      html`<span class="nowrap"
        >${exactly(value, `${letter} ${text}`, letter === 'C' ? 'FLOP' : letter)}</span
      > `,
  );
}

/** Where the loss lies among all of them. */
function strip(r: CompareRow & { loss: number }, [low, high]: readonly [number, number]): TemplateResult {
  const at = (v: number) => 6 + (98 * (v - low)) / (high - low || 1);
  return html`<svg class="strip" viewBox="0 0 110 16" width="110" height="16" aria-hidden="true">
    <line x1="6" x2="104" y1="8" y2="8"></line>
    ${
      r.interval
        ? svg`<line class="range" x1=${at(r.interval.low)} x2=${at(r.interval.high)} y1="8" y2="8"></line>`
        : nothing
    }
    <circle cx=${at(r.loss)} cy="8" r="4"></circle>
  </svg>`;
}
