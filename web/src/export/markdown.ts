// What is shown as Markdown (GitHub's tables).

import type { ShownTable, ShownView } from './tables';

const escaped = (text: string) => text.replace(/[|\\]/gu, '\\$&');
const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;

function markdownOfTable({ caption, columns, rows }: ShownTable): string {
  const rule = columns.map((_, i) => (rows.some((row) => row[i]?.isNumber) ? '---:' : '---'));
  return [
    ...(caption ? [caption, ''] : []),
    line(columns),
    `| ${rule.join(' | ')} |`,
    ...rows.map((row) => line(row.map((cell) => cell.text))),
  ].join('\n');
}

/** `provenance`: the last line, which says what made this and where it can be opened again. */
export function toMarkdown(views: readonly ShownView[], provenance: string): string {
  const blocks = views.flatMap(({ title, sentences, inputs, tables }) => [
    `## ${title}`,
    ...sentences,
    ...(inputs.length > 0 ? [inputs.map(([label, text]) => `- ${label}: ${text}`).join('\n')] : []),
    ...tables.map(markdownOfTable),
  ]);
  return blocks.length === 0 ? '' : [...blocks, provenance].join('\n\n') + '\n';
}
