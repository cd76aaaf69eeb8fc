import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '../load.mjs';
import { ask } from './core.mjs';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { licenceText, measuredText, placeText } = await load('src/i18n/cited.ts', { part: 'models' });
const words = await load('src/i18n/index.ts', { part: 'models' });
const { runsExamples } = await load('src/examples/runs.ts');
const en = words.translator('en');
const ko = words.translator('ko');

/** Names of people, papers, data, programs and licences: they stand as they are. What else is written in Latin letters is a word. */
const names = new Set(
  `arXiv TeX RefinedWeb Sardana ggml-org/ci
  Apache-2.0 MIT Gemma Llama LLaMA Tongyi Qianwen Qwen OPT-175B NVIDIA Open Model CC-BY-NC-4.0 CC-BY-SA-4.0 BigScience RAIL EXAONE AI K-EXAONE NC Mistral
  Research DeepSeek GLM-4 GLM-5.3 Falcon-180B Falcon3 TII Tencent Hunyuan HyperCLOVA X SEED Solar-Apache V3 V3-0324`.split(/\s+/u),
);
const isName = (word) =>
  names.has(word) || /^\p{Lu}\d*$/u.test(word) || /^https:\/\/|^[\w.]+\.json$|^"\w+"$/u.test(word);
/** What stands in Latin letters in a Korean text and is no name. */
const strangers = (text) =>
  text
    .split(/[\s\u00a0(),;:]+(?!\/\/)/u)
    .map((w) => w.replace(/\p{Script=Hangul}+$/u, ''))
    .filter((w) => /\p{Script=Latin}{1,}/u.test(w) && !isName(w));

test('a place within a source has no English word in Korean', async () => {
  const [{ result }] = await ask([{ ask: 'laws' }]);
  const places = [...new Set(result.laws.flatMap((law) => law.place || []))];
  assert.ok(places.length > 25, `${places.length}`);
  for (const place of places) {
    assert.deepEqual(strangers(placeText(ko, place)), [], placeText(ko, place));
    // English says what the core says.
    const said = placeText(en, place).replaceAll('\u00a0', ' ').replaceAll('’', "'");
    assert.equal(said, place.replaceAll(';', ',').replace(/\[sardana-(\d+)\]/u, 'Sardana $1'));
  }
  assert.equal(placeText(ko, 'Section 3.2.1'), '3.2.1절');
  assert.equal(placeText(ko, 'Eq. 2-5; Appendix K, Table 2'), '식\u00a02-5, 부록\u00a0K, 표\u00a02');
  assert.equal(placeText(ko, 'TeX source of arXiv 2203.15556'), 'arXiv\u00a02203.15556의 TeX 원본');
});

test('a licence has no English word in Korean, its name stands', async () => {
  const [{ result }] = await ask([{ ask: 'models' }]);
  const licences = [...new Set(result.models.map((m) => m.licence))];
  assert.ok(licences.length > 20, `${licences.length}`);
  for (const licence of licences) {
    assert.deepEqual(strangers(licenceText(ko, licence)), [], licenceText(ko, licence));
    assert.equal(licenceText(en, licence).toLowerCase(), licence.toLowerCase());
  }
  assert.equal(licenceText(ko, 'OPT-175B licence (non-commercial)'), 'OPT-175B 라이선스 (비상업)');
  assert.equal(licenceText(ko, 'DeepSeek licence (code MIT)'), 'DeepSeek 라이선스 (코드는 MIT)');
  assert.equal(licenceText(en, 'weights not released'), 'Weights not released');
  // Of the examples the notice of who holds the rights is part of the licence, word for word.
  for (const { licence } of runsExamples) assert.deepEqual(strangers(licence.replace(/, Copyright \(c\) .*/u, '')), []);
});

test('the source of a measured row that is no file has no English word in Korean', () => {
  const { sources } = JSON.parse(read('tests/accuracy/report.json'));
  const unnamed = sources.filter((s) => !/github:[\w.-]+\/[\w.-]+@[\da-f]{7,40}/u.test(s));
  assert.ok(unnamed.length > 5, `${unnamed.length}`);
  for (const source of unnamed) assert.deepEqual(strangers(measuredText(ko, source)), [], measuredText(ko, source));
});
