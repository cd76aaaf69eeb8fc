// Every measured row, mapped: as a question with the figure to compare, or with the reason why it is none.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parseCsv } from './csv.mjs';
import { fitRow } from './map/fit.mjs';
import { inferenceRow } from './map/infer.mjs';
import { sizeRow } from './map/sizes.mjs';
import { speedRow } from './map/speed.mjs';
import { trainingRow } from './map/train.mjs';
import { NotExpressible, familyOf } from './row.mjs';

export const DATA = fileURLToPath(new URL('../../tests/accuracy/data/', import.meta.url));

/** Groups of issue-level targets, in the order of the report. */
export const GROUPS = [...JSON.parse(readFileSync(new URL('groups.json', import.meta.url), 'utf8')), 'fit'];

/** Groups of measured speeds, in tokens per second: reported beside the memory groups. */
export const SPEED_GROUPS = ['decode-llamacpp', 'decode-vllm', 'decode-transformers', 'prefill-llamacpp', 'training'];

const SPEEDS = { name: 'speed', file: 'throughput.csv', map: speedRow };

const TABLES = [
  { name: 'size', file: 'quant_sizes.csv', map: sizeRow },
  { name: 'infer', file: 'infer_memory.csv', map: inferenceRow },
  { name: 'train', file: 'train_memory.csv', map: trainingRow },
  { name: 'train', file: 'train_memory_torchtitan.csv', map: trainingRow },
  { name: 'fit', file: 'fit_oom.csv', map: fitRow },
];

/** @returns {{rows: object[], refused: Array<{id, family, confidence, reason}>}} */
export function readRows(directory = DATA) {
  return readTables(TABLES, directory);
}

/** The same for speeds. */
export function readSpeeds(directory = DATA) {
  return readTables([SPEEDS], directory);
}

function readTables(tables, directory) {
  const rows = [];
  const refused = [];
  for (const table of tables) {
    const records = parseCsv(readFileSync(`${directory}/${table.file}`, 'utf8'));
    for (const record of records) {
      const id = `${table.name}/${record.id}`;
      try {
        rows.push({ id, cite: record.source, ...table.map(record, records) });
      } catch (error) {
        if (!(error instanceof NotExpressible)) throw new Error(`${id}: ${error.message}`, { cause: error });
        refused.push({ id, family: familyOf(record.id), confidence: record.confidence, reason: error.reason });
      }
    }
  }
  return { rows, refused };
}

/** The question with all that a row knows of its run, in the words preferred. */
export function questionOf(row) {
  const first = (fields) => Object.fromEntries(Object.entries(fields).map(([name, words]) => [name, [words].flat()[0]]));
  return { id: row.id, ...row.question, ...first(row.assume), ...first(row.also), ...row.needs };
}
