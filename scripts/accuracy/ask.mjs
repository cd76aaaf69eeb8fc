// Asks the questions of the mapped rows through the batch command and takes out of each answer what is compared.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const NATIVE = 'build/dev/tests/ask_jsonl';

/** The built batch command, or the native core where there is no WebAssembly build. */
export function defaultCommand() {
  if (existsSync(`${root}dist/batch.js`) || existsSync(`${root}scripts/batch.js`)) {
    return 'node scripts/llm-slide-rule.mjs';
  }
  return NATIVE;
}

function run(command, args, input) {
  const [program, ...first] = command.split(' ');
  const done = spawnSync(program, [...first, ...args], { cwd: root, input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (done.error) throw new Error(`${command}: ${done.error.message}`);
  // Exit status 1 means that a line was not JSON; every line here is.
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status}: ${done.stderr.slice(0, 500)}`);
  return done.stdout;
}

/**
 * What each kind of question takes: {kind: {field: choices or null}}, from the schema of either answerer.
 * @returns {Record<string, Record<string, string[]|null>>}
 */
export function readSchema(command) {
  const schema = JSON.parse(run(command, ['--schema'], ''));
  if (Array.isArray(schema)) {
    return Object.fromEntries(
      schema.map((kind) => [kind.kind, Object.fromEntries(kind.fields.map((f) => [f.name, f.choices ?? null]))]),
    );
  }
  const kinds = schema.$defs.question.oneOf;
  return Object.fromEntries(
    kinds.map((kind) => [
      kind.title,
      Object.fromEntries(Object.entries(kind.properties).map(([name, field]) => [name, field.enum ?? null])),
    ]),
  );
}

/** Fields of one kind: those that the schema of `fit` and its like also take. */
function accepts(fields, name, value) {
  if (!(name in fields)) return 'no-field';
  const choices = fields[name];
  return choices && typeof value === 'string' && !choices.includes(value) ? 'no-choice' : 'yes';
}

/**
 * The interval that an answer states for the compared figure; components have none of their own. A sum over devices
 * is stretched as the busiest one's peak is, a whole answer's rate as its decoding.
 */
export function boundsOf(compare, predicted, answer) {
  const around = (interval, middle) =>
    interval
      ? { low: (predicted * interval.low) / middle, high: (predicted * interval.high) / middle }
      : { low: null, high: null };
  const { field } = compare;
  if (field === 'peakBytes' || field === 'allGpusBytes' || compare.phase) return around(answer.interval, answer.peakBytes);
  if (field === 'deviceBytes') return around(answer.interval, predicted);
  if (field === 'prefillTokensPerSecond') return around(answer.prefillInterval, answer.prefillTokensPerSecond);
  if (field === 'decodeTokensPerSecond' || compare.rate) return around(answer.decodeInterval, answer.decodeTokensPerSecond);
  if (field === 'tokensPerSecond' && answer.secondsInterval) {
    const { low, high } = answer.secondsInterval;
    return around({ low: 1 / high, high: 1 / low }, 1 / answer.seconds);
  }
  return around(null);
}

/** Fields that place a run without changing what is asked: where a schema lacks one, the row is set apart. */
const PLACING = new Set(['softwareYear', 'compile', 'statistic', 'loraDropout', 'microBatches', 'maxNumSeqs']);

/**
 * The question as this answerer takes it.
 * @returns {{question: object, apart: string[]} | {refused: string}}
 */
export function fitToSchema(row, schema) {
  const fields = schema[row.question.ask];
  if (!fields) return { refused: `no-kind:${row.question.ask}` };
  const question = { id: row.id, ask: row.question.ask };
  const apart = [...row.apart];
  for (const [name, value] of Object.entries(row.question)) {
    if (name === 'ask') continue;
    const verdict = accepts(fields, name, value);
    if (verdict === 'yes') question[name] = value;
    else if (PLACING.has(name)) apart.push(`cannot-say:${name}`);
    else return { refused: verdict === 'no-field' ? `needs:${name}` : `no-choice:${name}=${value}` };
  }
  for (const [name, value] of Object.entries(row.needs)) {
    if (accepts(fields, name, value) !== 'yes') return { refused: `needs:${name}` };
    question[name] = value;
  }
  const say = (name, words) => {
    const word = [words].flat().find((value) => accepts(fields, name, value) === 'yes');
    if (word !== undefined) question[name] = word;
    return word !== undefined;
  };
  for (const [name, words] of Object.entries(row.assume)) say(name, words);
  for (const [name, words] of Object.entries(row.also)) if (!say(name, words)) apart.push(`cannot-say:${name}`);
  return { question, apart: [...new Set(apart)] };
}

/** Sum of the terms whose ids match one of the patterns ("weights", "kv-cache-*"); null where none does. */
export function sumTerms(terms, patterns) {
  const matches = (id) =>
    patterns.some((p) => (p.endsWith('*') ? id.startsWith(p.slice(0, -1)) : id === p));
  const found = (terms ?? []).filter((term) => matches(term.id));
  return found.length ? found.reduce((sum, term) => sum + term.bytes, 0) : null;
}

/** @returns {number|string|null} bytes, or an outcome, or null where the answer lacks the figure */
export function comparable(compare, answer) {
  if (compare.outcome) return answer.outcome ?? null;
  if (compare.field) return answer[compare.field] === undefined ? null : answer[compare.field] / (compare.dividedBy ?? 1);
  if (compare.rate) return compare.rate.tokens / answer[compare.rate.seconds];
  if (compare.phase) return answer.phases?.find((phase) => phase.id === compare.phase)?.bytes ?? null;
  if (compare.terms) return sumTerms(answer.terms, compare.terms);
  const { capacityBytes, share, less } = compare.room;
  const used = sumTerms(answer.terms, less);
  return used === null ? null : capacityBytes * share - used;
}

/**
 * Asks every row. Adds to each: predicted, low, high, apart; rows that are refused or answered with problems go to
 * `refused` with their reason.
 */
export function askAll(rows, { command = defaultCommand() } = {}) {
  const schema = readSchema(command);
  const asked = [];
  const refused = [];
  for (const row of rows) {
    const fitted = fitToSchema(row, schema);
    if (fitted.refused) refused.push({ ...row, reason: fitted.refused });
    else asked.push({ ...row, asked: fitted.question, apart: fitted.apart });
  }
  const input = asked.map((row) => JSON.stringify(row.asked) + '\n').join('');
  const replies = asked.length ? run(command, [], input).trim().split('\n') : [];
  if (replies.length !== asked.length) {
    throw new Error(`${command}: ${replies.length} answers to ${asked.length} questions`);
  }
  const answered = [];
  asked.forEach((row, i) => {
    const reply = JSON.parse(replies[i]);
    if (reply.problems) {
      const { field, code } = reply.problems[0];
      refused.push({ ...row, reason: `problem:${field}:${code}`, problems: reply.problems });
      return;
    }
    const answer = reply.result ?? reply;
    const predicted = comparable(row.compare, answer);
    if (predicted === null) {
      refused.push({ ...row, reason: 'not-in-answer' });
      return;
    }
    // The stated interval is that of the total; components have none of their own.
    answered.push({ ...row, answer, predicted, ...boundsOf(row.compare, predicted, answer) });
  });
  return { answered, refused };
}
