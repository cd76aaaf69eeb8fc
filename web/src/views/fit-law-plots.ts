// The plots of a fit: the loss along parameters, tokens and compute with the runs as points and the fitted law as
// lines, and what the law leaves unexplained.

import { html, type TemplateResult } from 'lit';
import { decadeDomain } from '../charts/axis';
import { figure, type Cell, type FigureSpec } from '../charts/figure';
import type { Curve, Mark } from '../charts/plot';
import { power } from '../charts/power';
import type { CurvePoints, Loss } from '../engine/engine';
import { count, difference, exact, flops, percent, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import { computeOf, extentOf, inputsOf, ownLaw, runAt, type Fitted } from './fit-law-words';
import { inputLetters } from './law-question';
import { inTurn } from './turns';

type Variable = 'parameters' | 'tokens' | 'computeFlop';
interface Size {
  readonly width: number;
  readonly height: number;
}

export function fitPlots(ctx: Context, fitted: Fitted): TemplateResult {
  const columns = ctx.width >= 620 ? 2 : 1;
  const width = Math.min(560, Math.floor((ctx.width - 32 * (columns - 1)) / columns));
  const size = { width, height: Math.round(Math.min(400, Math.max(250, width * 0.78))) };
  const inputs = inputsOf(fitted.settings.form);
  const additive = fitted.settings.form.startsWith('chinchilla');
  const variables = [...inputs, ...(additive ? (['computeFlop'] as const) : [])];
  return html`<div class="plots columns-${columns}">
    ${variables.map((v) => inTurn(ctx, () => drawing(ctx, lossPlot(ctx, fitted, v, size))))}
    ${fitted.answer.residuals.length > 0 ? inTurn(ctx, () => drawing(ctx, residualPlot(ctx, fitted, size))) : ''}
  </div>`;
}

const drawing = (ctx: Context, spec: FigureSpec | undefined) => (spec ? figure(ctx, spec) : html``);

/** Has a place on log paper: a law that makes no sense, its exponent negative, gives losses of 0, Infinity and NaN. */
const canDraw = (...values: readonly (number | undefined)[]) =>
  values.every((v) => v !== undefined && v > 0 && v < Infinity);

/** As many runs as a plot shows before it is a blot. */
const kMostPoints = 400;

/** Runs to draw, evenly out of all, and the outliers among all. */
function drawn({ answer, read }: Fitted): readonly number[] {
  const all = read.lines.length;
  const step = Math.max(1, all / kMostPoints);
  const even = Array.from({ length: Math.min(all, kMostPoints) }, (_, i) => Math.floor(i * step));
  return [...new Set([...even, ...answer.outliers.slice(0, 50)])].sort((a, b) => a - b);
}

const valueOf = (variable: Variable, n: number, d: number) =>
  variable === 'parameters' ? n : variable === 'tokens' ? d : computeOf(n, d);
const text = (ctx: Context, variable: Variable, x: number) =>
  variable === 'computeFlop' ? flops(x, ctx.lang) : count(x, ctx.lang);
const tickOf = (ctx: Context, variable: Variable) => (v: number) =>
  variable === 'computeFlop' ? power(v) : count(v, ctx.lang, 1);
const axisLabel = (ctx: Context, variable: Variable) =>
  ctx.t(idKey('input', variable)) + (variable === 'computeFlop' ? ', FLOP' : '');

function marksOf(ctx: Context, fitted: Fitted, x: (i: number) => number, y: (i: number) => number): Mark[] {
  const outliers = new Set(fitted.answer.outliers);
  return drawn(fitted).map((i) => ({
    kind: outliers.has(i) ? ('published' as const) : ('run' as const),
    x: x(i),
    y: y(i),
    label: outliers.has(i)
      ? ctx.t('fit-law.run-line', { line: exact(fitted.read.lines[i] ?? NaN, ctx.lang) })
      : '',
  }));
}

/** A low, a middle and a high value of what is held. */
function threeOf(fitted: Fitted, held: Variable): readonly number[] {
  const all = drawn(fitted)
    .map((i) => valueOf(held, ...(runAt(fitted.read, i).slice(0, 2) as [number, number])))
    .sort((a, b) => a - b);
  const at = (share: number) => all[Math.round(share * (all.length - 1))] ?? NaN;
  return [...new Set([at(0), at(0.5), at(1)])];
}

function tableOf(ctx: Context, fitted: Fitted): Pick<FigureSpec, 'columns' | 'rows'> {
  const { t, lang } = ctx;
  const { answer, read } = fitted;
  const cell = (shown: string, value: number): Cell => ({ text: shown, value });
  return {
    columns: [t('fit-law.line'), 'N', 'D', t('fit-law.measured'), t('fit-law.residual')],
    rows: drawn(fitted).map((i) => {
      const [n, d, loss] = runAt(read, i);
      const residual = answer.residuals[i];
      return [
        cell(exact(read.lines[i] ?? NaN, lang), read.lines[i] ?? NaN),
        cell(count(n, lang), n),
        cell(count(d, lang), d),
        cell(significant(loss, lang, 4), loss),
        residual === undefined ? { text: '–' } : cell(difference(residual, lang), residual),
      ];
    }),
  };
}

function notes(ctx: Context, fitted: Fitted, more: readonly string[] = []): { note?: string } {
  const all = fitted.read.lines.length;
  const shown = drawn(fitted).length;
  const sampled =
    shown < all
      ? [ctx.t('fit-law.sampled', { shown: exact(shown, ctx.lang), count: exact(all, ctx.lang) })]
      : [];
  const note = [...more, ...sampled].join(' ');
  return note ? { note } : {};
}

function lossPlot(ctx: Context, fitted: Fitted, variable: Variable, size: Size): FigureSpec | undefined {
  const { t, lang } = ctx;
  const { read, settings } = fitted;
  const own = ownLaw(ctx, fitted);
  const inputs = inputsOf(settings.form);
  const xs = extentOf(read, (n, d) => valueOf(variable, n, d));
  const losses = extentOf(read, (_, __, loss) => loss);
  const domain = decadeDomain(xs.low, xs.high);
  const held = inputs.find((i) => i !== variable && inputs.includes(variable));
  const curveAt = (given: Readonly<Record<string, number>>) =>
    ctx.ask<CurvePoints>({
      ask: 'curve',
      law: 'own',
      own,
      variable,
      from: domain[0],
      to: domain[1],
      points: 65,
      ...given,
    }).result;
  const levels = held ? threeOf(fitted, held) : [];
  const middle = levels[Math.floor(levels.length / 2)];
  const given = held && middle !== undefined ? { [held]: middle } : {};
  const labelled = (x: number) => `${inputLetters[held ?? ''] ?? ''} = ${count(x, lang)}`;
  const curves: Curve[] = (held ? levels : [undefined]).flatMap((level, i) => {
    const answer = curveAt(held && level !== undefined ? { [held]: level } : {});
    if (!answer) return [];
    const main = level === middle;
    return [
      {
        id: `law-${i}`,
        points: answer.x
          .map((x, k) => [x, answer.loss[k] ?? NaN] as const)
          .filter(([x, loss]) => canDraw(x, loss)),
        fitted: [xs.low, xs.high] as const,
        tone: main ? ('accent' as const) : ('quiet' as const),
        band:
          main && answer.low.length > 0
            ? answer.x
                .map((x, k) => [x, answer.low[k] ?? NaN, answer.high[k] ?? NaN] as const)
                .filter(([x, low, high]) => canDraw(x, low, high))
            : undefined,
        ...(level === undefined
          ? {}
          : { label: labelled(level), labelAt: 0.98, labelSide: 'above' as const }),
      },
    ];
  });
  if (!curves.some((c) => c.points.length > 1)) return undefined;
  const lossAt = (x: number) => {
    const loss = ctx.ask<Loss>({ ask: 'loss', law: 'own', own, [variable]: x, ...given }).result?.loss;
    return canDraw(loss) ? loss : undefined;
  };
  const words = (x: number, y: number) =>
    `${inputLetters[variable] ?? variable} = ${text(ctx, variable, x)}${middle === undefined ? '' : `, ${labelled(middle)}`} → L = ${significant(y, lang, 4)}`;
  const atEnd = lossAt(xs.high);
  const banded = curves.some((c) => c.band);
  const title =
    held === undefined && inputs.includes(variable)
      ? t('fit-law.plot-alone', { input: t(idKey('input', variable)) })
      : t(
          variable === 'computeFlop'
            ? 'fit-law.plot-frontier'
            : variable === 'parameters'
              ? 'fit-law.plot-parameters'
              : 'fit-law.plot-tokens',
        );
  return {
    id: `fit-${variable}`,
    title,
    description: t('fit-law.plot-description', {
      count: exact(read.lines.length, lang),
      low: significant(losses.low, lang),
      high: significant(losses.high, lang),
    }),
    x: { kind: 'log', domain, label: axisLabel(ctx, variable), tick: tickOf(ctx, variable) },
    y: { kind: 'log', domain: [losses.low * 0.95, losses.high * 1.05], label: t('fit-law.axis-loss') },
    curves,
    marks: marksOf(
      ctx,
      fitted,
      (i) => {
        const [n, d] = runAt(read, i);
        return valueOf(variable, n, d);
      },
      (i) => runAt(read, i)[2],
    ),
    ...size,
    ...(atEnd === undefined ? {} : { atRest: words(xs.high, atEnd) }),
    readLabel: t('plot.read', { quantity: t(idKey('input', variable)) }),
    read: (x) => {
      const y = lossAt(x);
      return y === undefined ? undefined : { x, y, text: words(x, y) };
    },
    ...notes(ctx, fitted, banded ? [t('fit-law.band')] : []),
    ...tableOf(ctx, fitted),
  };
}

function residualPlot(ctx: Context, fitted: Fitted, size: Size): FigureSpec | undefined {
  const { t, lang } = ctx;
  const { answer, read } = fitted;
  const xs = extentOf(read, computeOf);
  const finite = drawn(fitted)
    .map((i) => answer.residuals[i] ?? NaN)
    .filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const widest = Math.max(1e-6, ...finite.map(Math.abs)) * 1.1;
  const tick = (r: number) => percent(r, lang).replace('-', '−');
  return {
    id: 'fit-residuals',
    title: t('fit-law.plot-residuals'),
    description: t('fit-law.residual-description', {
      count: exact(read.lines.length, lang),
      low: difference(Math.min(...finite), lang),
      high: difference(Math.max(...finite), lang),
    }),
    x: {
      kind: 'log',
      domain: decadeDomain(xs.low, xs.high),
      label: axisLabel(ctx, 'computeFlop'),
      tick: power,
    },
    y: { kind: 'linear', domain: [-widest, widest], label: t('fit-law.axis-residual'), tick },
    curves: [],
    marks: marksOf(
      ctx,
      fitted,
      (i) => {
        const [n, d] = runAt(read, i);
        return computeOf(n, d);
      },
      (i) => answer.residuals[i] ?? NaN,
    ),
    level: { y: 0, label: '' },
    ...size,
    ...notes(ctx, fitted),
    ...tableOf(ctx, fitted),
  };
}
