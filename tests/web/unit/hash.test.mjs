import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../load.mjs';

const { fitsInLink, fromHash, maximumLink, toHash } = await load('src/state/hash.ts');
const { initialState } = await load('src/state/fields.ts');

test('the defaults have no hash, and no hash gives the defaults', () => {
  assert.equal(toHash(initialState), '');
  assert.deepEqual(fromHash('').state, initialState);
});

test('every field survives the way through the hash, whatever is typed', () => {
  const texts = ['7B', '', '70억', 'a b', '100%', 'x=1&y=2', '#', '+', 'rtx-4090,h100-sxm*8,24 GB', '７', '<script>', '\u{1F600}', '%', '%zz'];
  for (const key of Object.keys(initialState)) {
    // Names of scales, in no field: see below.
    if (/^rule\.(pin|move)$/u.test(key)) continue;
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

test('what is no scale, and what a key said before it comes again, is reported and not used', () => {
  const { state, report } = fromHash('#v=1&rule.pin=junk,memory,x&rule.move=nothing&data=3T&data=4T&parameters=7B');
  assert.deepEqual(report.unknown, ['data=3T', 'rule.move=nothing', 'rule.pin=junk,x']);
  assert.equal(toHash(state), '#v=1&parameters=7B&data=4T&rule.pin=memory');
  const good = '#v=1&rule.move=loss&rule.pin=memory,tokens';
  assert.deepEqual(fromHash(good).report.unknown, []);
  assert.equal(toHash(fromHash(good).state), good);
});

test('an imported model goes into the link where it fits, and is left out where it does not', () => {
  const shape = (name) => `{'name':'${name}','layers':32,'layerHeads':[8,4]}`;
  const short = { ...initialState, gpu: 'l4', model: shape('Mine') };
  assert.ok(fitsInLink(short));
  assert.equal(toHash(short), `#v=1&gpu=l4&model=${shape('Mine')}`);
  assert.deepEqual(fromHash(toHash(short)).state, short);
  const long = { ...short, model: shape('x'.repeat(maximumLink)) };
  assert.ok(!fitsInLink(long));
  assert.deepEqual(fromHash(toHash(long)).state, { ...long, model: initialState.model });
});
