// Each rule stated for another calculator gives that calculator's own recorded answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { parseCsv } from '../../scripts/accuracy/csv.mjs';
import { evaluate } from '../../scripts/accuracy/formula.mjs';
import { nominalBytes, peerRules, proseRules, shapeOf, variantFor } from '../../scripts/accuracy/peers.mjs';

const answers = parseCsv(readFileSync(new URL('./data/peer_answers.csv', import.meta.url), 'utf8'));
const rules = new Map(peerRules().map((rule) => [rule.id, rule]));

/** Bytes of one printed unit; the tools that add GB and GiB label the sum GB. */
function bytesOf(answer) {
  const scale = /^GiB\(as labelled\)/.test(answer.unit) ? 1e9
    : /^GiB/.test(answer.unit) ? 2 ** 30
    : /^MiB/.test(answer.unit) ? 2 ** 20
    : /^GB/.test(answer.unit) ? 1e9
    : /^bytes/.test(answer.unit) ? 1
    : NaN;
  return Number(answer.output) * scale;
}

for (const answer of answers) {
  test(`${answer.rule}: ${answer.case}`, () => {
    const rule = rules.get(answer.rule);
    const variant = variantFor(rule, answer.task, JSON.parse(answer.facets));
    assert.ok(variant, 'the rule has a variant for this case');
    if (answer.part) assert.ok(variant.parts.includes(answer.part) && variant.formula.includes(answer.part));
    const bytes = evaluate(answer.part || variant.formula, JSON.parse(answer.symbols));
    const recorded = bytesOf(answer);
    assert.ok(
      Math.abs(bytes / recorded - 1) <= Number(answer.tolerance),
      `the rule gives ${bytes}, the tool answered ${recorded}`,
    );
    assert.equal(rule.commit, answer.commit);
  });
}

test('every variant of every rule is held to a recorded answer', () => {
  for (const rule of rules.values()) {
    const held = answers.filter((a) => a.rule === rule.id);
    for (const variant of rule.variants) {
      const checked = held.some((a) => variantFor(rule, a.task, JSON.parse(a.facets)) === variant);
      // AdamW with QLoRA differs from its 8-bit variant by the optimizer's bytes alone, recorded under LoRA.
      const derived = rule.id === 'unsloth-studio' && variant.when.method[0] === 'qlora' && variant.when.optimizer[0] === 'adamw';
      // The weights of a recorded total.
      const summand = rule.variants.some((v) => v.task === variant.partOf && v.formula.startsWith(`${variant.formula}+`));
      assert.ok(checked || derived || summand, `${rule.id}: ${variant.formula}`);
    }
  }
});

test('every rule says why it differs, in both languages', () => {
  for (const rule of rules.values()) {
    for (const language of ['en', 'ko']) assert.match(rule.reason[language], /\.$/, rule.id);
  }
  assert.deepEqual([...rules.keys()], [...rules.keys()].sort());
});

test('every formula evaluates on a model of the catalogue', () => {
  const symbols = { ...shapeOf('llama-3.1-8b'), kvRank: 512, ropeDim: 64, s: 4096, b: 1, w: 2, e: 2, E: 2, n: 1, t: 1, A: 1e7, B: 7e9 };
  for (const rule of [...rules.values(), ...proseRules()]) {
    for (const variant of rule.variants) assert.ok(evaluate(variant.formula, symbols) > 0, variant.formula);
  }
});

test('arithmetic binds as written', () => {
  assert.equal(evaluate('2+3*4^2/(1+1)', {}), 26);
  assert.equal(evaluate('2^3^2', {}), 512);
  assert.equal(evaluate('-2^2+max(1,5e2)', {}), 496);
  assert.equal(evaluate('10-4-3', {}), 3);
  assert.throws(() => evaluate('x+1', {}), /no value for x/);
  assert.throws(() => evaluate('1+', {}), /ends early/);
  assert.throws(() => evaluate('(1+2', {}), /expected \)/);
});

test('nominal bytes come from the name', () => {
  assert.deepEqual(['Q4_K_M', 'IQ3_XS', 'Q8_0', 'nf4', 'awq-int4', 'bf16'].map(nominalBytes), [0.5, 0.375, 1, 0.5, 0.5, 2]);
});
