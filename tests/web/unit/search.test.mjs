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

test('every maker of a card and every series that Koreans have a name for', () => {
  const makers = { NVIDIA: '엔비디아', AMD: '에이엠디', Intel: '인텔', Apple: '애플', Google: '구글', AWS: '아마존', Huawei: '화웨이' };
  assert.deepEqual(Object.keys(makers).sort(), [...new Set(gpus.map((g) => g.vendor))].sort());
  const series = { 지포스: 'geforce', 라데온: 'radeon', 쿼드로: 'quadro', 테슬라: 'tesla', 타이탄: 'titan', 젯슨: 'jetson', 호퍼: 'hopper', 블랙웰: 'blackwell' };
  for (const [latin, korean] of [...Object.entries(makers), ...Object.entries(series).map(([k, l]) => [l, k])]) {
    assert.ok(cards(latin.toLowerCase()).length > 0, latin);
    assert.deepEqual(cards(korean), cards(latin.toLowerCase()), korean);
  }
});

test('makers of models and their families; the beginning of a name is enough', () => {
  const names = { 구글: 'google', 메타: 'meta', 마이크로소프트: 'microsoft', 알리바바: 'alibaba', 오픈에이아이: 'openai', 업스테이지: 'upstage', 네이버: 'naver', 카카오: 'kakao', 엘지: 'lg', 에스케이: 'sk', 큐원: 'qwen', 카나나: 'kanana', 솔라: 'solar', 하이퍼클로바: 'hyperclova', 파이: 'phi', 믹스트랄: 'mixtral', 키미: 'kimi', 팔콘: 'falcon', 네모트론: 'nemotron' };
  for (const [korean, latin] of Object.entries(names)) {
    assert.ok(named(latin).length > 0, latin);
    assert.deepEqual(named(korean), named(latin), korean);
    if (korean.length > 2) assert.deepEqual(named(korean.slice(0, -1)), named(latin), `${korean}, begun`);
  }
  assert.deepEqual(named('없는이름'), []);
});

test('the best known by their Korean names', () => {
  assert.deepEqual(cards('엔비디아 4090'), cards('nvidia 4090'));
  for (const [korean, latin] of [['라마', 'llama'], ['엑사원', 'exaone'], ['큐웬', 'qwen'], ['젬마', 'gemma'], ['미스트랄', 'mistral'], ['딥시크', 'deepseek']]) {
    assert.ok(named(latin).length > 0);
    assert.deepEqual(named(korean), named(latin), korean);
  }
  assert.ok(named('라마3').includes('llama-3.1-8b'));
  assert.ok(cards('12기가').includes('rtx-3060-12gb'));
  assert.deepEqual(cards('맥북 m4'), cards('apple m4'));
  assert.deepEqual(named('하이퍼클로바 엑스'), named('hyperclova x'));
  assert.deepEqual(named('라마'.normalize('NFD')), named('llama'));
});
