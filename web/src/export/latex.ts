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

/** Letters beside each other on a page of the article class; what parts two columns, and a narrow column of words. */
const lineWidth = 70;
const gap = 2.5;
const narrow = 16;

/** In Latin letters, of which Hangul takes two. */
const widthOf = (text = '') => text.replace(/\p{Script=Hangul}/gu, '--').length;

function latexOfTable({ caption, columns, rows }: ShownTable): string {
  const all = (rows[0] ?? columns).map((_, i) => ({
    kind: rows.some((row) => row[i]?.isNumber) ? 'r' : 'l',
    width: gap + Math.max(widthOf(columns[i]), ...rows.map((row) => widthOf(row[i]?.text))),
  }));
  const sum = (some: typeof all) => some.reduce((total, { width }) => total + width, 0);
  const wide = sum(all) > lineWidth;
  // Long words share what the other columns leave of the line; where that is too little, all is made smaller.
  const long = all.filter(({ kind, width }) => wide && kind === 'l' && width > narrow);
  const share = (lineWidth - sum(all) + sum(long)) / long.length - gap;
  const isSmall = wide && !(share > narrow);
  const part = `>{\\raggedright\\arraybackslash}p{0.${Math.floor((100 * share) / lineWidth)}\\linewidth}`;
  if (!isSmall) for (const column of long) column.kind = part;
  const line = (cells: readonly string[]) => `${cells.map(escaped).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    ...(caption ? [`\\caption{${escaped(caption)}}`] : []),
    ...(isSmall ? ['\\resizebox{\\linewidth}{!}{%'] : []),
    `\\begin{tabular}{${all.map(({ kind }) => kind).join('')}}`,
    '\\toprule',
    ...(columns.length > 0 ? [line(columns), '\\midrule'] : []),
    ...rows.map((row) => line(row.map((cell) => cell.text))),
    '\\bottomrule',
    `\\end{tabular}${isSmall ? '}' : ''}`,
    '\\end{table}',
  ].join('\n');
}

/** As many tables as LaTeX holds back where no text stands between them, at most. */
const most = 16;

/** Every table as a float of its own. Says which packages it needs. */
export function toLatex(views: readonly ShownView[], provenance: string): string {
  const tables = views.flatMap((view) => view.tables.map(latexOfTable));
  if (tables.length === 0) return '';
  const packages = `booktabs,array,graphicx${/\p{Script=Hangul}/u.test(tables.join('')) ? ',kotex' : ''}`;
  const held = tables.flatMap((table, i) => ((i + 1) % most === 0 ? [table, '\\clearpage'] : [table]));
  const progress = views.flatMap((view) => (view.progress ? [`% ${view.progress}`] : []));
  return [`% ${provenance}`, ...progress, `% \\usepackage{${packages}}`, ...held].join('\n\n') + '\n';
}
