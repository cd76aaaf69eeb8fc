// What a worker does for the page, or the page itself in slices where it may have no worker: reads a table of runs,
// fits a law to them. A task is a generator: between two steps it may be dropped, which cancels it.

import type { Engine, FitProgress, LawFitAnswer, Problem } from '../engine/engine';
import { readRuns, type RunsImport, type RunsOptions } from '../import/runs';

/** A table that was read; its runs flat, three numbers each, as they travel between threads at no cost. */
export interface RunsRead extends Omit<RunsImport, 'runs' | 'lines'> {
  /** parameters, tokens, loss; parameters … */
  readonly rows: Float64Array;
  /** The line of each run. */
  readonly lines: Uint32Array;
}

export interface FitSettings {
  readonly form: string;
  readonly criterion: string;
  readonly huberDelta: number;
  readonly floor?: number;
  readonly bootstraps: number;
  readonly seed: number;
}

export type Task =
  | { readonly kind: 'read'; readonly table: string | Uint8Array; readonly options: RunsOptions }
  | { readonly kind: 'fit'; readonly rows: Float64Array; readonly settings: FitSettings };

export type Report =
  | { readonly kind: 'read'; readonly read: RunsRead }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'fitted'; readonly progress: FitProgress; readonly answer?: LawFitAnswer };

/** Does a task in steps of about `sliceMs`; what is found comes as reports. */
export function* perform(task: Task, engine: Engine, sliceMs: number): Generator<Report | undefined> {
  yield* task.kind === 'read'
    ? read(task.table, task.options)
    : fit(task.rows, task.settings, engine, sliceMs);
}

function* read(table: string | Uint8Array, options: RunsOptions): Generator<Report | undefined> {
  const { runs, lines, ...rest } = yield* readRuns(table, options);
  const rows = new Float64Array(3 * runs.length);
  runs.forEach((run, i) => rows.set(run, 3 * i));
  yield { kind: 'read', read: { ...rest, rows, lines: Uint32Array.from(lines) } };
}

/** Between two reports; and how many times more refits halve an interval's noise, which is worth drawing all plots anew. */
const kReportEveryMs = 100;
const kMoreRefits = 4;

function* fit(
  rows: Float64Array,
  settings: FitSettings,
  engine: Engine,
  sliceMs: number,
): Generator<Report | undefined> {
  const runs = Array.from({ length: rows.length / 3 }, (_, i) => [...rows.subarray(3 * i, 3 * i + 3)]);
  const begun = engine.beginFit({ ask: 'fit-law', runs, ...settings });
  if (!begun.result) {
    yield { kind: 'refused', problems: begun.problems };
    return;
  }
  const job = begun.result;
  // Solves a slice: as many as the last slice's speed allows, at first one.
  let units = 1;
  let reported = -Infinity;
  let answered = 0;
  for (let finished = false; !finished;) {
    const start = performance.now();
    finished = job.step(units);
    const took = Math.max(0.01, performance.now() - start);
    units = Math.max(1, Math.min(1e4, 2 * units, Math.floor((units * sliceMs) / took)));
    const now = performance.now();
    const progress = job.progress();
    const point = progress.startsDone === progress.starts;
    const first = point && answered === 0;
    if (!finished && !first && now - reported < kReportEveryMs) {
      yield;
      continue;
    }
    reported = now;
    if (finished || (point && progress.bootstrapsDone >= answered * kMoreRefits)) {
      answered = Math.max(20, progress.bootstrapsDone);
      yield { kind: 'fitted', progress, answer: job.answer() };
    } else {
      yield { kind: 'fitted', progress };
    }
  }
}
