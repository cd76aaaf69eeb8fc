// What the heat map shows: one row a model, a method or a context, one column a device, each cell out of the core's
// table.

import type { FitTable } from '../../engine/engine';
import { bestMethod, fitCell, type FitCell } from '../../engine/fit-table';
import { count, exact } from '../../format/format';
import { idKey } from '../../i18n/index';
import type { State, Values } from '../../state/fields';
import type { Context } from '../context';
import { columns } from '../fit';
import { catalogue, matching } from './catalogue';
import { withoutFile } from './importer';
import { modelName } from './model';
import { asInputs, jobOf, planFields } from './options';
import type { NamedDevice } from './plan';
import { ways } from './ways';

export interface HeatRow {
  readonly key: string;
  readonly name: string;
  /** In a quieter tone beside the name. */
  readonly note: string;
  /** What the note says, where it is a model's size. */
  readonly parameters?: number;
  /** What choosing a cell of this row sets, besides the card. */
  readonly patch: Partial<State>;
  readonly chosen: boolean;
  /** A model that the reader brought: imported, or a bare count. */
  readonly own?: true;
  cell(column: number): FitCell | undefined;
  /** Way of serving with the best format that fits; undefined where none does. */
  best(column: number): string | undefined;
}

export interface Heat {
  readonly devices: readonly NamedDevice[];
  readonly rows: readonly HeatRow[];
  /** What of the plan the table cannot be made with. */
  readonly problem: { readonly field: string; readonly code: string } | undefined;
}

const contexts = [2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576];

/** A column: which of the tables, and which card of it. */
interface Column {
  readonly group: number;
  readonly card: number;
}

/** How many cards one table is asked for: as many as are in sight. One of all cards takes three times as long. */
const perTable = 24;

/** How many models: what they take is found between two frames also by a slow processor. */
const perQuestion = 32;

/** Devices by how many of each there are: the core's table takes one number of cards for all. */
function groupsOf(devices: readonly NamedDevice[]) {
  const groups = [...new Set(devices.map((d) => d.count))].flatMap((cards) => {
    const own = devices.filter((d) => d.count === cards);
    return Array.from({ length: Math.ceil(own.length / perTable) }, (_, i) => {
      const some = own.slice(i * perTable, (i + 1) * perTable);
      const named = some.filter((d) => d.gpu);
      const typed = some.filter((d) => !d.gpu);
      return {
        cards,
        isFirst: i === 0,
        members: [...named, ...typed],
        gpus: named.map((d) => d.id),
        memoryBytes: typed.map((d) => d.memoryBytes),
      };
    });
  });
  const places = new Map(
    groups.flatMap(({ members }, group) =>
      members.map((d, card): [NamedDevice, Column] => [d, { group, card }]),
    ),
  );
  return { groups, places: devices.map((d) => places.get(d)) };
}

/** The table of a group, asked for when it is looked at. */
type Tables = (group: number) => FitTable | undefined;

/** The job of the form, or with what a way of the list sets, as a method of the table. Draft models are no part of it. */
function jobMethod(ctx: Context, way = '') {
  const values = { ...ctx.store.values, ...ways[way] } as Values;
  const { draftModel, draftWeightFormat, ...plan } = planFields(values);
  void draftModel;
  void draftWeightFormat;
  const cards = way === 'full-adamw-zero3-8' ? { gpus: 8 } : {};
  return { id: 'job', task: jobOf(values) === 'serve' ? 'inference' : 'training', ...plan, ...cards };
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}

export function heatOf(ctx: Context): Heat {
  const devices = columns(ctx);
  const { groups, places } = groupsOf(devices);
  const { values } = ctx.store;
  let problem: Heat['problem'];
  const ask = (fields: object): Tables => {
    const tables = groups.map(({ cards, gpus, memoryBytes }) =>
      once(() => {
        // An empty list would mean the whole catalogue: a device that is only a size stands beside one that is left out.
        const asked = gpus.length > 0 ? gpus : ['rtx-4090'];
        const tokens = { contextTokens: values.context, sequenceTokens: values.seq };
        const reply = ctx.ask<FitTable>({
          ask: 'fit-table',
          cards,
          gpus: asked,
          memoryBytes,
          ...tokens,
          ...fields,
        });
        const said = reply.problems?.[0];
        problem ??= said && asInputs(values, said);
        return reply.result;
      }),
    );
    // What is wrong with a plan on so many cards is wrong on any of them.
    groups.forEach(({ isFirst }, group) => isFirst && tables[group]?.());
    return (group) => tables[group]?.();
  };
  const cardOf = ({ group, card }: Column) => card + (groups[group]?.gpus.length === 0 ? 1 : 0);
  const reader = (tables: Tables, model: number, method: number) => (column: number) => {
    const place = places[column];
    const table = place && tables(place.group);
    return table ? fitCell(table, model, method, cardOf(place)) : undefined;
  };
  const bestOf = (tables: Tables, model: number) => (column: number) => {
    const place = places[column];
    const table = place && tables(place.group);
    return table ? bestMethod(table, model, cardOf(place)) : undefined;
  };
  if (devices.length === 0) return { devices, rows: [], problem };

  const ownRow = (): readonly HeatRow[] => {
    if (values.model === undefined || typeof values.model === 'string') return [];
    const models = { models: [values.model] };
    const row: HeatRow = {
      key: 'own',
      name: modelName(ctx),
      note: ctx.t('heat.own'),
      patch: { ...ways[values.way] },
      chosen: true,
      own: true,
      cell: reader(ask({ ...models, methods: [jobMethod(ctx, values.way)] }), 0, 0),
      best: (column) => bestOf(ask(models), 0)(column),
    };
    return [row];
  };

  if (values.table === 'models') {
    const all = catalogue(ctx);
    const methods = [jobMethod(ctx, values.way)];
    const tables: Tables[] = [];
    for (let i = 0; i < all.length; i += perQuestion) {
      ctx.turns.mayPause();
      tables.push(ask({ models: all.slice(i, i + perQuestion).map((row) => row.id), methods }));
    }
    const place = new Map(all.map((row, i) => [row.id, i]));
    const rows = matching(ctx, ctx.ui.heat).map((row): HeatRow => {
      const i = place.get(row.id) ?? 0;
      return {
        key: row.id,
        name: row.name,
        // Of the rows in sight alone.
        get note() {
          return count(row.parameters, ctx.lang);
        },
        parameters: row.parameters,
        patch: { model: row.id, ...withoutFile(ctx), ...ways[values.way] },
        chosen: values.model === row.id,
        cell: reader(tables[Math.floor(i / perQuestion)] as Tables, i % perQuestion, 0),
        // Twelve ways for one model, asked where its cell is opened: for all models they would take too long.
        best: (column) => bestOf(ask({ models: [row.id] }), 0)(column),
      };
    });
    return { devices, rows: [...ownRow(), ...sorted(ctx, rows)], problem };
  }

  const model = { models: [values.model] };
  const known = ask(model);
  if (values.table === 'methods') {
    const rows = (known(0)?.methods ?? []).map((m, i): HeatRow => ({
      key: m.id,
      name: ctx.t(idKey('way', m.id)),
      note: modelName(ctx),
      patch: { way: m.id, ...ways[m.id] },
      chosen: values.way === m.id,
      cell: reader(known, 0, i),
      best: bestOf(known, 0),
    }));
    return { devices, rows, problem };
  }
  const tables = ask({ ...model, methods: [jobMethod(ctx)], contexts });
  const field = jobOf(values) === 'serve' ? 'context' : 'seq';
  const rows = contexts.map((tokens, i): HeatRow => ({
    key: String(tokens),
    name: exact(tokens, ctx.lang),
    note: ctx.t('heat.tokens'),
    patch: { [field]: String(tokens) },
    chosen: values[field] === tokens,
    cell: reader(tables, 0, i),
    best: bestOf(known, 0),
  }));
  return { devices, rows, problem };
}

function sorted(ctx: Context, rows: readonly HeatRow[]): readonly HeatRow[] {
  const { memory } = ctx.ui.heat;
  const { sort } = ctx.store.values;
  if (memory === '' && sort === 'used') return rows;
  const needs = new Map(rows.map((r) => [r, r.cell(0)?.requiredBytes] as const));
  const need = (r: HeatRow) => needs.get(r) ?? Infinity;
  const held = memory === '' ? [...rows] : rows.filter((r) => (needs.get(r) ?? 0) <= Number(memory));
  switch (sort) {
    case 'need':
      return held.sort((a, b) => need(a) - need(b));
    case 'largest':
      return held.sort((a, b) => need(b) - need(a));
    case 'name':
      return held.sort((a, b) => a.name.localeCompare(b.name));
    default:
      return held;
  }
}
