// What fits: the rules of thumb against the chosen devices, both ways round.

import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { RuleCell, RuleRow, RuleTable, Workings } from '../engine/engine';
import { bytes, count, countEcho, exact } from '../format/format';
import { idKey } from '../i18n/index';
import type { Device } from '../parse/devices';
import type { Context } from './context';
import { byteFigure, how, pageLink, staleNote, textField } from './parts';
import { inChunks, inColumns, inTurn, lengthClass } from './turns';

declare const __HOSTED__: boolean;

type Named = Device & { readonly name: string };

/** The chosen cards and, where one is typed, the memory size. */
export function columns(ctx: Context): readonly Named[] {
  const { gpu, memory } = ctx.store.values;
  const typed = memory === undefined ? [] : [{ id: 'memory', count: 1, memoryBytes: memory }];
  return [...gpu, ...typed].map((d: Device) => ({
    ...d,
    name: (d.count > 1 ? `${d.count} × ` : '') + (d.gpu?.name ?? bytes(d.memoryBytes, ctx.unit, ctx.lang)),
  }));
}

/** The rules with a cell for each of these devices. */
export function ruleTable(ctx: Context, some: readonly Device[] = []): readonly RuleRow[] {
  const devices = some.map((d) => ({ memoryBytes: d.memoryBytes, gpus: d.count }));
  const reply = ctx.ask<RuleTable>({ ask: 'rule-table', parameters: ctx.store.values.parameters, devices });
  return reply.result?.rows ?? [];
}

export const parameterEcho = (
  { store, lang }: Context,
  key: 'parameters' | 'size' | 'data' | 'n' | 'd' | 'served',
): string | undefined => countEcho(store.state[key], store.values[key] ?? 0, lang);

export function fit(ctx: Context): TemplateResult {
  const devices = columns(ctx);
  const rows = ruleTable(ctx, devices.slice(0, 1));
  return html`<section lang=${ctx.lang} aria-labelledby=${ctx.id('title')}>
    <h2 id=${ctx.id('title')}>${ctx.t('fit.title')}</h2>
    <p class="answer">${headline(ctx, rows, devices[0])}</p>
    <div class="fields">
      ${textField(ctx, 'parameters', ctx.t('fit.parameters'), { echo: parameterEcho(ctx, 'parameters') })}
    </div>
    ${staleNote(ctx, 'parameters', 'gpu', 'memory')}
    ${
      devices.length === 0
        ? nothing
        : html`${table(ctx, rows, devices)} ${openCell(ctx, devices)}
            <p class="note">${ctx.t('fit.tight-note')} ${ctx.t('fit.shard-note')}</p>`
    }
    ${
      __HOSTED__ && devices.length > 0
        ? inTurn(ctx, () => html`<p>${pageLink('models', ctx.store.hash, ctx.t('fit.models'))}</p>`)
        : nothing
    }
  </section>`;
}

function table(ctx: Context, rows: readonly RuleRow[], devices: readonly Named[]): TemplateResult {
  const groups = ['inference', 'training'] as const;
  return html`<div
    class="scroll ${lengthClass(devices)}"
    role="region"
    tabindex="0"
    aria-label=${ctx.t('fit.table')}
  >
    <table class="fit">
      <caption>
        ${ctx.t('fit.caption', { parameters: count(ctx.store.values.parameters, ctx.lang) })}
      </caption>
      <thead>
        <tr>
          <th scope="col">${ctx.t('fit.method')}</th>
          <th scope="col" class="numeric">${ctx.t('fit.bytes-each')}</th>
          <th scope="col" class="numeric">${ctx.t('fit.needs')}</th>
          ${inChunks(ctx, devices, (some) =>
            some.map(
              (d) =>
                html`<th scope="col" class="device">
                  ${d.name}
                  <small>${bytes(d.memoryBytes * d.count, ctx.unit, ctx.lang)}</small>
                </th>`,
            ),
          )}
        </tr>
      </thead>
      ${groups.map(
        (task) =>
          html`<tbody>
            <tr class="group">
              <th colspan=${devices.length + 3} scope="rowgroup">${ctx.t(idKey('task', task))}</th>
            </tr>
            ${rows.filter((r) => r.task === task).map((r) => tableRow(ctx, r, devices))}
          </tbody>`,
      )}
    </table>
  </div>`;
}

function headline(ctx: Context, rows: readonly RuleRow[], device: Named | undefined): string {
  const training = rows.find((r) => r.id === 'article-fp32-adamw')?.cells[0];
  const serving = rows.find((r) => r.id === 'infer-bf16')?.cells[0];
  const small = rows.find((r) => r.id === 'infer-int4')?.cells[0];
  if (!device || !training || !serving || !small) return ctx.t('fit.no-device');
  return ctx.t('fit.answer', {
    device: device.name,
    serving: count(serving.parameters, ctx.lang),
    small: count(small.parameters, ctx.lang),
    training: count(training.parameters, ctx.lang),
  });
}

/** What a rule's total is: the core's own factors under the formula that multiplies them. */
export function needOf(row: RuleRow, parameters: number): Workings {
  return {
    formula: 'parameters * bytesPerParameter',
    factors: [
      { symbol: 'parameters', value: parameters },
      { symbol: 'bytesPerParameter', value: row.bytesPerParameter },
    ],
    ...(row.terms[0]?.source ? { source: row.terms[0].source } : {}),
  };
}

const marks = { fits: '✓', tight: '≈', 'does-not-fit': '✕' } as const;

function tableRow(ctx: Context, row: RuleRow, devices: readonly Named[]): TemplateResult {
  const isChosen = ctx.store.values.method === row.id;
  return html`<tr class=${classMap({ chosen: isChosen })}>
    <th scope="row">
      <button
        type="button"
        class="link"
        aria-pressed=${isChosen ? 'true' : 'false'}
        @click=${() => ctx.set({ method: row.id }, { commit: true })}
      >
        ${ctx.t(idKey('method', row.id))}
      </button>
    </th>
    <td class="numeric">${exact(row.bytesPerParameter, ctx.lang)}</td>
    <td class="numeric">${byteFigure(ctx, row.requiredBytes)}</td>
    ${inColumns(ctx, devices, (some, from) =>
      ruleTable(ctx, some)
        .find((r) => r.id === row.id)
        ?.cells.map((cell, i) => tableCell(ctx, row, cell, from + i)),
    )}
  </tr>`;
}

function tableCell(ctx: Context, row: RuleRow, cell: RuleCell, column: number): TemplateResult {
  const isOpen = ctx.ui.cell?.row === row.id && ctx.ui.cell.column === column;
  return html`<td class="cell ${cell.outcome}">
    <button
      type="button"
      aria-expanded=${isOpen ? 'true' : 'false'}
      title="${exact(Math.floor(cell.parameters), ctx.lang)}"
      @click=${() => ctx.setUi({ cell: isOpen ? undefined : { row: row.id, column } })}
    >
      <span class="number"
        >≤
        <data value=${Math.floor(cell.parameters)} data-of="N max"
          >${count(cell.parameters, ctx.lang)}</data
        ></span
      >
      <span class="outcome"
        ><span aria-hidden="true">${marks[cell.outcome]}</span> ${ctx.t(idKey('outcome', cell.outcome))}</span
      >
    </button>
  </td>`;
}

function openCell(ctx: Context, devices: readonly Named[]): TemplateResult | typeof nothing {
  const open = ctx.ui.cell;
  const device = open && devices[open.column];
  const row = device && ruleTable(ctx, [device]).find((r) => r.id === open.row);
  const cell = row?.cells[0];
  if (!row || !cell || !device) return nothing;
  const parts = {
    device: device.name,
    required: bytes(row.requiredBytes, ctx.unit, ctx.lang),
    available: bytes(cell.availableBytes, ctx.unit, ctx.lang),
    headroom: bytes(Math.abs(cell.headroomBytes), ctx.unit, ctx.lang),
    gpus: exact(cell.minGpus, ctx.lang),
  };
  return html`<div class="panel" role="status">
    <h3>${ctx.t(idKey('method', row.id))} · ${device.name}</h3>
    <p>${ctx.t(cell.headroomBytes >= 0 ? 'fit.cell-fits' : 'fit.cell-short', parts)}</p>
    ${how(ctx, needOf(row, ctx.store.values.parameters), parts.required)}
    ${how(ctx, cell.workings, count(cell.parameters, ctx.lang))}
  </div>`;
}
