// Stands in for d3-interpolate, which d3-scale imports: the scales here map numbers to numbers, and d3's own would
// bring colours, dates and transforms with it (8 KB gzip, a tenth of the page).

export function interpolateNumber(a: number, b: number): (t: number) => number {
  return (t) => a * (1 - t) + b * t;
}

export function interpolateRound(a: number, b: number): (t: number) => number {
  return (t) => Math.round(a * (1 - t) + b * t);
}

export const interpolate = interpolateNumber;

/** Named by d3-scale for its colour scales, which nothing here uses. */
export function piecewise(): never {
  throw new Error('only numbers are interpolated here');
}
