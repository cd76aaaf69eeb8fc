// CSV as RFC 4180 has it.

import type { ShownCell, ShownTable, ShownView } from './tables';

export function csvLines(rows: readonly (readonly string[])[]): string {
  const quoted = (text: string) => (/[",\r\n]/u.test(text) ? `"${text.replace(/"/gu, '""')}"` : text);
  return rows.map((row) => row.map(quoted).join(',') + '\r\n').join('');
}

/** A column as programs read it: its words and each kind of its numbers in a column of their own. */
function apart(head: string, cells: readonly ShownCell[]): string[][] {
  const kinds = new Set(cells.flatMap(({ numbers }) => numbers.map(([of]) => of)));
  if (kinds.size === 0) return [[head, ...cells.map(({ text }) => text)]];
  const words = cells.map((cell) => cell.words);
  return [
    ...(words.some(Boolean) ? [[head, ...words]] : []),
    ...[...kinds].map((kind) => [
      head && kind ? `${head} (${kind})` : head || kind,
      ...cells.map(({ numbers }) => numbers.find(([of]) => of === kind)?.[1] ?? ''),
    ]),
  ];
}

function rowsOf({ isList, columns, rows }: ShownTable): (readonly string[])[] {
  if (isList) return rows.flatMap(([name, fact]) => (name && fact ? apart(name.text, [fact]) : []));
  const all = (rows[0] ?? []).flatMap((_, i) =>
    apart(
      columns[i] ?? '',
      rows.flatMap((row) => row[i] ?? []),
    ),
  );
  const lines = ['', ...rows].map((_, line) => all.map((column) => column[line] ?? ''));
  return lines[0]?.some(Boolean) ? lines : lines.slice(1);
}

/** The tables of what is shown, each under its caption or its view's title, a blank line between two; first how far it is. */
export function toCsv(views: readonly ShownView[], provenance: string): string {
  const blocks = views.flatMap(({ title, progress, tables }) => [
    ...(progress ? [csvLines([[title], [progress]])] : []),
    ...tables.map((table) => csvLines([[table.caption || title], ...rowsOf(table)])),
  ]);
  return blocks.length === 0 ? '' : [...blocks, csvLines([[provenance]])].join('\r\n');
}
