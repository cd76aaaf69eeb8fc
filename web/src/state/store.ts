// One store an element: the typed texts, the values read from them, and what is wrong with them. A text that cannot be
// read keeps its problem beside it; its last good value stays in use and is marked stale.

import { noted, notedKeys } from './noted';
import type { Engine, Question, Reply } from '../engine/engine';
import {
  fieldKeys,
  initialState,
  readField,
  readInitial,
  type FieldKey,
  type FieldProblem,
  type State,
  type Values,
} from './fields';
import { toHash } from './hash';

/** What changes with a change; texts that stay as typed where something else follows, and why. */
interface Following {
  readonly follows?: Partial<State>;
  readonly refused?: Problems;
}

type Problems = Readonly<Partial<Record<FieldKey, FieldProblem | undefined>>>;

export class Store extends EventTarget {
  readonly engine: Engine;
  readonly #notedState = notedKeys(fieldKeys, () => this.#state);
  readonly #notedValues = notedKeys(fieldKeys, () => this.#values);
  readonly #notedProblems = notedKeys<Problems>(fieldKeys, () => this.#problems);
  #state: State = initialState;
  #values: Values;
  #good: State = initialState;
  #problems: Problems = {};
  #hash: string | undefined;
  readonly #readHash = (): string => (this.#hash ??= toHash(this.#state));
  #replies = new Map<string, Reply<unknown>>();

  constructor(engine: Engine, state: State = initialState) {
    super();
    this.engine = engine;
    const values: Record<string, unknown> = {};
    for (const key of fieldKeys) {
      const read = readInitial(key, engine);
      if (!('value' in read)) throw new Error(`the initial ${key} cannot be read: ${read.problem.code}`);
      values[key] = read.value;
    }
    this.#values = values as Values;
    this.set(state, { whole: true });
  }

  /** What is typed; whoever draws is drawn again where what it read of this has changed. */
  get state(): State {
    return this.#notedState;
  }
  /** What is typed now, whatever is typed next. */
  get snapshot(): State {
    return this.#state;
  }
  /** What is typed, as in a link. */
  get hash(): string {
    return noted(this.#readHash);
  }
  /** The last good value of every field. */
  get values(): Values {
    return this.#notedValues;
  }
  /** The texts that these were read from. */
  get good(): State {
    return this.#good;
  }
  problem(key: FieldKey): FieldProblem | undefined {
    return this.#notedProblems[key];
  }
  /** Whether any of these fields shows text that is not what the results were computed from. */
  isStale(...keys: FieldKey[]): boolean {
    return keys.some((key) => this.problem(key) && this.#good[key] !== this.#state[key]);
  }

  /**
   * Takes new texts; where there are any, or an edit is finished, "change" tells the views, with `commit` where the person finished an edit (Back undoes it).
   * `whole`: a state that came from outside, as in a link; what can be read of a list is used. While somebody types,
   * a list with a mistake leaves the last good one standing. `following`: what else changes with it, found from what
   * is new.
   */
  set(
    patch: Partial<State>,
    {
      commit = false,
      whole = false,
      following,
    }: { commit?: boolean; whole?: boolean; following?: () => Following } = {},
  ): void {
    const before = this.#state;
    this.#take(patch, whole);
    if (following) {
      const { follows = {}, refused = {} } = following();
      const typed = this.#state;
      this.#take(follows, whole);
      const kept = Object.fromEntries((Object.keys(refused) as FieldKey[]).map((key) => [key, typed[key]]));
      this.#state = Object.freeze({ ...this.#state, ...kept });
      this.#problems = { ...this.#problems, ...refused };
    }
    if (!commit && fieldKeys.every((key) => this.#state[key] === before[key])) return;
    this.dispatchEvent(new CustomEvent('change', { detail: { commit } }));
  }

  #take(patch: Partial<State>, whole: boolean): void {
    const values: Record<string, unknown> = { ...this.#values };
    const good: Record<string, string> = { ...this.#good };
    const problems = { ...this.#problems };
    for (const key of fieldKeys) {
      const text = patch[key];
      if (text === undefined || (text === this.#state[key] && !problems[key])) continue;
      const read = readField(key, text, this.engine);
      if ('value' in read && (whole || !read.problem || read.problem.isLeftOut)) {
        values[key] = read.value;
        good[key] = text;
      }
      problems[key] = read.problem;
    }
    this.#state = Object.freeze({ ...this.#state, ...patch });
    this.#hash = undefined;
    this.#values = values as Values;
    this.#good = good as State;
    this.#problems = problems;
  }

  /** Asks the core, once for the same question. */
  ask<Result>(question: Question): Reply<Result> {
    const key = JSON.stringify(question);
    let reply = this.#replies.get(key);
    if (!reply) {
      // A few hundred answers cover one page; beyond that start afresh rather than grow.
      if (this.#replies.size > 2000) this.#replies.clear();
      reply = this.engine.ask(question);
      this.#replies.set(key, reply);
    }
    return reply as Reply<Result>;
  }
}
