import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));

test('rules that no program states have words; programs and papers keep their names', () => {
  const en = read('web/src/i18n/en.json');
  const named = read('scripts/accuracy/rules.json').rules.filter((r) => r.id !== 'transformer-math');
  assert.ok(named.length > 2);
  for (const { id, tool } of named) assert.equal(en[`accuracy.tool.${id}`], tool);
});

test('every reason and group of the accuracy report has words', () => {
  const report = read('tests/accuracy/report.json');
  const en = read('web/src/i18n/en.json');
  const ofRows = Object.values(read('scripts/accuracy/reasons.json'));
  const reasons = [...ofRows, ...report.apartReasons, ...Object.keys(report.refused).map((r) => r.replace(/:.*/u, ''))];
  const missing = reasons.filter((why) => !(`accuracy.why.${why}` in en));
  const groups = report.groups.map((g) => g.id).filter((id) => id !== 'fit' && !(`accuracy.group.${id}` in en));
  assert.deepEqual([...missing, ...groups], []);
});
