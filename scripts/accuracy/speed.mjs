// Measured speeds beside the memory: tokens per second, with the same figures and a point a row.

import { count, insideOf, inWords, numericGroup, pair, show } from './report.mjs';
import { SPEED_GROUPS } from './rows.mjs';

const TITLES = {
  'decode-llamacpp': 'Generation, llama.cpp',
  'decode-vllm': 'Generation, vLLM',
  'decode-transformers': 'Generation, transformers',
  'prefill-llamacpp': 'Prompts, llama.cpp',
  training: 'Training at the utilisation of measured runs',
};

const short = (x) => (x === null ? null : Number(x.toPrecision(5)));

/** @param {{answered: object[], refused: object[]}} speeds  rows with predicted, low, high; rows without an answer */
export function speedReport({ answered, refused }, reasons = {}, intervals = []) {
  const cites = [...new Set(answered.map((row) => row.cite))].sort();
  const groupOf = (id) => numericGroup(id, answered.filter((row) => row.group === id), reasons, { intervals, others: false });
  return {
    unit: 'tokens/s',
    rows: answered.length + refused.length,
    answered: answered.length,
    groups: SPEED_GROUPS.map(groupOf),
    refused: count(refused.map((row) => row.reason)),
    pointFields: ['id', 'group', 'predicted', 'measured', 'low', 'high', 'source', 'confidence', 'apart'],
    groupIds: SPEED_GROUPS,
    sources: cites,
    points: answered.map((row) => [
      row.id,
      SPEED_GROUPS.indexOf(row.group),
      ...[row.predicted, row.measured, row.low, row.high].map(short),
      cites.indexOf(row.cite),
      'hml'.indexOf(row.confidence[0]),
      row.apart.length > 0,
    ]),
  };
}

/** One point a line, as in the report of memory. */
export function speedJson({ points, ...about }) {
  const text = JSON.stringify(about, null, 1).replace(/\n\}$/, '');
  return `${text},\n "points": [\n${points.map((point) => JSON.stringify(point)).join(',\n')}\n]\n}\n`;
}

/** The table: no target, for the efficiencies were fitted to rates of these sources; the spread is the figure. */
export function speedMarkdown(speed) {
  const out = [
    `Speed, tokens per second: ${speed.answered.toLocaleString('en')} of ${speed.rows.toLocaleString('en')} published rates asked. The efficiencies of generation and`,
    'of prompts are medians over rates of the same sources; of training likewise, by generation of card and for models with experts.',
    '',
    '| speed | error %, not set apart | n | bias | set apart | n | inside 90 % interval | source or device left out |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const g of speed.groups) {
    out.push(
      `| ${TITLES[g.id]} | ${pair(g.main)} | ${g.main.n} | ${show(g.main.bias)} | ${pair(g.apart)} | ${g.apart.n} ` +
        `| ${insideOf(g)} |`,
    );
  }
  return out.join('\n');
}

/** The same with the worst rows. */
export function speedDetail(speed) {
  const out = ['## Speed', '', speedMarkdown(speed), '', '| worst rows | error % | why |', '|---|---|---|'];
  for (const g of speed.groups) for (const w of [...g.worst, ...g.worstApart]) out.push(`| ${w.id} | ${show(w.error)} | ${inWords(w.reason)} |`);
  return out.join('\n');
}
