// One element's table of runs and the fit to it: what was brought, what was read, what was found so far. Each is read
// and fitted as soon as it changes; a fit that is cancelled leaves what it had found.

import type { Engine, LawFitAnswer, Problem, FitProgress } from '../engine/engine';
import { sharedWasm } from '../element/shared-engine';
import type { Role } from '../import/runs-columns';
import { setTableNumber, tableNumber } from '../page/undo';
import { keep, kept, type Tables } from './kept';
import { Runner } from './runner';
import type { FitSettings, RunsRead } from './tasks';

/** Longer tables are kept as what they are, and not put where they could be edited. */
export const kLongestShown = 200_000;

export type Table =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array };

export interface FitState {
  readonly phase: 'reading' | 'fitting' | 'done' | 'cancelled';
  /** What was chosen by hand, and the header of the table that it was chosen in. */
  readonly columns: Readonly<Partial<Record<Role, string>>>;
  readonly header?: string | undefined;
  readonly read?: RunsRead;
  readonly problems: readonly Problem[];
  readonly progress?: FitProgress;
  /** What was found, and how it was asked for. */
  readonly answer?: LawFitAnswer;
  readonly settings?: FitSettings;
  readonly failure?: string;
}

export class FitSession {
  state: FitState;
  /** What the reader brought, by number: Undo finds the one before. An example stands while there is nothing. */
  #tables: Tables = [];
  /** The one that is being typed: a keystroke makes no other. */
  #editing = 0;
  changed: () => void = () => undefined;
  readonly #runner: Runner;
  #table: Table | undefined;
  #columns: FitState['columns'] | undefined;
  #settings = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine) {
    this.#runner = new Runner(engine, sharedWasm);
    const { tables = [], at = 0, ...chosen } = kept() ?? {};
    this.#tables = tables;
    if (!tables[tableNumber()]) setTableNumber(at);
    this.state = { phase: 'reading', columns: {}, problems: [], ...chosen };
  }

  get own(): Table | undefined {
    return this.#tables[tableNumber()];
  }

  get onThisThread(): boolean {
    return this.#runner.onThisThread;
  }

  /** Sees that this table is read and fitted in this way; does nothing where that is so already. */
  want(table: Table, settings: FitSettings): void {
    const wanted = JSON.stringify(settings);
    const newTable = !same(table, this.#table) || this.state.columns !== this.#columns;
    if (!newTable && wanted === this.#settings) return;
    this.#table = table;
    this.#columns = this.state.columns;
    this.#settings = wanted;
    clearTimeout(this.#timer);
    // While somebody types, the last keystroke counts. The view that asked is still being drawn.
    this.#timer = setTimeout(
      () => (newTable || !this.state.read ? this.#read(table, settings) : this.#fit(settings)),
      200,
    );
  }

  /**
   * The columns stay chosen: the reader of the table leaves them where its header is another one. What was undone
   * before it is gone.
   */
  bring(own: Table, isWhole: boolean): void {
    // A browser may tell of one edit twice.
    if (same(own, this.own)) return;
    const number = tableNumber();
    const at = this.#editing > 0 && this.#editing === number ? number : number + 1;
    this.#tables = [...Array.from({ length: at }, (_, i) => this.#tables[i]), own];
    this.#editing = isWhole ? 0 : at;
    setTableNumber(at);
    this.#set({});
    this.#keep();
  }

  /** What is typed next is another edit. */
  endEdit(): void {
    this.#editing = 0;
  }

  #keep(): void {
    const { columns, header } = this.state;
    keep({ tables: this.#tables, at: tableNumber(), columns, header });
  }

  useColumn(role: Role, name: string): void {
    const { columns, header, read } = this.state;
    const before = header === read?.header ? columns : {};
    this.#set({ columns: { ...before, [role]: name }, header: read?.header });
    this.#keep();
  }

  cancel(): void {
    this.#runner.cancel();
    this.#set({ phase: 'cancelled' });
  }

  /** From the start, as last asked for. */
  again(): void {
    const { settings } = this.state;
    if (settings) this.#fit(settings);
  }

  #set(patch: Partial<FitState>): void {
    this.state = { ...this.state, ...patch };
    this.#draw();
  }

  /** Soon, and once for all that is reported until then: drawing takes longer than a report. */
  #draw(): void {
    if (this.#drawing !== undefined) return;
    this.#drawing = setTimeout(() => {
      this.#drawing = undefined;
      this.changed();
    }, 30);
  }

  /** Without what was found: it belonged to other runs or another question. */
  #restart(phase: FitState['phase'], keep: Partial<FitState>): void {
    const { columns, header } = this.state;
    this.state = { phase, columns, header, problems: [], ...keep };
    this.#draw();
  }

  #read(table: Table, settings: FitSettings): void {
    this.#restart('reading', {});
    const content = table.kind === 'text' ? table.text : table.bytes;
    const { columns, header } = this.state;
    let read: RunsRead | undefined;
    this.#runner.run(
      { kind: 'read', table: content, options: { columns, header } },
      {
        report: (r) => r.kind === 'read' && (read = r.read),
        done: () => {
          if (!read) return;
          this.#set({ read });
          if (read.rows.length > 0) this.#fit(settings);
          else this.#set({ phase: 'done' });
        },
        failed: (failure) => this.#set({ phase: 'done', failure }),
      },
    );
  }

  #fit(settings: FitSettings): void {
    const { read } = this.state;
    if (!read || read.rows.length === 0) return;
    this.#restart('fitting', { read, settings });
    this.#runner.run(
      { kind: 'fit', rows: read.rows, settings },
      {
        report: (r) => {
          if (r.kind === 'refused') this.#set({ problems: r.problems });
          else if (r.kind === 'fitted')
            this.#set({ progress: r.progress, ...(r.answer ? { answer: r.answer } : {}) });
        },
        done: () => this.#set({ phase: 'done' }),
        failed: (failure) => this.#set({ phase: 'done', failure }),
      },
    );
  }
}

function same(a: Table, b: Table | undefined): boolean {
  if (a.kind === 'file') return b?.kind === 'file' && a.bytes === b.bytes;
  return b?.kind === 'text' && a.text === b.text;
}
