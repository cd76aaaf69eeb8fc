// What a view is given. A view is a function from this to a template: it asks the core, it never computes a figure.

import type { TemplateResult } from 'lit';
import type { Engine, Question, Reply } from '../engine/engine';
import type { ByteUnit, Lang } from '../format/format';
import type { Translate } from '../i18n/index';
import type { ImportedFiles } from '../import/files';
import type { State } from '../state/fields';
import type { Store } from '../state/store';
import type { Turns } from './turns';

export interface Context {
  readonly store: Store;
  readonly engine: Engine;
  readonly lang: Lang;
  readonly unit: ByteUnit;
  readonly t: Translate;
  /** The element's width in CSS pixels: charts are drawn for it, so that their text keeps its size. */
  readonly width: number;
  /** The font size of what the element stands in, in CSS pixels. */
  em(): number;
  /** Unique ids inside this element's shadow root. */
  id(name: string): string;
  /** Whose turn it is to be drawn. */
  readonly turns: Turns;
  set(patch: Partial<State>, options?: { commit?: boolean }): void;
  /** Whether inputs are only shown. */
  locked(): boolean;
  ask<Result>(question: Question): Reply<Result>;
  /** Small view state that is no input: what is open, what is being searched for. */
  readonly ui: Ui;
  setUi(patch: Partial<Ui>): void;
}

export interface Ui {
  /** What is typed into the GPU search. */
  gpuSearch: string;
  /** The fit table's cell whose formula is open: row id and column index. */
  cell: { readonly row: string; readonly column: number } | undefined;
  /** The figure whose formula is open, by its key; one in each table. */
  open: Readonly<Record<string, string | undefined>>;
  /** What is typed into the catalogue of laws, which kind is shown, and which editions are open. */
  lawSearch: string;
  lawFilter: string;
  openLaws: readonly string[];
  /** Where the slide rule's hairline stands, as a share of its scales. */
  hairline: number;
  /** What of the catalogue of models is shown in the list, and in the heat map. */
  models: ModelFilter;
  heat: ModelFilter;
  /** The heat map: its first row in sight, the cell in the tab order, the row whose cell is told in words. */
  heatTop: number;
  heatAt: HeatPlace;
  /** The cell whose words stand below. */
  heatOpen: { readonly key: string; readonly column: number } | undefined;
  /** What was read from dropped files or pasted text, where it came from, and what stood as the model afterwards. */
  imported: { readonly from: string; readonly result: ImportedFiles; readonly model: string } | undefined;
  /** Where on a plot is being read. */
  reading: { readonly plot: string; readonly x: number; readonly y: number } | undefined;
}

export interface HeatPlace {
  readonly row: number;
  readonly column: number;
}

export interface ModelFilter {
  readonly search: string;
  readonly vendor: string;
  readonly size: string;
  readonly licence: string;
  /** Bytes that may be needed on the first device; empty: any. */
  readonly memory: string;
}

const everyModel: ModelFilter = { search: '', vendor: '', size: '', licence: '', memory: '' };

export const initialUi: Ui = {
  gpuSearch: '',
  cell: undefined,
  open: {},
  lawSearch: '',
  lawFilter: 'all',
  openLaws: [],
  hairline: 0.5,
  models: everyModel,
  heat: everyModel,
  heatTop: 0,
  heatAt: { row: 0, column: 0 },
  heatOpen: undefined,
  imported: undefined,
  reading: undefined,
};

/** The same context with ids of its own: a field may stand in several views of one element. */
export function scoped(ctx: Context, scope: string): Context {
  return { ...ctx, id: (name) => `${scope}-${name}` };
}

export type View = (ctx: Context) => TemplateResult;
