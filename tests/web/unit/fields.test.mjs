import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

const { fieldKeys, initialState, readField, readInitial } = await load('src/state/fields.ts');
const engine = await loadEngine();

test('the core takes every initial text, and reads it as the start does', () => {
  assert.ok(fieldKeys.length > 40);
  for (const key of fieldKeys) {
    const read = readField(key, initialState[key], engine);
    assert.ok('value' in read && !read.problem, `${key}: ${JSON.stringify(read)}`);
    assert.deepEqual(read, readInitial(key, engine), key);
  }
});
