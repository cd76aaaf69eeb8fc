import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const web = new URL('../../../web/src/', import.meta.url);
const read = (path) => readFileSync(new URL(path, web), 'utf8');
const ids = JSON.parse(read('i18n/ids/import.json'));
const en = JSON.parse(read('i18n/en.json'));
// Tables of runs have their own words and test (runs.test.mjs).
const files = readdirSync(new URL('import/', web)).filter((f) => !f.startsWith('runs'));
const code = files.map((f) => read(`import/${f}`));

/** Ids given to `pattern`'s first group anywhere in the code of the import. */
const given = (pattern) => new Set(code.flatMap((text) => [...text.matchAll(pattern)].map((m) => m[1])));

test('every note and every problem of an import has its words, and no words are left over', () => {
  const notes = given(/notes\.add\(\s*'([^']+)'/gu);
  const codes = new Set([
    ...given(/problem\([^;]*?,\s*'([a-z0-9-]{5,})'(?:[,)]| :)/gu),
    ...given(/new Stop\([^;]*?,\s*'([a-z0-9-]{5,})'[,)]/gu),
    ...given(/bad\('([a-z-]{5,})'/gu),
    ...given(/code: '([a-z-]{5,})'/gu),
    ...given(/\? '([a-z-]{5,})' : '[a-z-]+'\)/gu),
    ...given(/\? '[a-z-]+' : '([a-z-]{5,})'\)/gu),
  ]);
  assert.ok(notes.size > 15 && codes.size > 25, `${notes.size} notes, ${codes.size} codes`);
  for (const id of notes) assert.ok(ids[id], `note ${id}`);
  for (const id of codes) assert.ok(ids[id] ?? en[`problem.${id}`], `problem ${id}`);
  const unused = Object.keys(ids).filter((id) => id !== 'keys-assumed' && !notes.has(id) && !codes.has(id));
  assert.deepEqual(unused, []);
});

test('both languages, the same placeholders, no particle after one', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+\}/gu) ?? [])].sort();
  for (const [id, text] of Object.entries(ids)) {
    assert.deepEqual(Object.keys(text), ['en', 'ko'], id);
    assert.deepEqual(holes(text.ko), holes(text.en), id);
    assert.doesNotMatch(text.ko, /\}(을|를|이|가|은|는|와|과|로|으로)(\s|$|[.,])/u, id);
  }
});

test('what is no decoder is told so in words for encoders alone and with a decoder', () => {
  for (const text of Object.values(ids['not-a-decoder'])) assert.doesNotMatch(text, /encoder-decoder|인코더-디코더/u);
});
