// Figures in tables that open to their formula: the figure is a button, the formula stands in a panel under the table.

import { html, nothing, type TemplateResult } from 'lit';
import type { Assumption, Figure, Interval } from '../engine/engine';
import { count, flops, pfDays, significant } from '../format/format';
import { noted } from '../state/noted';
import type { Context } from './context';
import { assumptionList, how } from './parts';
import { inTurn } from './turns';

/** A value as its kind is written: counts with letters, compute in FLOP, the rest in three digits. */
export function figureText(ctx: Context, id: string, value: number): string {
  if (id === 'parameters' || id === 'tokens') return count(value, ctx.lang);
  if (id === 'computeFlop' || id === 'flop') return flops(value, ctx.lang);
  return significant(value, ctx.lang);
}

/** Numbers by what each is: a unit, a letter; "L min" and "L max" are the ends of an interval. */
export type Numbers = Readonly<Record<string, number>>;

/** A rounded figure that exports read exactly, with what else its text says in numbers. */
export const exactly = (value: number, text: unknown, of = '', others: Numbers = {}): TemplateResult =>
  html`<data value=${value} data-of=${of || nothing}>${text}</data>${Object.entries(others).map(
      ([name, other]) => html`<data value=${other} data-of=${name}></data>`,
    )}`;

export function numbered(text: unknown, numbers: Numbers): unknown {
  const [first, ...others] = Object.entries(numbers);
  return first ? exactly(first[1], text, first[0], Object.fromEntries(others)) : text;
}

export const ends = (of: string, interval: Interval | undefined): Numbers =>
  interval ? { [`${of} min`]: interval.low, [`${of} max`]: interval.high } : {};

/** For the page alone: no export opens. */
export const opens = (ctx: Context): TemplateResult => html`<span class="tip">${ctx.t('loss.opens')}</span>`;

/** PF-days with the FLOP beside it in a quieter tone. */
export function computeFigure(ctx: Context, flop: number): TemplateResult {
  return html`<data class="number" value=${flop} data-of="FLOP"
    >${pfDays(flop, ctx.lang)} <small>${flops(flop, ctx.lang)}</small></data
  >`;
}

export function openFigure(ctx: Context, table: string, key: string, content: unknown): TemplateResult {
  const isOpen = noted(() => ctx.ui.open[table] === key);
  return html`<button
    type="button"
    class="figure"
    aria-expanded=${isOpen ? 'true' : 'false'}
    aria-controls=${ctx.id(`how-${table}`)}
    @click=${() => ctx.setUi({ open: { ...ctx.ui.open, [table]: isOpen ? undefined : key } })}
  >
    ${content}
  </button>`;
}

export interface Opened {
  readonly title: string;
  readonly workings: readonly Figure[];
  readonly assumptions?: readonly Assumption[];
}

/** One step of a computation; a source that the next step names again is named there. */
function step(ctx: Context, figure: Figure, next: Figure | undefined): TemplateResult {
  const { source, ...rest } = figure;
  const shown = source === undefined || source === next?.source ? rest : figure;
  return how(ctx, shown, figureText(ctx, figure.id, figure.value));
}

/** The panel that goes with the buttons of one table. */
export function figurePanel(
  ctx: Context,
  table: string,
  find: (key: string) => Opened | undefined,
): TemplateResult {
  const key = noted(() => ctx.ui.open[table]);
  const opened = key === undefined ? undefined : find(key);
  return html`<div id=${ctx.id(`how-${table}`)} role="status">
    ${
      opened
        ? html`<div class="panel">
            <h3>${opened.title}</h3>
            ${opened.workings.map((w, i) => inTurn(ctx, () => step(ctx, w, opened.workings[i + 1])))}
            ${opened.assumptions?.length ? assumptionList(ctx, opened.assumptions) : nothing}
          </div>`
        : nothing
    }
  </div>`;
}
