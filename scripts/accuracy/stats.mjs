// Quantiles, errors, and the calibration of intervals.

/** Linear interpolation between order statistics (type 7); q in [0, 1]. NaN for an empty list. */
export function quantile(values, q) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export const median = (values) => quantile(values, 0.5);

/** Signed relative error of a prediction. */
export const relativeError = ({ predicted, measured }) => predicted / measured - 1;

/** n, median and 90th percentile of |error|, bias (median of the signed error), each as a fraction. */
export function summarise(rows) {
  const errors = rows.map(relativeError);
  const sizes = errors.map(Math.abs);
  return { n: rows.length, median: median(sizes), p90: quantile(sizes, 0.9), bias: median(errors) };
}

/** Share of rows whose measured value lies inside [low, high], give or take the last printed digit. */
export function coverage(rows) {
  const stated = rows.filter((row) => row.low !== null && row.high !== null);
  const inside = stated.filter(
    (row) => row.measured >= row.low - row.rounding && row.measured <= row.high + row.rounding,
  );
  return { n: stated.length, share: stated.length ? inside.length / stated.length : NaN };
}

/** ln(measured / predicted): an interval [predicted·low, predicted·high] holds the row where low ≤ its exp ≤ high. */
export const logRatio = ({ predicted, measured }) => Math.log(measured / predicted);

/**
 * Multiplicative factors whose interval is to hold a share `level` of the next row. The quantiles are those of the
 * residuals stretched outward by one order statistic, n·(1 + 1/n), as for a conformal interval: with few rows the
 * factors reach the outermost residuals. The factors enclose 1: a prediction lies inside its own interval.
 */
export function factorsOf(rows, level) {
  const ratios = rows.map(logRatio).sort((a, b) => a - b);
  const n = ratios.length;
  if (n === 0) return null;
  const tail = (1 - level) / 2;
  const rank = Math.min(1, ((1 - tail) * (n + 1)) / n);
  const low = quantile(ratios, 1 - rank);
  const high = quantile(ratios, rank);
  return { low: Math.min(1, Math.exp(low)), high: Math.max(1, Math.exp(high)) };
}

const inside = (row, factors) =>
  row.measured >= row.predicted * factors.low - row.rounding && row.measured <= row.predicted * factors.high + row.rounding;

/** Factors with a margin on either side, in natural logarithms. */
const widened = ({ low, high }, margin) => ({ low: low * Math.exp(-margin), high: high * Math.exp(margin) });

/**
 * Coverage where each source's rows are judged by factors made from the other sources alone, widened by `margin`.
 * @returns {{share: number, held: Set<string>}} ids of the rows held; share is NaN where there is one source only
 */
export function crossValidate(rows, level, margin = 0) {
  const sources = [...new Set(rows.map((row) => row.source))];
  if (sources.length < 2) return { share: NaN, held: new Set() };
  const held = sources.flatMap((source) => {
    const factors = widened(factorsOf(rows.filter((row) => row.source !== source), level), margin);
    return rows.filter((row) => row.source === source && inside(row, factors));
  });
  return { share: held.length / rows.length, held: new Set(held.map((row) => row.id)) };
}

/** Share of the rows that their own factors hold. */
export const coverageOf = (rows, factors) => rows.filter((row) => inside(row, factors)).length / rows.length;

/**
 * Factors of one group: those of its rows at `level`, widened by the smallest margin at which factors of the other
 * sources hold the `least` share of the rows of each source left out in turn, so that a new source is covered too.
 */
export function calibrate(rows, { level = 0.9, least = 0.85, step = 0.005 } = {}) {
  if (rows.length === 0) return null;
  let margin = 0;
  while (crossValidate(rows, level, margin).share < least) margin += step;
  const factors = widened(factorsOf(rows, level), margin);
  const { share, held } = crossValidate(rows, level, margin);
  return {
    ...factors,
    margin,
    n: rows.length,
    sources: new Set(rows.map((row) => row.source)).size,
    coverage: coverageOf(rows, factors),
    crossValidated: share,
    held,
  };
}
