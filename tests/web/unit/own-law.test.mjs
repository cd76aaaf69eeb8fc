// A law of one's own: fitted a slice at a time as the page does it, written into a link, read back and asked.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

const { ownLawText, parseOwnLaw } = await load('src/parse/own-law.ts');
const { perform } = await load('src/fit-law/tasks.ts');
const { runsExamples } = await load('src/examples/runs.ts');

const settings = { form: 'chinchilla', criterion: 'huber', huberDelta: 1e-3, bootstraps: 200, seed: 42 };

/** All reports of a task. */
const reports = (task, engine) => [...perform(task, engine, 5)].filter(Boolean);
const readExample = (engine) => reports({ kind: 'read', table: runsExamples[0].text, options: {} }, engine)[0].read;

test('the fit in slices gives what the fit in one go gives, the point fit before the intervals', async () => {
  const engine = await loadEngine();
  const read = readExample(engine);
  assert.equal(read.rows.length, 3 * 34);
  const many = { ...settings, bootstraps: 4000 };
  const found = reports({ kind: 'fit', rows: read.rows, settings: many }, engine);
  const answers = found.filter((r) => r.answer).map((r) => r.answer);
  assert.equal(answers[0].rows, 34);
  assert.ok(answers[0].bootstraps < 4000, `${answers[0].bootstraps}`);
  assert.ok(found.at(-1).progress.finished);
  for (let i = 1; i < found.length; i += 1) {
    assert.ok(found[i].progress.bootstrapsDone >= found[i - 1].progress.bootstrapsDone);
  }
  const runs = Array.from({ length: 34 }, (_, i) => [...read.rows.subarray(3 * i, 3 * i + 3)]);
  const whole = engine.ask({ ask: 'fit-law', runs, ...many }).result;
  assert.deepEqual(answers.at(-1), whole);
});

test('a slice takes no longer than it may, whatever a unit of work costs', () => {
  for (const unitMs of [0.01, 0.3, 4, 30]) {
    let now = 0;
    const clock = mock.method(performance, 'now', () => now);
    const slices = [];
    let done = 0;
    const progress = () => ({ starts: 1, startsDone: 1, bootstraps: 1e4, bootstrapsDone: done });
    const step = (units) => {
      slices.push(units * unitMs);
      now += units * unitMs;
      done += units;
      return done >= 1e4;
    };
    const engine = { beginFit: () => ({ result: { step, progress, answer: () => ({}) } }) };
    for (const _ of perform({ kind: 'fit', rows: new Float64Array(30), settings }, engine, 10));
    clock.mock.restore();
    const longest = Math.max(...slices);
    assert.ok(longest <= Math.max(10, unitMs) + 1e-9, `${longest} ms at ${unitMs} ms a unit`);
    assert.ok(longest > 5, `${longest} ms at ${unitMs} ms a unit`);
  }
});

test('a fit that cannot be is refused before it begins', async () => {
  const engine = await loadEngine();
  const two = Float64Array.from([1e8, 1e9, 3, 1e9, 1e9, 2.9, 1e8, 2e9, 2.8, 1e9, 2e9, 2.7, 1e8, 4e9, 2.6, 1e9, 4e9, 2.5]);
  const [refused] = reports({ kind: 'fit', rows: two, settings }, engine);
  assert.deepEqual(refused.problems.map((p) => [p.field, p.code, p.limit]), [['runs.parameters', 'too-few', 3]]);
});

test('through a link and back the law gives the same losses and intervals', async () => {
  const engine = await loadEngine();
  const found = reports({ kind: 'fit', rows: readExample(engine).rows, settings }, engine).at(-1).answer;
  const own = {
    form: 'chinchilla',
    constants: found.constants,
    covarianceOf: found.covarianceOf,
    logCovariance: found.logCovariance,
    parametersLow: 1e7,
    parametersHigh: 6.9e9,
    tokensLow: 5e7,
    tokensHigh: 1.4e11,
    unit: 'nats-per-token',
  };
  const text = ownLawText(own);
  assert.match(text, /^chinchilla,E:[\d.]+,A:[\d.]+,alpha:[\d.]+,B:[\d.]+,beta:[\d.]+,N:10000000:6900000000,D:50000000:140000000000,unit:nats-per-token,cov:E:/u);
  const back = parseOwnLaw(text);
  for (const at of [{ parameters: 1e9, tokens: 2e10 }, { parameters: 7e10, tokens: 1.4e12 }]) {
    const [a, b] = [own, back].map((o) => engine.ask({ ask: 'loss', law: 'own', own: o, ...at }).result);
    assert.ok(Math.abs(b.loss / a.loss - 1) < 1e-7);
    assert.ok(Math.abs(b.interval.high / a.interval.high - 1) < 1e-3, `${b.interval.high} ${a.interval.high}`);
    assert.deepEqual(b.extrapolates, a.extrapolates);
  }
  // Beside the published laws: by how much it differs, and why.
  const rows = engine.ask({ ask: 'compare', laws: ['own', 'besiroglu-2024'], own: back, parameters: 1e9, tokens: 2e10 }).result.rows;
  assert.equal(rows[1].relativeDifference, rows[1].loss / rows[0].loss - 1);
  assert.deepEqual(rows[1].differs, ['own-runs']);
  const row = engine.ask({ ask: 'laws', law: 'own', own: back }).result.laws[0];
  assert.equal(row.constants[0].symbol, 'E');
  assert.ok(Math.abs(row.constants[0].standardError / found.standardError.E - 1) < 1e-4);
});

test('a link that holds no law is no law', () => {
  for (const text of ['', 'x', 'chinchilla', 'chinchilla,E:x', 'chinchilla,E', 'chinchilla,E:1,cov:E:1:2', 'chinchilla,E:1,cov:E:x']) {
    assert.equal(parseOwnLaw(text), undefined, text);
  }
});
