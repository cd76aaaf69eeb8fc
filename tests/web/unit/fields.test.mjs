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

test('a GPU is found by its id or its name, however spaced, and edited as the same', async () => {
  const { withCount, without } = await load('src/parse/devices.ts');
  const engine = await loadEngine();
  const { value, problem } = readField('gpu', 'H100 SXM5 80GB*8, RTX 4090,rtx_3090', engine);
  assert.equal(problem, undefined);
  assert.deepEqual(value.map((d) => [d.id, d.count, d.gpu?.id]), [['h100-sxm', 8, 'h100-sxm'], ['rtx-4090', 1, 'rtx-4090'], ['rtx-3090', 1, 'rtx-3090']]);
  assert.equal(withCount('H100 SXM5 80GB*8,l4', engine, 'h100-sxm', '2'), 'h100-sxm*2,l4');
  assert.equal(without('H100 SXM5 80GB*8,l4', engine, 'h100-sxm'), 'l4');
  // No two cards answer to one name.
  for (const gpu of engine.gpus) for (const text of [gpu.id, gpu.name]) assert.equal(engine.gpu(text.toUpperCase())?.id, gpu.id, text);
});
