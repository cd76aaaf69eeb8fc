// What a search of cards and models finds, over the whole catalogues.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, loadEngine } from '../load.mjs';

const { searched } = await load('src/parse/search.ts');
const { ask, gpus } = await loadEngine().then((e) => ({ ask: (q) => e.ask(q), gpus: e.gpus }));
const { models } = ask({ ask: 'models' }).result;
const cardText = (g) => `${g.name} ${g.id} ${g.vendor} ${g.family} ${g.memoryGb}gb`.toLowerCase();
const modelText = (m) => [m.name, m.id, m.organisation, m.family].join(' ').toLowerCase();
const cards = (search) => searched(gpus, search, cardText).map((g) => g.id);
const named = (search) => searched(models, search, modelText).map((m) => m.id);

test('without the blanks, hyphens and dots of a name', () => {
  assert.ok(cards('rtx4090').includes('rtx-4090'));
  assert.deepEqual(cards('h100sxm'), cards('h100-sxm'));
  assert.ok(named('llama3').includes('llama-3.1-8b'));
  assert.ok(named('llama31 8b').includes('llama-3.1-8b'));
});

test('ordinary words find what has them, and no more', () => {
  for (const search of ['deepseek v3', 'qwen3 8b', 'gemma', 'exaone 7.8b', '']) {
    const words = search.split(' ');
    const expected = models.filter((m) => words.every((w) => modelText(m).includes(w))).map((m) => m.id);
    assert.ok(expected.length > 0, search);
    assert.deepEqual(named(search), expected, search);
  }
  assert.deepEqual(cards('nothing is called so'), []);
});

test('the best known by their Korean names', () => {
  assert.deepEqual(cards('엔비디아 4090'), cards('nvidia 4090'));
  for (const [korean, latin] of [['라마', 'llama'], ['엑사원', 'exaone'], ['큐웬', 'qwen'], ['젬마', 'gemma'], ['미스트랄', 'mistral'], ['딥시크', 'deepseek']]) {
    assert.ok(named(latin).length > 0);
    assert.deepEqual(named(korean), named(latin), korean);
  }
  assert.ok(named('라마3').includes('llama-3.1-8b'));
  assert.deepEqual(named('라마'.normalize('NFD')), named('llama'));
});
