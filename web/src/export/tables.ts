// What a view shows, read back from what it drew: its sentence, its inputs, its tables. Exact numbers stand in <data
// value> around their rounded text, so every export says what is on the screen and nothing is computed twice.

export interface ShownCell {
  readonly text: string;
  /** Its numbers, exact and in their base unit, each with what it is, such as "B" for bytes; and the words beside them. */
  readonly numbers: readonly (readonly [of: string, value: string])[];
  readonly words: string;
  readonly isNumber: boolean;
}

export interface ShownTable {
  readonly caption: string;
  /** Facts with their names: each row is one, its name is its head. */
  readonly isList: boolean;
  /** Empty where the table has no heads. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ShownCell[])[];
}

export interface ShownView {
  readonly title: string;
  readonly sentences: readonly string[];
  /** How far it is, where it takes its time. */
  readonly progress: string;
  readonly inputs: readonly (readonly [label: string, text: string])[];
  readonly tables: readonly ShownTable[];
}

/** Marks, formulas, what is folded away and what is said of the page itself are no part of a text. */
const silent = '[aria-hidden="true"], .how, .tip, math, script, style, details > :not(summary)';

function spoken(element: Element): Element {
  const copy = element.cloneNode(true) as Element;
  for (const left of copy.querySelectorAll(silent)) left.remove();
  for (const raised of copy.querySelectorAll('sup')) raised.prepend('^');
  return copy;
}

const flat = (text: string | null) => (text ?? '').replace(/\s+/gu, ' ').trim();
const lineOf = (element: Element) => flat(element.textContent);
export const textOf = (element: Element | null): string => (element ? lineOf(spoken(element)) : '');

const blank: ShownCell = { text: '', numbers: [], words: '', isNumber: false };

function cellOf(cell: Element): ShownCell {
  const copy = spoken(cell);
  const text = lineOf(copy);
  const found = [...copy.querySelectorAll('data')];
  const numbers = found.map((data) => [data.dataset['of'] ?? '', data.value] as const);
  for (const data of found) data.remove();
  // What is left of "≤ 7B" or "–" says nothing.
  const words = lineOf(copy)
    .split(' ')
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  return { text, numbers, words: words.join(' '), isNumber: cell.matches('.numeric') };
}

export type Rows = readonly (readonly ShownCell[])[];

/** A table of which only the rows in sight are drawn says all of them. */
export interface Whole {
  readonly whole?: {
    readonly rows: number;
    readonly columns: number;
    cell(row: number, column: number): ShownCell;
  };
}

const allOf = ({ rows, columns, cell }: NonNullable<Whole['whole']>): Rows =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => cell(row, column)));

function tableOf(table: HTMLTableElement & Whole, made: Rows | undefined): ShownTable {
  const head = table.tHead?.rows[0];
  const cells =
    table.whole === undefined
      ? [...table.rows].filter((row) => row !== head).map((row) => [...row.cells].map(cellOf))
      : (made ?? allOf(table.whole));
  const columns = [...(head?.cells ?? [])].map((cell) => textOf(cell));
  // A heading across the table stands alone in its row; what keeps room for rows not drawn holds no text.
  const width = Math.max(columns.length, ...cells.map((row) => row.length));
  const rows = cells.filter((row) => row.some(({ text }) => text !== ''));
  // Nor does a column of pictures.
  const kept = Array.from({ length: width }, (_, i) => i).filter((i) => rows.some((row) => row[i]?.text));
  const only = <Cell>(row: readonly Cell[], none: Cell) => kept.map((i) => row[i] ?? none);
  return {
    caption: textOf(table.caption),
    isList: false,
    columns: columns.length > 0 ? only(columns, '') : [],
    rows: rows.map((row) => only(row, blank)),
  };
}

/** Facts with their names, under the heading before them. */
function listOf(list: Element, section: Element): ShownTable {
  const before = [...section.querySelectorAll('h3, dl')];
  const titles = before.slice(0, before.indexOf(list)).filter((title) => title.matches('h3'));
  const names = [...list.querySelectorAll('dt')];
  return {
    caption: textOf(titles.pop() ?? null),
    isList: true,
    columns: [],
    rows: names.map((name) => [cellOf(name), cellOf(name.nextElementSibling ?? name)]),
  };
}

/** The scales of a slide rule, which say their values themselves. */
function scalesOf(rule: Element): ShownTable {
  const rows = [...rule.querySelectorAll<HTMLElement>('.strip')].map((strip) => {
    const { value, text = '', of = '' } = strip.dataset;
    return [
      { ...blank, text: flat(strip.getAttribute('aria-label')) },
      { ...blank, text: flat(text), numbers: value ? [[of, value] as const] : [] },
    ];
  });
  return { caption: '', isList: true, columns: [], rows };
}

function inputsOf(section: Element): (readonly [string, string])[] {
  return [...section.querySelectorAll('.field')].flatMap((field) => {
    const input = field.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
    // What is looked for is an input only where it filters a table; all of it is no filter.
    const filter = field.parentElement?.dataset['filter'];
    const isControl = filter === undefined ? input?.type === 'search' : !filter || !input?.value;
    if (isControl) return [];
    // Not what cannot be read, but what the results were computed from.
    const good = input?.dataset['good'];
    const text =
      good !== undefined
        ? good
        : input instanceof HTMLSelectElement
          ? (input.selectedOptions[0]?.text ?? '')
          : ((input as HTMLInputElement | null)?.value ?? '');
    const label = textOf(field.querySelector('label'));
    return text === '' ? [] : [[filter ? `${label} (${filter})` : label, text] as const];
  });
}

/**
 * Every section under `root` that shows something, as it stands. What is in closed details is left out. `made`: the
 * rows of the table that says all of them, where they are made already.
 */
export function shownViews(root: ParentNode, made?: Rows): readonly ShownView[] {
  return [...root.querySelectorAll('section')]
    .map((section) => ({
      title: textOf(section.querySelector('h2')),
      sentences: [...section.querySelectorAll('.answer')].map((p) => textOf(p)),
      progress: textOf(section.querySelector('.fit-status [role=status]')),
      inputs: inputsOf(section),
      tables: [...section.querySelectorAll('table, dl, .rule')]
        .filter((t) => !t.closest('details:not([open]), .how'))
        .map((t) =>
          t instanceof HTMLTableElement
            ? tableOf(t, made)
            : t.matches('dl')
              ? listOf(t, section)
              : scalesOf(t),
        ),
    }))
    .filter((view) => [view.sentences, view.inputs, view.tables].some((some) => some.length > 0));
}
