// The tables of what is shown in LaTeX, ruled by the booktabs package.

import type { ShownTable, ShownView } from './tables';

/** Signs with what each is in mathematics. */
const signs =
  '− - × \\times · \\cdot ≤ \\le ≈ \\approx ∞ \\infty → \\to ∝ \\propto ᵃ ^a α \\alpha β \\beta γ \\gamma δ \\delta ε \\epsilon ζ \\zeta η \\eta κ \\kappa λ \\lambda μ \\mu ρ \\rho σ \\sigma τ \\tau ω \\omega ± \\pm ≥ \\ge < < > > | |'.split(
    ' ',
  );
const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '✓': '',
  '✕': '',
  // At the start of a line these two belong to the end of the line before.
  '[': '{[}',
  '*': '{*}',
  ...Object.fromEntries(
    signs.flatMap((sign, i) => (i % 2 === 0 ? [[sign, `$${signs[i + 1] ?? ''}$`] as const] : [])),
  ),
};
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export function escaped(text: string): string {
  return text.replace(/\^[−-]?[\d.]*\d|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|./gsu, (found) => {
    const known = special[found];
    if (known !== undefined) return known;
    if (/^\^./u.test(found)) return `$^{${found.slice(1).replace('−', '-')}}$`;
    if (/[&%$#_{}]/u.test(found)) return `\\${found}`;
    if (!/[⁰¹²³⁴⁵⁶⁷⁸⁹]/u.test(found)) return found;
    return `$^{${[...found].map((c) => (c === '⁻' ? '-' : powers.indexOf(c))).join('')}}$`;
  });
}

function latexOfTable({ caption, columns, rows }: ShownTable): string {
  const kinds = (rows[0] ?? columns)
    .map((_, i) => (rows.some((row) => row[i]?.isNumber) ? 'r' : 'l'))
    .join('');
  const line = (cells: readonly string[]) => `${cells.map(escaped).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    ...(caption ? [`\\caption{${escaped(caption)}}`] : []),
    `\\begin{tabular}{${kinds}}`,
    '\\toprule',
    ...(columns.length > 0 ? [line(columns), '\\midrule'] : []),
    ...rows.map((row) => line(row.map((cell) => cell.text))),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

/** As many tables as LaTeX holds back where no text stands between them, at most. */
const most = 16;

/** Every table as a float of its own. Says which packages it needs. */
export function toLatex(views: readonly ShownView[], provenance: string): string {
  const tables = views.flatMap((view) => view.tables.map(latexOfTable));
  if (tables.length === 0) return '';
  const packages = ['booktabs', ...(/\p{Script=Hangul}/u.test(tables.join('')) ? ['kotex'] : [])];
  const held = tables.flatMap((table, i) => ((i + 1) % most === 0 ? [table, '\\clearpage'] : [table]));
  return [`% ${provenance}`, `% \\usepackage{${packages.join(',')}}`, ...held].join('\n\n') + '\n';
}
