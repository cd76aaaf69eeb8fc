import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../load.mjs';

const { fromHash, toHash } = await load('src/state/hash.ts');
const { initialState } = await load('src/state/fields.ts');

test('the defaults have no hash, and no hash gives the defaults', () => {
  assert.equal(toHash(initialState), '');
  assert.deepEqual(fromHash('').state, initialState);
});

test('every field survives the way through the hash, whatever is typed', () => {
  const texts = ['7B', '', '70억', 'a b', '100%', 'x=1&y=2', '#', '+', 'rtx-4090,h100-sxm*8,24 GB', '７', '<script>', '\u{1F600}', '%', '%zz'];
  for (const key of Object.keys(initialState)) {
    for (const text of texts) {
      const state = { ...initialState, [key]: text };
      const back = fromHash(toHash(state));
      assert.deepEqual(back.state, state, `${key}=${text}`);
      assert.deepEqual(back.report.unknown, []);
    }
  }
});

test('unknown keys and another version are reported, not used', () => {
  const { state, report } = fromHash('#v=9&parameters=7B&constructor=1&__proto__=2&nonsense=3');
  assert.equal(state.parameters, '7B');
  assert.equal(report.otherVersion, '9');
  assert.deepEqual([...report.unknown].sort(), ['__proto__', 'constructor', 'nonsense']);
});
