// Quantiles, errors and calibrated intervals, on residuals whose answer is known.
import assert from 'node:assert/strict';
import test from 'node:test';

import { calibrate, coverage, coverageOf, crossValidate, factorsOf, median, quantile, summarise } from '../../scripts/accuracy/stats.mjs';

/** Uniform numbers in [0, 1), the same each run (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** n rows a source whose measured value is predicted · exp(bias of the source + noise). */
function synthetic({ sources, n, spread, between = 0, seed = 1 }) {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: sources }, (_, i) => {
    const bias = between * normal();
    return Array.from({ length: n }, (_, j) => ({
      id: `${i}-${j}`,
      source: `s${i}`,
      predicted: 100,
      measured: 100 * Math.exp(bias + spread * normal()),
      rounding: 0,
    }));
  }).flat();
}

test('quantiles interpolate between order statistics', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([1, 2, 3, 4, 5], 0.9), 4.6);
  assert.ok(Number.isNaN(median([])));
});

test('errors: median and 90th percentile of the size, bias with its sign', () => {
  const rows = [110, 90, 100, 80].map((predicted) => ({ predicted, measured: 100 }));
  const { n, median: m, p90, bias } = summarise(rows);
  assert.equal(n, 4);
  assert.ok(Math.abs(m - 0.1) < 1e-12 && Math.abs(p90 - 0.17) < 1e-12 && Math.abs(bias + 0.05) < 1e-12);
});

test('coverage counts the last printed digit as inside', () => {
  const row = { low: 90, high: 100, measured: 100.4, rounding: 0.5 };
  assert.equal(coverage([row, { ...row, measured: 101 }, { ...row, low: null, high: null }]).share, 0.5);
});

test('calibrated factors hold 85 to 95 % of rows that were not used to make them', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const known = synthetic({ sources: 6, n: 40, spread: 0.08, between: 0.02, seed });
    const fresh = synthetic({ sources: 6, n: 200, spread: 0.08, between: 0.02, seed: seed + 100 });
    const made = calibrate(known);
    const held = coverageOf(fresh, made);
    assert.ok(held >= 0.85 && held <= 0.97, `seed ${seed}: ${held}`);
    assert.ok(made.crossValidated >= 0.85, `seed ${seed}: ${made.crossValidated}`);
    assert.ok(made.low < 1 && made.high > 1);
  }
});

test('a margin is as wide as a source left out needs, and no wider', () => {
  const two = synthetic({ sources: 2, n: 30, spread: 0.02, between: 0.2, seed: 1 });
  assert.ok(crossValidate(two, 0.9).share < 0.85);
  const made = calibrate(two);
  assert.ok(made.margin > 0);
  assert.ok(made.crossValidated >= 0.85 && made.crossValidated <= 0.95, `${made.crossValidated}`);
  assert.ok(crossValidate(two, 0.9, made.margin - 0.005).share < 0.85);
  assert.equal(made.held.size, Math.round(made.crossValidated * two.length));
  assert.equal(calibrate(synthetic({ sources: 5, n: 60, spread: 0.05, seed: 4 })).margin, 0);
});

test('a source that differs from the others widens the factors', () => {
  const alike = calibrate(synthetic({ sources: 5, n: 30, spread: 0.05, seed: 7 }));
  const unlike = calibrate(synthetic({ sources: 5, n: 30, spread: 0.05, between: 0.1, seed: 7 }));
  assert.ok(unlike.high / unlike.low > alike.high / alike.low);
});

test('with few rows the factors reach the outermost residuals', () => {
  const rows = [80, 100, 125].map((measured) => ({ source: 'a', predicted: 100, measured, rounding: 0 }));
  assert.deepEqual(factorsOf(rows, 0.9), { low: 0.8, high: 1.25 });
  assert.ok(Number.isNaN(crossValidate(rows, 0.9).share));
  assert.equal(calibrate(rows).margin, 0);
  assert.equal(calibrate(rows).coverage, 1);
  assert.equal(calibrate([]), null);
});

test('a prediction lies inside its own interval however biased the rows are', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ source: `s${i % 3}`, predicted: 100, measured: 120 + i / 10, rounding: 0 }));
  const { low, high } = calibrate(rows);
  assert.equal(low, 1);
  assert.ok(high > 1.2);
});
