// The tables of what is shown in LaTeX, ruled by the booktabs package.

import type { ShownTable, ShownView } from './tables';

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '−': '$-$',
  '×': '$\\times$',
  '·': '$\\cdot$',
  '≤': '$\\le$',
  '≈': '$\\approx$',
  '∞': '$\\infty$',
  '✓': '',
  '✕': '',
};
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export function escaped(text: string): string {
  return text.replace(/⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[\\~^−×·≤≈∞✓✕&%$#_{}]/gu, (found) => {
    if (found in special) return special[found] ?? '';
    if (!/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/u.test(found)) return `\\${found}`;
    return `$^{${[...found].map((c) => (c === '⁻' ? '-' : powers.indexOf(c))).join('')}}$`;
  });
}

function latexOfTable({ caption, columns, rows }: ShownTable): string {
  const kinds = columns.map((_, i) => (rows.some((row) => row[i]?.isNumber) ? 'r' : 'l')).join('');
  const line = (cells: readonly string[]) => `${cells.map(escaped).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    ...(caption ? [`\\caption{${escaped(caption)}}`] : []),
    `\\begin{tabular}{${kinds}}`,
    '\\toprule',
    line(columns),
    '\\midrule',
    ...rows.map((row) => line(row.map((cell) => cell.text))),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

/** Every table as a float of its own. Needs \usepackage{booktabs}. */
export function toLatex(views: readonly ShownView[], provenance: string): string {
  const tables = views.flatMap((view) => view.tables.map(latexOfTable));
  if (tables.length === 0) return '';
  return [`% ${provenance}`, '% \\usepackage{booktabs}', ...tables].join('\n\n') + '\n';
}
