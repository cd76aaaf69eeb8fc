// What the answers come to: figures by group, the peers' rules on the same rows, and every row as a point.

import { readFileSync } from 'node:fs';
import { leftOut } from './intervals.mjs';
import { peerAnswer, peerRules, proseRules } from './peers.mjs';
import { GROUPS } from './rows.mjs';
import { coverage, relativeError, summarise } from './stats.mjs';

export const TITLES = {
  weights: 'Weights and GGUF file sizes',
  'kv-cache': 'KV cache and recurrent state',
  'inference-transformers': 'Inference, transformers',
  'inference-vllm': 'Inference, vLLM by component',
  'inference-llamacpp': 'Inference, llama.cpp buffers',
  lora: 'LoRA',
  qlora: 'QLoRA',
  'full-one-gpu': 'Full fine-tuning, one GPU',
  parallel: 'Parallel training',
  fit: 'Fits or runs out of memory',
};

/** Reads 0.123456 as 12.35 (per cent); keeps JSON short and --check free of last-digit noise. */
const percent = (fraction) => (Number.isFinite(fraction) ? Number((fraction * 100).toPrecision(4)) : null);

function figures(rows) {
  if (rows.length === 0) return { n: 0 };
  const { n, median, p90, bias } = summarise(rows);
  // Below a hundredth of a per cent lies the rounding of the printed values.
  const tidy = (x) => (Math.abs(x) < 1e-4 ? Number((x * 100).toFixed(4)) : percent(x));
  return { n, median: tidy(median), p90: tidy(p90), bias: tidy(bias) };
}

/** Rows that count toward a target: high confidence, nothing that a question cannot say. */
const counts = (row) => row.confidence === 'high' && row.apart.length === 0;


function peersOf(rows) {
  const peers = [];
  for (const rule of [...peerRules(), ...proseRules()]) {
    const answers = rows
      .map((row) => ({ ...row, ours: row.predicted, predicted: peerAnswer(rule, row) }))
      .filter((row) => row.predicted !== null);
    if (answers.length === 0) continue;
    const ours = figures(answers.map((row) => ({ ...row, predicted: row.ours })));
    peers.push({ id: rule.id, tool: rule.tool, ...figures(answers), ours: { median: ours.median, p90: ours.p90 } });
  }
  return peers.sort((a, b) => b.n - a.n || a.median - b.median);
}

/** The best other rule by median, among those that answer at least half of the rows that the widest one does. */
function bestPeer(peers) {
  const most = Math.max(0, ...peers.map((p) => p.n));
  return peers.filter((p) => p.n >= most / 2).sort((a, b) => a.median - b.median)[0];
}

const english = JSON.parse(readFileSync(new URL('../../web/src/i18n/en.json', import.meta.url), 'utf8'));
/** Reasons in words, those of the page of accuracy. */
export const inWords = (reasons) =>
  reasons
    .split(', ')
    .map((why) => english[`accuracy.why.${why}`] ?? why)
    .join('; ');

/** Longest matching key of the reasons, by id; the reasons a row is set apart otherwise. */
function reasonFor(row, reasons) {
  const key = Object.keys(reasons)
    .filter((prefix) => row.id.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return key ? reasons[key] : row.apart.join(', ');
}

function worst(rows, reasons, n = 5) {
  return [...rows]
    .sort((a, b) => Math.abs(relativeError(b)) - Math.abs(relativeError(a)))
    .slice(0, n)
    .map((row) => ({ id: row.id, error: percent(relativeError(row)), reason: reasonFor(row, reasons) }));
}

/**
 * Figures of one group. `intervals`: the calibrated factors, with what they hold of sources left out; `others`:
 * whether other calculators' rules are held against its rows.
 */
export function numericGroup(id, rows, reasons, { intervals = [], others = true } = {}) {
  const main = rows.filter((row) => row.apart.length === 0);
  const apart = rows.filter((row) => row.apart.length > 0);
  const whys = [...new Set(apart.flatMap((row) => row.apart))].sort();
  const stated = coverage(main);
  const unseen = leftOut(main, intervals);
  const peers = others ? peersOf(main) : [];
  return {
    id,
    high: figures(rows.filter(counts)),
    main: figures(main),
    apart: figures(apart),
    apartBy: whys.map((why) => ({ why, ...figures(apart.filter((row) => row.apart.includes(why))) })),
    inside: { n: stated.n, share: percent(stated.share) },
    leftOut: { n: unseen.n, share: percent(unseen.share) },
    worst: worst(main, reasons),
    worstApart: worst(apart, reasons, 3),
    peers,
    best: bestPeer(peers),
  };
}

/** An outcome is trivial where the estimate is off the capacity by more than a factor of two and is right. */
function fitOutcome(row) {
  const said = row.predicted;
  const ratio = row.answer.requiredBytes / row.answer.availableBytes;
  const right = row.compare.outcome === 'fits' ? said !== 'does-not-fit' : said !== 'fits';
  return { right, trivial: right && (ratio < 0.5 || ratio > 2), falseFit: !right && row.compare.outcome === 'oom', ratio };
}

function fitGroup(rows, reasons) {
  const judge = (list) => {
    const outcomes = list.map((row) => ({ row, ...fitOutcome(row) }));
    const hard = outcomes.filter((o) => !o.trivial);
    return {
      n: outcomes.length,
      right: outcomes.filter((o) => o.right).length,
      nonTrivial: hard.length,
      nonTrivialRight: hard.filter((o) => o.right).length,
      share: percent(hard.length ? hard.filter((o) => o.right).length / hard.length : NaN),
      falseFits: outcomes.filter((o) => o.falseFit).length,
      tight: outcomes.filter((o) => o.row.predicted === 'tight').length,
    };
  };
  const main = rows.filter((row) => row.apart.length === 0);
  const wrong = rows
    .map((row) => ({ row, ...fitOutcome(row) }))
    .filter((o) => !o.right)
    .map(({ row, ratio }) => ({
      id: row.id,
      measured: row.compare.outcome,
      said: row.predicted,
      ratio: Number(ratio.toPrecision(3)),
      apart: row.apart.length > 0,
      reason: reasonFor(row, reasons),
    }));
  return { id: 'fit', high: judge(rows.filter(counts)), main: judge(main), apart: judge(rows.filter((row) => row.apart.length)), wrong };
}

const GIB = 2 ** 30;
const gib = (bytes) => (bytes === null ? null : Number((bytes / GIB).toPrecision(5)));

export function count(list) {
  const counts = {};
  for (const key of list) counts[key] = (counts[key] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

/**
 * @param {object[]} answered  rows with predicted, low, high
 * @param {object[]} refused   rows without an answer, each with its reason
 * @param {Record<string, string>} reasons  explanations by id prefix
 * @param {object[]} intervals  what calibrateAll makes of the answered rows
 */
export function makeReport(answered, refused, reasons = {}, intervals = []) {
  const groups = GROUPS.map((id) => {
    const rows = answered.filter((row) => row.group === id);
    return id === 'fit' ? fitGroup(rows, reasons) : numericGroup(id, rows, reasons, { intervals });
  });
  const cites = [...new Set(answered.map((row) => row.cite))].sort();
  const at = new Map(cites.map((cite, i) => [cite, i]));
  const whys = [...new Set(answered.flatMap((row) => row.apart))].sort();
  const points = answered
    .filter((row) => row.group !== 'fit')
    .map((row) => [
      row.id,
      GROUPS.indexOf(row.group),
      gib(row.predicted),
      gib(row.measured),
      gib(row.low),
      gib(row.high),
      at.get(row.cite),
      'hml'.indexOf(row.confidence[0]),
      row.apart.map((why) => whys.indexOf(why)),
      percent(relativeError(row)),
    ]);
  const outcomes = answered
    .filter((row) => row.group === 'fit')
    .map((row) => [
      row.id,
      row.compare.outcome,
      row.predicted,
      gib(row.answer.requiredBytes),
      gib(row.answer.availableBytes),
      at.get(row.cite),
    ]);
  return {
    unit: 'GiB',
    rows: answered.length + refused.length,
    answered: answered.length,
    groups,
    refused: count(refused.map((row) => row.reason)),
    pointFields: ['id', 'group', 'predicted', 'measured', 'low', 'high', 'source', 'confidence', 'apart', 'error'],
    outcomeFields: ['id', 'measured', 'said', 'required', 'available', 'source'],
    groupIds: GROUPS,
    apartReasons: whys,
    sources: cites,
    points,
    outcomes,
  };
}

/** Each group with what it must reach and whether it does. */
export function withTargets(report, targets) {
  const groups = report.groups.map((g) => ({ ...g, target: targets[g.id].target, met: targets[g.id].met }));
  return { ...report, groups };
}

/** JSON with one point a line: short, and a change shows as the rows that changed. */
export function reportJson(report) {
  const { points, outcomes, sources, ...head } = report;
  const lines = (list) => (list.length ? `[\n${list.map((item) => JSON.stringify(item)).join(',\n')}\n]` : '[]');
  const text = JSON.stringify(head, null, 1).replace(/\n\}$/, '');
  return `${text},\n "sources": ${lines(sources)},\n "points": ${lines(points)},\n "outcomes": ${lines(outcomes)}\n}\n`;
}

export const show = (x) => (x === null || x === undefined ? '–' : Math.abs(x) >= 100 ? x.toFixed(0) : Math.abs(x) >= 10 ? x.toFixed(1) : x.toFixed(2));
export const pair = (f) => (f.n ? `${show(f.median)} / ${show(f.p90)}` : '–');

/** What the stated intervals hold, and what intervals made without a row's source do. */
export const insideOf = (g) => [g.inside, g.leftOut].map((of) => (of.n ? `${show(of.share)} %` : '–')).join(' | ');

/** The summary in Markdown, as it stands in the README. */
export function summaryMarkdown(report, targets) {
  const numeric = report.groups.filter((g) => g.id !== 'fit' && (g.main.n || g.apart.n));
  const fit = report.groups.find((g) => g.id === 'fit');
  const out = [
    `Predicted against ${report.rows.toLocaleString('en')} published measurements; ${report.answered.toLocaleString('en')} can be asked as a question.`,
    'Absolute error in %, median / 90th percentile. "High confidence" rows state everything an estimate needs; "set apart" rows',
    'depend on something that no question says (varying lengths, an unstated unit, a software version) and are counted beside.',
    '',
    '| group | high confidence | n | target | all, not set apart | n | set apart | n | inside 90 % interval | source left out | best other rule (same rows: ours) |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const g of numeric) {
    const target = targets[g.id];
    const { best } = g;
    out.push(
      `| ${TITLES[g.id]} | ${pair(g.high)} | ${g.high.n} | ${target.target.join(' / ')}${target.met ? '' : ' (missed)'} | ${pair(g.main)} | ${g.main.n} ` +
        `| ${pair(g.apart)} | ${g.apart.n} | ${insideOf(g)} ` +
        `| ${best ? `${best.tool}: ${pair(best)} (${show(best.ours.median)} / ${show(best.ours.p90)}), n ${best.n}` : '–'} |`,
    );
  }
  if (fit.main.n) {
    const { high, main, apart } = fit;
    out.push(
      '',
      `Fit or out of memory: ${high.nonTrivialRight} of ${high.nonTrivial} non-trivial rows of high confidence right ` +
        `(${show(high.share)} %; target ${targets.fit.target[0]} %), false "fits" ${high.falseFits}; ` +
        `all confidences ${main.nonTrivialRight} of ${main.nonTrivial} (false "fits" ${main.falseFits}); ` +
        `set apart ${apart.right} of ${apart.n} right.`,
    );
  }
  const refusals = Object.entries(report.refused).map(([why, n]) => `${why} ${n}`);
  out.push('', `Not asked, by reason: ${refusals.join(', ')}.`);
  return out.join('\n');
}

/** The long form beside the data: every group with its peers, what is set apart and the worst rows. */
export function detailMarkdown(report, targets) {
  const out = ['# Predicted against measured', '', 'Written by `node scripts/accuracy`; do not edit.', '', summaryMarkdown(report, targets), ''];
  for (const g of report.groups) {
    if (g.id === 'fit') continue;
    if (!g.main.n && !g.apart.n) continue;
    out.push(`## ${TITLES[g.id]}`, '');
    out.push('| rows | n | median | p90 | bias |', '|---|---|---|---|---|');
    const line = (name, f) => f.n && out.push(`| ${name} | ${f.n} | ${show(f.median)} | ${show(f.p90)} | ${show(f.bias)} |`);
    line('high confidence', g.high);
    line('all, not set apart', g.main);
    for (const a of g.apartBy) line(`set apart: ${a.why}`, a);
    if (g.peers.length) {
      out.push('', '| rule of another calculator, on the rows it answers | n | median | p90 | ours |', '|---|---|---|---|---|');
      for (const p of g.peers) out.push(`| ${p.tool} | ${p.n} | ${show(p.median)} | ${show(p.p90)} | ${show(p.ours.median)} / ${show(p.ours.p90)} |`);
    }
    const rows = [...g.worst, ...g.worstApart];
    if (rows.length) {
      out.push('', '| worst rows | error % | why |', '|---|---|---|');
      for (const w of rows) out.push(`| ${w.id} | ${show(w.error)} | ${inWords(w.reason)} |`);
    }
    out.push('');
  }
  const fit = report.groups.find((g) => g.id === 'fit');
  if (fit.wrong.length) {
    out.push('## Fits or runs out of memory: the wrong ones', '', '| row | measured | said | required / available | why |', '|---|---|---|---|---|');
    for (const w of fit.wrong) out.push(`| ${w.id} | ${w.measured} | ${w.said} | ${w.ratio} | ${inWords(w.reason)} |`);
    out.push('');
  }
  return out.join('\n');
}

/** What stands in the way of a group's target: [] where it is met. */
export function shortfalls(report, targets) {
  const faults = [];
  for (const g of report.groups) {
    const { limit } = targets[g.id];
    if (!limit) continue;
    if (g.id === 'fit') {
      if (g.high.share < limit[0]) faults.push(`fit: ${g.high.share} % of non-trivial rows right, the limit is ${limit[0]} %`);
      if (g.high.falseFits > limit[1]) faults.push(`fit: ${g.high.falseFits} false fits, the limit is ${limit[1]}`);
      continue;
    }
    if (g.high.n === 0) faults.push(`${g.id}: no rows are answered`);
    if (g.high.median > limit[0]) faults.push(`${g.id}: median ${g.high.median} %, the limit is ${limit[0]} %`);
    if (g.high.p90 > limit[1]) faults.push(`${g.id}: 90th percentile ${g.high.p90} %, the limit is ${limit[1]} %`);
  }
  return faults;
}

/** Targets with limits as they stand now: the target where it is met, else the figure reached, rounded up. */
export function currentTargets(report, targets) {
  const up = (x) => Math.ceil(x * 10 + 1e-9) / 10;
  const next = { ...targets };
  for (const g of report.groups) {
    const { target } = targets[g.id];
    if (g.id === 'fit') {
      const met = g.high.share >= target[0] && g.high.falseFits <= target[1];
      next.fit = { target, limit: met ? target : [Math.floor(g.high.share ?? 0), g.high.falseFits], met };
      continue;
    }
    if (g.high.n === 0) {
      next[g.id] = { target, limit: null, met: false };
      continue;
    }
    // Printed to two decimals of a MiB, an exact figure still differs in the seventh digit.
    const met = g.high.median <= target[0] + 0.005 && g.high.p90 <= target[1] + 0.005;
    next[g.id] = { target, limit: met ? target.map((x) => x + 0.005) : [up(g.high.median), up(g.high.p90)], met };
  }
  return next;
}

