// A pasted or dropped table of training runs (CSV, TSV, a spreadsheet's cells) -> [parameters, tokens, loss] for the
// core's law fit. Columns are found by name; rows that cannot be used are listed with line and reason, the others are
// kept. Cells are only ever read as numbers: formulas and scripts are bad rows like any other. Nothing here throws.

import { parseQuantity } from '../parse/quantity';
import { type Column, columnNamed, columnsOf, type Role, roles } from './runs-columns';
import {
  cellsOf,
  decodeText,
  isBinary,
  Lines,
  type Separator,
  separatorOf,
  type TextCode,
} from './runs-text';

/** As many as the core fits (kMaxRuns of scaling/law_fit.hpp; a test holds them equal). */
export const kMaxRuns = 100_000;
/** Bad rows that are listed; the others are counted. */
export const kListedBadRows = 100;

export type BadRowCode =
  | 'cell-missing'
  | 'too-many-cells'
  | 'cell-empty'
  | 'not-a-number'
  | 'not-finite'
  | 'not-positive'
  | 'unknown-unit'
  | 'ambiguous-separator'
  | 'mixed-decimals'
  | 'formula'
  | 'unclosed-quote';

export interface BadRow {
  /** In the text, from 1. */
  readonly line: number;
  readonly code: BadRowCode;
  /** The column's name, where it is one cell that is bad. */
  readonly column?: string;
  /** The cell as written, its first 40 characters. */
  readonly cell?: string;
  /** How such a cell is written. */
  readonly like?: string;
}

export type RunsProblemCode =
  TextCode | 'header-only' | 'no-header' | 'missing-column' | 'too-many-rows' | 'no-good-rows';

export interface RunsProblem {
  readonly code: RunsProblemCode;
  /** missing-column: which; parameters, tokens and compute need two of the three. */
  readonly columns?: readonly Role[];
  /** too-many-rows: how many were kept. */
  readonly limit?: number;
  /** too-many-rows: how many lines were left out. */
  readonly count?: number;
}

export interface RunsImport {
  /** Good rows, in order. */
  readonly runs: readonly (readonly [parameters: number, tokens: number, loss: number])[];
  /** The line of each run. */
  readonly lines: readonly number[];
  readonly bad: readonly BadRow[];
  readonly badCount: number;
  readonly problems: readonly RunsProblem[];
  /** The names of all columns, as one text; two tables with the same have the same columns. */
  readonly header: string;
  /** The columns that were used, by their names; where one is missing, those that stand. */
  readonly columns: Readonly<Partial<Record<Role, string>>>;
  /**
   * Every column whose name could be each role's, the likeliest first: for the reader to choose another. Of a role that
   * is needed and that no name tells, all columns.
   */
  readonly candidates: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** The roles that no name tells: the reader takes a column by hand, or takes it back. */
  readonly byHand: readonly Role[];
  /** What was computed from C = 6 N D, if anything. */
  readonly derived?: 'parameters' | 'tokens';
  readonly separator: Separator;
  readonly decimalComma: boolean;
}

export interface RunsOptions {
  /** Names of the columns to use instead of the ones found, */
  readonly columns?: Readonly<Partial<Record<Role, string>>>;
  /** and the header that they were chosen in: under another one they are not used. */
  readonly header?: string | undefined;
}

const nothing: Omit<RunsImport, 'problems'> = {
  runs: [],
  lines: [],
  bad: [],
  badCount: 0,
  header: '',
  columns: {},
  candidates: {},
  byHand: [],
  separator: ',',
  decimalComma: false,
};

/** Reads a table of runs. Bytes are decoded first: see decodeText. */
export function parseRuns(input: string | Uint8Array, options: RunsOptions = {}): RunsImport {
  const reading = readRuns(input, options);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

/** The same in short steps, for a page that must stay alive while a million rows are read. */
export function* readRuns(
  input: string | Uint8Array,
  options: RunsOptions = {},
): Generator<undefined, RunsImport> {
  const decoded = typeof input === 'string' ? { text: input } : decodeText(input);
  if ('code' in decoded) return { ...nothing, problems: [{ code: decoded.code }] };
  const { text } = decoded;
  if (isBinary(text))
    return { ...nothing, problems: [{ code: text.startsWith('PK') ? 'spreadsheet' : 'binary' }] };

  const lines = new Lines(text);
  const headerLine = headerOf(lines);
  if (headerLine === undefined) return { ...nothing, problems: [{ code: 'no-text' }] };
  const separator = separatorOf(headerLine);
  const names = cellsOf(headerLine, separator);
  const header = JSON.stringify(names.map((name) => name.trim()));
  const chosen = (options.header ?? header) === header ? options.columns : {};
  const found = columnsOf(names);
  const used: Partial<Record<Role, Column>> = {};
  const candidates: Partial<Record<Role, readonly string[]>> = {};
  for (const role of roles) {
    const column = columnNamed(names, chosen?.[role] ?? '', role) ?? found[role][0];
    if (column) used[role] = column;
  }
  const { parameters, tokens, compute, loss } = used;
  const missing: Role[] = [];
  if (!loss) missing.push('loss');
  const counts = [parameters, tokens, compute].filter(Boolean).length;
  if (counts < 2) missing.push(...(['parameters', 'tokens'] as const).filter((role) => !used[role]));
  const all = [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '');
  const needed = (role: Role) => used[role] ?? (missing.includes(role) || (role === 'compute' && counts < 2));
  const byHand = roles.filter((role) => found[role].length === 0 && needed(role) && all.length > 2);
  for (const role of roles) if (found[role].length > 0) candidates[role] = found[role].map((c) => c.name);
  for (const role of byHand) candidates[role] = all;
  const named: Partial<Record<Role, string>> = {};
  for (const role of roles) if (used[role]) named[role] = used[role].name;
  const base = { ...nothing, header, candidates, byHand, separator, columns: named };
  if (missing.length > 0 || !loss) {
    const numbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
    return numbers
      ? { ...nothing, separator, problems: [{ code: 'no-header' }] }
      : { ...base, problems: [{ code: 'missing-column', columns: missing }] };
  }
  // N and D as written where both are; C makes up for one of them.
  const first = parameters ?? tokens;
  const second = parameters ? (tokens ?? compute) : compute;
  if (!first || !second)
    return { ...base, problems: [{ code: 'missing-column', columns: ['parameters', 'tokens'] }] };
  const derived = second !== compute ? undefined : first === parameters ? 'tokens' : 'parameters';
  const table: Table = {
    text,
    headerLine: lines.number,
    separator,
    width: names.length,
    columns: [first, second, loss],
    kinds: ['count', derived ? 'compute' : 'count', 'number'],
    mixed: [false, false, false],
  };
  const decimalComma = commaIsDecimal(table);
  let rows = yield* readRows(table, decimalComma, derived);
  // A cell in doubt may stand before the one that tells.
  if (table.mixed.includes(true)) rows = yield* readRows(table, decimalComma, derived);

  const problems: RunsProblem[] = [];
  if (rows.left > 0) problems.push({ code: 'too-many-rows', limit: kMaxRuns, count: rows.left });
  if (rows.runs.length === 0) problems.push({ code: rows.badCount > 0 ? 'no-good-rows' : 'header-only' });
  const columns: Partial<Record<Role, string>> = { loss: loss.name };
  for (const role of roles) {
    const column = used[role];
    if (column && (column === first || column === second)) columns[role] = column.name;
  }
  return {
    ...base,
    runs: rows.runs,
    lines: rows.lines,
    bad: rows.bad,
    badCount: rows.badCount,
    problems,
    columns,
    ...(derived ? { derived } : {}),
    decimalComma: decimalComma === true,
  };
}

/** The first line with words in it; Excel's "sep=;" and comments before it are passed over. */
function headerOf(lines: Lines): string | undefined {
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (line.trim() !== '' && !isComment(line) && !/^"?sep=.?"?$/iu.test(line.trim())) return line;
  }
  return undefined;
}

const isComment = (line: string) => line.startsWith('#') || line.startsWith('//');

type Kind = 'count' | 'compute' | 'number';
type Cell = { readonly value: number } | { readonly code: BadRowCode; readonly like?: string };

interface Table {
  readonly text: string;
  readonly headerLine: number;
  readonly separator: Separator;
  /** How many columns the header has. */
  readonly width: number;
  readonly columns: readonly [Column, Column, Column];
  readonly kinds: readonly [Kind, Kind, Kind];
  /** Whether a cell of the column was seen whose decimals stand behind the other mark than the table's. */
  readonly mixed: [boolean, boolean, boolean];
}

/** The lines under the header that hold a row. */
function* rowsOf(table: Table): Generator<Lines> {
  const lines = new Lines(table.text);
  while (lines.next() !== undefined) {
    const { line } = lines;
    if (lines.number > table.headerLine && line !== '' && line.trim() !== '' && !isComment(line)) yield lines;
  }
}

const kRowsToLearnFrom = 10_000;

/**
 * Whether commas stand before decimals, as far as the table tells; undefined where none of its cells does.
 * Tells: a comma and a point in one number; several commas, or several points in groups of three; a comma that is not
 * followed by three digits; any comma in a loss, as no loss is a thousand.
 */
function commaIsDecimal(table: Table): boolean | undefined {
  if (table.separator === ',' && !table.text.includes('"')) return false;
  let rows = 0;
  for (const lines of rowsOf(table)) {
    if ((rows += 1) > kRowsToLearnFrom) break;
    const cells = cellsOf(lines.line, table.separator);
    for (const [i, { index }] of table.columns.entries()) {
      const text = cells[index]?.trim() ?? '';
      const comma = text.indexOf(',');
      const point = text.indexOf('.');
      if (comma < 0) {
        if (/^[+-]?\d{1,3}(\.\d{3}){2,}(?!\d)/u.test(text)) return true;
        continue;
      }
      if (point >= 0) return point < comma;
      if (text.includes(',', comma + 1)) return false;
      if (table.kinds[i] === 'number' || !/^[+-]?[1-9]\d{0,2},\d{3}(?!\d)/u.test(text)) return true;
    }
  }
  // A number in quotes, in a table of commas, has its thousands marked.
  return table.separator === ',' ? false : undefined;
}

interface Rows {
  readonly runs: (readonly [number, number, number])[];
  readonly lines: number[];
  readonly bad: BadRow[];
  badCount: number;
  left: number;
}

/** Rows between two steps: a few milliseconds. */
const kRowsInAStep = 2000;

function* readRows(
  table: Table,
  decimalComma: boolean | undefined,
  derived: 'parameters' | 'tokens' | undefined,
): Generator<undefined, Rows> {
  const rows: Rows = { runs: [], lines: [], bad: [], badCount: 0, left: 0 };
  const refuse = (row: BadRow) => {
    rows.badCount += 1;
    if (rows.bad.length < kListedBadRows) rows.bad.push(row);
  };
  let read = 0;
  for (const lines of rowsOf(table)) {
    const { line, number } = lines;
    if ((read += 1) % kRowsInAStep === 0) yield;
    if (rows.runs.length >= kMaxRuns) {
      rows.left = 1;
      for (let more = lines.skip(20 * kRowsInAStep); more > 0; more = lines.skip(20 * kRowsInAStep)) {
        rows.left += more;
        yield;
      }
      break;
    }
    if (lines.unclosed) {
      refuse({ line: number, code: 'unclosed-quote', cell: shown(line) });
      continue;
    }
    const values = valuesOf(table, cellsOf(line, table.separator), decimalComma);
    if ('code' in values) {
      refuse({ line: number, ...values });
      continue;
    }
    const [first, second, loss] = values;
    const other = derived ? second / (6 * first) : second;
    rows.runs.push(derived === 'parameters' ? [other, first, loss] : [first, other, loss]);
    rows.lines.push(number);
  }
  return rows;
}

function valuesOf(
  table: Table,
  cells: readonly string[],
  decimalComma: boolean | undefined,
): [number, number, number] | Omit<BadRow, 'line'> {
  // A decimal comma in a table of commas moves all cells behind it. A line may end with the separator.
  if (cells.length > table.width && cells.slice(table.width).some((cell) => cell.trim() !== ''))
    return { code: 'too-many-cells', cell: shown(cells.join(table.separator)) };
  const values: [number, number, number] = [0, 0, 0];
  for (const i of [0, 1, 2] as const) {
    const { index, name, factor } = table.columns[i];
    const text = cells[index];
    if (text === undefined) return { code: 'cell-missing', column: name };
    const cell = cellValue(text, table, i, decimalComma);
    if ('code' in cell) return { ...cell, column: name, cell: shown(text) };
    values[i] = cell.value * factor;
  }
  return values;
}

function cellValue(text: string, table: Table, column: 0 | 1 | 2, decimalComma: boolean | undefined): Cell {
  // Most cells are plain numbers. Number() also takes "", " " and "0x1f", which are none here; and where commas are
  // decimal, "7.000" is seven thousand.
  const direct = Number(text);
  if (
    direct > 0 &&
    direct < Infinity &&
    !/^\s*0[xob]/iu.test(text) &&
    !((decimalComma || table.mixed[column]) && text.includes('.'))
  ) {
    return { value: direct };
  }
  return writtenValue(text.trim(), table, column, decimalComma);
}

function writtenValue(
  text: string,
  table: Table,
  column: 0 | 1 | 2,
  decimalComma: boolean | undefined,
): Cell {
  const kind = table.kinds[column];
  if (/^(|-+|–|—|\.|n\/?a|nan|null|none|\?)$/iu.test(text)) return { code: 'cell-empty' };
  if (/^[=@]|^[+-](?![\d.,])|[<>]|^\w+\(/u.test(text)) return { code: 'formula' };
  // "1e" is a number cut short, not 1 exa.
  if (/\de$/iu.test(text)) return { code: 'not-a-number' };
  if (decimalComma === undefined && /^[^,]*,[^,]*$/u.test(text)) return { code: 'ambiguous-separator' };
  let plain = text;
  if (decimalComma !== undefined) {
    const bare = text.replace(/[\s'_](?=\d{3})/gu, '');
    const other = markIs(bare, decimalComma ? '.' : ',');
    if (other === 'decimal') table.mixed[column] = true;
    const mixed = table.mixed[column];
    if (
      (other === 'either' && (mixed || kind === 'number')) || // No loss is a thousand.
      (mixed && markIs(bare, decimalComma ? ',' : '.') === 'either') ||
      (decimalComma && /,.*\./u.test(bare))
    )
      return { code: 'mixed-decimals' };
    if (decimalComma)
      plain = other === 'decimal' ? bare : bare.replace(/\.(?=\d{3})/gu, '').replace(',', '.');
  }
  const parsed = parseQuantity(plain, kind);
  if ('code' in parsed) {
    const { code, like } = parsed;
    const known = code === 'unknown-unit' || code === 'ambiguous-separator' || code === 'not-finite';
    return { code: known ? code : 'not-a-number', ...(like === undefined ? {} : { like }) };
  }
  return parsed.value > 0 ? { value: parsed.value } : { code: 'not-positive' };
}

/** What the only mark in a number can stand before: decimals ("5.22", "1.234e9"), or a thousand as well ("3.517"). */
function markIs(text: string, mark: ',' | '.'): 'decimal' | 'either' | undefined {
  const parts = /^[+-]?(\d*)([.,])(\d+)([^\d.,][^.,]*)?$/u.exec(text);
  if (parts?.[2] !== mark) return undefined;
  const [, before = '', , after = '', unit = ''] = parts;
  const thousands = /^[1-9]\d{0,2}$/u.test(before) && after.length === 3 && !/^e[+-]?\d/iu.test(unit);
  return thousands ? 'either' : 'decimal';
}

const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
