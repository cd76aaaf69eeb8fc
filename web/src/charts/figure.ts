// A plot with its sentence above, its source below, its numbers as a table under it, and all of it as files.

import { html, nothing, type TemplateResult } from 'lit';
import { placeText } from '../i18n/cited';
import type { Context } from '../views/context';
import { exactly } from '../views/figures';
import { rich, sourceLine } from '../views/parts';
import { breath, inChunks, inTurn } from '../views/turns';
import { saveCsv } from './export';
import { saving } from './picture';
import { plot, type PlotSpec } from './plot';

export interface Cell {
  readonly text: string;
  /** The exact number, for exports. */
  readonly value?: number;
  /** What is shown in its place, where the text is long. */
  readonly shown?: TemplateResult;
}

export interface FigureSpec extends PlotSpec {
  /** Key of the reference, and where in it. */
  readonly source?: string | undefined;
  readonly place?: string | undefined;
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How its rows fold where the columns have no room: figures, three or four a line. */
  readonly folds?: 'folds' | 'folds of-4';
}

export function figure(ctx: Context, spec: FigureSpec): TemplateResult {
  const ending = spec.place ? html`, ${placeText(ctx.t, spec.place)}` : nothing;
  return html`<figure>
    <figcaption>${spec.title}</figcaption>
    ${plot(ctx, spec)}
    <div class="under">
      ${spec.note ? html`<p class="note">${rich(spec.note)}</p>` : nothing}
      ${spec.source ? html`<p class="source">${sourceLine(ctx, spec.source)}${ending}</p>` : nothing}
      <details class="data">
        <summary @click=${unfolding}>${ctx.t('plot.table')}</summary>
        ${inTurn(ctx, () => dataTable(ctx, spec))}
        ${saving(ctx, {
          name: spec.id,
          title: spec.title,
          around: 'figure',
          draw: (_, around) => around.querySelector('svg')?.cloneNode(true),
          more: (line) =>
            html`<button type="button" @click=${() => saveCsv(spec, line())}>${ctx.t('plot.csv')}</button>`,
        })}
      </details>
    </div>
  </figure>`;
}

/** What stands alone in its row is a heading over all columns. */
const spread = ([first, ...rest]: readonly Cell[]) =>
  first ? [first, ...(rest.every((c) => c.text === '') ? [] : rest)] : [];

function dataTable(ctx: Context, spec: FigureSpec): TemplateResult {
  const { columns, rows } = spec;
  const numeric = (column: number) => (rows.some((row) => row[column]?.value !== undefined) ? 'numeric' : '');
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${spec.title}>
    <table class="compact ${spec.folds ?? ''}">
      <thead>
        <tr>
          ${columns.map((c, i) => html`<th scope="col" class=${numeric(i)}>${c}</th>`)}
        </tr>
      </thead>
      ${inChunks(
        ctx,
        rows,
        (some) =>
          html`<tbody>
            ${some.map(
              (row) =>
                html`<tr>
                  ${spread(row).map(
                    (cell, i, { length }) =>
                      html`<td
                        class=${length > 1 ? numeric(i) : ''}
                        colspan=${length > 1 ? nothing : columns.length}
                        data-label=${spec.folds ? columns[i] : nothing}
                      >
                        ${cell.value === undefined ? (cell.shown ?? cell.text) : exactly(cell.value, cell.text)}
                      </td>`,
                  )}
                </tr>`,
            )}
          </tbody>`,
      )}
    </table>
  </div>`;
}

/**
 * A long table is laid out in steps from its top: all of it would keep the reader waiting for its first row. The browser
 * keeps what was laid out, so the next time there is nothing to wait for.
 */
const unfolding = { handleEvent: unfold, once: true };

async function unfold(e: Event): Promise<void> {
  const details = (e.currentTarget as Element).parentElement as HTMLDetailsElement;
  if (details.open) return;
  const later = [...details.querySelectorAll('tbody')].slice(1);
  for (const body of later) body.hidden = true;
  for (const body of later) {
    await breath();
    body.hidden = false;
  }
}
