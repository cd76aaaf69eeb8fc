// A law of one's own as the text of a link, and back: "chinchilla,E:1.8172,A:477.8,…,N:1e7:7e9,cov:E:6.6e-4,
// cov:A:3.9e-3:6.7e-2": the form, its constants, what it was fitted on, the covariance row by row. The core checks it.

import type { OwnLaw } from '../engine/law-types';

const short = (x: number, digits: number) => String(Number(x.toPrecision(digits)));

export function ownLawText(law: OwnLaw): string {
  const range = (letter: string, low?: number, high?: number) =>
    low === undefined || high === undefined ? [] : [`${letter}:${short(low, 6)}:${short(high, 6)}`];
  const rows = (law.covarianceOf ?? []).map((symbol, i) =>
    ['cov', symbol, ...(law.logCovariance?.[i] ?? []).slice(0, i + 1).map((x) => short(x, 6))].join(':'),
  );
  return [
    law.form,
    ...Object.entries(law.constants).map(([symbol, value]) => `${symbol}:${short(value, 9)}`),
    ...range('N', law.parametersLow, law.parametersHigh),
    ...range('D', law.tokensLow, law.tokensHigh),
    ...(law.unit === undefined ? [] : [`unit:${law.unit}`]),
    ...rows,
  ].join(',');
}

/** Nothing where the text is no such list. */
export function parseOwnLaw(text: string): OwnLaw | undefined {
  const [form = '', ...parts] = text.split(',').map((part) => part.trim());
  const constants: Record<string, number> = {};
  const covarianceOf: string[] = [];
  const triangle: number[][] = [];
  let rest: Partial<OwnLaw> = {};
  for (const part of parts) {
    const [name = '', ...texts] = part.split(':');
    const numbers = texts.map(Number);
    if (name === 'unit') rest = { ...rest, unit: texts[0] ?? '' };
    else if (name === 'cov') {
      covarianceOf.push(texts[0] ?? '');
      triangle.push(numbers.slice(1));
    } else if (numbers.length === 0 || !numbers.every(Number.isFinite)) return undefined;
    else if (name === 'N')
      rest = { ...rest, parametersLow: numbers[0] ?? NaN, parametersHigh: numbers[1] ?? NaN };
    else if (name === 'D') rest = { ...rest, tokensLow: numbers[0] ?? NaN, tokensHigh: numbers[1] ?? NaN };
    else constants[name] = numbers[0] ?? NaN;
  }
  if (!form || parts.length === 0) return undefined;
  if (triangle.some((row, i) => row.length !== i + 1 || !row.every(Number.isFinite))) return undefined;
  const logCovariance = triangle.map((_, i) =>
    triangle.map((row, j) => (j <= i ? triangle[i]?.[j] : row[i]) ?? NaN),
  );
  return { form, constants, ...rest, ...(covarianceOf.length > 0 ? { covarianceOf, logCovariance } : {}) };
}
