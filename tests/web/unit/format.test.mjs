import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../load.mjs';

const f = await load('src/format/format.ts');
const plain = (text) => text.replace(/\u00a0/gu, ' ');

test('counts carry a letter and three digits in both languages', () => {
  for (const lang of ['en', 'ko']) {
    assert.equal(f.count(7e9, lang), '7.00B');
    assert.equal(f.count(999.96e6, lang), '1.00B');
    assert.equal(f.count(1.5e13, lang), '15.0T');
    assert.equal(f.count(512, lang), '512');
    assert.equal(f.count(174.6e9, lang), '175B');
  }
  assert.equal(f.koreanCount(7e9), '70억');
});

test('Korean counts in its own units, as far as 해', () => {
  for (const [x, text] of [[2.05e9, '20.5억'], [1e16, '1경'], [1e20, '1해'], [99_999_999, '1억'], [12_000, '1.2만'], [40, '40']])
    assert.equal(f.koreanCount(x), text);
});

test('a count is echoed where that says more than what is typed', () => {
  assert.equal(f.countEcho('2.05B', 2.05e9, 'ko'), '= 2,050,000,000 · 20.5억');
  assert.equal(f.countEcho('2.05B', 2.05e9, 'en'), '= 2,050,000,000');
  assert.equal(f.countEcho('8K', 8000, 'ko'), '= 8,000');
  assert.equal(f.countEcho('70억', 7e9, 'ko'), '= 7,000,000,000');
  for (const typed of ['40', '8192', '8,192']) assert.equal(f.countEcho(typed, Number(typed.replace(',', '')), 'ko'), undefined);
});

test('money and times far off are powers of ten, set as other amounts are', () => {
  assert.equal(f.money(4.87e-20, 'ko'), 'US$4.87·10⁻²⁰');
  assert.equal(f.money(3.17e55, 'en'), '$3.17·10⁵⁵');
  assert.equal(f.money(5530, 'en'), '$5,530');
  assert.equal(f.duration(1.44e-4, 'ko'), '1.44·10⁻⁴초');
});

test('GB and GiB are not mixed', () => {
  assert.equal(plain(f.bytes(48e9, 'GB', 'en')), '48.0 GB');
  assert.equal(plain(f.bytes(48e9, 'GiB', 'en')), '44.7 GiB');
  assert.equal(plain(f.bytes(80 * 2 ** 30, 'GiB', 'en')), '80.0 GiB');
  assert.equal(plain(f.bytes(5e13, 'GB', 'en')), '50.0 TB');
  assert.equal(plain(f.bytes(0, 'GB', 'en')), '0 B');
});

test('powers of ten are written out', () => {
  assert.equal(f.scientific(6.4e23), '6.40·10²³');
  assert.equal(f.significant(1e-7, 'en'), '1.00·10⁻⁷');
  assert.equal(f.significant(2.376, 'en'), '2.38');
});

test('times take the largest unit that leaves at least one', () => {
  assert.equal(plain(f.duration(3600 * 36, 'en')), '1.50 days');
  assert.equal(plain(f.duration(90, 'ko')), '1.50분');
  assert.equal(plain(f.duration(86400 * 365.25 * 1e9, 'en')), '1.00·10⁹ years');
});

test('shares and differences stand under one another: one or two digits behind the point, a minus that is one', () => {
  assert.equal(f.share(2 / 3, 'en'), '66.7%');
  assert.equal(f.share(0.0004, 'en'), '<0.1%');
  assert.equal(f.share(0.0006, 'ko'), '0.1%');
  assert.equal(f.share(0, 'en'), '0.0%');
  assert.equal(f.difference(-0.116, 'en'), '−11.60%');
  assert.equal(f.difference(0.0206, 'ko'), '+2.06%');
  assert.equal(f.significant(-0.134, 'en'), '−0.134');
});

test('an interval by itself says its unit once', () => {
  assert.equal(plain(f.bytesRange({ low: 18.7e9, high: 20.04e9 }, 'GB', 'en', 19e9)), '18.7–20.0 GB');
  assert.equal(plain(f.bytesRange({ low: 0.9e9, high: 1.2e9 }, 'GB', 'en', 1.1e9)), '0.900–1.20 GB');
  assert.equal(plain(f.bytesRange({ low: 7.27e12, high: 10.04e12 }, 'GB', 'en', 8.12e12)), '7,270–10,000 GB');
});

test('counts in formulas are whole, other constants as their sources print them', async () => {
  const { brief } = await load('src/format/format.ts');
  assert.equal(brief(128256, 'en'), '128,256');
  assert.equal(brief(14336, 'ko'), '14,336');
  assert.equal(brief(128256.4, 'en'), '128,300');
  assert.equal(brief(406.4, 'en'), '406.4');
  assert.equal(brief(8.03026e9, 'en'), '8.03·10⁹');
});
