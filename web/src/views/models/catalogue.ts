// The catalogue of models: its rows, what of it matches the filter, and the controls of the filter.

import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ModelRow } from '../../engine/engine';
import { count } from '../../format/format';
import { licenceText } from '../../i18n/cited';
import { idKey } from '../../i18n/index';
import { searched } from '../../parse/search';
import type { Context, ModelFilter } from '../context';

/** What people use most, shown before anything is typed; the search reaches the whole catalogue. */
const common = [
  'qwen3-8b',
  'qwen3-32b',
  'qwen3-30b-a3b',
  'qwen3.5-9b',
  'qwen3.5-27b',
  'qwen3.6-35b-a3b',
  'llama-3.1-8b',
  'llama-3.2-3b',
  'llama-3.3-70b',
  'gemma-3-4b',
  'gemma-3-12b',
  'gemma-3-27b',
  'gpt-oss-20b',
  'gpt-oss-120b',
  'mistral-small-24b',
  'phi-4',
  'deepseek-r1',
  'glm-4.5-air',
  'exaone-3.5-7.8b',
  'exaone-3.5-32b',
  'k-exaone-236b-a23b',
  'ax-4.0-light',
  'kanana-nano-2.1b',
  'solar-open-100b',
];

const sizes: Readonly<Record<string, readonly [from: number, below: number]>> = {
  '-3B': [0, 3e9],
  '3-10B': [3e9, 10e9],
  '10-20B': [10e9, 20e9],
  '20-50B': [20e9, 50e9],
  '50-150B': [50e9, 150e9],
  '150B-': [150e9, Infinity],
};

function sizeName(ctx: Context, size: string): string {
  const [from = '', to = ''] = size.split('-');
  return from === ''
    ? ctx.t('filter.below', { to })
    : to === ''
      ? ctx.t('filter.above', { from })
      : `${from}–${to}`;
}

export function catalogue(ctx: Context): readonly ModelRow[] {
  return ctx.ask<{ models: readonly ModelRow[] }>({ ask: 'models' }).result?.models ?? [];
}

const texts = new WeakMap<ModelRow, string>();

/** What a search looks at: name, vendor, family, licence and size. */
function textOf(row: ModelRow): string {
  let text = texts.get(row);
  if (text === undefined) {
    text = [row.name, row.id, row.organisation, row.family, row.licence, count(row.parameters, 'en')]
      .join(' ')
      .toLowerCase();
    texts.set(row, text);
  }
  return text;
}

export function isFiltered(filter: ModelFilter): boolean {
  return [filter.search.trim(), filter.vendor, filter.size, filter.licence].some(Boolean);
}

/** The rows that match the filter: those used most first, then the newest. */
export function matching(ctx: Context, filter: ModelFilter): readonly ModelRow[] {
  const [from, below] = sizes[filter.size] ?? [0, Infinity];
  const rows = inOrder(catalogue(ctx)).filter(
    (row) =>
      (filter.vendor === '' || row.organisation === filter.vendor) &&
      (filter.licence === '' || row.licence === filter.licence) &&
      row.parameters >= from &&
      row.parameters < below,
  );
  return searched(rows, filter.search, textOf);
}

/** What follows from the rows alone is worked out once. */
function onceForRows<Result>(make: (rows: readonly ModelRow[]) => Result) {
  const made = new WeakMap<readonly ModelRow[], Result>();
  return (rows: readonly ModelRow[]): Result => {
    let result = made.get(rows);
    if (result === undefined) {
      result = make(rows);
      made.set(rows, result);
    }
    return result;
  };
}

const inOrder = onceForRows((rows) =>
  [...rows].sort((a, b) => rank(a) - rank(b) || b.released.localeCompare(a.released)),
);

function rank(row: ModelRow): number {
  const place = common.indexOf(row.id);
  return place < 0 ? common.length : place;
}

export const commonCount = common.length;

/** Values of one column, those with the most models first. */
const valuesOf = (column: 'organisation' | 'licence') =>
  onceForRows((rows): readonly string[] => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    return [...counts.keys()].sort(
      (a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a.localeCompare(b),
    );
  });
const vendorsOf = valuesOf('organisation');
const licencesOf = valuesOf('licence');

/** The controls of the list or of the heat map; `note` says what was found. */
export function filterFields(ctx: Context, of: 'models' | 'heat', note: string): TemplateResult {
  const filter = ctx.ui[of];
  const set = (patch: Partial<ModelFilter>) => ctx.setUi({ [of]: { ...filter, ...patch } });
  const select = (key: 'vendor' | 'size' | 'licence', values: readonly (readonly [string, string])[]) =>
    html`<form class="field narrow">
      <label for=${ctx.id(`filter-${key}`)}>${ctx.t(idKey('filter', key))}</label>
      <select
        id=${ctx.id(`filter-${key}`)}
        .value=${live(filter[key])}
        @change=${(e: Event) => set({ [key]: (e.target as HTMLSelectElement).value })}
      >
        <option value="">${ctx.t('filter.all')}</option>
        ${values.map(([value, text]) => html`<option value=${value} ?selected=${value === filter[key]}>${text}</option>`)}
      </select>
    </form>`;
  const plain = (v: string) => [v, v] as const;
  return html`<div class="fields" data-filter=${of === 'heat' ? ctx.t('filter.filter') : ''}>
    <form class="field wide">
      <label for=${ctx.id('model-search')}>${ctx.t('filter.search')}</label>
      <input
        id=${ctx.id('model-search')}
        type="search"
        autocomplete="off"
        placeholder=${ctx.t('filter.example')}
        .value=${live(filter.search)}
        aria-describedby=${ctx.id('model-found')}
        @input=${(e: InputEvent) => set({ search: (e.target as HTMLInputElement).value })}
      />
      <span class="note" id=${ctx.id('model-found')}>${note}</span>
    </form>
    ${select('vendor', vendorsOf(catalogue(ctx)).map(plain))}
    ${select(
      'size',
      Object.keys(sizes).map((s) => [s, sizeName(ctx, s)] as const),
    )}
    ${select(
      'licence',
      licencesOf(catalogue(ctx)).map((l) => [l, licenceText(ctx.t, l)] as const),
    )}
  </div>`;
}
