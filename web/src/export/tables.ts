// What a view shows, read back from what it drew: its sentence, its inputs, its tables. Exact numbers stand in <data
// value> beside their rounded text, so every export says what is on the screen and nothing is computed twice.

export interface ShownCell {
  readonly text: string;
  /** The text with its numbers exact and in their base unit. */
  readonly exact: string;
  readonly isNumber: boolean;
}

export interface ShownTable {
  readonly caption: string;
  /** Empty where the table has no heads. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ShownCell[])[];
}

export interface ShownView {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly inputs: readonly (readonly [label: string, text: string])[];
  readonly tables: readonly ShownTable[];
}

/** Marks, formulas and what is folded away are no part of a cell's text. */
const silent = '[aria-hidden="true"], .how, math, script, style, details > :not(summary)';

function textOf(element: Element | null, exact = false): string {
  if (!element) return '';
  const copy = element.cloneNode(true) as Element;
  for (const left of copy.querySelectorAll(silent)) left.remove();
  for (const raised of copy.querySelectorAll('sup')) raised.prepend('^');
  if (exact) {
    for (const number of copy.querySelectorAll('data')) number.replaceWith(` ${number.value} `);
  }
  return (copy.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

function cellOf(cell: Element): ShownCell {
  return { text: textOf(cell), exact: textOf(cell, true), isNumber: cell.matches('.numeric') };
}

function tableOf(table: HTMLTableElement): ShownTable {
  const head = table.tHead?.rows[0];
  const cells = [...table.rows].filter((row) => row !== head).map((row) => [...row.cells].map(cellOf));
  const columns = [...(head?.cells ?? [])].map((cell) => textOf(cell));
  // A heading across the table stands alone in its row; what keeps room for rows not drawn holds no text.
  const width = Math.max(columns.length, ...cells.map((row) => row.length));
  const blank = { text: '', exact: '', isNumber: false };
  const rows = cells
    .filter((row) => row.some(({ text }) => text !== ''))
    .map((row) => [...row, ...Array<ShownCell>(width - row.length).fill(blank)]);
  return { caption: textOf(table.caption), columns, rows };
}

/** Facts with their names, under the heading before them. */
function listOf(list: Element, section: Element): ShownTable {
  const before = [...section.querySelectorAll('h3, dl')];
  const titles = before.slice(0, before.indexOf(list)).filter((title) => title.matches('h3'));
  const names = [...list.querySelectorAll('dt')];
  return {
    caption: textOf(titles.pop() ?? null),
    columns: [],
    rows: names.map((name) => [cellOf(name), cellOf(name.nextElementSibling ?? name)]),
  };
}

function inputsOf(section: Element): (readonly [string, string])[] {
  return [...section.querySelectorAll('.field')].flatMap((field) => {
    const input = field.querySelector('input, select');
    const text =
      input instanceof HTMLSelectElement
        ? (input.selectedOptions[0]?.text ?? '')
        : ((input as HTMLInputElement | null)?.value ?? '');
    return text === '' ? [] : [[textOf(field.querySelector('label')), text] as const];
  });
}

/** Every section under `root` that shows something, as it stands. What is in closed details is left out. */
export function shownViews(root: ParentNode): readonly ShownView[] {
  return [...root.querySelectorAll('section')]
    .map((section) => ({
      title: textOf(section.querySelector('h2')),
      sentences: [...section.querySelectorAll('.answer')].map((p) => textOf(p)),
      inputs: inputsOf(section),
      tables: [...section.querySelectorAll('table, dl')]
        .filter((t) => !t.closest('details:not([open]), .how'))
        .map((t) => (t instanceof HTMLTableElement ? tableOf(t) : listOf(t, section))),
    }))
    .filter((view) => [view.sentences, view.inputs, view.tables].some((some) => some.length > 0));
}
