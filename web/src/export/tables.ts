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
  if (exact) {
    for (const number of copy.querySelectorAll('data')) number.replaceWith(` ${number.value} `);
  }
  return (copy.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

function cellOf(cell: Element): ShownCell {
  return { text: textOf(cell), exact: textOf(cell, true), isNumber: cell.matches('.numeric') };
}

function tableOf(table: HTMLTableElement): ShownTable {
  const [head, ...body] = [...table.rows].map((row) => [...row.cells]);
  const columns = (head ?? []).map((cell) => textOf(cell));
  // A heading across the table stands alone in its row.
  const blank = { text: '', exact: '', isNumber: false };
  const padded = (cells: ShownCell[]) => [
    ...cells,
    ...Array<ShownCell>(Math.max(0, columns.length - cells.length)).fill(blank),
  ];
  return {
    caption: textOf(table.caption),
    columns,
    rows: body.map((cells) => padded(cells.map(cellOf))),
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

/** Every section under `root`, as it stands. Tables in closed details are left out. */
export function shownViews(root: ParentNode): readonly ShownView[] {
  return [...root.querySelectorAll('section')].map((section) => ({
    title: textOf(section.querySelector('h2')),
    sentences: [...section.querySelectorAll('.answer')].map((p) => textOf(p)),
    inputs: inputsOf(section),
    tables: [...section.querySelectorAll('table')]
      .filter((t) => !t.closest('details:not([open])'))
      .map(tableOf),
  }));
}
