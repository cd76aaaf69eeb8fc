// Runs the steps of the test suite one after another and adds up what their runners counted. Called by scripts/test,
// which installs what the steps need. The last line is "N passed, N failed".

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const jobs = String(availableParallelism());
const toolchain = `-DCMAKE_TOOLCHAIN_FILE=${process.env.EMSCRIPTEN_TOOLCHAIN}`;
const emulator = `-DCMAKE_CROSSCOMPILING_EMULATOR=${process.execPath}`;
const specs = (folder, ending) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((f) => f.endsWith(ending))
    .map((f) => join(folder, f))
    .sort();

const once = (text, code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** Catch2's console line: "All tests passed (367 assertions in 12 test cases)" or "test cases: 12 | 11 passed | 1 failed". */
function catch2(text, code) {
  const all = /All tests passed \([\d,]+ assertions? in (\d+) test cases?\)/u.exec(text);
  if (all) return { passed: Number(all[1]), failed: 0 };
  const cases = /test cases:.*/u.exec(text)?.[0] ?? '';
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`, 'u').exec(cases)?.[1] ?? 0);
  return { passed: number('passed'), failed: number('failed') || (code === 0 ? 0 : 1) };
}

function nodeTest(text, code) {
  const number = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'mu').exec(text)?.[1] ?? 0);
  return { passed: number('pass'), failed: number('fail') || (code === 0 ? 0 : 1) };
}

/** "Ran 9 tests in 0.1s", then "OK (skipped=1)" or "FAILED (failures=1, errors=2)". */
function unittest(text, code) {
  const number = (pattern) => Number(pattern.exec(text)?.[1] ?? 0);
  const failed = number(/failures=(\d+)/u) + number(/errors=(\d+)/u) || (code === 0 ? 0 : 1);
  return { passed: number(/^Ran (\d+) tests?/mu) - failed - number(/skipped=(\d+)/u), failed };
}

function playwright(text, code) {
  const number = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}`, 'mu').exec(text)?.[1] ?? 0);
  return { passed: number('passed'), failed: number('failed') + number('flaky') || (code === 0 ? 0 : 1) };
}

function lighthouse(text, code) {
  const [, passed = 0, failed = 0] = /^(\d+) pages passed, (\d+) failed$/mu.exec(text) ?? [];
  return { passed: Number(passed), failed: Number(failed) || (code === 0 ? 0 : 1) };
}

const cmake = (preset, { options = [], targets = [] } = {}) => [
  ['cmake', '--preset', preset, ...options],
  ['cmake', '--build', '--preset', preset, '-j', jobs, ...targets.flatMap((t) => ['--target', t]), '--', '--quiet'],
];
const web = join(root, 'web');

// With -# Catch2 gives tests the name of their file as a tag. These take half of the time.
const half = ['law_fit_test', 'law_fit_bad_input_test', 'law_fit_objective_test', 'training_test'].map((file) => `[#${file}]`);
/** The tests of the core in two runs beside each other: what the first has not, the second has. */
const halves = (...runner) => [[...runner, '-#', half.join(',')], [...runner, '-#', half.map((tag) => `~${tag}`).join('')]];

const nodeTests = specs('tests', '.test.mjs');
const measuresTime = (file) => readFileSync(join(root, file), 'utf8').includes('performance.now');

/**
 * Commands of a step run in order, those in a list of their own beside each other; the output of the last one, or the
 * last ones, is counted, and shown where it tells more than counts.
 */
const steps = [
  { name: 'facts', commands: [['node', 'scripts/generate-facts.mjs', '--check']] },
  { name: 'format', commands: [['sh', '-c', 'git ls-files "*.cpp" "*.hpp" | xargs clang-format --dry-run -Werror']] },
  { name: 'core', commands: [...cmake('asan', { targets: ['slide_rule_tests'] }), halves('build/asan/tests/slide_rule_tests')], count: catch2 },
  // The optimised library is held against WebAssembly, question by question, in the step 'node'.
  { name: 'install', commands: [...cmake('dev', { targets: ['slide_rule', 'ask_jsonl'] }), ['sh', 'tests/install/run.sh']] },
  // The unity sources of the step 'core': the headers, which take most of the time, are gone through nine times, not 64.
  {
    name: 'tidy',
    commands: [['sh', '-c', `ls src/slide_rule/kinds.cpp build/asan/src/CMakeFiles/slide_rule.dir/Unity/*.cxx | xargs -n 1 -P ${jobs} clang-tidy -p build/asan --quiet`]],
  },
  {
    name: 'core in WebAssembly',
    commands: [...cmake('wasm-tests', { options: [toolchain, emulator] }), halves('node', 'build/wasm-tests/tests/slide_rule_tests.js')],
    count: catch2,
  },
  { name: 'build', commands: [['scripts/build']] },
  { name: 'accuracy', commands: [['node', 'scripts/accuracy', '--check']] },
  { name: 'types', commands: [['npx', 'tsc', '--noEmit']], cwd: web },
  { name: 'lint', commands: [['npx', 'eslint', '.'], ['npx', 'prettier', '--check', '.']], cwd: web },
  {
    name: 'node',
    commands: [['node', '--test', '--test-reporter=tap', `--test-concurrency=${jobs}`, ...nodeTests.filter((f) => !measuresTime(f))]],
    count: nodeTest,
  },
  {
    name: 'node, with a watch',
    commands: [['node', '--test', '--test-reporter=tap', '--test-concurrency=1', ...nodeTests.filter(measuresTime)]],
    count: nodeTest,
  },
  { name: 'measure', commands: [['python3', 'tests/measure/measure_test.py']], count: unittest },
  { name: 'size', commands: [['node', 'scripts/size.mjs']] },
  { name: 'browser', commands: [['npx', 'playwright', 'test', '--config', 'playwright.config.mjs']], cwd: web, count: playwright },
  { name: 'lighthouse', commands: [['node', 'scripts/lighthouse.mjs', '--check']], count: lighthouse, isTold: true },
  {
    name: 'firefox',
    commands: [['node', '--test', '--test-reporter=tap', ...specs('tests/web/firefox', '.firefox.mjs')]],
    count: nodeTest,
  },
];

function run([command, ...parameters], cwd) {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(command, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '1' } });
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => (text += data));
    child.on('error', (error) => resolve({ code: 127, text: String(error) }));
    // Under Node, a runner compiled to WebAssembly takes every output for a coloured terminal.
    child.on('close', (code) => resolve({ code: code ?? 1, text: stripVTControlCharacters(text) }));
  });
}

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
for (const step of steps.filter((s) => wanted.length === 0 || wanted.some((w) => s.name.startsWith(w)))) {
  const start = performance.now();
  let last = [];
  for (const command of step.commands) {
    const beside = Array.isArray(command[0]) ? command : [command];
    last = await Promise.all(beside.map((one) => run(one, step.cwd ?? root)));
    if (last.some(({ code }) => code !== 0)) break;
  }
  const counted = { passed: 0, failed: 0 };
  for (const { text, code } of last) {
    const { passed, failed } = (step.count ?? once)(text, code);
    counted.passed += passed;
    // A runner that ran nothing has shown nothing.
    counted.failed += failed || (code !== 0 || passed === 0 ? 1 : 0);
  }
  total.passed += counted.passed;
  total.failed += counted.failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${step.name}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s)`);
  if (counted.failed > 0 || step.isTold) for (const { text } of last) console.log(text.slice(-8000).trimEnd());
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
