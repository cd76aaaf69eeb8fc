// Loss: Kaplan's three laws both ways, the joint law, and what C = 6ND means on the chosen cards.

import { html, nothing, type TemplateResult } from 'lit';
import { decadeDomain, samplePoints } from '../charts/axis';
import { figure } from '../charts/figure';
import type { Point } from '../charts/plot';
import { power } from '../charts/power';
import type { LawRow, Laws, Loss, TargetLoss } from '../engine/engine';
import { count, exact, flopPerPfDay, flops, pfDays, significant } from '../format/format';
import { idKey } from '../i18n/index';
import type { FieldKey } from '../state/fields';
import type { Context } from './context';
import { computeFigure, exactly, figurePanel, openFigure, opens, type Opened } from './figures';
import { parameterEcho } from './fit';
import { rich, sourceLine, staleNote, textField } from './parts';
import { training } from './training-time';
import { inTurn } from './turns';

type Input = 'computeFlop' | 'tokens' | 'parameters';

interface OneLaw {
  readonly id: string;
  readonly input: Input;
  readonly field: FieldKey & ('compute' | 'data' | 'size');
  /** The letter of the quantity, as the paper writes it. */
  readonly letter: string;
  /** How many of the core's unit make one of the axis. */
  readonly axisUnit: number;
  /** What the plot shows even where nothing asks for it, in the core's unit. */
  readonly atLeast: readonly [number, number];
}

const laws: readonly OneLaw[] = [
  {
    id: 'kaplan-2020-compute',
    input: 'computeFlop',
    field: 'compute',
    letter: 'C',
    axisUnit: flopPerPfDay,
    atLeast: [1e-8 * flopPerPfDay, 1e4 * flopPerPfDay],
  },
  { id: 'kaplan-2020-data', input: 'tokens', field: 'data', letter: 'D', axisUnit: 1, atLeast: [1e7, 1e12] },
  {
    id: 'kaplan-2020-parameters',
    input: 'parameters',
    field: 'size',
    letter: 'N',
    axisUnit: 1,
    atLeast: [1e3, 1e12],
  },
];

/** One law with the reader's point on it and what the wanted loss takes. */
interface Both extends OneLaw {
  readonly row: LawRow | undefined;
  readonly given: number;
  readonly got: Loss | undefined;
  readonly needed: number | undefined;
  readonly target: TargetLoss | undefined;
}

function lawRow(ctx: Context, id: string): LawRow | undefined {
  return ctx.ask<Laws>({ ask: 'laws', law: id }).result?.laws[0];
}

function both(ctx: Context, law: OneLaw): Both {
  const given = ctx.store.values[law.field];
  const got = ctx.ask<Loss>({ ask: 'loss', law: law.id, [law.input]: given }).result;
  const target = ctx.ask<TargetLoss>({ ask: 'target-loss', law: law.id, loss: ctx.store.values.loss }).result;
  return { ...law, row: lawRow(ctx, law.id), given, got, target, needed: target?.[law.input] };
}

function amount(ctx: Context, law: OneLaw, value: number): string {
  return law.input === 'computeFlop' ? pfDays(value, ctx.lang) : count(value, ctx.lang);
}

const number = (ctx: Context, x: number) => significant(x, ctx.lang);

export function loss(ctx: Context): TemplateResult {
  const { t } = ctx;
  const all = laws.map((law) => both(ctx, law));
  const wanted = ctx.store.values.loss;
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('loss-title')}>
    <h2 id=${ctx.id('loss-title')}>${t('loss.title')}</h2>
    <p class="answer">${headline(ctx, all)}</p>
    <p class="lead">${t('loss.lead')}</p>
    <div class="fields even">
      ${textField(ctx, 'loss', t('loss.wanted'), { hint: t('nats-per-token') })}
      ${textField(ctx, 'compute', t('loss.compute'), { echo: computeEcho(ctx) })}
      ${textField(ctx, 'data', t('loss.data'), { echo: parameterEcho(ctx, 'data') })}
      ${textField(ctx, 'size', t('loss.size'), {
        echo: [parameterEcho(ctx, 'size'), t('loss.no-embeddings')].filter(Boolean).join(', '),
      })}
    </div>
    ${staleNote(ctx, 'loss', 'compute', 'data', 'size')} ${inTurn(ctx, () => threePlots(ctx, all, wanted))}
    ${inTurn(
      ctx,
      () =>
        html`<p class="source plots-source">${sourceLine(ctx, 'kaplan-2020')}, ${t('loss.figure-1')}</p>
          ${table(ctx, all)} ${beyond(ctx, all)}
          <p class="aside">${rich(`${t('article-misprint')} ${t('kaplan-two-scales')}`)}</p>`,
    )}
    ${inTurn(ctx, () => joint(ctx))} ${inTurn(ctx, () => training(ctx))}
  </section>`;
}

function computeEcho(ctx: Context): string {
  const flop = ctx.store.values.compute;
  return `= ${flops(flop, ctx.lang)} = ${pfDays(flop, ctx.lang)}`;
}

function headline(ctx: Context, all: readonly Both[]): string {
  const [c, d, n] = all.map((law) => (law.needed === undefined ? undefined : amount(ctx, law, law.needed)));
  if (c === undefined || d === undefined || n === undefined) return ctx.t('loss.no-answer');
  return ctx.t('loss.answer', {
    loss: number(ctx, ctx.store.values.loss),
    compute: c,
    tokens: d,
    parameters: n,
  });
}

// --- the three plots -------------------------------------------------------------------------------------------

function threePlots(ctx: Context, all: readonly Both[], wanted: number): TemplateResult {
  const columns = Math.min(3, Math.max(1, Math.floor((ctx.width + 24) / (272 + 24))));
  const width = Math.min(440, Math.floor((ctx.width - 24 * (columns - 1)) / columns));
  const samples = all.map((law) => sample(ctx, law));
  // One scale of loss for all three, so that the wanted loss is one line through them.
  const losses = [...samples.flatMap((s) => s.points.map((p) => p[1])), wanted];
  const low = Math.min(...losses) * 0.97;
  const high = Math.max(...losses) * 1.03;
  return html`<div class="plots columns-${columns}">
    ${all.map((law, i) =>
      inTurn(ctx, () => onePlot(ctx, law, samples[i] ?? { domain: [1, 10], points: [] }, [low, high], width)),
    )}
  </div>`;
}

interface Sample {
  readonly domain: readonly [number, number];
  readonly points: readonly Point[];
}

/** The law at every decade of its axis, in the axis's unit. */
function sample(ctx: Context, law: Both): Sample {
  const unit = law.axisUnit;
  const seen = [...law.atLeast, law.given, law.needed ?? NaN].map((v) => v / unit);
  const domain = decadeDomain(Math.min(...seen.slice(0, 2)), Math.max(...seen.slice(0, 2)), ...seen);
  const range = law.row?.inputs.find((i) => i.field === law.input);
  const ends = [range?.fittedLow, range?.fittedHigh].map((v) => (v === undefined ? v : v / unit));
  const points = samplePoints(domain, ...ends).flatMap((x): Point[] => {
    const y = lossAt(ctx, law, x * unit);
    return y === undefined ? [] : [[x, y]];
  });
  return { domain, points };
}

function lossAt(ctx: Context, law: OneLaw, value: number): number | undefined {
  return ctx.ask<Loss>({ ask: 'loss', law: law.id, [law.input]: value }).result?.loss;
}

function onePlot(
  ctx: Context,
  law: Both,
  { domain, points }: Sample,
  losses: readonly [number, number],
  width: number,
): TemplateResult {
  const { t, lang } = ctx;
  const unit = law.axisUnit;
  const isCompute = law.input === 'computeFlop';
  const range = law.row?.inputs.find((i) => i.field === law.input);
  const fitted: [number, number] | undefined =
    range?.fittedLow === undefined || range.fittedHigh === undefined
      ? undefined
      : [range.fittedLow / unit, range.fittedHigh / unit];
  const quantity = t(idKey('input', law.input));
  const words = (x: number, y: number) =>
    t('loss.reading', { letter: law.letter, x: amount(ctx, law, x), loss: number(ctx, y) });
  const wanted = ctx.store.values.loss;
  const shape = {
    quantity,
    low: amount(ctx, law, domain[0] * unit),
    high: amount(ctx, law, domain[1] * unit),
  };
  return figure(ctx, {
    id: law.id,
    title: law.got
      ? t(idKey('loss', `title-${law.field}`), {
          x: amount(ctx, law, law.given),
          loss: number(ctx, law.got.loss),
        })
      : quantity,
    description: t('loss.plot-description', {
      ...shape,
      from: number(ctx, points[0]?.[1] ?? NaN),
      to: number(ctx, points[points.length - 1]?.[1] ?? NaN),
    }),
    x: {
      kind: 'log',
      domain,
      label: isCompute ? t('loss.axis-compute') : quantity,
      tick: (v) => (isCompute ? power(v) : count(v, lang, 1)),
    },
    y: { kind: 'log', domain: losses, label: t('loss.axis-loss') },
    curves: [{ id: law.id, points, fitted }],
    marks: [
      ...(law.got
        ? [{ kind: 'given' as const, x: law.given / unit, y: law.got.loss, label: number(ctx, law.got.loss) }]
        : []),
      ...(law.needed === undefined
        ? []
        : [
            { kind: 'wanted' as const, x: law.needed / unit, y: wanted, label: amount(ctx, law, law.needed) },
          ]),
    ],
    level: { y: wanted, label: t('loss.wanted-line', { loss: number(ctx, wanted) }) },
    width,
    height: Math.round(width * 0.8),
    words: { fitted: t('plot.fitted'), extrapolated: t('plot.extrapolated') },
    readLabel: t('plot.read', { quantity }),
    read: (x) => {
      const y = lossAt(ctx, law, x * unit);
      return y === undefined ? undefined : { x, y, text: words(x * unit, y) };
    },
    ...(law.got ? { atRest: words(law.given, law.got.loss) } : {}),
    columns: [quantity, t('loss.axis-loss'), t('plot.range')],
    rows: points.map(([x, y]) => [
      { text: amount(ctx, law, x * unit), value: x * unit },
      { text: number(ctx, y), value: y },
      { text: fitted && x >= fitted[0] && x <= fitted[1] ? t('plot.fitted') : t('plot.extrapolated') },
    ]),
  });
}

// --- the table -------------------------------------------------------------------------------------------------

function table(ctx: Context, all: readonly Both[]): TemplateResult {
  const { t } = ctx;
  const name = 'loss';
  const wanted = number(ctx, ctx.store.values.loss);
  const [have, gives, needs] = [t('loss.have'), t('loss.gives'), t('loss.for', { loss: wanted })];
  // The roles keep the table a table where a narrow column lays it out as blocks.
  return html`<table class="laws stack" role="table">
      <caption>
        ${t('loss.caption')} ${opens(ctx)}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">${t('loss.law')}</th>
          <th scope="col" role="columnheader" class="numeric">${have}</th>
          <th scope="col" role="columnheader" class="numeric">${gives}</th>
          <th scope="col" role="columnheader" class="numeric">${needs}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${all.map(
          (law) =>
            html`<tr role="row">
              <th scope="row" role="rowheader">
                ${t(idKey('input', law.input))} <small class="formula">${formulaText(law)}</small>
              </th>
              <td role="cell" class="numeric" data-label=${have}>
                <span>${amountFigure(ctx, law, law.given)} ${rangeTag(ctx, law.got?.extrapolates)}</span>
              </td>
              <td role="cell" class="numeric" data-label=${gives}>
                ${
                  law.got
                    ? openFigure(
                        ctx,
                        name,
                        `${law.id}:loss`,
                        html`<b title=${exact(law.got.loss, ctx.lang)}
                          >${exactly(law.got.loss, number(ctx, law.got.loss))}</b
                        >`,
                      )
                    : '–'
                }
              </td>
              <td role="cell" class="numeric" data-label=${needs}>
                ${
                  law.needed === undefined
                    ? '–'
                    : html`<span
                        >${openFigure(ctx, name, `${law.id}:target`, amountFigure(ctx, law, law.needed))}
                        ${rangeTag(ctx, law.target?.extrapolates)}</span
                      >`
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${figurePanel(ctx, name, (key) => opened(ctx, all, key))}`;
}

function opened(ctx: Context, all: readonly Both[], key: string): Opened | undefined {
  const [id, which] = key.split(':');
  const law = all.find((l) => l.id === id);
  const answer = which === 'loss' ? law?.got : law?.target;
  if (!law || !answer) return undefined;
  return { title: ctx.t(idKey('law', law.id)), workings: answer.workings, assumptions: answer.assumptions };
}

function amountFigure(ctx: Context, law: OneLaw, value: number): TemplateResult {
  if (law.input === 'computeFlop') return computeFigure(ctx, value);
  return html`<data class="number" value=${value} data-of=${law.letter} title=${exact(value, ctx.lang)}
    >${count(value, ctx.lang)}</data
  >`;
}

function rangeTag(
  ctx: Context,
  extrapolates: readonly string[] | undefined,
): TemplateResult | typeof nothing {
  if (!extrapolates || extrapolates.length === 0) return nothing;
  return html`<small class="tag">${ctx.t('plot.extrapolated')}</small>`;
}

/** The law as the paper's legend prints it: L = (C / 2.3·10⁸)^−0.050, with the constants of the catalogue. */
function formulaText(law: Both): TemplateResult | typeof nothing {
  const [scale, exponent] = law.row?.constants ?? [];
  if (!scale || !exponent) return nothing;
  const [mantissa, power10] = scale.value.toExponential().split('e+');
  const digits = exponent.value.toFixed(3);
  return html`<span class="nowrap"
    >L = (${law.letter} / ${mantissa}·10<sup>${power10}</sup>)<sup>−${digits}</sup></span
  >`;
}

/** What lies outside the fitted range, said in words. */
function beyond(ctx: Context, all: readonly Both[]): TemplateResult | typeof nothing {
  const outside = all.filter((law) => law.got?.extrapolates.length || law.target?.extrapolates.length);
  if (outside.length === 0) return html`<p class="note">${ctx.t('loss.all-inside')}</p>`;
  const ranges = outside.map((law) => {
    const range = law.row?.inputs.find((i) => i.field === law.input);
    const bound = (v: number | undefined) => (v === undefined ? '?' : amount(ctx, law, v));
    return ctx.t('loss.range', {
      letter: law.letter,
      low: bound(range?.fittedLow),
      high: bound(range?.fittedHigh),
    });
  });
  return html`<p class="note">
    ${ctx.t('loss.outside-ranges', { ranges: ranges.join('; ') })} ${ctx.t('loss.breakdown')}
  </p>`;
}

// --- the joint law ---------------------------------------------------------------------------------------------

function joint(ctx: Context): TemplateResult {
  const { t } = ctx;
  const { size, data } = ctx.store.values;
  const reply = ctx.ask<Loss>({ ask: 'loss', law: 'kaplan-2020-joint', parameters: size, tokens: data });
  const answer = reply.result;
  return html`<h3 class="said">${t('loss.joint-title')}</h3>
    ${
      answer
        ? html`<p>
              ${t('loss.joint-answer', { parameters: count(size, ctx.lang), tokens: count(data, ctx.lang) })}
              ${openFigure(ctx, 'joint', 'loss', html`<b>${number(ctx, answer.loss)}</b>`)}
              ${rangeTag(ctx, answer.extrapolates)}
            </p>
            ${figurePanel(ctx, 'joint', () => ({
              title: t(idKey('law', 'kaplan-2020-joint')),
              workings: answer.workings,
              assumptions: answer.assumptions,
            }))}`
        : nothing
    }
    <p class="note">${rich(t('kaplan-joint-own-constants'))}</p>`;
}
