// GPT-3: the frontier L = 2.57 C^-0.048 with the eight models of the paper, and the paper's two tables.

import { html, nothing, type TemplateResult } from 'lit';
import { decadeDomain, samplePoints } from '../charts/axis';
import { figure } from '../charts/figure';
import { power } from '../charts/power';
import { widestPlot, type Point } from '../charts/plot';
import type { Laws, Loss, Run, Runs, TargetLoss } from '../engine/engine';
import { count, exact, flopPerPfDay, flops, pfDays, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { exactly, figurePanel, openFigure, type Opened } from './figures';
import { rich, sourceLine, staleNote } from './parts';

const law = 'gpt3-2020-compute';

export function gpt3(ctx: Context): TemplateResult {
  const { t, lang } = ctx;
  const runs = ctx.ask<Runs>({ ask: 'runs', family: 'gpt-3' }).result?.runs ?? [];
  const { compute, loss: wanted } = ctx.store.values;
  const got = lossAt(ctx, compute);
  const target = ctx.ask<TargetLoss>({ ask: 'target-loss', law, loss: wanted }).result;
  const wide = ctx.width >= 1056;
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('gpt3-title')}>
    <h2 id=${ctx.id('gpt3-title')}>${t('gpt3.title')}</h2>
    <p class="answer">${rich(headline(ctx, runs))}</p>
    <p>
      ${
        got && target?.computeFlop !== undefined
          ? html`${t('gpt3.yours', { x: pfDays(compute, lang) })}
              <span class="nowrap"
                >${openFigure(ctx, 'gpt3', 'loss', html`<b>${significant(got.loss, lang)}</b>`)}.</span
              >
              ${t('gpt3.wanted', { loss: significant(wanted, lang) })}
              <span class="nowrap"
                >${openFigure(ctx, 'gpt3', 'target', html`<b>${pfDays(target.computeFlop, lang)}</b>`)}.</span
              >`
          : nothing
      }
    </p>
    ${staleNote(ctx, 'loss', 'compute')}
    ${figurePanel(ctx, 'gpt3', (key): Opened | undefined => {
      const answer = key === 'loss' ? got : target;
      return (
        answer && { title: t(idKey('law', law)), workings: answer.workings, assumptions: answer.assumptions }
      );
    })}
    <div class=${wide ? 'beside' : ''}>${frontier(ctx, runs, got, wide)} ${tableD1(ctx, runs)}</div>
    ${table21(ctx, runs)}
  </section>`;
}

function lossAt(ctx: Context, computeFlop: number): Loss | undefined {
  return ctx.ask<Loss>({ ask: 'loss', law, computeFlop }).result;
}

function headline(ctx: Context, runs: readonly Run[]): string {
  const largest = runs[runs.length - 1];
  if (!largest) return ctx.t('gpt3.title');
  return ctx.t('gpt3.answer', {
    model: largest.name,
    compute: pfDays((largest.printedPfDays ?? 0) * flopPerPfDay, ctx.lang),
    loss: significant(largest.fittedLoss ?? NaN, ctx.lang),
  });
}

function frontier(ctx: Context, runs: readonly Run[], got: Loss | undefined, wide: boolean): TemplateResult {
  const { t, lang } = ctx;
  const row = ctx.ask<Laws>({ ask: 'laws', law }).result?.laws[0];
  const range = row?.inputs[0];
  const inPfDays = (v: number | undefined) => (v === undefined ? v : v / flopPerPfDay);
  const [low, high] = [inPfDays(range?.fittedLow), inPfDays(range?.fittedHigh)];
  const days = runs.map((r) => r.printedPfDays ?? NaN);
  const given = ctx.store.values.compute / flopPerPfDay;
  const domain = decadeDomain(1, 1e4, ...days, given);
  const points = samplePoints(domain, low, high).flatMap((x): Point[] => {
    const y = lossAt(ctx, x * flopPerPfDay)?.loss;
    return y === undefined ? [] : [[x, y]];
  });
  const losses = points.map((p) => p[1]);
  const words = (x: number, y: number) =>
    t('loss.reading', { letter: 'C', x: pfDays(x * flopPerPfDay, lang), loss: significant(y, lang) });
  const width = wide ? Math.floor((ctx.width - 32) * 0.45) : Math.min(ctx.width, widestPlot);
  return figure(ctx, {
    id: 'gpt3',
    title: t('gpt3.plot-title'),
    description: t('loss.plot-description', {
      quantity: t('input.computeFlop'),
      low: pfDays(domain[0] * flopPerPfDay, lang),
      high: pfDays(domain[1] * flopPerPfDay, lang),
      from: significant(losses[0] ?? NaN, lang),
      to: significant(losses[losses.length - 1] ?? NaN, lang),
    }),
    x: { kind: 'log', domain, label: t('loss.axis-compute'), tick: power },
    y: {
      kind: 'log',
      domain: [Math.min(...losses) * 0.98, Math.max(...losses) * 1.02],
      label: t('loss.axis-loss'),
    },
    curves: [{ id: law, points, fitted: low === undefined || high === undefined ? undefined : [low, high] }],
    marks: [
      ...runs.map((r) => ({
        kind: 'published' as const,
        x: r.printedPfDays ?? NaN,
        y: r.fittedLoss ?? NaN,
        label: r.name.replace(/^GPT-3 /u, ''),
      })),
      ...(got ? [{ kind: 'given' as const, x: given, y: got.loss, label: significant(got.loss, lang) }] : []),
    ],
    width,
    height: Math.round(Math.min(380, width * 0.75)),
    words: { fitted: '', extrapolated: t('plot.extrapolated') },
    readLabel: t('plot.read', { quantity: t('input.computeFlop') }),
    read: (x) => {
      const y = lossAt(ctx, x * flopPerPfDay)?.loss;
      return y === undefined ? undefined : { x, y, text: words(x, y) };
    },
    ...(got ? { atRest: words(given, got.loss) } : {}),
    source: 'brown-2020',
    place: row?.place,
    note: t('gpt3.on-the-line'),
    columns: [t('input.computeFlop'), t('loss.axis-loss')],
    rows: points.map(([x, y]) => [
      { text: pfDays(x * flopPerPfDay, lang), value: x * flopPerPfDay },
      { text: significant(y, lang), value: y },
    ]),
  });
}

function tableD1(ctx: Context, runs: readonly Run[]): TemplateResult {
  const { t, lang } = ctx;
  const rounded = (value = NaN) => exactly(value, significant(value, lang));
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('gpt3.d1')}>
    <table class="compact folds">
      <caption>
        ${t('gpt3.d1')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('gpt3.model')}</th>
          <th scope="col" class="numeric">N</th>
          <th scope="col" class="numeric">D</th>
          <th scope="col" class="numeric">${t('unit.pf-days')}</th>
          <th scope="col" class="numeric">${t('unit.flop')}</th>
          <th scope="col" class="numeric">${t('gpt3.six-nd')}</th>
          <th scope="col" class="numeric">L(C)</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map(
          (r) =>
            html`<tr>
              <th scope="row" class="nowrap">${r.name}</th>
              <td class="numeric" data-label="N">
                ${exactly(r.parameters, `${exact(r.parameters / 1e6, lang)}M`)}
              </td>
              <td class="numeric" data-label="D">${exactly(r.tokens, count(r.tokens, lang))}</td>
              <td class="numeric" data-label=${t('unit.pf-days')}>${rounded(r.printedPfDays)}</td>
              <td class="numeric" data-label=${t('unit.flop')}>${rounded(r.printedFlop)}</td>
              <td class="numeric" data-label=${t('gpt3.six-nd')} title=${flops(r.computeFlop, lang)}>
                ${rounded(r.computeFlop)}
              </td>
              <td class="numeric" data-label="L(C)">${rounded(r.fittedLoss)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="source">${sourceLine(ctx, 'brown-2020')}, ${t('gpt3.table-d1')}. ${t('gpt3.d1-note')}</p>
  </div>`;
}

const shapeColumns = [
  'layers',
  'modelWidth',
  'heads',
  'headDimension',
  'batchTokens',
  'learningRate',
] as const;

function table21(ctx: Context, runs: readonly Run[]): TemplateResult {
  const { t } = ctx;
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('gpt3.shapes')}>
      <table class="compact folds">
        <caption>
          ${t('gpt3.shapes')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('gpt3.model')}</th>
            ${shapeColumns.map((c) => html`<th scope="col" class="numeric">${t(`shape.${c}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${runs.map(
            (r) =>
              html`<tr>
                <th scope="row" class="nowrap">${r.name}</th>
                ${shapeColumns.map((c) => html`<td class="numeric" data-label=${t(`shape.${c}`)}>${printed(ctx, r, c)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="aside">${t('gpt3.misprints')}</p>
    <p class="source">${sourceLine(ctx, 'brown-2020')}, ${t('gpt3.table-21')}</p>`;
}

/** A figure as printed; a misprint struck through, with the figure that goes with the others of its row. */
function printed(ctx: Context, run: Run, column: (typeof shapeColumns)[number]): unknown {
  const value = run[column];
  if (value === undefined) return '–';
  const show = (v: number, of?: string) => {
    const text =
      column === 'batchTokens'
        ? count(v, ctx.lang, 2)
        : column === 'learningRate'
          ? significant(v, ctx.lang, 2)
          : exact(v, ctx.lang);
    return exactly(v, html`${of ? html`<span class="hidden">${of} </span>` : nothing}${text}`, of);
  };
  const wrong = run.misprints.find((m) => m.field === column);
  if (!wrong) return show(value);
  return html`<del>${show(wrong.printed, ctx.t('gpt3.printed'))}</del>
    <ins>${show(wrong.consistent, ctx.t('gpt3.consistent'))}</ins>`;
}
