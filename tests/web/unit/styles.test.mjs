import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const source = new URL('../../../web/src/', import.meta.url);
const sheets = readdirSync(source, { recursive: true }).filter((file) => /styles\.ts$/u.test(file));

// With one such rule a browser styles the two hundred rows of a table anew where a line of text comes before it.
test('no rule is about all later siblings of an element', () => {
  assert.ok(sheets.length > 4);
  const found = sheets.flatMap((file) =>
    [...readFileSync(new URL(file, source), 'utf8').matchAll(/^.*[\w)*\]] ~ .*\{$/gmu)].map(([rule]) => `${file}: ${rule}`),
  );
  assert.deepEqual(found, []);
});
