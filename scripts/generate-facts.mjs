#!/usr/bin/env node
// Writes the tables of the core and of the page from the facts in src/catalog, after checking each row.
//
//   node scripts/generate-facts.mjs           write
//   node scripts/generate-facts.mjs --check   exit 1 where a written file is not what the facts give
//
// src/catalog/{models.json,gpus.csv,stacked_memory.csv,devices.csv,peer_rules.json}
//   -> src/catalog/generated/{models,gpus,devices,peers}.inc      what the core computes with
//   -> web/src/generated-facts/{models,gpus,devices,peers}.json   sources, notes and reasons, for display

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(root, path), 'utf8');

// ---- lints ------------------------------------------------------------------------------------------------------

const faults = [];
const fault = (row, what) => faults.push(`${row}: ${what}`);

function lintIds(table, rows) {
  const seen = new Set();
  for (const { id } of rows) {
    if (!/^[a-z0-9][a-z0-9.+-]*$/.test(id ?? '')) fault(`${table} ${id}`, 'an id is lower case letters, digits, . + -');
    if (seen.has(id)) fault(`${table} ${id}`, 'the id stands twice');
    seen.add(id);
  }
}

function lintNumber(row, name, x, min, max) {
  if (!(typeof x === 'number' && x >= min && x <= max)) fault(row, `${name} = ${x} is not within ${min} to ${max}`);
}

// ---- tables as text (read by src/slide_rule/columns.hpp) ----------------------------------------------------------

// The paths of each table's fields, as `describe` names them.
const SHAPE_FIELDS = `layers hiddenSize heads kvHeads headDim valueDim mlpWidth gatedMlp activation vocabulary
  tiedEmbeddings embeddingWidth learnedPositions norm normsPerLayer finalNorm embeddingNorm qkNorm qkvBias outputBias
  mlpBias headBias fusedQkv fusedGateUp rotary logitSoftcap dropout attentionDropout maxContext window layerTypes
  mlpTypes attentionBlocks denseBlocks layerHeads layerKvHeads layerMlpWidths kvSharedLayers kvSharedWeights
  kvSharedDoubleMlp attentionGate sinkLayers sliding.heads sliding.kvHeads sliding.headDim sliding.valueDim mla.kvRank
  mla.qRank mla.ropeDim mla.nopeDim experts.count experts.active experts.width experts.sharedWidth experts.sharedGate
  experts.firstDense experts.latent experts.latentNorm experts.routerBias experts.bias experts.zeroExperts experts.fused
  recurrent.kind recurrent.keyHeads recurrent.valueHeads recurrent.keyDim recurrent.valueDim recurrent.groups
  recurrent.state recurrent.convolution recurrent.fullRankGate indexer.heads indexer.headDim indexer.layers
  perLayerEmbedding.dim perLayerEmbedding.vocabulary perLayerEmbedding.altup perLayerEmbedding.laurelRank
  extraPerLayer extraTotal mtp.layers mtp.kind mtp.copiesEmbedding mtp.parameters towerParameters`.split(/\s+/);
const MODEL_FIELDS = [...['id', 'name', ...SHAPE_FIELDS].map((field) => `model.${field}`), 'organisation', 'family',
  'released', 'licence', 'nativeFormat', 'verification'];

const GPU_FIELDS = `id name vendor family year segment memoryGb memoryOptionsGb driverMib inferredMib unifiedShare
  bandwidthGbPerSecond fp32Tflops bf16Tflops fp8Tflops fp4Tflops int8Tops bf16Native linkGbPerSecond tdpWatts status
  confidence stackedMemory`.split(/\s+/);

function flatten(object, prefix = '', into = new Map()) {
  for (const [key, value] of Object.entries(object)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) flatten(value, `${prefix}${key}.`, into);
    else into.set(prefix + key, value);
  }
  return into;
}

function textOf(row, path, value) {
  if (value === true) return '1';
  if (value === false) return '0';
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'number') {
    if (!/^-?\d{1,15}(\.\d+)?$/.test(String(value))) fault(row, `${path} = ${value} has too many digits`);
    return String(value);
  }
  if (/[\t\n"\\*]/.test(value)) fault(row, `${path} holds a character that the table cannot`);
  return value;
}

function textsOf(label, fields, row) {
  const flat = flatten(row);
  for (const path of flat.keys()) if (!fields.includes(path)) fault(label, `no such field: ${path}`);
  return fields.map((path) => (flat.has(path) ? textOf(label, path, flat.get(path)) : ''));
}

/** One column of the table: runs of equal values, each once. */
function column(path, values) {
  const runs = [];
  for (const text of values) {
    if (runs.length && runs.at(-1).text === text) ++runs.at(-1).count;
    else runs.push({ text, count: 1 });
  }
  return [path, ...runs.map(({ text, count }) => (count > 1 ? `${text}*${count}` : text))].join('\t');
}

function table(name, source, fields, rows) {
  const quote = (text) => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\?/g, '\\?').replace(/\t/g, '\\t')}`;
  return [
    `// Generated from ${source} by scripts/generate-facts.mjs; do not edit.`,
    `inline constexpr std::string_view k${name}Table =`,
    ...fields.map((path, i) => `    ${quote(column(path, rows.map((row) => row[i])))}\\n"`),
    '    ;',
    '',
  ].join('\n');
}

// ---- models ------------------------------------------------------------------------------------------------------

function models() {
  const { compiled, models: all } = JSON.parse(read('src/catalog/models.json'));
  lintIds('model', all);
  const rows = all.map((m) => {
    const label = `model ${m.id}`;
    for (const key of ['name', 'organisation', 'family', 'released', 'licence', 'nativeFormat', 'source',
      'parametersSource']) {
      if (typeof m[key] !== 'string' || m[key] === '') fault(label, `${key} is missing`);
    }
    if (!/^\d{4}(-\d{2}){0,2}$/.test(m.released)) fault(label, `released is not a date: ${m.released}`);
    if (!/^[ABC]$/.test(m.verification)) fault(label, `verification ${m.verification} is not to be shown`);
    lintNumber(label, 'layers', m.shape.layers, 1, 1000);
    lintNumber(label, 'hiddenSize', m.shape.hiddenSize, 16, 1e6);
    lintNumber(label, 'vocabulary', m.shape.vocabulary, 100, 1e7);
    lintNumber(label, 'published.parameters', m.published?.parameters, 1e6, 1e14);
    const { id, name, organisation, family, released, licence, nativeFormat, verification } = m;
    return textsOf(label, MODEL_FIELDS,
      { model: { id, name, ...m.shape }, organisation, family, released, licence, nativeFormat, verification });
  });
  const facts = Object.fromEntries(all.map((m) => [m.id, {
    architecture: m.architecture,
    published: m.published,
    ...(m.attentionPattern && { attentionPattern: m.attentionPattern }),
    source: m.source,
    parametersSource: m.parametersSource,
    ...(m.note && { note: m.note }),
  }]));
  return {
    inc: table('Model', 'src/catalog/models.json', MODEL_FIELDS, rows),
    json: JSON.stringify({ compiled, models: facts }, null, 1) + '\n',
  };
}

// ---- GPUs --------------------------------------------------------------------------------------------------------

/** Splits RFC 4180 CSV into objects by its header. */
function csv(text) {
  const records = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { field += '"'; ++i; }
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { records.at(-1).push(field); field = ''; }
    else if (c === '\n') { records.at(-1).push(field); field = ''; records.push([]); }
    else if (c !== '\r') field += c;
  }
  records.pop();
  const [header, ...rest] = records;
  return rest.map((r) => Object.fromEntries(header.map((h, i) => [h, r[i] ?? ''])));
}

function gpus() {
  const all = csv(read('src/catalog/gpus.csv'));
  lintIds('gpu', all);
  const stacked = Object.fromEntries(csv(read('src/catalog/stacked_memory.csv')).map((row) => [row.id, row]));
  for (const { id, memory, source } of Object.values(stacked)) {
    if (!all.some((g) => g.id === id)) fault(`stacked memory ${id}`, 'no such GPU');
    if (!/^HBM\d?e?$/.test(memory) || !source) fault(`stacked memory ${id}`, 'its kind or source is missing');
  }
  const rows = all.map((g) => {
    const label = `gpu ${g.id}`;
    for (const key of ['name', 'vendor', 'family', 'segment', 'status', 'confidence', 'source', 'compiled']) {
      if (!g[key]) fault(label, `${key} is missing`);
    }
    const row = { ...(stacked[g.id] && { stackedMemory: true }) };
    for (const field of GPU_FIELDS) {
      if (field === 'stackedMemory') continue;
      if (g[field] === undefined) fault(label, `the column ${field} is missing`);
      if (!g[field]) continue;
      if (field === 'memoryOptionsGb') row[field] = g[field].split('/').map(Number);
      else if (field === 'bf16Native') row[field] = g[field] === 'yes';
      else if (/(Gb|Mib|Share|Second|Tflops|Tops|Watts|^year)$/.test(field)) row[field] = Number(g[field]);
      else row[field] = g[field];
    }
    lintNumber(label, 'year', row.year, 2010, 2030);
    lintNumber(label, 'memoryGb', row.memoryGb, 1, 2048);
    const mib = row.driverMib ?? row.inferredMib;
    // A driver shows between 85 % (ECC on GDDR costs 1/16) and 107 % (GB of 1e9) of the label read as GiB.
    if (mib) lintNumber(label, 'driver MiB / label', mib / (row.memoryGb * 1024), 0.85, 1.08);
    for (const rate of ['bandwidthGbPerSecond', 'fp32Tflops', 'bf16Tflops', 'fp8Tflops', 'fp4Tflops', 'int8Tops']) {
      if (row[rate] !== undefined) lintNumber(label, rate, row[rate], 0.01, 1e5);
    }
    if (row.unifiedShare !== undefined) lintNumber(label, 'unifiedShare', row.unifiedShare, 0.5, 1);
    return textsOf(label, GPU_FIELDS, row);
  });
  const facts = Object.fromEntries(all.map((g) => [g.id, {
    ...(g.link && { link: g.link }),
    ...(g.rateBasis && { rateBasis: g.rateBasis }),
    source: g.source,
    ...(g.notes && { notes: g.notes }),
  }]));
  return {
    inc: table('Gpu', 'src/catalog/gpus.csv and stacked_memory.csv', GPU_FIELDS, rows),
    json: JSON.stringify({ compiled: all[0]?.compiled, gpus: facts }, null, 1) + '\n',
    ids: new Set(all.map((g) => g.id)),
  };
}

// ---- what the driver and a process keep back ---------------------------------------------------------------------

function devices(gpuIds) {
  const all = csv(read('src/catalog/devices.csv'));
  for (const d of all) {
    const label = `device ${d.gpu}`;
    if (!gpuIds.has(d.gpu)) fault(label, 'no such GPU in gpus.csv');
    if (!/^https:\/\//.test(d.url)) fault(label, 'url is missing');
    if (!d.derivation || !d.read) fault(label, 'derivation or date of reading is missing');
    for (const key of ['reserveMib', 'contextMib']) if (d[key]) lintNumber(label, key, Number(d[key]), 0, 4096);
  }
  const mib = (x) => (x === '' ? '-1' : x);
  return {
    inc: [
      '// Generated from src/catalog/devices.csv by scripts/generate-facts.mjs; do not edit.',
      'inline constexpr DeviceObservation kDeviceObservations[] = {',
      ...all.map((d) => `    {"${d.gpu}", "${d.family}", "${d.vendor}", ${mib(d.reserveMib)}, ${mib(d.contextMib)}},`),
      '};',
      '',
    ].join('\n'),
    json: JSON.stringify({ devices: all }, null, 1) + '\n',
  };
}

// ---- other calculators' rules ------------------------------------------------------------------------------------

/** A rule's letters as the core's answers call the same things. */
const PEER_SYMBOLS = {
  N: 'parameters', H: 'headParameters', A: 'adapterParameters', B: 'linearParameters', L: 'layers', h: 'hiddenSize',
  a: 'heads', k: 'kvHeads', d: 'headDim', D: 'namedHeadDim', f: 'mlpWidth', V: 'vocabulary', kvRank: 'kvRank',
  ropeDim: 'ropeDim', s: 'tokens', b: 'batch', w: 'bytesPerWeight', e: 'nominalElementBytes', E: 'bytesPerElement',
  n: 'shards', t: 'tensorParallel',
};
/** What of a job each task of a rule tells: [task, figure]. */
const PEER_TASKS = {
  training: ['training', 'total'], inference: ['inference', 'total'], weights: ['inference', 'weights'],
  'kv-cache': ['inference', 'kv_cache'], 'vllm-activations': ['inference', 'activations'],
};

function peers() {
  const { rules } = JSON.parse(read('src/catalog/peer_rules.json'));
  const sources = new Map(JSON.parse(read('src/catalog/references.json')).map((r) => [r.key, r]));
  lintIds('rule', rules);
  const rows = rules.flatMap((rule) => {
    const label = `rule ${rule.id}`;
    for (const language of ['en', 'ko']) if (!rule.reason?.[language]) fault(label, `no reason in ${language}`);
    if (!sources.get(rule.id)?.url.includes(rule.commit)) fault(label, 'references.json has no such key at this commit');
    return rule.variants.map(({ task, when, formula }) => {
      if (!PEER_TASKS[task]) fault(label, `no such task: ${task}`);
      const [question, figure] = PEER_TASKS[task] ?? [];
      const named = formula.replace(/\d+(?:\.\d+)?(?:e\d+)?|[A-Za-z]\w*/g, (name) => {
        if (/^\d/.test(name)) return name;
        if (!PEER_SYMBOLS[name]) fault(label, `no such symbol: ${name}`);
        return PEER_SYMBOLS[name];
      });
      const conditions = Object.entries(when).map(([facet, values]) => `${facet}=${values.join(',')}`).join(' ');
      return `    {"${rule.id}", "${rule.tool}", Task::${question}, PeerFigure::${figure}, "${conditions}",\n     "${named}"},`;
    });
  });
  const reasons = Object.fromEntries(rules.map(({ id, reason }) => [`peer-reason.${id}`, reason]));
  return {
    inc: [
      '// Generated from src/catalog/peer_rules.json by scripts/generate-facts.mjs; do not edit.',
      'inline constexpr PeerVariant kPeerVariants[] = {',
      ...rows,
      '};',
      '',
    ].join('\n'),
    json: JSON.stringify(reasons, null, 1) + '\n',
  };
}

// ---- write or check ----------------------------------------------------------------------------------------------

const made = { models: models(), gpus: gpus() };
made.devices = devices(made.gpus.ids);
made.peers = peers();
const files = Object.entries(made).flatMap(([name, { inc, json }]) => [
  [`src/catalog/generated/${name}.inc`, inc],
  [`web/src/generated-facts/${name}.json`, json],
]);
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
if (process.argv.includes('--check')) {
  const stale = files.filter(([path, text]) => {
    try { return read(path) !== text; } catch { return true; }
  });
  for (const [path] of stale) console.error(`stale: ${path}; run node scripts/generate-facts.mjs`);
  process.exit(stale.length ? 1 : 0);
}
for (const [path, text] of files) {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`${path}  ${text.length} bytes`);
}
