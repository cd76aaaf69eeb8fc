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

test('a word that is not one of a few is told all of them', async () => {
  const { readField } = await load('src/state/fields.ts', { part: 'models' });
  for (const [key, words] of [['task', 'serve, fine-tune, train'], ['attention', 'flash, sdpa, eager']]) {
    const { problem } = readField(key, 'zzz', engine);
    assert.deepEqual([problem.code, problem.nearest], ['unknown-choice', words]);
  }
  assert.equal(readField('format', 'zzz', engine).problem.nearest, undefined);
});
