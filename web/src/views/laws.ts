// Scaling laws: one edition in both directions and as plots, all of them at one point, and the catalogue.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type {
  Assumption,
  Figure,
  Interval,
  LawRow,
  Loss,
  Optimal,
  Problem,
  Reply,
  TargetLoss,
} from '../engine/engine';
import { count, flops, significant } from '../format/format';
import { idKey } from '../i18n/index';
import { problemText } from '../i18n/problem';
import type { Context } from './context';
import { ends, figurePanel, numbered, openFigure, opens, type Numbers, type Opened } from './figures';
import { parameterEcho } from './fit';
import { catalogue } from './law-catalogue';
import { comparison } from './law-compare';
import { lawPlots } from './law-plots';
import { trainingSettings } from './law-settings';
import {
  allLaws,
  inputLetters,
  inputText,
  lawAsked,
  lawName,
  lawRow,
  named,
  ownMissing,
  point,
  pointNumbers,
  pointText,
  settings,
  settingsOf,
  takes,
  variableOf,
  type Point,
} from './law-question';
import { fieldMessage, rich, staleNote, textField } from './parts';
import { inTurn } from './turns';

export function laws(ctx: Context): TemplateResult {
  const { t } = ctx;
  const row = lawRow(ctx, lawAsked(ctx));
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('laws-title')}>
    <h2 id=${ctx.id('laws-title')}>${t('laws.title')}</h2>
    ${ownMissing(ctx)}
    ${
      row
        ? html`<p class="answer">${headline(ctx, row)}</p>
            ${inputs(ctx, row)}
            ${staleNote(ctx, 'law', 'budget', 'n', 'd', 'loss', 'served', ...settingsOf(row).map(([, key]) => key))}
            ${inTurn(ctx, () => answers(ctx, row))} ${inTurn(ctx, () => warnings(ctx, row))}
            ${inTurn(ctx, () => lawPlots(ctx, row))}`
        : nothing
    }
    ${inTurn(ctx, () => comparison(ctx))} ${inTurn(ctx, () => trainingSettings(ctx))}
    ${inTurn(ctx, () => catalogue(ctx))}
  </section>`;
}

function best(ctx: Context, row: LawRow): Reply<Optimal> {
  const { budget, served } = ctx.store.values;
  return ctx.ask<Optimal>({
    ask: 'optimal',
    ...named(ctx, row),
    computeFlop: budget,
    ...(served === undefined || !row.onBudget ? {} : { inferenceTokens: served }),
    ...settings(ctx, row),
  });
}

function headline(ctx: Context, row: LawRow): string {
  const { t, lang } = ctx;
  const law = lawName(ctx, row.id);
  const split = row.allocates ? best(ctx, row).result : undefined;
  if (split) {
    const words = {
      law,
      budget: flops(ctx.store.values.budget, lang) + (row.computeMeans === 'c-min' ? ' (C_min)' : ''),
      parameters: count(split.parameters, lang),
      tokens: count(split.tokens, lang),
      ratio: significant(split.tokensPerParameter, lang),
    };
    if (split.loss === undefined) return t('laws.answer-split', words);
    return t('laws.answer-best', { ...words, loss: withInterval(ctx, split.loss, split.interval) });
  }
  const at = point(ctx, row);
  const loss = row.givesLoss ? ctx.ask<Loss>({ ask: 'loss', ...named(ctx, row), ...at }).result : undefined;
  if (!loss) return t('laws.answer-none', { law });
  return t('laws.answer-loss', {
    law,
    point: pointText(ctx, at),
    loss: withInterval(ctx, loss.loss, loss.interval),
  });
}

/** 1.93 (1.92–1.94); only as many digits as tell the ends apart. */
export function withInterval(ctx: Context, value: number, interval: Interval | undefined): string {
  if (!interval) return significant(value, ctx.lang);
  const width = interval.high - interval.low;
  const digits = Math.min(6, Math.max(3, Math.ceil(Math.log10(Math.abs(value) / width)) + 1));
  const show = (x: number) => significant(x, ctx.lang, digits);
  return `${show(value)} (${show(interval.low)}–${show(interval.high)})`;
}

// --- inputs ----------------------------------------------------------------------------------------------------

function inputs(ctx: Context, row: LawRow): TemplateResult {
  const { t, lang } = ctx;
  const { budget, served } = ctx.store.values;
  return html`<div class="fields even">
    ${lawSelect(ctx)} ${textField(ctx, 'budget', t('laws.budget'), { echo: `= ${flops(budget, lang)}` })}
    ${textField(ctx, 'n', t('laws.n'), { echo: parameterEcho(ctx, 'n') })}
    ${textField(ctx, 'd', t('laws.d'), { echo: parameterEcho(ctx, 'd') })}
    ${textField(ctx, 'loss', t('loss.wanted'), { hint: t('nats-per-token') })}
    ${
      row.onBudget
        ? textField(ctx, 'served', t('laws.served'), {
            placeholder: '2T',
            hint: t('laws.served-hint'),
            ...(served === undefined ? {} : { echo: parameterEcho(ctx, 'served') }),
          })
        : nothing
    }
    ${settingsOf(row).map(([input, key]) =>
      textField(ctx, key, t(idKey('input', input)), {
        echo: `= ${inputText(ctx, input, ctx.store.values[key])}`,
      }),
    )}
  </div>`;
}

const groups = [
  ['loss', (l: LawRow) => l.givesLoss],
  ['split', (l: LawRow) => !l.givesLoss && l.allocates],
  ['other', (l: LawRow) => !l.givesLoss && !l.allocates],
] as const;

function lawSelect(ctx: Context): TemplateResult {
  const id = ctx.id('law');
  const chosen = ctx.store.state.law;
  const problem = ctx.store.problem('law');
  return html`<div class="field wide">
    <label for=${id}>${ctx.t('laws.law')}</label>
    <select
      id=${id}
      .value=${live(chosen)}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby="${id}-problem"
      data-good=${problem ? lawName(ctx, ctx.store.good.law) : nothing}
      @change=${(e: Event) => ctx.set({ law: (e.target as HTMLSelectElement).value }, { commit: true })}
    >
      ${problem ? html`<option value=${chosen} selected>${chosen}</option>` : nothing}
      ${groups.map(
        ([group, belongs]) =>
          html`<optgroup label=${ctx.t(`laws.group-${group}`)}>
            ${allLaws(ctx)
              .filter(belongs)
              .map(
                (l) =>
                  html`<option value=${l.id} ?selected=${l.id === chosen}>${lawName(ctx, l.id)}</option>`,
              )}
          </optgroup>`,
      )}
    </select>
    <span class="problem" id="${id}-problem">${problem ? fieldMessage(problem, ctx, 'law') : nothing}</span>
  </div>`;
}

// --- what the law answers --------------------------------------------------------------------------------------

/** One line of the table: what is given, what comes out. */
interface Line {
  readonly key: string;
  readonly given: string;
  readonly got?: string;
  readonly numbers?: Numbers;
  readonly opened?: Opened;
  readonly extrapolates?: readonly string[];
  readonly problem?: Problem;
}

interface Answered {
  readonly workings: readonly Figure[];
  readonly assumptions: readonly Assumption[];
  readonly extrapolates: readonly string[];
}

function line<R extends Answered>(
  key: string,
  given: string,
  reply: Reply<R>,
  show: (r: R) => string,
  numbers: (r: R) => Numbers,
): Line {
  if (!reply.result) {
    const problem = reply.problems?.[0];
    return { key, given, ...(problem ? { problem } : {}) };
  }
  const { workings, assumptions, extrapolates } = reply.result;
  const got = show(reply.result);
  const opened = { title: `${given} → ${got}`, workings, assumptions };
  return { key, given, got, numbers: numbers(reply.result), extrapolates, opened };
}

function lines(ctx: Context, row: LawRow): readonly Line[] {
  const { n, d, budget, loss: wanted, served } = ctx.store.values;
  const others = settings(ctx, row);
  const list: Line[] = [];
  const at = point(ctx, row);
  const lossText = `L = ${significant(wanted, ctx.lang)}`;
  if (row.givesLoss) {
    list.push(
      line(
        'loss',
        pointText(ctx, at),
        ctx.ask<Loss>({ ask: 'loss', ...named(ctx, row), ...at }),
        (r) => `L = ${withInterval(ctx, r.loss, r.interval)}`,
        lossNumbers,
      ),
    );
  }
  if (row.allocates) {
    const given = {
      computeFlop: budget,
      ...(served === undefined || !row.onBudget ? {} : { inferenceTokens: served }),
    };
    list.push(
      line(
        'best',
        `${pointText(ctx, given)}, ${ctx.t('laws.best')}`,
        best(ctx, row),
        (r) => splitText(ctx, r),
        (r) => ({ N: r.parameters, D: r.tokens, 'D/N': r.tokensPerParameter, ...lossNumbers(r) }),
      ),
    );
  }
  if (row.invertible) {
    const ask = (held: Point) =>
      ctx.ask<TargetLoss>({ ask: 'target-loss', ...named(ctx, row), loss: wanted, ...held, ...others });
    const solve = (key: string, held: Point, how: string, wantedInputs: readonly string[]) =>
      list.push(
        line(
          key,
          [lossText, pointText(ctx, held), how].filter(Boolean).join(', '),
          ask(held),
          (r) => pointText(ctx, pick(r, wantedInputs)),
          (r) => pointNumbers(pick(r, wantedInputs)),
        ),
      );
    const both = takes(row, 'parameters') && (takes(row, 'tokens') || takes(row, 'steps'));
    if (row.onBudget) solve('cheapest', {}, ctx.t('laws.cheapest'), ['computeFlop', 'parameters', 'tokens']);
    if (both && takes(row, 'tokens')) solve('n-held', { parameters: n }, '', ['tokens', 'computeFlop']);
    if (both && takes(row, 'tokens')) solve('d-held', { tokens: d }, '', ['parameters', 'computeFlop']);
    if (!both) solve('alone', {}, '', [variableOf(row)]);
  }
  return list;
}

const lossNumbers = (r: { readonly loss?: number; readonly interval?: Interval }): Numbers =>
  r.loss === undefined ? {} : { L: r.loss, ...ends('L', r.interval) };

function pick(result: TargetLoss, names: readonly string[]): Point {
  const all = result as unknown as Readonly<Record<string, number | undefined>>;
  return Object.fromEntries(names.flatMap((n) => (all[n] === undefined ? [] : [[n, all[n]]])));
}

function splitText(ctx: Context, r: Optimal): string {
  const { parameters, tokens, loss } = r;
  const ratio = ctx.t('laws.ratio', { ratio: significant(r.tokensPerParameter, ctx.lang) });
  const lossPart = loss === undefined ? '' : `, L = ${withInterval(ctx, loss, r.interval)}`;
  return `${pointText(ctx, { parameters, tokens })} (${ratio})${lossPart}`;
}

function answers(ctx: Context, row: LawRow): TemplateResult | typeof nothing {
  const { t, lang } = ctx;
  const list = lines(ctx, row);
  if (list.length === 0) return nothing;
  return html`<table class="answers" role="table">
      <caption>
        ${t('laws.answers')} ${opens(ctx)}
      </caption>
      <tbody role="rowgroup">
        ${list.map(
          (l) =>
            html`<tr role="row">
              <th scope="row" role="rowheader">${rich(l.given)}</th>
              <td role="cell">
                ${
                  l.got === undefined
                    ? html`<span class="problem">${l.problem ? problemText(l.problem, t, lang) : '–'}</span>`
                    : openFigure(ctx, 'laws', l.key, numbered(rich(l.got), l.numbers ?? {}))
                }
                ${
                  l.extrapolates?.length
                    ? html`<small class="tag">${t('plot.extrapolated')}: ${letters(l.extrapolates)}</small>`
                    : nothing
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${figurePanel(ctx, 'laws', (key) => list.find((l) => l.key === key)?.opened)}`;
}

const letters = (ids: readonly string[]) => ids.map((i) => inputLetters[i] ?? i).join(', ');

/** What a reader must know of the edition before using its figures. */
function warnings(ctx: Context, row: LawRow): TemplateResult | typeof nothing {
  const all = [
    ...(row.unverified ? ['constants-unverified'] : []),
    ...(row.lacksRange ? ['range-unpublished'] : []),
    ...row.notes,
  ];
  if (all.length === 0) return nothing;
  return html`<div class="aside">
    ${all.map((note) => html`<p>${rich(ctx.t(idKey('note', note)))}</p>`)}
  </div>`;
}
