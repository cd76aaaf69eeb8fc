#!/usr/bin/env node
// How far the estimates are from what others measured. `node scripts/accuracy --help`.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { askAll, defaultCommand } from './ask.mjs';
import { calibrateAll, calibrateSpeeds, intervalsInc, intervalsMarkdown, speedFactorsInc } from './intervals.mjs';
import { currentTargets, detailMarkdown, makeReport, reportJson, shortfalls, summaryMarkdown, withTargets } from './report.mjs';
import { GROUPS, questionOf, readRows, readSpeeds } from './rows.mjs';
import { speedDetail, speedJson, speedMarkdown, speedReport } from './speed.mjs';

const HELP = `node scripts/accuracy [options]

  (no option)        ask every question, write the report: tests/accuracy/report.json, speed.json and REPORT.md, the
                     summary in README.md, the interval factors of the core
  --check            write nothing; exit 1 where a written file is not what the answers give, or a group falls
                     behind its limit in tests/accuracy/targets.json
  --set-limits       also set the limits in targets.json to what is reached now
  --print            print the summary, write nothing
  --command "..."    the answerer: JSON lines in, JSON lines out, --schema (default: the built batch command, else
                     build/dev/tests/ask_jsonl)
  --questions FILE   write the questions as JSON lines (what the batch command takes) and stop
  --rows FILE        write the mapped rows as JSON lines: question, measured bytes, what is compared, and stop
  --answers FILE     write the asked rows with predicted and measured bytes and the error as JSON lines, and stop
  --group NAME       only the rows of one group: ${GROUPS.join(', ')}
  --main             only rows that are not set apart
  --confidence WORD  only rows of that confidence: high, medium, low
`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean' },
    check: { type: 'boolean' },
    print: { type: 'boolean' },
    'set-limits': { type: 'boolean' },
    command: { type: 'string' },
    questions: { type: 'string' },
    rows: { type: 'string' },
    answers: { type: 'string' },
    group: { type: 'string' },
    main: { type: 'boolean' },
    confidence: { type: 'string' },
  },
});

const root = fileURLToPath(new URL('../../', import.meta.url));
const PATHS = {
  report: 'tests/accuracy/report.json',
  detail: 'tests/accuracy/REPORT.md',
  speed: 'tests/accuracy/speed.json',
  targets: 'tests/accuracy/targets.json',
  readme: 'README.md',
  intervals: 'src/slide_rule/memory/generated/intervals.inc',
  speedFactors: 'src/slide_rule/speed/generated/speed_factors.inc',
};
const read = (path) => (existsSync(root + path) ? readFileSync(root + path, 'utf8') : null);

function write(path, text) {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
}

const jsonLines = (list) => list.map((item) => JSON.stringify(item) + '\n').join('');

function selected() {
  if (options.group && !GROUPS.includes(options.group)) throw new Error(`no group "${options.group}"`);
  const { rows, refused } = readRows();
  const wanted = rows.filter(
    (row) =>
      (!options.group || row.group === options.group) &&
      (!options.main || row.apart.length === 0) &&
      (!options.confidence || row.confidence === options.confidence),
  );
  return { rows: wanted, refused };
}

/** The README with the summary between its markers. */
function readmeWith(summary) {
  const text = read(PATHS.readme);
  const marked = /(<!-- accuracy: [^>]*-->\n)[\s\S]*?(<!-- \/accuracy -->)/;
  if (text === null || !marked.test(text)) throw new Error('README.md has no markers for accuracy');
  return text.replace(marked, (_, begin, end) => `${begin}${summary}\n${end}`);
}

function targetsJson({ about, ...groups }) {
  const lines = Object.entries(groups).map(([id, target]) => ` ${JSON.stringify(id)}: ${JSON.stringify(target)}`);
  return `{\n "about": ${JSON.stringify(about)},\n${lines.join(',\n')}\n}\n`;
}

function speeds(reasons) {
  const { rows, refused } = readSpeeds();
  const asked = askAll(rows, { command: options.command ?? defaultCommand() });
  const factors = calibrateSpeeds(asked.answered);
  return { report: speedReport({ answered: asked.answered, refused: [...refused, ...asked.refused] }, reasons, factors), factors };
}

function report() {
  const { rows, refused } = selected();
  const asked = askAll(rows, { command: options.command ?? defaultCommand() });
  const reasons = JSON.parse(readFileSync(new URL('./reasons.json', import.meta.url), 'utf8'));
  const intervals = calibrateAll(asked.answered);
  const made = makeReport(asked.answered, [...refused, ...asked.refused], reasons, intervals);
  let targets = JSON.parse(read(PATHS.targets));
  if (options['set-limits']) targets = { about: targets.about, ...currentTargets(made, targets) };
  const { report: speed, factors } = speeds(reasons);
  const detail =
    `${detailMarkdown(made, targets)}\n${speedDetail(speed)}\n\n## Intervals\n\n${intervalsMarkdown(intervals)}\n\n` +
    `Of speeds (of one source, its devices are left out in turn):\n\n${intervalsMarkdown(factors)}\n`;
  const files = [
    [PATHS.report, reportJson(withTargets(made, targets))],
    [PATHS.detail, detail],
    [PATHS.speed, speedJson(speed)],
    [PATHS.intervals, intervalsInc(intervals)],
    [PATHS.speedFactors, speedFactorsInc(factors)],
  ];
  const summary = `${summaryMarkdown(made, targets)}\n\n${speedMarkdown(speed)}`;
  files.push([PATHS.readme, readmeWith(summary)]);
  if (options['set-limits']) files.push([PATHS.targets, targetsJson(targets)]);
  return { made, targets, files, summary };
}

if (options.help) {
  process.stdout.write(HELP);
} else if (options.questions) {
  const { rows } = selected();
  writeFileSync(options.questions, jsonLines(rows.map(questionOf)));
  console.log(`${rows.length} questions`);
} else if (options.rows) {
  const { rows } = selected();
  writeFileSync(options.rows, jsonLines(rows));
  console.log(`${rows.length} rows`);
} else if (options.answers) {
  const { answered, refused } = askAll(selected().rows, { command: options.command ?? defaultCommand() });
  const lines = answered.map(({ answer: _, question, asked, ...row }) => ({
    ...row,
    error: row.group === 'fit' ? undefined : row.predicted / row.measured - 1,
    asked,
  }));
  writeFileSync(options.answers, jsonLines([...lines, ...refused.map(({ id, reason, problems }) => ({ id, reason, problems }))]));
  console.log(`${answered.length} answered, ${refused.length} not`);
} else {
  const { made, targets, files, summary } = report();
  console.log(summary);
  if (options.check) {
    const faults = shortfalls(made, targets);
    for (const [path, text] of files) if (read(path) !== text) faults.push(`stale: ${path}; run node scripts/accuracy`);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length ? 1 : 0;
  } else if (!options.print) {
    for (const [path, text] of files) {
      write(path, text);
      console.log(`${path}  ${text.length} bytes`);
    }
  }
}
