// What the fields say of a text that they cannot take: nothing that they would refuse in its turn.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

// The views load with their templates, which ask for a document.
globalThis.HTMLElement ??= class {};
globalThis.document ??= { createTreeWalker: () => ({}), createComment: () => ({}) };

const part = 'models';
const { readField } = await load('src/state/fields.ts', { part });
const { fieldMessage } = await load('src/views/parts.ts', { part });
const { translator } = await load('src/i18n/index.ts', { part });
const engine = await loadEngine();
const languages = ['en', 'ko'];
const said = (key, text, lang = 'en') => {
  const { problem } = readField(key, text, engine);
  assert.ok(problem, `${key} takes ${text}`);
  return fieldMessage(problem, { t: translator(lang), lang }, key);
};

const refused = [
  ['mfu', '7B'], ['mfu', 'abc'], ['sparsity', '7B'], ['util', '90GB'], ['memory', '70억'], ['memory', '7B'], ['memory', 'abc'], ['parameters', '24GiB'],
  ['users', '50 seats'], ['rank', '8GB'], ['compute', '5GB'], ['budget', 'abc'], ['loss', '2%'], ['price', '40%'], ['hostbandwidth', '60GB/s'], ['model', '7GiB'],
];
test('every way of writing that a message names is one that the field takes', () => {
  for (const lang of languages) {
    for (const [key, text] of refused) {
      const words = said(key, text, lang);
      assert.doesNotMatch(words, /[{}]|undefined/u);
      const named = words.replace(/“.*”/u, '').match(/\d[\d.e]*(?: ?(?!처럼)[%\p{L}][\p{L}-]*)?/gu) ?? [];
      assert.ok(named.length > 0, words);
      for (const way of named.map((n) => n.replace(/처럼|\.$/gu, ''))) {
        const { problem } = readField(key, way, engine);
        assert.ok(!problem || !/unit|not-a-number/u.test(problem.code), `${key}: “${words}” names ${way}`);
      }
    }
  }
});

test('a field without units names none', () => {
  assert.match(said('loss', '2.9 nats'), /^“nats” [^%A-Z]*\. Write it like 2\.4\.$/u);
  assert.match(said('mfu', '7B', 'ko'), /“B”.* 0\.4, 40%처럼/u);
});

test('the example is one of the field', () => {
  for (const [key, like] of [['users', '20'], ['rule.cost', '5,000'], ['price', '2.50'], ['year', '2024'], ['hostbandwidth', '60']]) {
    assert.equal(said(key, 'abc', 'ko'), `숫자로 읽을 수 없습니다. ${like}처럼 쓰십시오.`, key);
  }
  assert.match(said('price', '500만원', 'ko'), /미국 달러/u);
  assert.match(said('rule.cost', '₩5,000'), /US dollars/u);
  assert.equal(readField('users', '20명', engine).value, 20);
  assert.equal(readField('year', '2024년', engine).value, 2024);
  assert.equal(readField('util', '40퍼센트', engine).value, 0.4);
  assert.equal(readField('tp', '8장', engine).value, 8);
  assert.equal(readField('tp', '8명', engine).problem.code, 'unknown-unit');
  assert.equal(readField('gpu', 'rtx-4090*20명', engine).problem.code, 'gpu-count');
  assert.equal(readField('gpu', 'rtx-4090*2장', engine).value[0].count, 2);
});

test('what is guessed at is named as the page names it, and that name is taken', async () => {
  const onPage = (key, text, lang) => {
    const { problem } = readField(key, text, engine);
    return fieldMessage(problem, { t: translator(lang), lang, store: { engine } }, key);
  };
  const { models } = engine.ask({ ask: 'models' }).result;
  const { id, name } = models.find((m) => m.id === 'llama-3.1-8b');
  for (const lang of languages) {
    for (const key of ['model', 'draft']) {
      const words = onPage(key, 'llama-3.1-8bb', lang);
      assert.ok(words.includes(translator(lang)('problem.nearest', { nearest: name })), words);
      assert.equal(readField(key, name, engine).value, id);
    }
    const law = onPage('law', 'hofmann-2022', lang);
    assert.ok(law.includes(translator(lang)('hoffmann-2022')) && !law.includes('hoffmann-2022'), law);
  }
});

test('years are not grouped; what is no model is told how a count is written', () => {
  assert.equal(said('year', '1999', 'ko'), '2018 이상을 입력하십시오.');
  assert.match(said('model', 'abc', 'ko'), /7B처럼 파라미터 수를/u);
});

test('no memory is no unit forgotten; b alone is no unit', () => {
  for (const text of ['-5', '0', '-5 GB', '0GB']) assert.match(said('memory', text), /above zero/u, text);
  for (const text of ['7', '7 b', '7B', '７Ｂ']) assert.match(said('memory', text), /Say the unit: 24GB or 24GiB/u, text);
});

test('a count too small is named in the reader’s language', () => {
  assert.equal(said('model', '5', 'ko'), '파라미터 수: 1,000,000 이상을 입력하십시오.');
});

test('a count of cards in full-width digits; a bad one names the card', () => {
  const read = (text) => readField('gpu', text, engine);
  assert.equal(read('rtx-4090*７').value[0].count, 7);
  for (const count of ['0', 'x', '１.5', '-2', '']) {
    const { problem } = read(`rtx-4090*${count}`);
    assert.equal(problem?.code, 'gpu-count', count);
    assert.equal(problem.text, `GeForce RTX 4090 × ${count}`);
  }
});
