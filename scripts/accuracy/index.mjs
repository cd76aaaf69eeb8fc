#!/usr/bin/env node
// How far the estimates are from what others measured. `node scripts/accuracy --help`.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { GROUPS, questionOf, readRows } from './rows.mjs';

const HELP = `node scripts/accuracy [options]

  --questions FILE   write the questions as JSON lines (what the batch command takes) and stop
  --rows FILE        write the mapped rows as JSON lines: question, measured bytes, what is compared, and stop
  --group NAME       only the rows of one group: ${GROUPS.join(', ')}
  --main             only rows that are not set apart
  --confidence WORD  only rows of that confidence: high, medium, low
`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean' },
    questions: { type: 'string' },
    rows: { type: 'string' },
    group: { type: 'string' },
    main: { type: 'boolean' },
    confidence: { type: 'string' },
  },
});

const lines = (list) => list.map((item) => JSON.stringify(item) + '\n').join('');

function selected() {
  if (options.group && !GROUPS.includes(options.group)) throw new Error(`no group "${options.group}"`);
  return readRows().rows.filter(
    (row) =>
      (!options.group || row.group === options.group) &&
      (!options.main || row.apart.length === 0) &&
      (!options.confidence || row.confidence === options.confidence),
  );
}

if (options.help || process.argv.length < 3) {
  process.stdout.write(HELP);
} else if (options.questions) {
  const rows = selected();
  writeFileSync(options.questions, lines(rows.map((row) => questionOf(row, { ...row.also, ...row.needs }))));
  console.log(`${rows.length} questions`);
} else if (options.rows) {
  const rows = selected();
  writeFileSync(options.rows, lines(rows));
  console.log(`${rows.length} rows`);
}
