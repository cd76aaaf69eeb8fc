import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

const { parseQuantity } = await load('src/parse/quantity.ts');
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

test('percent is a fraction', () => {
  assert.equal(value('40%', 'share'), 0.4);
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
  for (const text of ['9'.repeat(5000), '1,'.repeat(5000), ' '.repeat(50000) + 'x', '억'.repeat(5000), '1조'.repeat(5000)]) {
    const start = performance.now();
    parseQuantity(text, 'count');
    assert.ok(performance.now() - start < 200);
  }
});
