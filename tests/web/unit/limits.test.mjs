// Within the limits that the schema states, no figure is infinite or no number, alone and two inputs at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadEngine } from '../load.mjs';

const engine = await loadEngine();
const kinds = new Map(engine.schema().map((k) => [k.kind, k]));
const laws = engine.ask({ ask: 'laws' }).result.laws.map((l) => l.id);

const given = [{ parameters: 1e9 }, { tokens: 1e10 }, { computeFlop: 1e20 }, { parameters: 1e9, tokens: 1e10 }];
const questions = [
  { ask: 'rule-of-thumb', parameters: 7e9 },
  { ask: 'max-parameters', rule: 'article-2024', task: 'training', memoryBytes: 24e9 },
  { ask: 'training-time', parameters: 1e9, tokens: 1e9, peakFlops: 1e15 },
  { ask: 'overfitting', parameters: 1e9, tokens: 1e11 },
  { ask: 'critical-batch', loss: 2.5 },
  ...given.map((g) => ({ ask: 'slide-rule', law: 'besiroglu-2024', ...g })),
  { ask: 'slide-rule', law: 'besiroglu-2024', loss: 2.2 },
  ...laws.flatMap((law) => [
    ...given.flatMap((g) => [{ ask: 'loss', law, ...g }, { ask: 'optimal', law, ...g }]),
    { ask: 'target-loss', law, loss: 2.5 },
    { ask: 'target-loss', law, loss: 2.5, parameters: 1e9 },
  ]),
].filter((q) => !engine.ask(q).problems);

/** The first figure that is no finite number, as a path. */
function endless(value, path = '') {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = endless(inner, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** Numbers that a field takes, from the least to the most. */
const extremes = ({ minimum, maximum, aboveMinimum, whole }) =>
  [minimum, aboveMinimum ? minimum * 1.001 || 1e-300 : minimum, 1e-20, 1e-9, 1, 1e9, 1e20, 1e40, maximum]
    .filter((x) => x >= minimum && x <= maximum && !(aboveMinimum && x <= minimum) && (!whole || Number.isInteger(x)));

const numbersOf = (q) => kinds.get(q.ask).fields.filter((f) => f.minimum !== undefined && f.maximum !== undefined);

const sound = (q) => {
  const { result } = engine.ask(q);
  assert.equal(result && endless(result), undefined, JSON.stringify(q));
  return result !== undefined;
};

test('one input at an end of its range', () => {
  let answered = 0;
  for (const q of questions) {
    for (const f of numbersOf(q)) for (const x of extremes(f)) answered += sound({ ...q, [f.name]: x });
  }
  assert.ok(answered > 1500, `${answered} questions were answered`);
});

test('two inputs at ends of their ranges', () => {
  let answered = 0;
  for (const q of questions) {
    const fields = numbersOf(q).map((f) => [f.name, extremes(f)]);
    for (const [i, [a, these]] of fields.entries()) {
      for (const [b, those] of fields.slice(i + 1)) {
        for (const x of [these[0], these.at(-1)]) {
          for (const y of [those[0], those.at(-1)]) answered += sound({ ...q, [a]: x, [b]: y });
        }
      }
    }
  }
  assert.ok(answered > 2000, `${answered} questions were answered`);
});

test('nothing is less than one parameter, token, step or FLOP, given or as what follows from the others', () => {
  const amounts = ['parameters', 'nonEmbeddingParameters', 'tokens', 'computeFlop', 'uniqueTokens', 'steps'];
  for (const kind of ['loss', 'target-loss', 'compare', 'curve', 'optimal', 'slide-rule']) {
    for (const f of kinds.get(kind).fields.filter((f) => amounts.includes(f.name))) {
      assert.equal(f.minimum, 1, `${kind} ${f.name}`);
    }
  }
  const problem = (q) => {
    const { problems = [], result } = engine.ask(q);
    const [p] = [...problems, ...(result?.unmet ?? [])];
    return p && [p.field, p.code, p.limit];
  };
  const law = 'hoffmann-2022';
  assert.deepEqual(problem({ ask: 'loss', law, parameters: 1e9, tokens: 0.5 }), ['tokens', 'below-minimum', 1]);
  assert.deepEqual(problem({ ask: 'loss', law, parameters: 0.3, tokens: 1e9 }), ['parameters', 'below-minimum', 1]);
  for (const ask of ['loss', 'compare', 'slide-rule']) {
    for (const held of ['parameters', 'tokens']) {
      const q = { ask, ...(ask !== 'compare' && { law }), [held]: 1e9 };
      assert.deepEqual(problem({ ...q, computeFlop: 5e9 }), ['computeFlop', 'below-minimum', 6e9], JSON.stringify(q));
      assert.equal(problem({ ...q, computeFlop: 6e9 }), undefined, JSON.stringify(q));
    }
  }
});
