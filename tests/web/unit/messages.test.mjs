import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { everyWord, languages } from '../../../web/words.mjs';

const web = new URL('../../../web/src/', import.meta.url);
const read = (path) => readFileSync(new URL(path, web), 'utf8');
const tables = Object.fromEntries(languages().map((lang) => [lang, JSON.parse(read(`i18n/${lang}.json`))]));
const { en, ko } = tables;
/** What a language's file holds: English and Korean share the files of ids, a further one has those words, too. */
const expected = (lang) => (lang === 'en' || lang === 'ko' ? en : everyWord());

test('every language has the same keys, none empty', () => {
  assert.ok(en && ko);
  for (const [lang, table] of Object.entries(tables)) {
    assert.deepEqual(Object.keys(table).sort(), Object.keys(expected(lang)).sort(), lang);
    for (const [key, text] of Object.entries(table)) assert.notEqual(text.trim(), '', `${lang}: ${key}`);
  }
});

test('a message has the same placeholders in every language', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+\}/gu) ?? [])].sort();
  for (const [lang, table] of Object.entries(tables)) {
    for (const [key, text] of Object.entries(expected(lang))) assert.deepEqual(holes(table[key]), holes(text), `${lang}: ${key}`);
  }
});

test('no particle directly after a variable in Korean', () => {
  for (const [key, text] of Object.entries(ko)) assert.doesNotMatch(text, /\}(을|를|이|가|은|는|와|과|로|으로)(\s|$|[.,])/u, key);
});

test('no particle hangs on the bracket of a formula in Korean, where a line would break before it; a table keeps its number', () => {
  for (const [key, text] of Object.entries(ko)) {
    assert.doesNotMatch(text, /[A-Z]\*?\([A-Z][\w, ]*\)\p{Script=Hangul}/u, key);
    assert.doesNotMatch(text, /(그림|식|표|부록) [\dA-Z]/u, key);
  }
  for (const [key, text] of Object.entries(en)) assert.doesNotMatch(text, /(Figure|Table|Eq\.) [\dA-Z]/u, key);
});

test('one Korean word for each thing', () => {
  const ids = ['fit', 'import', 'inference', 'kinds', 'memory-symbols', 'models', 'peers', 'training'].map((f) => JSON.parse(read(`i18n/ids/${f}.json`)));
  const reasons = JSON.parse(read('generated-facts/peers.json'));
  const all = { ...ko, ...Object.fromEntries([...ids, reasons].flatMap((of) => Object.entries(of)).map(([id, words]) => [`${id} `, words.ko])) };
  for (const [key, text] of Object.entries(all)) {
    assert.doesNotMatch(text, /퓨즈드|서빙|플래시 어텐션|목적함수|윈도우|할당자|고유 토큰|최댓값|들어가는|(?<!(CUDA|프로세스의|카드 자체의) )컨텍스트(?! 바이트)/u, key);
    assert.doesNotMatch(text, /GPU \d+개/u, key);
  }
});

test('every key that the code names exists', () => {
  const files = readdirSync(web, { recursive: true }).filter((f) => f.endsWith('.ts') && !f.startsWith('generated'));
  for (const file of files) {
    for (const [, key] of read(file).matchAll(/\bt\(\s*'([^']+)'/gu)) assert.ok(key in en, `${file}: ${key}`);
  }
});

test('no words stand in the views and the element', () => {
  const files = readdirSync(web, { recursive: true }).filter((f) => /^(views|element|charts)\/.*\.ts$/u.test(f));
  assert.ok(files.length > 3);
  for (const file of files) {
    const text = read(file).replace(/\/\/.*|\/\*[\s\S]*?\*\//gu, '');
    // Text between tags that is not an expression: two letters in a row would be a word.
    for (const [, between] of text.matchAll(/>([^<>{}`$;]*)<\/[a-z]/gu)) {
      assert.doesNotMatch(between, /\p{L}{2,}/u, `${file}: ${between.trim()}`);
    }
    assert.doesNotMatch(text, /[가-힣]/u, file);
  }
});

test('words of ids stand once, in both languages, with the same placeholders', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+\}/gu) ?? [])].sort();
  const seen = new Map();
  const together = [...read('i18n/index.ts').matchAll(/from '\.\/ids\/([\w-]+\.json)'/gu)].map((m) => m[1]);
  assert.ok(together.length > 5);
  for (const file of together) {
    for (const [id, words] of Object.entries(JSON.parse(read(`i18n/ids/${file}`)))) {
      assert.equal(seen.get(id), undefined, `${id} stands in ${file}, too`);
      seen.set(id, file);
      assert.deepEqual(Object.keys(words), ['en', 'ko'], id);
      assert.deepEqual(holes(words.ko), holes(words.en), id);
    }
  }
});

test('every change that the core advises has its words', () => {
  const core = readFileSync(new URL('../../../src/slide_rule/fit/advice.cpp', import.meta.url), 'utf8');
  const ids = new Set(
    [...core.matchAll(/\b(?:train|word|number|largest|smallest)\("([a-z0-9-]+)"/gu)].map((m) => m[1]),
  );
  const words = JSON.parse(read('i18n/ids/fit.json'));
  assert.ok(ids.size > 20, `${ids.size}`);
  for (const id of ids) assert.ok(words[`advice.${id}`], id);
  for (const id of Object.keys(words))
    assert.ok(!id.startsWith('advice.') || ids.has(id.slice(7)), `${id} is not advised`);
});
