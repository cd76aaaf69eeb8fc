// What a view is given. A view is a function from this to a template: it asks the core, it never computes a figure.

import type { TemplateResult } from 'lit';
import type { Engine, Question, Reply } from '../engine/engine';
import type { ByteUnit, Lang } from '../format/format';
import type { Translate } from '../i18n/index';
import type { State } from '../state/fields';
import type { Store } from '../state/store';

export interface Context {
  readonly store: Store;
  readonly engine: Engine;
  readonly lang: Lang;
  readonly unit: ByteUnit;
  readonly t: Translate;
  /** Unique ids inside this element's shadow root. */
  id(name: string): string;
  set(patch: Partial<State>, options?: { commit?: boolean }): void;
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
}

export const initialUi: Ui = { gpuSearch: '', cell: undefined };

export type View = (ctx: Context) => TemplateResult;
