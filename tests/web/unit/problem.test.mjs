import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../load.mjs';

const { problemText } = await load('src/i18n/problem.ts');
const { translator } = await load('src/i18n/index.ts');

test('a limit can be typed as it stands: 10억, every digit, or a power of ten where that is shorter', () => {
  const said = (limit, lang) => problemText({ code: 'above-maximum', limit }, translator(lang), lang);
  assert.equal(said(1e9, 'ko'), '10억 이하를 입력하십시오.');
  assert.equal(said(4294967295, 'ko'), '4,294,967,295 이하를 입력하십시오.');
  assert.equal(said(1e9, 'en'), 'Enter 1,000,000,000 or less.');
  assert.equal(said(1e30, 'ko'), '1.000·10³⁰ 이하를 입력하십시오.');
});
