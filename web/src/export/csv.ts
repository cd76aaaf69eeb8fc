// CSV as RFC 4180 has it.

import type { ShownView } from './tables';

export function csvLines(rows: readonly (readonly string[])[]): string {
  const quoted = (text: string) => (/[",\r\n]/u.test(text) ? `"${text.replace(/"/gu, '""')}"` : text);
  return rows.map((row) => row.map(quoted).join(',') + '\r\n').join('');
}

const heads = (columns: readonly string[]) => (columns.length > 0 ? [columns] : []);

/** The tables of what is shown, each under its caption or its view's title, a blank line between two. */
export function toCsv(views: readonly ShownView[], provenance: string): string {
  const blocks = views.flatMap(({ title, tables }) =>
    tables.map(({ caption, columns, rows }) =>
      csvLines([[caption || title], ...heads(columns), ...rows.map((row) => row.map((cell) => cell.exact))]),
    ),
  );
  return blocks.length === 0 ? '' : [...blocks, csvLines([[provenance]])].join('\r\n');
}
