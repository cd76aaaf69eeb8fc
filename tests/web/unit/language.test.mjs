// A further language is one file in web/src/i18n: nothing else names the languages.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { everyWord, languages, packedWords } from '../../../web/words.mjs';
import { load } from '../load.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'language-'));
after(() => rmSync(copy, { recursive: true }));
for (const part of ['web/src', 'scripts/accuracy/groups.json']) cpSync(join(root, part), join(copy, part), { recursive: true });
const from = join(copy, 'web/');
const folder = `${from}src/i18n/`;

/** Whatever languages there are already. */
const withThird = [...languages(), 'qq'].sort();

/** The file as the contributor's guide says to begin it, every word marked as made up. */
const begun = JSON.parse(execFileSync('node', [join(root, 'scripts/language.mjs')], { encoding: 'utf8' }));
const made = Object.fromEntries(Object.entries(begun).map(([key, text]) => [key, `¿${text}`]));
writeFileSync(join(folder, 'qq.json'), JSON.stringify(made));

test('the file begins with every word in English, those by id too', () => {
  const en = JSON.parse(readFileSync(join(root, 'web/src/i18n/en.json'), 'utf8'));
  assert.deepEqual(begun, { ...everyWord(), ...en });
  assert.ok(begun['kv-cache'] && begun['advice.lora'] && begun['peer-reason.aiden0z']);
});

for (const part of ['laws', 'models']) {
  test(`a third file is a language of the code, page of ${part}`, async () => {
    const { idKey, isLang, languages: known, translator } = await load('src/i18n/index.ts', { from, part });
    assert.deepEqual([...known].sort(), withThird);
    assert.ok(isLang('qq') && !isLang('xx'));
    assert.equal(translator('qq')('language.name'), '¿English');
    assert.equal(translator('qq')('stale', { fields: 'N' }), '¿Computed from the last value that could be read. Waiting for: N.');
    if (part === 'models') assert.equal(translator('qq')(idKey('part', 'norms')), '¿Norms');
  });

  test(`a third file travels in the build, trimmed and packed as the others, page of ${part}`, () => {
    assert.deepEqual([...languages(folder)].sort(), withThird);
    const [keys, english] = packedWords('en', part, true, folder).split('||').map((list) => list.split('|'));
    const third = packedWords('qq', part, true, folder).split('|');
    assert.deepEqual(third, english.map((text) => `¿${text}`));
    assert.equal(keys.includes('laws.title'), part === 'laws');
    assert.equal(keys.includes('kv-cache'), part === 'models');
  });
}

test('a third file is a choice of the page and is read from a link', async () => {
  const { fields } = await load('src/state/fields.ts', { from });
  assert.deepEqual(fields.lang.read('qq'), { value: 'qq' });
  assert.equal(fields.lang.read('xx').problem.code, 'unknown-choice');
});

test('what a build carries is read back as the words that it was made of', async () => {
  const { translator } = await load('src/i18n/index.ts', { part: 'models', packed: true });
  const ko = JSON.parse(readFileSync(join(root, 'web/src/i18n/ko.json'), 'utf8'));
  assert.equal(translator('ko')('model.title'), ko['model.title']);
  assert.equal(translator('ko')('kv-cache'), 'KV 캐시');
  assert.equal(translator('en')('kv-cache'), 'KV cache');
  // Keys travel without the topic that the one before has.
  const read = Object.keys(ko).filter((key) => translator('ko')(key) === ko[key]);
  assert.ok(read.length > 400, `${read.length}`);
  for (const key of read) assert.notEqual(translator('en')(key), key);
  assert.ok(Object.keys(ko).every((key) => [ko[key], key].includes(translator('ko')(key))));
});
