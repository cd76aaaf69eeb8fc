// The report end to end, with an answerer that is wrong by a known factor.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';

import { currentTargets, makeReport, reportJson, shortfalls, summaryMarkdown } from '../../scripts/accuracy/report.mjs';
import { CLASSES, calibrateAll, intervalsInc } from '../../scripts/accuracy/intervals.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'accuracy-'));
after(() => rmSync(folder, { recursive: true }));

const rowsFile = join(folder, 'rows.jsonl');
execFileSync('node', ['scripts/accuracy', '--rows', rowsFile], { cwd: root });
const rows = readFileSync(rowsFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

/** Every row answered too high by `error`. */
function answered(error) {
  return rows.map((row) => {
    if (row.group === 'fit') {
      const fits = row.compare.outcome === 'fits';
      return {
        ...row, predicted: fits ? 'fits' : 'does-not-fit', low: null, high: null,
        answer: { requiredBytes: fits ? 9 : 11, availableBytes: 10 },
      };
    }
    const predicted = row.measured * error;
    return { ...row, predicted, low: predicted * 0.8, high: predicted * 1.2, answer: {} };
  });
}

const targets = JSON.parse(readFileSync(new URL('./targets.json', import.meta.url), 'utf8'));

test('errors, bias and coverage of every group are those of the answerer', () => {
  const report = makeReport(answered(1.1), [], {});
  for (const group of report.groups.filter((g) => g.id !== 'fit')) {
    assert.equal(group.main.median, 10, group.id);
    assert.equal(group.main.p90, 10, group.id);
    assert.equal(group.main.bias, 10, group.id);
    assert.equal(group.inside.share, 100, group.id);
  }
  const fit = report.groups.at(-1);
  assert.equal(fit.high.share, 100);
  assert.equal(fit.high.falseFits, 0);
});

test('the report names each row once and is the same text each time', () => {
  const text = reportJson(makeReport(answered(1.1), [], {}));
  const { points, outcomes, sources, pointFields } = JSON.parse(text);
  assert.equal(points.length + outcomes.length, rows.length);
  assert.equal(points[0].length, pointFields.length);
  assert.ok(points.every((p) => p[6] < sources.length));
  assert.equal(text, reportJson(makeReport(answered(1.1), [], {})));
});

test('a group that falls behind its limit is a fault; one that meets its target is held to it', () => {
  const good = makeReport(answered(1.001), [], {});
  const met = currentTargets(good, targets);
  assert.equal(met.lora.met, true);
  assert.equal(met['kv-cache'].met, false); // its target is exact
  assert.deepEqual(shortfalls(good, { about: '', ...met }), []);
  const bad = makeReport(answered(1.3), [], {});
  const faults = shortfalls(bad, { about: '', ...met });
  assert.ok(faults.some((fault) => fault.startsWith('lora: median 30')), faults.join('\n'));
});

test('a false "fits" is counted and named', () => {
  const list = answered(1);
  const oom = list.find((row) => row.group === 'fit' && row.compare.outcome === 'oom' && row.confidence === 'high' && !row.apart.length);
  oom.predicted = 'fits';
  oom.answer = { requiredBytes: 9, availableBytes: 10 };
  const fit = makeReport(list, [], {}).groups.at(-1);
  assert.equal(fit.high.falseFits, 1);
  assert.equal(fit.wrong[0].id, oom.id);
});

test('refusals are counted by reason', () => {
  const report = makeReport(answered(1), [{ reason: 'b' }, { reason: 'a' }, { reason: 'b' }], {});
  assert.deepEqual(Object.entries(report.refused), [['b', 2], ['a', 1]]);
  assert.match(summaryMarkdown(report, targets), /Not asked, by reason: b 2, a 1\./);
});

test('interval factors: a row of the core for each group, holding what they were made from', () => {
  const table = calibrateAll(answered(1.1));
  for (const { id } of CLASSES) assert.ok(table.some((c) => c.id === id && c.statistic === 'allocated'), id);
  for (const c of table) {
    assert.ok(Math.abs(c.low - 1 / 1.1) < 1e-9 && c.high === 1, c.id);
    assert.equal(c.coverage, 1);
  }
  const lines = intervalsInc(table).trim().split('\n').filter((line) => line.startsWith('{'));
  assert.equal(lines.length, table.length);
  assert.match(lines[0], /^\{MeasuredGroup::inference_transformers, false, 0\.9091, 1, \d+, \d+\},$/);
});

test('the command asks an answerer, prints the summary and writes nothing with --print', () => {
  const done = spawnSync('node', ['scripts/accuracy', '--print', '--command', 'node tests/accuracy/fake_answerer.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FAKE_ROWS: rowsFile, FAKE_ERROR: '0.95' },
  });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /\| LoRA \| 5\.00 \/ 5\.00 \|/);
});

test('an answerer that fails says so', () => {
  const done = spawnSync('node', ['scripts/accuracy', '--print', '--command', 'false'], { cwd: root, encoding: 'utf8' });
  assert.notEqual(done.status, 0);
  assert.match(done.stderr, /false ended with 1/);
});
