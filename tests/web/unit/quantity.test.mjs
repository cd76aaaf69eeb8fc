import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

const { parseQuantity } = await load('src/parse/quantity.ts');
const { countOf } = await load('src/parse/devices.ts');
const value = (text, kind = 'count') => parseQuantity(text, kind).value;
const code = (text, kind = 'count') => parseQuantity(text, kind).code;

test('counts are read as people write them', () => {
  for (const text of ['7e9', '7B', '7b', '7 B', '70억', '7,000,000,000', '7 000 000 000', '７Ｂ', '７０億'.replace('億', '억'), '7G', '7 billion', '7x10^9', '7B parameters', '70억 개']) {
    assert.equal(value(text), 7e9, text);
  }
  assert.equal(value('8k'), 8e3);
  assert.equal(value('1.5T'), 1.5e12);
  assert.equal(value('1조 2000억'), 1.2e12);
  assert.equal(value('7억 5천만'), 7.5e8);
  assert.equal(value('.5B'), 5e8);
});

test('memory needs a unit, and GB is never GiB', () => {
  assert.equal(value('80GB', 'bytes'), 80e9);
  assert.equal(value('80 GiB', 'bytes'), 80 * 2 ** 30);
  assert.equal(value('80G', 'bytes'), 80e9);
  assert.equal(value('８０ＧＢ', 'bytes'), 80e9);
  assert.equal(code('80', 'bytes'), 'bytes-need-unit');
});

test('compute takes FLOP and PF-days, at the core’s own conversion', async () => {
  assert.equal(value('1e21', 'compute'), 1e21);
  assert.equal(value('1e21 FLOP', 'compute'), 1e21);
  const engine = await loadEngine();
  const { assumptions } = engine.ask({ ask: 'loss', law: 'kaplan-2020-compute', computeFlop: 1e20 }).result;
  const flop = assumptions.find((a) => a.id === 'pf-days').value;
  assert.equal(value('1 PF-day', 'compute'), flop);
  assert.equal(value('3640 PF-days', 'compute'), 3640 * flop);
});

test('compute as the page prints it, as it is typed and as Koreans say it', () => {
  assert.equal(value('6.40·10²³ FLOP', 'compute'), 6.4e23);
  for (const text of ['10²¹', '10^21', '1x10^21', '1×10^21 FLOP']) assert.equal(value(text, 'compute'), 1e21, text);
  assert.equal(value('1조', 'compute'), 1e12);
  assert.equal(value('3경 5000조 FLOP', 'compute'), 3.5e16);
});

test('memory in Korean units', () => {
  for (const [text, bytes] of [['16메가', 16e6], ['16 메가바이트', 16e6], ['24기가', 24e9], ['2테라바이트', 2e12], ['30바이트', 30]]) {
    assert.equal(value(text, 'bytes'), bytes, text);
  }
});

test('money is in dollars, as the page prints it and as people type it; another currency is told so', () => {
  for (const text of ['US$5,530', '$5,530', '＄5,530', '5530달러', '5,530 dollars', '5530 USD']) assert.equal(value(text, 'money'), 5530, text);
  assert.equal(value('5천만', 'money'), 5e7);
  assert.equal(value('5천 달러', 'money'), 5000);
  assert.equal(value('2.50', 'money'), 2.5);
  for (const text of ['500만원', '500만 원', '₩5,000', '€20', '20엔']) assert.equal(code(text, 'money'), 'not-dollars', text);
});

test('what is counted by hand may say what it is: people where people are counted, cards where cards are', () => {
  const takes = {
    whole: ['20', '20개'],
    people: ['20', '20명', '20 명', '20 users', '２０명'],
    cards: ['20', '20장', '20개', '20대', '20 GPUs', '20 cards', '２０장'],
  };
  for (const [kind, texts] of Object.entries(takes)) {
    for (const text of texts) assert.equal(value(text, kind), 20, `${kind}: ${text}`);
    for (const text of Object.values(takes).flat().filter((other) => !texts.includes(other)))
      assert.equal(code(text, kind), 'unknown-unit', `${kind}: ${text}`);
  }
  assert.equal(value('30만 명', 'people'), 3e5);
  assert.equal(countOf('20장'), 20);
  assert.equal(countOf('20명'), NaN);
});

test('numbers as Koreans say them, up to 해', () => {
  assert.equal(value('1해'), 1e20);
  assert.equal(value('1해 FLOP', 'compute'), 1e20);
  assert.equal(value('3해 5천경', 'compute'), 3.5e20);
  assert.equal(value('2천조'), 2e15);
  assert.equal(value('5백'), 500);
  assert.equal(value('2024년', 'year'), 2024);
  assert.equal(value('2024 년', 'year'), 2024);
  assert.equal(value('2024', 'year'), 2024);
  assert.equal(code('2024년', 'number'), 'unknown-unit');
});

test('percent is a fraction', () => {
  for (const text of ['40%', '40 %', '40퍼센트', '40 퍼센트', '40프로', '40 percent', '４０％']) assert.equal(value(text, 'share'), 0.4, text);
  assert.equal(value('0.4', 'share'), 0.4);
});

test('what cannot be read says why', () => {
  assert.equal(code(''), 'empty');
  assert.equal(code('   '), 'empty');
  assert.equal(code('abc'), 'not-a-number');
  assert.equal(code('NaN'), 'not-a-number');
  assert.equal(code('Infinity'), 'not-a-number');
  assert.equal(code('1e400'), 'not-finite');
  assert.equal(code('7 apples'), 'unknown-unit');
  assert.equal(code('7 __proto__'), 'unknown-unit');
  assert.equal(code('7 constructor'), 'unknown-unit');
  assert.equal(code('1,5'), 'ambiguous-separator');
  assert.equal(code('7.000.000.000'), 'ambiguous-separator');
  assert.equal(code('1.234,5'), 'ambiguous-separator');
  assert.equal(code('--3'), 'not-a-number');
  assert.equal(value('-3'), -3); // refused by the core, which knows the range
  assert.equal(value('0'), 0);
});

test('a long text neither hangs nor throws', () => {
  for (const text of ['9'.repeat(5000), '1,'.repeat(5000), ' '.repeat(50000) + 'x', '억'.repeat(5000), '1조'.repeat(5000), '1' + ' '.repeat(50000) + 'x']) {
    const start = performance.now();
    for (const kind of ['count', 'whole', 'people', 'cards', 'year', 'money', 'compute']) parseQuantity(text, kind);
    assert.ok(performance.now() - start < 200);
  }
});

test('a unit that is a power of ten moves the point and rounds nothing', () => {
  for (const [text, value] of [['2.05B', 2_050_000_000], ['20.5억', 2_050_000_000], ['1.005e3k', 1_005_000], ['8.2조 5천만', 8_200_050_000_000]])
    assert.equal(parseQuantity(text, 'count').value, value, text);
  assert.equal(parseQuantity('57%', 'share').value, 0.57);
});
