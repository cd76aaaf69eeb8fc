// Reads the keys of a configuration object, whatever stands there: every value is checked for type and range before
// it is used, and what is wrong is named by its key as the file writes it.

import type { Problem } from '../engine/types';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(x: unknown): x is JsonObject {
  return typeof x === 'object' && x !== null && !Array.isArray(x);
}

/** What an import has to say, each thing once. */
export class Findings {
  readonly notes = new Set<string>();
  readonly assumed = new Set<string>();
  private readonly byField = new Map<string, Problem>();

  /** The first problem of a field stands: later ones follow from it. */
  problem(field: string, code: string, limit?: number, nearest?: string): void {
    if (this.byField.has(field)) return;
    this.byField.set(field, {
      field,
      code,
      ...(limit !== undefined && { limit }),
      ...(nearest !== undefined && { nearest }),
    });
  }

  get problems(): readonly Problem[] {
    return [...this.byField.values()];
  }
}

export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** Checks a number as the core would; undefined where it is not one that can be used. */
export function checkedCount(
  findings: Findings,
  field: string,
  value: unknown,
  limits: Limits,
): number | undefined {
  const { min = 0, max = 1e12 } = limits;
  const bad = (code: string, limit?: number): undefined => {
    findings.problem(field, code, limit);
    return undefined;
  };
  if (typeof value !== 'number') return bad('not-a-number');
  if (!Number.isFinite(value)) return bad('not-finite');
  if (value < min) return bad('below-minimum', min);
  if (value > max) return bad('above-maximum', max);
  if (!Number.isInteger(value)) return bad('not-whole');
  return value;
}

export class Keys {
  /**
   * @param object what the file says
   * @param defaults what the family's configuration class says where the file is silent
   * @param prefix of the keys in problems: "text_config."
   */
  constructor(
    readonly object: JsonObject,
    private readonly defaults: JsonObject,
    readonly prefix: string,
    readonly findings: Findings,
  ) {}

  /**
   * The first of the names (separated by spaces) that has a value, and the value. A default holds only where the file
   * has none of them: an explicit null means "none".
   */
  find(names: string): { name: string; value: unknown } | undefined {
    const list = names.split(' ');
    let silent = true;
    for (const name of list) {
      if (!Object.hasOwn(this.object, name)) continue;
      silent = false;
      const value = this.object[name];
      if (value !== undefined && value !== null) return { name, value };
    }
    if (!silent) return undefined;
    for (const name of list) {
      const value = this.defaults[name];
      if (value !== undefined && value !== null) return { name, value };
    }
    return undefined;
  }

  /** Whether the file has one of the names, be it with null. */
  mentions(names: string): boolean {
    return names.split(' ').some((name) => Object.hasOwn(this.object, name));
  }

  has(names: string): boolean {
    return this.find(names) !== undefined;
  }

  field(name: string): string {
    return this.prefix + name;
  }

  problem(names: string, code: string, limit?: number, nearest?: string): void {
    const name = this.find(names)?.name ?? (names.split(' ')[0] as string);
    this.findings.problem(this.field(name), code, limit, nearest);
  }

  /** A whole number, undefined where there is none or where it is wrong (which is then a problem). */
  count(names: string, limits: Limits = {}): number | undefined {
    const found = this.find(names);
    if (!found) return undefined;
    return checkedCount(this.findings, this.field(found.name), found.value, limits);
  }

  /** A whole number, or a list of one for each layer (its entries from 0 on); a list of equal ones is that number. */
  countOrEach(names: string, layers: number, limits: Limits = {}): number | number[] | undefined {
    const found = this.find(names);
    if (!found) return undefined;
    if (!Array.isArray(found.value)) return this.count(names, limits);
    if (found.value.length !== layers) {
      this.problem(names, 'contradicts', layers, 'num_hidden_layers');
      return undefined;
    }
    const field = this.field(found.name);
    const all = this.list(names, (x) => checkedCount(this.findings, field, x, { ...limits, min: 0 }));
    if (!all?.every((x) => x === all[0])) return all;
    return checkedCount(this.findings, field, all[0], limits);
  }

  /** A list with each entry read by `entry`; an entry that gives undefined makes the whole undefined. */
  list<T>(names: string, entry: (x: unknown) => T | undefined): T[] | undefined {
    const found = this.find(names);
    if (!found) return undefined;
    if (!Array.isArray(found.value)) {
      this.problem(names, 'wrong-type');
      return undefined;
    }
    if (found.value.length > 1e4) {
      this.problem(names, 'too-large', 1e4);
      return undefined;
    }
    const out: T[] = [];
    for (const x of found.value as unknown[]) {
      const y = entry(x);
      if (y === undefined) return undefined;
      out.push(y);
    }
    return out;
  }

  flag(names: string): boolean | undefined {
    const value = this.find(names)?.value;
    if (value === undefined) return undefined;
    if (typeof value === 'boolean') return value;
    // Some authors write 0 and 1.
    if (value === 0 || value === 1) return value === 1;
    this.problem(names, 'wrong-type');
    return undefined;
  }

  text(names: string): string | undefined {
    const value = this.find(names)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** The object under a key, its keys read in turn; an empty one where there is none. */
  sub(name: string): Keys {
    const value = this.find(name)?.value;
    return new Keys(isObject(value) ? value : {}, {}, `${this.prefix}${name}.`, this.findings);
  }
}
