// What fits: models, methods or contexts against the chosen devices, as colours and words. Only the rows in sight are
// drawn; one cell is in the tab order and the arrow keys move.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { FitCell } from '../../engine/fit-table';
import type { ShownCell } from '../../export/tables';
import { bytes, exact } from '../../format/format';
import { idKey } from '../../i18n/index';
import { problemText } from '../../i18n/problem';
import type { Context, HeatPlace } from '../context';
import { exactly } from '../figures';
import { foundText, selectField } from '../parts';
import { filterFields } from './catalogue';
import { heatOf, type Heat, type HeatRow } from './heat-rows';
import { modelName } from './model';
import type { NamedDevice } from './plan';
import { inChunks, inColumns, inTurn, lengthClass } from '../turns';
import { ways } from './ways';

/** Height of a row in CSS pixels, as the style sheet has it, and how many stand in the box, the cut one included. */
const rowHeight = (ctx: Context) => 3.25 * ctx.em();
const inSight = 11;
/** Rows drawn beyond the edges, so that a fast scroll shows no gap. */
const beyond = 4;

const marks = { fits: '✓', tight: '≈', 'does-not-fit': '✕' } as const;
const sizes = [8, 12, 16, 24, 32, 48, 80, 141];

export function heat(ctx: Context): TemplateResult {
  const { t } = ctx;
  const h = heatOf(ctx);
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${t('fit.title')}</h2>
    <p class="answer">${headline(ctx, h)}</p>
    ${h.devices.length > 0 ? filled(ctx, h) : nothing}
  </section>`;
}

function filled(ctx: Context, h: Heat): TemplateResult {
  const { t } = ctx;
  const { table } = ctx.store.values;
  const filter = ctx.ui.heat;
  return html`<div class="fields">
      ${selectField(
        ctx,
        'table',
        t('heat.rows'),
        (['models', 'methods', 'contexts'] as const).map((v) => [v, t(idKey('heat', v))] as const),
      )}
      ${
        table === 'models'
          ? html`${selectField(ctx, 'way', t('heat.way'), [
                ['', t('way.job')],
                ...Object.keys(ways).map((w) => [w, t(idKey('way', w))] as const),
              ])}
              ${selectField(
                ctx,
                'sort',
                t('heat.sort'),
                (['used', 'need', 'largest', 'name'] as const).map((s) => [s, t(idKey('sort', s))] as const),
              )}
              <form class="field narrow half">
                <label for=${ctx.id('memory-filter')}>${t('heat.memory')}</label>
                <select
                  id=${ctx.id('memory-filter')}
                  .value=${live(filter.memory)}
                  @change=${(e: Event) =>
                    ctx.setUi({ heat: { ...filter, memory: (e.target as HTMLSelectElement).value } })}
                >
                  <option value="">${t('filter.all')}</option>
                  ${sizes.map((gb) => {
                    const value = String(gb * 2 ** 30);
                    return html`<option value=${value} ?selected=${value === filter.memory}>
                      ${t('heat.at-most', { size: bytes(gb * 2 ** 30, ctx.unit, ctx.lang) })}
                    </option>`;
                  })}
                </select>
              </form>`
          : nothing
      }
    </div>
    ${table === 'models' ? filterFields(ctx, 'heat', foundText(ctx, h.rows.filter((r) => !r.own).length)) : nothing}
    ${
      h.problem
        ? html`<p class="problem">
            ${ctx.t(idKey('field', h.problem.field))}: ${problemText(h.problem, ctx.t, ctx.lang)}
          </p>`
        : nothing
    }
    ${h.rows.length > 0 && !h.problem ? inTurn(ctx, () => grid(ctx, h)) : nothing} ${detail(ctx, h)}
    <p class="note">${t('heat.note')} <span class="keys">${t('heat.keys')}</span></p>`;
}

function headline(ctx: Context, h: Heat): string {
  const first = h.devices[0];
  if (!first) return ctx.t('fit.no-device');
  const { table, way } = ctx.store.values;
  const outcomes = h.rows.map((r) => r.cell(0)?.outcome);
  const tight = outcomes.filter((o) => o === 'tight').length;
  const words = ctx.t(idKey('heat', `answer-${table}`), {
    fits: outcomes.filter((o) => o === 'fits').length,
    count: h.rows.length,
    device: first.name,
    model: modelName(ctx),
    way: ctx.t(idKey('way', way || 'job')),
  });
  return tight > 0 ? `${words} ${ctx.t('heat.answer-tight', { tight })}` : words;
}

function grid(ctx: Context, h: Heat): TemplateResult {
  const { heatTop } = ctx.ui;
  const at = clamped(ctx.ui.heatAt, h);
  const first = Math.max(0, Math.min(heatTop, h.rows.length - inSight) - beyond);
  const last = Math.min(h.rows.length, heatTop + inSight + beyond);
  const spacer = (rows: number) =>
    rows > 0
      ? html`<tr class="gap" aria-hidden="true">
          <td height=${rows * rowHeight(ctx)}></td>
        </tr>`
      : nothing;
  return html`${
      last - first < h.rows.length
        ? html`<p class="print-only">
            ${ctx.t('heat.printed', { from: first + 1, to: last, count: h.rows.length })}
          </p>`
        : nothing
    }
    <div
      class="scroll heat ${lengthClass(h.devices)}"
      @scroll=${(e: Event) => {
        const top = Math.max(0, Math.floor((e.target as HTMLElement).scrollTop / rowHeight(ctx)));
        if (top !== ctx.ui.heatTop) ctx.setUi({ heatTop: top });
      }}
    >
      <table
        class="heat"
        role="grid"
        aria-label=${ctx.t('fit.table')}
        aria-rowcount=${h.rows.length + 1}
        aria-colcount=${h.devices.length + 1}
        @keydown=${(e: KeyboardEvent) => move(ctx, h, e)}
        .whole=${{
          rows: h.rows.length,
          columns: h.devices.length + 1,
          cell: (row: number, column: number) =>
            copiedCell(ctx, h.rows[row], column - 1, h.devices[column - 1]),
        }}
      >
        <thead role="rowgroup">
          <tr role="row" aria-rowindex="1">
            <th role="columnheader" scope="col">${ctx.t(idKey('heat', `row-${ctx.store.values.table}`))}</th>
            ${inChunks(ctx, h.devices, (some) =>
              some.map(
                (d) =>
                  html`<th role="columnheader" scope="col">
                    ${d.name} <small>${eachCard(ctx, d, d.memoryBytes)}</small>
                  </th>`,
              ),
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${spacer(first)} ${h.rows.slice(first, last).map((row, i) => heatRow(ctx, h, row, first + i, at))}
          ${spacer(h.rows.length - last)}
        </tbody>
      </table>
    </div>`;
}

const copied = (text: string, numbers: ShownCell['numbers'] = [], words = text): ShownCell => ({
  text,
  numbers,
  words,
  isNumber: false,
});

/** A cell as it is drawn, for copies of the table; before the first column stands the row's head. */
function copiedCell(
  ctx: Context,
  row: HeatRow | undefined,
  column: number,
  d: NamedDevice | undefined,
): ShownCell {
  if (row && !d) {
    const { name, note, parameters } = row;
    const head = `${name} ${note}`;
    return parameters === undefined ? copied(head) : copied(head, [['N', String(parameters)]], name);
  }
  const cell = row?.cell(column);
  if (!cell || !d) return copied('');
  if (cell.outcome === 'not-possible') return copied(ctx.t('heat.not-possible'));
  const outcome = ctx.t(idKey('outcome', cell.outcome));
  const need = `${outcome} ${eachCard(ctx, d, cell.requiredBytes)}`;
  const required = ['B', String(cell.requiredBytes)] as const;
  return needsMore(cell)
    ? copied(`${need} · ${cards(ctx, cell)}`, [required, ['GPUs', String(cell.minGpus)]], outcome)
    : copied(need, [required], outcome);
}

const needsMore = (cell: FitCell) => cell.outcome === 'does-not-fit' && cell.minGpus > 0;

const cards = (ctx: Context, { minGpus }: FitCell) =>
  ctx.t('heat.cards', { count: exact(minGpus, ctx.lang) });

/** What one card holds or needs, said to be so in a column of several. */
function eachCard(ctx: Context, { count }: NamedDevice, of: number): string {
  const size = bytes(of, ctx.unit, ctx.lang);
  return count > 1 ? ctx.t('bytes.one-card', { size }) : size;
}

function heatRow(ctx: Context, h: Heat, row: HeatRow, index: number, at: HeatPlace): TemplateResult {
  const open = ctx.ui.heatOpen;
  return html`<tr role="row" aria-rowindex=${index + 2} class=${row.chosen ? 'chosen' : ''}>
    <th role="rowheader" scope="row" title=${row.name}>
      <span>${row.name}</span>
      <small>${row.parameters === undefined ? row.note : exactly(row.parameters, row.note, 'N')}</small>
    </th>
    ${inColumns(ctx, h.devices, (some, from) =>
      some.map((d, i) => {
        const column = from + i;
        const cell = row.cell(column);
        const outcome = cell?.outcome ?? 'not-possible';
        return html`<td
          role="gridcell"
          class="cell ${outcome}"
          tabindex=${at.row === index && at.column === column ? '0' : '-1'}
          data-row=${index}
          data-column=${column}
          aria-selected=${open?.key === row.key && open.column === column ? 'true' : nothing}
          title=${cell ? cellText(ctx, row, cell, d) : nothing}
          @focus=${() => ctx.setUi({ heatAt: { row: index, column } })}
          @click=${() => ctx.setUi({ heatAt: { row: index, column }, heatOpen: { key: row.key, column } })}
        >
          ${cell ? cellContent(ctx, cell, d) : nothing}
        </td>`;
      }),
    )}
  </tr>`;
}

function cellContent(ctx: Context, cell: FitCell, d: NamedDevice): TemplateResult {
  if (cell.outcome === 'not-possible')
    return html`<span class="outcome">${ctx.t('heat.not-possible')}</span>`;
  return html`<span class="outcome"
      ><span aria-hidden="true">${marks[cell.outcome]}</span> ${ctx.t(idKey('outcome', cell.outcome))}</span
    >
    <span class="number"
      >${exactly(cell.requiredBytes, eachCard(ctx, d, cell.requiredBytes), 'B')}${
        needsMore(cell) ? html` <small>· ${exactly(cell.minGpus, cards(ctx, cell), 'GPUs')}</small>` : nothing
      }</span
    >`;
}

function cellText(ctx: Context, row: HeatRow, cell: FitCell, d: NamedDevice): string {
  const size = (x: number) => eachCard(ctx, d, x);
  return ctx.t(cell.headroomBytes >= 0 ? 'heat.cell-fits' : 'heat.cell-short', {
    name: row.name,
    device: d.name,
    required: size(cell.requiredBytes),
    available: size(cell.availableBytes),
    headroom: bytes(Math.abs(cell.headroomBytes), ctx.unit, ctx.lang),
  });
}

function clamped(at: HeatPlace, h: Heat): HeatPlace {
  return {
    row: Math.max(0, Math.min(at.row, h.rows.length - 1)),
    column: Math.max(0, Math.min(at.column, h.devices.length - 1)),
  };
}

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-inSight, 0],
  PageDown: [inSight, 0],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

function move(ctx: Context, h: Heat, e: KeyboardEvent): void {
  // Not as drawn: keys may follow one another faster.
  const at = clamped(ctx.ui.heatAt, h);
  const row = h.rows[at.row];
  if ((e.key === 'Enter' || e.key === ' ') && row) {
    e.preventDefault();
    ctx.setUi({ heatOpen: { key: row.key, column: at.column } });
    return;
  }
  const step = steps[e.key];
  if (!step) return;
  e.preventDefault();
  const to = clamped({ row: at.row + step[0], column: at.column + step[1] }, h);
  const box = (e.currentTarget as HTMLElement).parentElement;
  ctx.setUi({ heatAt: to, heatTop: Math.max(0, Math.min(ctx.ui.heatTop, to.row), to.row - inSight + 2) });
  // The cell may have to be drawn first.
  requestAnimationFrame(() => {
    if (!box) return;
    const top = to.row * rowHeight(ctx);
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top > box.scrollTop + (inSight - 2) * rowHeight(ctx))
      box.scrollTop = top - (inSight - 2) * rowHeight(ctx);
    box.querySelectorAll('thead th')[to.column + 1]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    void ctx.turns.taken().then(() => {
      const cell = box.querySelector<HTMLElement>(`td[data-row="${to.row}"][data-column="${to.column}"]`);
      cell?.focus({ preventScroll: false });
    });
  });
}

/** The chosen cell in words, with the way to its breakdown. */
function detail(ctx: Context, h: Heat): TemplateResult {
  const { key, column = 0 } = ctx.ui.heatOpen ?? {};
  const row = h.rows.find((r) => r.key === key);
  const d = h.devices[column];
  const cell = row?.cell(column);
  const best = row?.best(column);
  return html`<div role="status">
    ${
      row && d && cell
        ? html`<div class="panel">
            <h3>${row.name} · ${d.name}</h3>
            ${cell.outcome === 'not-possible' ? html`<p>${ctx.t('heat.not-possible')}</p>` : html`<p>${cellText(ctx, row, cell, d)}</p>`}
            ${
              cell.minGpus > 0
                ? html`<p>
                    ${ctx.t('heat.fewest', { count: exact(cell.minGpus, ctx.lang), device: d.gpu?.name ?? d.name })}
                  </p>`
                : html`<p>${ctx.t('heat.never')}</p>`
            }
            <p>
              ${best === undefined ? ctx.t('heat.no-best') : ctx.t('heat.best', { way: ctx.t(idKey('way', best)) })}
            </p>
            <button type="button" class="action" @click=${(e: Event) => show(ctx, row, d.id, e)}>
              ${ctx.t('heat.show')}
            </button>
          </div>`
        : nothing
    }
  </div>`;
}

/** Takes the row's choice over into the job below and goes there. */
function show(ctx: Context, row: HeatRow, card: string, e: Event): void {
  const root = (e.currentTarget as HTMLElement).getRootNode() as ShadowRoot | Document;
  ctx.set({ ...row.patch, card }, { commit: true });
  requestAnimationFrame(() => {
    const title = root.getElementById('bytes-title');
    title?.scrollIntoView();
    title?.focus();
  });
}
