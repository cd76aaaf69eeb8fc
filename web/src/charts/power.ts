/** A decade as a power of ten: 10⁻⁸; 1, 10 and 100 as they are. */
export function power(v: number): string {
  const exponent = Math.round(Math.log10(v));
  if (exponent >= 0 && exponent <= 2) return String(10 ** exponent);
  return `10${[...String(exponent)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? '⁻').join('')}`;
}
