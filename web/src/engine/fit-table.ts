// The fit table as the core packs it: columns of numbers. What a cell says is read here, by the rule that
// src/slide_rule/fit/table.hpp states.

import type { Outcome } from './types';

export interface FitTable {
  readonly models: readonly string[];
  readonly gpus: readonly string[];
  readonly methods: readonly { readonly id: string }[];
  readonly addsContext: ArrayLike<number>;
  readonly share: ArrayLike<number>;
  readonly totalBytes: ArrayLike<number>;
  readonly availableBytes: ArrayLike<number>;
  readonly contextBytes: ArrayLike<number>;
  readonly classOf: ArrayLike<number>;
  readonly classes: number;
  readonly requiredBytes: ArrayLike<number>;
  readonly upperBytes: ArrayLike<number>;
  readonly outsideBytes: ArrayLike<number>;
  readonly cells: ArrayLike<number>;
  readonly best: ArrayLike<number>;
}

export interface FitCell {
  /** Undefined where the method cannot be spread over the cards. */
  readonly outcome: Outcome | undefined;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly headroomBytes: number;
  /** 0: no number of these cards is enough. */
  readonly fewestGpus: number;
}

const outcomes = ['fits', 'tight', 'does-not-fit', undefined] as const;
const at = (column: ArrayLike<number>, i: number) => column[i] ?? NaN;

export function cellOf(table: FitTable, model: number, method: number, card: number): FitCell {
  const row = model * table.methods.length + method;
  const i = row * table.classes + at(table.classOf, card);
  const code = at(table.cells, row * table.gpus.length + card);
  const context = at(table.contextBytes, card);
  const requiredBytes = at(table.requiredBytes, i) + (at(table.addsContext, method) ? context : 0);
  const whole = at(table.availableBytes, card);
  const share = at(table.share, method);
  const shared = share * at(table.totalBytes, card) + at(table.outsideBytes, i) + context;
  const availableBytes = share > 0 ? Math.min(whole, shared) : whole;
  return {
    outcome: outcomes[code % 4],
    fewestGpus: Math.floor(code / 4),
    requiredBytes,
    availableBytes,
    headroomBytes: availableBytes - requiredBytes,
  };
}

/** The serving method that keeps the most bytes of the weights and does not run out of memory. */
export function bestMethod(table: FitTable, model: number, card: number): string | undefined {
  return table.methods[at(table.best, model * table.gpus.length + card)]?.id;
}
