// A plot with its sentence above, its source below and its numbers as a table under it.

import { html, nothing, type TemplateResult } from 'lit';
import type { Context } from '../views/context';
import { sourceLine } from '../views/parts';
import { plot, type PlotSpec } from './plot';

export interface Cell {
  readonly text: string;
  /** The exact number, for exports. */
  readonly value?: number;
}

export interface FigureSpec extends PlotSpec {
  /** Key of the reference, and where in it. */
  readonly source?: string | undefined;
  readonly place?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function figure(ctx: Context, spec: FigureSpec): TemplateResult {
  return html`<figure>
    <figcaption>${spec.title}</figcaption>
    ${plot(ctx, spec)}
    ${
      spec.source
        ? html`<p class="source">
            ${sourceLine(ctx, spec.source)}${spec.place ? html`, ${spec.place}` : nothing}
          </p>`
        : nothing
    }
    <details class="data">
      <summary>${ctx.t('plot.table')}</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              ${spec.columns.map((c, i) => html`<th scope="col" class=${isNumeric(spec, i) ? 'numeric' : ''}>${c}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${spec.rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell, i) => html`<td class=${isNumeric(spec, i) ? 'numeric' : ''}>${cell.text}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </figure>`;
}

function isNumeric(spec: FigureSpec, column: number): boolean {
  return spec.rows.some((row) => row[column]?.value !== undefined);
}
