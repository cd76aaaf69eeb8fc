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

/**
 * Coverage where each source's rows are judged by factors made from the other sources alone.
 * @returns {{share: number, bySource: Array<{source, n, share}>}} share is NaN where there is one source only
 */
export function crossValidate(rows, level) {
  const sources = [...new Set(rows.map((row) => row.source))].sort();
  if (sources.length < 2) return { share: NaN, bySource: [] };
  let held = 0;
  const bySource = sources.map((source) => {
    const own = rows.filter((row) => row.source === source);
    const factors = factorsOf(rows.filter((row) => row.source !== source), level);
    const hits = own.filter((row) => inside(row, factors)).length;
    held += hits;
    return { source, n: own.length, share: hits / own.length };
  });
  return { share: held / rows.length, bySource };
}

/** Share of the rows that their own factors hold. */
export const coverageOf = (rows, factors) => rows.filter((row) => inside(row, factors)).length / rows.length;

/**
 * Factors of one group: of the levels at which its own factors hold 85 to 95 % of its rows, the smallest at which
 * leaving a source out still leaves `target` of its rows inside, so that a new source is covered too, or else the
 * largest of them. A group of few rows has no such level: then the first that holds at least as many.
 */
export function calibrate(rows, { target = 0.9, levels = [0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99] } = {}) {
  if (rows.length === 0) return null;
  const held = (level) => coverageOf(rows, factorsOf(rows, level));
  const covering = levels.filter((level) => held(level) >= 0.85 && held(level) <= 0.95);
  const few = levels.find((level) => held(level) >= 0.85) ?? levels.at(-1);
  const validates = (level) => !(crossValidate(rows, level).share < target);
  const chosen = covering.find(validates) ?? covering.at(-1) ?? few;
  const factors = factorsOf(rows, chosen);
  const validated = crossValidate(rows, chosen);
  return {
    ...factors,
    level: chosen,
    n: rows.length,
    sources: new Set(rows.map((row) => row.source)).size,
    coverage: coverageOf(rows, factors),
    crossValidated: validated.share,
    bySource: validated.bySource,
  };
}
