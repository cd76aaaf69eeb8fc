import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const web = new URL('../../../web/src/', import.meta.url);
const read = (path) => readFileSync(new URL(path, web), 'utf8');
const en = JSON.parse(read('i18n/en.json'));
const ko = JSON.parse(read('i18n/ko.json'));

test('both languages have the same keys, none empty', () => {
  assert.deepEqual(Object.keys(ko).sort(), Object.keys(en).sort());
  for (const table of [en, ko]) for (const [key, text] of Object.entries(table)) assert.notEqual(text.trim(), '', key);
});

test('a message has the same placeholders in both languages', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+\}/gu) ?? [])].sort();
  for (const key of Object.keys(en)) assert.deepEqual(holes(ko[key]), holes(en[key]), key);
});

test('no particle directly after a variable in Korean', () => {
  for (const [key, text] of Object.entries(ko)) assert.doesNotMatch(text, /\}(을|를|이|가|은|는|와|과|로|으로)(\s|$|[.,])/u, key);
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
    assert.doesNotMatch(text.replace(/'한국어'|'English'/gu, ''), /[가-힣]/u, file);
  }
});
