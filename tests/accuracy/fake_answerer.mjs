#!/usr/bin/env node
// Stands in for the batch command in the tests of the report: answers every question, wrong by a known factor.
//   --schema   every field that a question may have
// FAKE_ERROR (1.1) multiplies what the row measured; the measured bytes come in through FAKE_ROWS, a file that
// `scripts/accuracy --rows` wrote.
import { readFileSync } from 'node:fs';

const rows = new Map(
  readFileSync(process.env.FAKE_ROWS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((row) => [row.id, row]),
);
const error = Number(process.env.FAKE_ERROR ?? 1.1);

if (process.argv[2] === '--schema') {
  const kinds = {};
  for (const row of rows.values()) {
    kinds[row.question.ask] ??= new Set();
    for (const name of Object.keys({ ...row.question, ...row.also, ...row.needs, ...row.assume })) kinds[row.question.ask].add(name);
  }
  console.log(JSON.stringify(Object.entries(kinds).map(([kind, names]) => ({ kind, fields: [...names].map((name) => ({ name })) }))));
} else {
  const lines = readFileSync(0, 'utf8').trim().split('\n');
  for (const line of lines) {
    const row = rows.get(JSON.parse(line).id);
    const bytes = row.measured * error;
    const { compare } = row;
    const result = { peakBytes: bytes, interval: { low: bytes * 0.8, high: bytes * 1.2, level: 0.9 } };
    if (compare.field) result[compare.field] = bytes;
    if (compare.phase) result.phases = [{ id: compare.phase, bytes }];
    if (compare.terms) result.terms = [{ id: compare.terms[0], bytes }];
    if (compare.room) {
      result.terms = [{ id: 'weights', bytes: compare.room.capacityBytes * compare.room.share - bytes }];
    }
    if (compare.outcome) {
      result.outcome = compare.outcome === 'fits' ? 'fits' : 'does-not-fit';
      result.requiredBytes = compare.outcome === 'fits' ? 9 : 11;
      result.availableBytes = 10;
    }
    console.log(JSON.stringify({ result }));
  }
}
