// What is shown as Markdown (GitHub's tables).

import type { ShownTable, ShownView } from './tables';

/** A post may show what somebody else typed: none of it is markup. */
const escaped = (text: string) => text.replace(/[\\|<`*[\]]/gu, '\\$&');
const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;

function markdownOfTable({ caption, columns, rows }: ShownTable): string {
  // Markdown knows no table without a head.
  const head = columns.length > 0 ? columns : (rows[0] ?? []).map(() => '');
  const rule = head.map((_, i) => (rows.some((row) => row[i]?.isNumber) ? '---:' : '---'));
  return [
    ...(caption ? [escaped(caption), ''] : []),
    line(head),
    `| ${rule.join(' | ')} |`,
    ...rows.map((row) => line(row.map((cell) => cell.text))),
  ].join('\n');
}

/** `provenance`: the last line, which says what made this and where it can be opened again. */
export function toMarkdown(views: readonly ShownView[], provenance: string): string {
  const blocks = views.flatMap(({ title, sentences, progress, inputs, tables }) => [
    `## ${escaped(title)}`,
    ...[...sentences, progress].filter(Boolean).map(escaped),
    ...(inputs.length > 0
      ? [inputs.map(([label, text]) => `- ${escaped(label)}: ${escaped(text)}`).join('\n')]
      : []),
    ...tables.map(markdownOfTable),
  ]);
  // In brackets no letter of an address is markup.
  const last = provenance.replace(/\w+:\S+$/u, '<$&>');
  return blocks.length === 0 ? '' : [...blocks, last].join('\n\n') + '\n';
}
