// The plots of one law: its loss along compute (or what else it takes), lines of equal loss in the plane of parameters
// and tokens, loss over model size at fixed compute, and the best size for a budget beside other laws.

import { html, nothing, type TemplateResult } from 'lit';
import { tickStep } from 'd3-array';
import { decadeDomain } from '../charts/axis';
import { figure, type FigureSpec } from '../charts/figure';
import type { Curve, Mark } from '../charts/plot';
import { power } from '../charts/power';
import type {
  Contours,
  CurvePoints,
  Isoflop,
  LawRow,
  Loss,
  Optimal,
  Run,
  Runs,
  TargetLoss,
} from '../engine/engine';
import { count, flops, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { Context } from './context';
import {
  allLaws,
  inputLetters,
  inputText,
  lawName,
  named,
  point,
  pointText,
  settings,
  takes,
  variableOf,
} from './law-question';
import { inTurn } from './turns';

export function lawPlots(ctx: Context, row: LawRow): TemplateResult {
  const columns = ctx.width >= 620 ? 2 : 1;
  const width = Math.min(560, Math.floor((ctx.width - 32 * (columns - 1)) / columns));
  const size = { width, height: Math.round(Math.min(400, Math.max(250, width * 0.78))) };
  const plots = [
    ...(row.givesLoss ? [lossPlot] : []),
    ...(takes(row, 'parameters') && takes(row, 'tokens') && row.givesLoss ? [planePlot] : []),
    ...(row.onBudget ? [isoflopPlot] : []),
    ...(row.allocates ? [sizePlot] : []),
  ];
  return html`<div class="plots columns-${columns}">
    ${plots.map((plot) =>
      inTurn(ctx, () => {
        const spec = plot(ctx, row, size);
        return spec ? figure(ctx, spec) : nothing;
      }),
    )}
  </div>`;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const tickOf = (ctx: Context, input: string) => (v: number) =>
  input === 'computeFlop' ? power(v) : count(v, ctx.lang, 1);
const axisLabel = (ctx: Context, input: string) =>
  ctx.t(idKey('input', input)) + (input === 'computeFlop' ? ', FLOP' : '');
const cell = (text: string, value: number) => ({ text, value });

// --- loss along one input --------------------------------------------------------------------------------------

function lossPlot(ctx: Context, row: LawRow, size: Size): FigureSpec | undefined {
  const { t, lang } = ctx;
  const { loss: wanted, budget } = ctx.store.values;
  const variable = variableOf(row);
  const { [variable]: here = budget, ...rest } = point(ctx, row);
  // Where compute ties size and data, the curve follows the best split of each budget.
  const held = row.onBudget ? settings(ctx, row) : rest;
  const given = row.onBudget ? budget : here;
  const fitted = row.inputs.find((i) => i.field === variable);
  const target = ctx.ask<TargetLoss>({
    ask: 'target-loss',
    ...named(ctx, row),
    loss: wanted,
    ...held,
  }).result;
  const needed = target?.[variable];
  const [low, high] = [fitted?.fittedLow ?? given / 1e4, fitted?.fittedHigh ?? given * 1e2];
  // What a wanted loss takes may lie decades away; the plot goes along as far as it stays readable.
  const reach =
    needed !== undefined && needed < 1e4 * Math.max(high, given) && needed > 1e-4 * low ? [needed] : [];
  const domain = decadeDomain(low, high, given, ...reach);
  const answer = ctx.ask<CurvePoints>({
    ask: 'curve',
    ...named(ctx, row),
    variable,
    from: domain[0],
    to: domain[1],
    points: 65,
    ...held,
  }).result;
  if (!answer) return undefined;
  const lossAt = (x: number) =>
    ctx.ask<Loss>({ ask: 'loss', ...named(ctx, row), [variable]: x, ...held }).result;
  const got = lossAt(given)?.loss;
  const inView = needed !== undefined && needed >= domain[0] && needed <= domain[1];
  const all = [...answer.loss, ...answer.high, ...(inView ? [wanted] : [])];
  const name = t(idKey('input', variable));
  const letter = inputLetters[variable] ?? variable;
  const words = (x: number, y: number) =>
    t('loss.reading', { letter, x: inputText(ctx, variable, x), loss: significant(y, lang) });
  const first = answer.loss[0] ?? NaN;
  const last = answer.loss[answer.loss.length - 1] ?? NaN;
  return {
    id: `${row.id}-loss`,
    title: t(row.onBudget ? 'laws.plot-loss-best' : 'laws.plot-loss', {
      input: name,
      law: lawName(ctx, row.id),
    }),
    description: t('laws.curve-description', {
      quantity: name,
      from: significant(first, lang),
      to: significant(last, lang),
      low: inputText(ctx, variable, domain[0]),
      high: inputText(ctx, variable, domain[1]),
    }),
    x: { kind: 'log', domain, label: axisLabel(ctx, variable), tick: tickOf(ctx, variable) },
    y: {
      kind: 'log',
      domain: [Math.min(...all) * 0.98, Math.max(...all) * 1.02],
      label: t('loss.axis-loss'),
    },
    curves: [
      {
        id: row.id,
        points: answer.x.map((x, i) => [x, answer.loss[i] ?? NaN] as const),
        fitted: fitted?.fittedLow && fitted.fittedHigh ? [fitted.fittedLow, fitted.fittedHigh] : undefined,
        band: answer.low.length
          ? answer.x.map((x, i) => [x, answer.low[i] ?? NaN, answer.high[i] ?? NaN] as const)
          : undefined,
      },
    ],
    marks: [
      ...(got === undefined
        ? []
        : [{ kind: 'given' as const, x: given, y: got, label: significant(got, lang) }]),
      ...(inView
        ? [{ kind: 'wanted' as const, x: needed, y: wanted, label: inputText(ctx, variable, needed) }]
        : []),
    ],
    level: inView
      ? { y: wanted, label: t('loss.wanted-line', { loss: significant(wanted, lang) }) }
      : undefined,
    ...size,
    words: { fitted: t('plot.fitted'), extrapolated: t('plot.extrapolated') },
    readLabel: t('plot.read', { quantity: name }),
    read: (x) => {
      const y = lossAt(x)?.loss;
      return y === undefined ? undefined : { x, y, text: words(x, y) };
    },
    ...(got === undefined ? {} : { atRest: words(given, got) }),
    source: row.source,
    place: row.place,
    ...(answer.low.length ? { note: t('laws.band') } : {}),
    columns: [name, t('loss.axis-loss'), ...(answer.low.length ? [t('plot.low'), t('plot.high')] : [])],
    rows: answer.x.flatMap((x, i) =>
      i % 4 === 0
        ? [
            [
              cell(inputText(ctx, variable, x), x),
              ...[answer.loss, answer.low, answer.high].flatMap((list) => {
                const v = list[i];
                return v === undefined ? [] : [cell(significant(v, lang, 4), v)];
              }),
            ],
          ]
        : [],
    ),
  };
}

// --- the plane of parameters and tokens ------------------------------------------------------------------------

/** The models that a plot names first where their names would cover one another. */
const wellKnown = [
  'gpt-3-175b',
  'chinchilla',
  'llama-3.1-405b',
  'llama-3.1-8b',
  'palm-540b',
  'llama-65b',
  'llama-2-70b',
  'llama-7b',
  'deepseek-v3',
  'gopher',
  'mt-nlg-530b',
  'llama-3.1-70b',
  'llama-2-7b',
] as const;

function wellKnownRuns(ctx: Context): readonly Run[] {
  const runs = ctx.ask<Runs>({ ask: 'runs' }).result?.runs ?? [];
  return wellKnown.flatMap((id) => runs.filter((r) => r.id === id));
}

/** Of a mixture of experts, what a token meets. */
const sizeOf = (run: Run) => run.activeParameters ?? run.parameters;
const nameOf = (ctx: Context, run: Run) =>
  run.activeParameters === undefined ? run.name : `${run.name} (${ctx.t('laws.active')})`;

/** Losses to draw lines for: round, and further apart the higher, as the lines crowd there. */
function lossLevels(least: number, worst: number): readonly number[] {
  const step = tickStep(least, worst, 14);
  const first = Math.ceil(least / step) * step;
  return [0, 1, 2, 4, 6, 9, 13]
    .map((k) => Number((first + k * step).toPrecision(6)))
    .filter((l) => l <= worst);
}

const plane = { parametersFrom: 1e8, parametersTo: 2e12, tokensFrom: 1e9, tokensTo: 1e14 };

function planePlot(ctx: Context, row: LawRow, size: Size): FigureSpec | undefined {
  const { t, lang } = ctx;
  const { n, d } = ctx.store.values;
  const others = settings(ctx, row);
  const lossAt = (parameters: number, tokens: number) =>
    ctx.ask<Loss>({ ask: 'loss', ...named(ctx, row), parameters, tokens, ...others }).result;
  const worst = lossAt(plane.parametersFrom * 3, plane.tokensFrom * 10)?.loss;
  const least = lossAt(plane.parametersTo, plane.tokensTo)?.loss;
  if (worst === undefined || least === undefined) return undefined;
  const levels = lossLevels(least, worst);
  const budgets = [1e20, 1e22, 1e24, 1e26];
  const answer = ctx.ask<Contours>({
    ask: 'contours',
    ...named(ctx, row),
    levels,
    budgets,
    ...plane,
    ...others,
  }).result;
  if (!answer) return undefined;
  const along = (l: { parameters: readonly number[]; tokens: readonly number[] }) =>
    l.parameters.map((x, i) => [x, l.tokens[i] ?? NaN] as const);
  const curves: Curve[] = [
    ...answer.isoFlop.map((l, i) => ({
      id: `flop-${i}`,
      points: along(l),
      tone: 'fine' as const,
      label: `10${superscript(Math.log10(l.computeFlop ?? 1))}`,
      labelAt: 0.06,
    })),
    ...answer.contours.map((l, i) => ({
      id: `loss-${i}`,
      points: along(l),
      tone: 'quiet' as const,
      label: significant(l.loss ?? NaN, lang),
      labelAt: 0.82,
    })),
    ...(answer.optimal
      ? [{ id: 'optimal', points: along(answer.optimal), label: t('laws.optimal-line'), labelAt: 0.2 }]
      : []),
  ];
  const runs = wellKnownRuns(ctx);
  const yours = lossAt(n, d)?.loss;
  const marks: Mark[] = [
    { kind: 'given', x: n, y: d, label: yours === undefined ? '' : significant(yours, lang) },
    ...runs.map((r) => ({ kind: 'published' as const, x: sizeOf(r), y: r.tokens, label: nameOf(ctx, r) })),
  ];
  const words = (x: number, y: number, name = '') => {
    const l = lossAt(x, y);
    const text = `${pointText(ctx, { parameters: x, tokens: y })} → L = ${significant(l?.loss ?? NaN, lang)}`;
    return name ? `${name}: ${text}` : text;
  };
  return {
    id: `${row.id}-plane`,
    title: t('laws.plot-plane'),
    description: t('laws.plane-description', {
      levels: levels.map((l) => significant(l, lang)).join(', '),
      models: runs.map((r) => r.name).join(', '),
    }),
    x: {
      kind: 'log',
      domain: [plane.parametersFrom, plane.parametersTo],
      label: axisLabel(ctx, 'parameters'),
      tick: tickOf(ctx, 'parameters'),
    },
    y: {
      kind: 'log',
      domain: [plane.tokensFrom, plane.tokensTo],
      label: axisLabel(ctx, 'tokens'),
      tick: tickOf(ctx, 'tokens'),
    },
    curves,
    marks,
    ...size,
    plane: true,
    readLabel: t('laws.read-plane'),
    read: (x, y) => {
      // Near a model the read-out is the model's.
      const near = runs.find(
        (r) => Math.abs(Math.log(sizeOf(r) / x)) < 0.18 && Math.abs(Math.log(r.tokens / y)) < 0.2,
      );
      const at = near ? { x: sizeOf(near), y: near.tokens } : { x, y };
      return { ...at, text: words(at.x, at.y, near ? nameOf(ctx, near) : '') };
    },
    atRest: words(n, d),
    note: t('laws.plane-note'),
    source: row.source,
    place: row.place,
    columns: [t('gpt3.model'), 'N', 'D', 'C', t('laws.by-law')],
    folds: 'folds of-4',
    rows: runs.map((r) => {
      const l = lossAt(sizeOf(r), r.tokens);
      return [
        { text: nameOf(ctx, r) },
        cell(count(sizeOf(r), lang), sizeOf(r)),
        cell(count(r.tokens, lang), r.tokens),
        cell(significant(r.computeFlop, lang), r.computeFlop),
        l ? cell(significant(l.loss, lang), l.loss) : { text: '–' },
      ];
    }),
  };
}

const superscript = (x: number) => power(10 ** Math.round(x)).replace(/^10/u, '');

// --- IsoFLOP curves --------------------------------------------------------------------------------------------

function isoflopPlot(ctx: Context, row: LawRow, size: Size): FigureSpec | undefined {
  const { t, lang } = ctx;
  const { budget } = ctx.store.values;
  const others = settings(ctx, row);
  const budgets = [budget / 100, budget / 10, budget, budget * 10];
  const answer = ctx.ask<Isoflop>({
    ask: 'isoflop',
    ...named(ctx, row),
    budgets,
    spread: 30,
    points: 41,
    ...others,
  }).result;
  if (!answer) return undefined;
  const sizes = answer.curves.flatMap((c) => c.parameters);
  const losses = answer.curves.flatMap((c) => c.loss);
  const chosen = answer.curves.find((c) => c.computeFlop === budget);
  const lossAt = (parameters: number) =>
    ctx.ask<Loss>({ ask: 'loss', ...named(ctx, row), parameters, computeFlop: budget, ...others }).result;
  const words = (x: number, y: number) =>
    t('laws.isoflop-reading', {
      x: count(x, lang),
      budget: flops(budget, lang),
      loss: significant(y, lang, 4),
    });
  return {
    id: `${row.id}-isoflop`,
    title: chosen
      ? t('laws.plot-isoflop', {
          budget: flops(budget, lang),
          parameters: count(chosen.bestParameters, lang),
        })
      : t('laws.law'),
    description: t('laws.isoflop-description', { budgets: budgets.map((b) => flops(b, lang)).join(', ') }),
    x: {
      kind: 'log',
      domain: [Math.min(...sizes), Math.max(...sizes)],
      label: axisLabel(ctx, 'parameters'),
      tick: tickOf(ctx, 'parameters'),
    },
    y: {
      kind: 'log',
      domain: [Math.min(...losses) * 0.98, Math.max(...losses) * 1.01],
      label: t('loss.axis-loss'),
    },
    curves: answer.curves.map((c) => ({
      id: String(c.computeFlop),
      points: c.parameters.map((x, i) => [x, c.loss[i] ?? NaN] as const),
      tone: c.computeFlop === budget ? ('accent' as const) : ('quiet' as const),
      label: significant(c.computeFlop, lang),
      labelAt: 1,
      labelSide: 'above' as const,
    })),
    marks: answer.curves.map((c) => ({
      kind: c.computeFlop === budget ? ('given' as const) : ('published' as const),
      x: c.bestParameters,
      y: c.bestLoss,
      label: count(c.bestParameters, lang),
    })),
    ...size,
    readLabel: t('plot.read', { quantity: t('input.parameters') }),
    read: (x) => {
      const y = lossAt(x)?.loss;
      return y === undefined ? undefined : { x, y, text: words(x, y) };
    },
    ...(chosen ? { atRest: words(chosen.bestParameters, chosen.bestLoss) } : {}),
    source: row.source,
    place: row.place,
    columns: ['C, FLOP', t('laws.best-n'), t('laws.best-d'), t('loss.axis-loss')],
    rows: answer.curves.map((c) => [
      cell(significant(c.computeFlop, lang), c.computeFlop),
      cell(count(c.bestParameters, lang), c.bestParameters),
      cell(count(c.bestTokens, lang), c.bestTokens),
      cell(significant(c.bestLoss, lang, 4), c.bestLoss),
    ]),
  };
}

// --- the best size for a budget, law beside law ----------------------------------------------------------------

const besides: Readonly<Record<string, Pick<Curve, 'labelAt' | 'labelSide'>>> = {
  'kaplan-2020-optimal': { labelAt: 0.95, labelSide: 'above' },
  'hoffmann-2022-approach-1': { labelAt: 0.2, labelSide: 'above' },
};
const budgetsShown = Array.from({ length: 10 }, (_, i) => 10 ** (17 + i));

function sizePlot(ctx: Context, row: LawRow, size: Size): FigureSpec {
  const { t, lang } = ctx;
  const { budget } = ctx.store.values;
  const split = (law: LawRow, budget: Readonly<Record<string, number>>) =>
    ctx.ask<Optimal>({ ask: 'optimal', ...named(ctx, law), ...budget, ...settings(ctx, law) }).result;
  const own = split(row, { computeFlop: budget });
  // Laws stand beside one another by what training spends: twice C_min, where that is what a law counts.
  const spent = own?.trainingFlop ?? budget;
  const others = allLaws(ctx).filter((l) => Object.hasOwn(besides, l.id) && l.id !== row.id);
  const domain = decadeDomain(1e17, 1e26, spent);
  const points = (law: LawRow) =>
    [domain[0], ...budgetsShown.filter((b) => b > domain[0] && b < domain[1]), domain[1]].flatMap((c) => {
      const best = split(law, { trainingFlop: c });
      return best ? [[c, best.parameters] as const] : [];
    });
  const range = row.inputs.find((i) => i.field === 'computeFlop');
  const curves: Curve[] = [
    ...others.map((l) => ({
      id: l.id,
      points: points(l),
      tone: 'quiet' as const,
      label: lawName(ctx, l.id),
      ...besides[l.id],
    })),
    {
      id: row.id,
      points: points(row),
      fitted: range?.fittedLow && range.fittedHigh ? [range.fittedLow, range.fittedHigh] : undefined,
    },
  ];
  const runs = wellKnownRuns(ctx);
  const all = curves.flatMap((c) => c.points.map((p) => p[1]));
  const words = (c: number, n: number) => `${pointText(ctx, { computeFlop: c })} → N = ${count(n, lang)}`;
  const builtText = (r: Run) => `${nameOf(ctx, r)}: ${count(sizeOf(r), lang)}`;
  const bests = (c: number) =>
    [row, ...others].map((l) => {
      const best = split(l, { trainingFlop: c });
      return best ? cell(count(best.parameters, lang), best.parameters) : { text: '–' };
    });
  return {
    id: `${row.id}-size`,
    title: t('laws.plot-size', { law: lawName(ctx, row.id) }),
    description: t('laws.size-description', {
      laws: [row, ...others].map((l) => lawName(ctx, l.id)).join(', '),
    }),
    x: { kind: 'log', domain, label: axisLabel(ctx, 'computeFlop'), tick: power },
    y: {
      kind: 'log',
      domain: decadeDomain(Math.min(...all), Math.max(...all)),
      label: t('laws.axis-best'),
      tick: tickOf(ctx, 'parameters'),
    },
    curves,
    marks: [
      ...(own
        ? [{ kind: 'given' as const, x: spent, y: own.parameters, label: count(own.parameters, lang) }]
        : []),
      ...runs.map((r) => ({
        kind: 'published' as const,
        x: r.computeFlop,
        y: sizeOf(r),
        label: nameOf(ctx, r),
      })),
    ],
    ...size,
    readLabel: t('plot.read', { quantity: t('input.computeFlop') }),
    read: (x) => {
      const y = split(row, { trainingFlop: x })?.parameters;
      if (y === undefined) return undefined;
      // With it the models trained with as much, by less than a step of the keys.
      const near = runs.filter((r) => Math.abs(Math.log(r.computeFlop / x)) < 0.12);
      return { x, y, text: [words(x, y), ...near.map(builtText)].join(' · ') };
    },
    ...(own ? { atRest: words(spent, own.parameters) } : {}),
    note: t('laws.size-note'),
    source: row.source,
    place: row.place,
    columns: ['C, FLOP', ...[row, ...others].map((l) => lawName(ctx, l.id))],
    // Powers of ten as such: so the widest names beside them fit a phone.
    rows: [
      ...budgetsShown.map((c) => [cell(power(c), c), ...bests(c)]),
      // The dots: what was built, and under it what each law would have built with as much.
      ...runs.flatMap((r) => [
        [
          { text: `${builtText(r)}, ${flops(r.computeFlop, lang)}` },
          ...[row, ...others].map(() => ({ text: '' })),
        ],
        [{ text: '' }, ...bests(r.computeFlop)],
      ]),
    ],
  };
}
