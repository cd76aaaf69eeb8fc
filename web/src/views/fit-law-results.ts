// What a fit gives besides plots: the law, its constants with intervals and covariance, how the fit went, what the
// runs cannot tell, the rows that stand out, and the law handed on.

import { html, nothing, type TemplateResult } from 'lit';
import { save } from '../charts/export';
import type { Interval } from '../engine/engine';
import { count, difference, exact, percent, significant } from '../format/format';
import { idKey } from '../i18n/index';
import { ownLawText } from '../parse/own-law';
import { toHash } from '../state/hash';
import type { Context } from './context';
import { constantName, intervalText, lossBy, ownLaw, runAt, type Fitted } from './fit-law-words';
import { exactly } from './figures';
import { renderFormula } from './formula';
import { pageLink, rich } from './parts';
import { inTurn } from './turns';

export function fitResults(ctx: Context, fitted: Fitted): TemplateResult {
  const { t } = ctx;
  const { answer } = fitted;
  const number = (symbol: string) => significant(answer.constants[symbol] ?? NaN, ctx.lang, 4);
  return html`<h3>${t('fit-law.constants')}</h3>
    <div class="formulas" role="group" tabindex="0" aria-label=${t('formula')}>
      ${renderFormula(answer.formula, (symbol) => constantName(ctx, symbol), 'L', 'before')}
      ${renderFormula(answer.formula, (s) => (s in answer.constants ? number(s) : constantName(ctx, s)), 'L', 'before')}
    </div>
    ${warnings(ctx, fitted)} ${constants(ctx, fitted)} ${use(ctx, fitted)} ${quality(ctx, fitted)}
    ${inTurn(ctx, () => covariance(ctx, fitted))} ${inTurn(ctx, () => outliers(ctx, fitted))}`;
}

function warnings(ctx: Context, { answer }: Fitted): TemplateResult | typeof nothing {
  if (answer.warnings.length === 0) return nothing;
  return html`<div class="aside warnings">
    <h4>${ctx.t('fit-law.warnings')}</h4>
    ${answer.warnings.map(
      (w) =>
        html`<p>
          ${rich(ctx.t(idKey('warning', w.id), { value: Number.isInteger(w.value) ? exact(w.value, ctx.lang) : significant(w.value, ctx.lang) }))}
        </p>`,
    )}
  </div>`;
}

function constants(ctx: Context, { answer, settings }: Fitted): TemplateResult {
  const { t, lang } = ctx;
  const level = Object.values(answer.interval)[0]?.level;
  const withErrors = level !== undefined;
  const { allocationExponent: a, allocationInterval } = answer;
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('fit-law.constants')}>
      <table class="compact constants">
        <thead>
          <tr>
            <th scope="col">${t('fit-law.constant')}</th>
            <th scope="col" class="numeric">${t('fit-law.value')}</th>
            ${
              withErrors
                ? html`<th scope="col" class="numeric">${t('fit-law.error')}</th>
                    <th scope="col" class="numeric">
                      ${t('fit-law.interval', { level: Math.round(100 * level) })}
                    </th>`
                : nothing
            }
          </tr>
        </thead>
        <tbody>
          ${Object.entries(answer.constants).map(([symbol, value]) => {
            const error = answer.standardError[symbol];
            const interval = answer.interval[symbol];
            const held = symbol === 'E' && settings.floor !== undefined;
            return html`<tr>
              <th scope="row">${rich(constantName(ctx, symbol))}</th>
              <td class="numeric" title=${String(value)}>${exactly(value, significant(value, lang, 5))}</td>
              ${
                withErrors
                  ? html`<td class="numeric">
                        ${error === undefined || error > Math.abs(value) ? (held ? t('fit-law.held') : '–') : exactly(error, significant(error, lang))}
                      </td>
                      <td class="numeric">${interval ? range(ctx, interval) : '–'}</td>`
                  : nothing
              }
            </tr>`;
          })}
          ${
            a === undefined
              ? nothing
              : html`<tr>
                  <th scope="row">${rich(t('fit-law.exponent'))}</th>
                  <td class="numeric" title=${String(a)}>${exactly(a, significant(a, lang, 4))}</td>
                  ${
                    withErrors
                      ? html`<td class="numeric">
                            ${allocationInterval ? exactly(answer.allocationStandardError ?? NaN, significant(answer.allocationStandardError ?? NaN, lang)) : '–'}
                          </td>
                          <td class="numeric">
                            ${allocationInterval ? range(ctx, allocationInterval) : '–'}
                          </td>`
                      : nothing
                  }
                </tr>`
          }
        </tbody>
      </table>
    </div>
    ${withErrors ? html`<p class="note">${t('fit-law.interval-from', { count: exact(answer.bootstraps, lang) })}</p>` : nothing}`;
}

const range = (ctx: Context, interval: Interval) =>
  exactly(interval.low, intervalText(ctx, interval), 'min', { max: interval.high });

function quality(ctx: Context, { answer }: Fitted): TemplateResult {
  const { t, lang } = ctx;
  const facts: readonly (readonly [string, unknown])[] = [
    [t('fit-law.objective'), exactly(answer.objective, significant(answer.objective, lang, 8))],
    [t('fit-law.stop'), t(idKey('fit-stop', answer.stop), { value: 200 })],
    [
      t('fit-law.starts'),
      exactly(
        answer.converged,
        t('fit-law.starts-of', {
          converged: exact(answer.converged, lang),
          starts: exact(answer.starts, lang),
        }),
        '',
        { max: answer.starts },
      ),
    ],
    [t('fit-law.rms'), exactly(100 * answer.rootMeanSquare, percent(answer.rootMeanSquare, lang), '%')],
    [t('fit-law.condition'), exactly(answer.conditionNumber, significant(answer.conditionNumber, lang))],
  ];
  return html`<h3>${t('fit-law.quality')}</h3>
    <dl class="quality">
      ${facts.map(
        ([name, text]) =>
          html`<dt>${name}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>`;
}

function covariance(ctx: Context, { answer }: Fitted): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const { covarianceOf: symbols, logCovariance: rows } = answer;
  if (symbols.length === 0) return nothing;
  const coefficient = (symbol: string) => ['A', 'B', 'K', 'Nc', 'Dc'].includes(symbol);
  const names = symbols.map((symbol) => {
    const name = constantName(ctx, symbol);
    return rich(coefficient(symbol) ? t('fit-law.covariance-log', { symbol: name }) : name);
  });
  return html`<details class="covariance">
    <summary>${t('fit-law.covariance')}</summary>
    <p class="note">${t('fit-law.covariance-note')}</p>
    <div class="scroll" role="region" tabindex="0" aria-label=${t('fit-law.covariance')}>
      <table class="compact">
        <thead>
          <tr>
            <td></td>
            ${names.map((name) => html`<th scope="col" class="numeric">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, i) =>
              html`<tr>
                <th scope="row" class="nowrap">${names[i]}</th>
                ${row.map((x) => html`<td class="numeric" title=${String(x)}>${exactly(x, significant(x, lang))}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** As many as are listed; the residuals' table has the rest. */
const kMostOutliers = 50;

function outliers(ctx: Context, fitted: Fitted): TemplateResult {
  const { t, lang } = ctx;
  const { answer, read } = fitted;
  if (answer.outliers.length === 0) return html`<p class="note">${t('fit-law.no-outliers')}</p>`;
  const names = [
    t('fit-law.line'),
    'N',
    'D',
    t('fit-law.measured'),
    t('fit-law.predicted'),
    t('fit-law.residual'),
  ];
  const title = `${t('fit-law.outliers')} (${exact(answer.outliers.length, lang)})`;
  return html`<details class="outliers" open>
    <summary>${title}</summary>
    <p class="note">${t('fit-law.outliers-note')}</p>
    <div class="scroll" role="region" tabindex="0" aria-label=${title}>
      <table class="compact folds">
        <thead>
          <tr>
            ${names.map((name) => html`<th scope="col" class="numeric">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${answer.outliers.slice(0, kMostOutliers).map((i) => {
            const [n, d, loss] = runAt(read, i);
            const by = lossBy(ctx, fitted, n, d);
            return html`<tr>
              <th scope="row" class="numeric" data-label=${names[0]}>${exact(read.lines[i] ?? NaN, lang)}</th>
              <td class="numeric" data-label=${names[1]}>${exactly(n, count(n, lang))}</td>
              <td class="numeric" data-label=${names[2]}>${exactly(d, count(d, lang))}</td>
              <td class="numeric" data-label=${names[3]}>${exactly(loss, significant(loss, lang, 4))}</td>
              <td class="numeric" data-label=${names[4]}>
                ${by === undefined ? '–' : exactly(by, significant(by, lang, 4))}
              </td>
              <td class="numeric" data-label=${names[5]}>
                ${exactly(100 * (answer.residuals[i] ?? NaN), difference(answer.residuals[i] ?? NaN, lang), '%')}
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** The law as one more edition on the page of all laws, and as a file. */
function use(ctx: Context, fitted: Fitted): TemplateResult {
  const { t } = ctx;
  const own = ownLaw(ctx, fitted);
  const hash = toHash({ ...ctx.store.state, law: 'own', own: ownLawText(own) });
  const { answer, settings } = fitted;
  const file = () =>
    save(
      new Blob([JSON.stringify({ law: 'own', own, settings, answer }, null, 1)], {
        type: 'application/json',
      }),
      'fitted-law.json',
    );
  return html`<p class="save use-law">
    ${pageLink('laws', hash, t('fit-law.use-link'))}
    ${answer.allocationExponent !== undefined ? pageLink('calculator', hash, t('fit-law.use-rule')) : nothing}
    <button type="button" @click=${file}>${t('fit-law.export')}</button>
    <small>${t('fit-law.use-note')}</small>
  </p>`;
}
