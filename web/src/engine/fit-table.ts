// One cell out of the columns of the fit table; the layout is told in src/slide_rule/fit/table.hpp.

import type { FitTable, Outcome } from './types';

export interface FitCell {
  readonly outcome: Outcome | 'not-possible';
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly headroomBytes: number;
  /** 0: no number of these cards is enough. */
  readonly minGpus: number;
}

const outcomes = ['fits', 'tight', 'does-not-fit', 'not-possible'] as const;

/** The cell of the model, method and card with these positions in the table. */
export function fitCell(table: FitTable, model: number, method: number, card: number): FitCell {
  const column = model * table.methods.length + method;
  const code = at(table.cells, column * table.gpus.length + card);
  const i = column * table.classes + at(table.classOf, card);
  const context = at(table.contextBytes, card);
  const requiredBytes = at(table.requiredBytes, i) + at(table.addsContext, method) * context;
  const share = at(table.share, method);
  const own = at(table.availableBytes, card);
  const availableBytes =
    share > 0 ? Math.min(own, share * at(table.totalBytes, card) + at(table.outsideBytes, i) + context) : own;
  return {
    outcome: outcomes[code % 4] ?? 'not-possible',
    requiredBytes,
    availableBytes,
    headroomBytes: availableBytes - requiredBytes,
    minGpus: Math.floor(code / 4),
  };
}

function at(column: readonly number[], i: number): number {
  return column[i] ?? NaN;
}

/** The serving method that keeps the most bytes of the weights and does not run out of memory. */
export function bestMethod(table: FitTable, model: number, card: number): string | undefined {
  return table.methods[at(table.best, model * table.gpus.length + card)]?.id;
}
