import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '../load.mjs';

const { kListedBadRows, kMaxRuns, parseRuns } = await load('src/import/runs.ts');
const { runsExamples } = await load('src/examples/runs.ts');
const root = new URL('../../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');

/** The runs of a text that has no bad row and no problem. */
const runsOf = (text, options) => {
  const r = parseRuns(text, options);
  assert.deepEqual([r.bad, r.problems], [[], []], text);
  return r.runs;
};
const code = (text) => parseRuns(text).problems[0]?.code;
const badRow = (cells, header = 'N;D;loss') => parseRuns(`${header}\n${cells}\n1e9;1e10;3\n`).bad[0];

test('columns are found by name, in any order, among others', () => {
  const wanted = [[7e9, 1.4e12, 2.1]];
  const headers = [
    'parameters,tokens,loss', 'N,D,L', 'n_params,tokens,val_loss', 'Params,Training tokens,Validation loss',
    'num_params,"n_tokens",eval_loss', '파라미터,토큰,손실', '매개변수 수,학습 토큰,검증 손실', ' Model size ,Dataset tokens,Loss (nats/token)',
  ];
  for (const header of headers) assert.deepEqual(runsOf(`${header}\n7000000000,1400000000000,2.1\n`), wanted, header);
  assert.deepEqual(runsOf('name,loss,seed,D,N,notes\na,2.1,1,1.4e12,7e9,"x, y"\n'), wanted);
});

test('columns chosen under a header are used under no other one', () => {
  const columns = { parameters: 'a', tokens: 'b', loss: 'c' };
  const { header, problems } = parseRuns('a,b,c\n7e9,1.4e12,2.1\n');
  assert.equal(problems[0].code, 'missing-column');
  // Other cells, another separator, spaces around a name: the same header.
  for (const text of ['a,b,c\n7e9,1.4e12,2.1\n', 'a;b;c\n7e9;1.4e12;2.1\n', '# runs\n a ,b,"c"\n7e9,1.4e12,2.1\n']) {
    assert.deepEqual(runsOf(text, { columns, header }), [[7e9, 1.4e12, 2.1]], text);
  }
  for (const names of ['a,b,c,d', 'b,a,c', 'A,b,c']) {
    assert.equal(parseRuns(`${names}\n7e9,1.4e12,2.1,1\n`, { columns, header }).problems[0].code, 'missing-column', names);
  }
});

test('compute takes the place of the column that is missing', () => {
  const flop = 6 * 7e9 * 1.4e12;
  const near = (runs) => runs[0].forEach((x, i) => assert.ok(Math.abs(x / [7e9, 1.4e12, 2.1][i] - 1) < 1e-12));
  near(runsOf(`N,C,loss\n7e9,${flop},2.1\n`));
  near(runsOf(`tokens,FLOPs,loss\n1.4e12,${flop},2.1\n`));
  near(runsOf(`N,C (PF-days),loss\n7e9,${flop / 8.64e19},2.1\n`));
  near(runsOf(`N,compute,loss\n7e9,${flop / 8.64e19} PF-days,2.1\n`));
  const all = parseRuns(`N,D,C,loss\n7e9,1.4e12,1,2.1\n`);
  assert.equal(all.derived, undefined);
  assert.deepEqual(all.columns, { loss: 'loss', parameters: 'N', tokens: 'D' });
  assert.equal(parseRuns('D,C,loss\n1,6,2\n').derived, 'parameters');
});

test('of several losses the likelier is used, and another can be chosen', () => {
  const text = 'N,D,train_loss,c4_val_loss,val_loss\n1,2,3,4,5\n';
  assert.equal(parseRuns(text).columns.loss, 'val_loss');
  assert.deepEqual(parseRuns(text).candidates.loss, ['val_loss', 'train_loss', 'c4_val_loss']);
  assert.deepEqual(runsOf(text, { columns: { loss: 'c4_val_loss' } }), [[1, 2, 4]]);
  assert.deepEqual(runsOf('N,D,perplexity,loss\n1,2,3,4\n', { columns: { loss: 'perplexity' } }), [[1, 2, 3]]);
});

test('units that end a name, and cross-entropies', () => {
  const wanted = [[7e9, 1.4e12, 2.1]];
  for (const text of [
    'params_m,tokens_b,val_ce\n7000,1400,2.1', 'Params B,train tokens (T),valid loss\n7,1.4,2.1', 'model_size_b,tokens_in_billions,CE\n7,1400,2.1',
    'n_params_m,n-tokens-b,test_nll\n7000,1400,2.1', 'params.M,tokens.T,val/loss\n7000,1.4,2.1',
  ]) assert.deepEqual(runsOf(text), wanted, text);
  // No size: the key's dimension, a number of heads.
  assert.deepEqual(parseRuns('d_k,n_b,loss\n1,2,3').problems[0].columns, ['parameters', 'tokens']);
  assert.equal(parseRuns('N,D,val_ce,val_loss\n1,2,3,4').columns.loss, 'val_loss');
});

test('where no name tells, all columns are offered and can be taken by hand', () => {
  const text = 'run,Kapazität (M),gesehen (B),Güte\na,7000,1400,2.1\n';
  const all = ['run', 'Kapazität (M)', 'gesehen (B)', 'Güte'];
  const first = parseRuns(text);
  assert.deepEqual(first.problems, [{ code: 'missing-column', columns: ['loss', 'parameters', 'tokens'] }]);
  assert.deepEqual(first.candidates, { parameters: all, tokens: all, compute: all, loss: all });
  const columns = { parameters: 'Kapazität (M)', tokens: 'gesehen (B)' };
  const half = parseRuns(text, { columns });
  assert.deepEqual([half.problems[0].columns, half.columns, half.candidates.loss], [['loss'], columns, all]);
  assert.deepEqual(runsOf(text, { columns: { ...columns, loss: 'Güte' } }), [[7e9, 1.4e12, 2.1]]);
  // What was taken by hand can be taken back; what is found by name needs no choice.
  assert.deepEqual(parseRuns(text, { columns: { ...columns, loss: 'Güte' } }).candidates, { parameters: all, tokens: all, loss: all });
  assert.deepEqual(parseRuns(text, { columns: { ...columns, loss: '' } }).problems[0].columns, ['loss']);
  assert.deepEqual(parseRuns('N,D,Güte,\n1,2,3,').candidates, { parameters: ['N'], tokens: ['D'], loss: ['N', 'D', 'Güte'] });
  assert.deepEqual(parseRuns('hello world\n1 2').candidates, {});
});

test('separators, units and thousands marks', () => {
  const wanted = [[7e9, 1.4e12, 2.1]];
  for (const text of [
    'N;D;loss\n7e9;1.4e12;2.1', 'N\tD\tloss\r\n7e9\t1.4e12\t2.1\r\n', 'N D loss\n7e9  1.4e12 2.1', '\ufeffN,D,loss\r7e9,1.4e12,2.1\r',
    'N,D,loss\n7B,1.4T,2.1', 'N,D,loss\n70억,1.4조,2.1', 'N,D,loss\n70억,1조 4000억,2.1', 'N,D,loss\n７Ｂ,1400B,2.1',
    'N (B),D [T],loss\n7,1.4,2.1', 'params (billions),tokens (trillions),loss\n7,1.4,2.1', '파라미터(억),토큰(조),손실\n70,1.4,2.1',
    'N,D,loss\n"7,000,000,000","1,400,000,000,000",2.1', "N;D;loss\n7'000'000'000;1 400 000 000 000;2.1",
    'N;D;loss\n7.000.000.000;1.400.000.000.000;2,1', 'N;D;loss\n7e9;1,4e12;2,1', 'N\tD\tloss\n7B\t1,4T\t2,100',
    'sep=;\nN;D;loss\n7e9;1.4e12;2.1', '# my runs\n\nN,D,loss\n\n7e9,1.4e12,2.1\n# end\n', '"N","D","loss"\n"7e9","1.4e12","2.1"',
    'N,D,loss,note\n7e9,1.4e12,2.1,"two\nlines, one ""cell"""\n',
  ]) assert.deepEqual(runsOf(text), wanted, text);
  assert.equal(parseRuns('N;D;loss\n7e9;1e12;2,1').decimalComma, true);
  // Where commas are decimal, a point marks thousands: 7.000 is seven thousand.
  assert.deepEqual(runsOf('N;D;loss\n7.000;1.500.000;2,345'), [[7000, 1.5e6, 2.345]]);
  assert.deepEqual(runsOf('N;D;loss\n1,500;2,000,000;2.5\n1,500;3000000;2.4'), [[1500, 2e6, 2.5], [1500, 3e6, 2.4]]);
});

test('a row with more cells than the header has is a bad row, not one that is cut', () => {
  const r = parseRuns('params,tokens,loss\n10600000,53000000,5,97\n1e9,1e10,3\n');
  assert.deepEqual(r.runs, [[1e9, 1e10, 3]]);
  assert.deepEqual(r.bad, [{ line: 2, code: 'too-many-cells', cell: '10600000,53000000,5,97' }]);
  for (const [header, row] of [['N\tD\tloss', '1e9\t1e10\t3\t4'], ['N D loss', '7B 1.4 T 2.1'], ['N,D,loss', '1e9,1e10,3,,x']])
    assert.equal(badRow(row, header).code, 'too-many-cells', row);
  // A line may end with the separator, as a spreadsheet writes columns that were emptied.
  const wanted = [[7e9, 1.4e12, 2.1]];
  for (const text of ['N,D,loss\n7e9,1.4e12,2.1,\n', 'N,D,loss\n7e9,1.4e12,2.1, ,\n', 'N;D;loss;\n7e9;1.4e12;2,1;\n', 'N,D,loss\n7e9,1.4e12,"2,1"\n'])
    assert.deepEqual(runsOf(text), wanted, text);
});

test('a column of decimal commas and decimal points: what can be read in two ways is refused', () => {
  const mixed = (cells, header = 'N;D;loss') => parseRuns(`${header}\n${cells.join('\n')}\n`);
  const r = mixed(['1e7;5e8;5,97', '1e7;1e9;5.22', '1e8;2e9;3.517', '1e8;2e9;3.5171', '1e8;2e9;0.517', '1e8;2e9;2,9']);
  assert.deepEqual(r.runs.map((run) => run[2]), [5.97, 5.22, 3.5171, 0.517, 2.9]);
  assert.deepEqual(r.bad, [{ line: 4, code: 'mixed-decimals', column: 'loss', cell: '3.517' }]);
  // The cell that tells may come after the one in doubt; a loss with a point is never a thousand.
  assert.deepEqual(mixed(['1e8;2e9;3.517', '1e8;2e9;3,517', '1e7;1e9;5.22', '1e7;5e8;5,97']).bad.map((b) => b.line), [2, 3]);
  assert.deepEqual(mixed(['1e8;2e9;3.517', '1e7;5e8;5,97']).bad.map((b) => b.code), ['mixed-decimals']);
  // Counts in billions; and where the table's commas mark thousands.
  assert.deepEqual(mixed(['1,5;10;3', '2.25;10;3', '7.125;10;3'], 'N (B);D (B);loss').bad.map((b) => b.line), [4]);
  assert.deepEqual(mixed(['1,000,000;1,5e9;3', '2,000,000;1,500;3,517', '2,000,000;2,500;3.517']).bad.map((b) => [b.line, b.column]), [[2, 'D'], [3, 'D'], [4, 'D']]);
  assert.deepEqual(mixed(['1,000,000;1e9;3,517']).bad.map((b) => b.code), ['mixed-decimals']);
  // A mantissa has no thousands.
  assert.deepEqual(runsOf('N;D;loss\n1.234e9;1.500e10;2,1'), [[1.234e9, 1.5e10, 2.1]]);
  // German tables as ever.
  assert.deepEqual(runsOf('N;D;loss\n10.600.000;1.234,5;5,97\n7.000;53.000.000;3,517'), [[10.6e6, 1234.5, 5.97], [7000, 53e6, 3.517]]);
  assert.deepEqual(runsOf('N;D;loss\n10600000;53000000;3,517\n10600000;53000000;3,518'), [[10.6e6, 53e6, 3.517], [10.6e6, 53e6, 3.518]]);
});

test('bad rows are listed by line and reason, good ones kept', () => {
  const { runs, lines, bad, badCount } = parseRuns(
    'N,D,loss\n1e9,1e10,3\nx,1e10,3\n\n1e9,1e10\n1e9,,3\n1e9,1e10,-3\n1e9,1e10,0\n1e9,1e999,3\n=A1,1e10,3\n1e9,1e10,NaN\n2e9,1e10,2.9\n',
  );
  assert.deepEqual(runs, [[1e9, 1e10, 3], [2e9, 1e10, 2.9]]);
  assert.deepEqual(lines, [2, 12]);
  assert.equal(badCount, 8);
  assert.deepEqual(bad.map((b) => [b.line, b.code, b.column]), [
    [3, 'not-a-number', 'N'], [5, 'cell-missing', 'loss'], [6, 'cell-empty', 'D'], [7, 'not-positive', 'loss'],
    [8, 'not-positive', 'loss'], [9, 'not-finite', 'D'], [10, 'formula', 'N'], [11, 'cell-empty', 'loss'],
  ]);
  assert.equal(bad[0].cell, 'x');
});

test('formulas, scripts and odd cells are bad rows and nothing else', () => {
  const cells = ['=1+1', '@SUM(A1)', '+A1', '-A1', '=cmd|\' /C calc\'!A0', '<script>alert(1)</script>', 'SUM(1)', '<img src=x onerror=1>'];
  for (const cell of cells) assert.equal(badRow(`${cell};1e10;3`).code, 'formula', cell);
  for (const cell of ['', ' ', '-', 'n/a', 'null']) assert.equal(badRow(`1e9;${cell};3`).code, 'cell-empty', cell);
  for (const cell of ['abc', '1..2', '1e', '__proto__', '0x1f']) assert.match(badRow(`1e9;${cell};3`).code, /not-a-number|unknown-unit/u, cell);
  assert.equal(badRow('1e9;1,234;3').code, 'ambiguous-separator');
  assert.equal(badRow('7 parsecs;1e10;3').code, 'unknown-unit');
  assert.equal(badRow('1e9;1e10;250%').code, 'unknown-unit');
  assert.equal(badRow('1e9;1e10;250%').like, '2.5');
  assert.equal(badRow(`1e9;${'9'.repeat(500)};3`).cell.length, 41);
});

test('a quotation mark that does not close costs one row, not the table', () => {
  const r = parseRuns('N,D,loss\n1e9,"1e10,3\n2e9,1e10,2.9\n3e9,1e10,2.8\n');
  assert.deepEqual(r.bad.map((b) => [b.line, b.code]), [[2, 'unclosed-quote']]);
  assert.deepEqual(r.lines, [3, 4]);
});

test('what is no table says why', () => {
  assert.equal(code(''), 'no-text');
  assert.equal(code(' \n\n'), 'no-text');
  assert.equal(code('parameters,tokens,loss\n'), 'header-only');
  assert.equal(code('N,D,loss\nx,y,z\n'), 'no-good-rows');
  assert.equal(code('1e9,1e10,3\n2e9,1e10,2.9\n'), 'no-header');
  assert.deepEqual(parseRuns('N,D\n1,2\n').problems, [{ code: 'missing-column', columns: ['loss'] }]);
  assert.deepEqual(parseRuns('N,loss\n1,2\n').problems, [{ code: 'missing-column', columns: ['tokens'] }]);
  assert.deepEqual(parseRuns('hello world\n').problems[0].columns, ['loss', 'parameters', 'tokens']);
  assert.equal(code('\u0000\u0001\u0002ELF'), 'binary');
  const bytes = (...values) => new Uint8Array(values);
  assert.equal(code(bytes()), 'no-text');
  assert.equal(code(bytes(0x50, 0x4b, 3, 4, 20, 0)), 'spreadsheet');
  assert.equal(code(bytes(0x89, 0x50, 0x4e, 0x47, 0, 1, 2)), 'binary');
  assert.equal(code(bytes(0xff, 0xd8, 0xff, 0xe0, 0x81)), 'binary');
  let random = 1;
  for (let i = 0; i < 200; i += 1) {
    const noise = Uint8Array.from({ length: 300 }, () => (random = (random * 48271) % 2147483647) & 255);
    assert.equal(parseRuns(noise).runs.length, 0);
    assert.equal(parseRuns(String.fromCharCode(...noise)).runs.length, 0);
  }
});

test('dropped files: UTF-8 with its mark, UTF-16 of Excel, EUC-KR of Excel in Korean', () => {
  const text = '파라미터\t토큰\t손실\r\n70억\t1.4조\t2.1\r\n';
  const wanted = [[7e9, 1.4e12, 2.1]];
  assert.deepEqual(runsOf(Buffer.from(`\ufeff${text}`, 'utf8')), wanted);
  assert.deepEqual(runsOf(Buffer.from(`\ufeff${text}`, 'utf16le')), wanted);
  assert.deepEqual(runsOf(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()), wanted);
  // "파라미터,토큰,손실" in EUC-KR.
  const euc = Buffer.from('c6c4b6f3b9ccc5cd2cc5e4c5ab2cbcd5bdc7', 'hex');
  assert.deepEqual(runsOf(Buffer.concat([euc, Buffer.from('\n7e9,1.4e12,2.1\n')])), wanted);
});

test('a million rows are read in under a second; the first hundred thousand are kept, the rest counted', () => {
  const line = '1234567890,98765432100,2.3456\n';
  const text = `N,D,loss\n${line.repeat(1e6)}`;
  const start = process.cpuUsage(); // other work on the machine does not count
  const r = parseRuns(text);
  const seconds = process.cpuUsage(start).user / 1e6;
  assert.ok(seconds < 1, `${seconds} s`);
  assert.equal(r.runs.length, kMaxRuns);
  assert.deepEqual(r.problems, [{ code: 'too-many-rows', limit: kMaxRuns, count: 900_000 }]);
  const bad = parseRuns(`N,D,loss\n${'x,y,z\n'.repeat(1e5)}`);
  assert.equal(bad.badCount, 1e5);
  assert.equal(bad.bad.length, kListedBadRows);
});

test('the limit is the core\'s, and every code has its words', () => {
  const limit = /kMaxRuns = (\d+);/u.exec(read('src/slide_rule/scaling/law_fit.hpp'));
  assert.equal(Number(limit[1]), kMaxRuns);
  const en = JSON.parse(read('web/src/i18n/en.json'));
  const source = read('web/src/import/runs.ts') + read('web/src/import/runs-text.ts');
  const codes = [...source.matchAll(/code: '([a-z-]+)'/gu)].map((m) => m[1]);
  assert.ok(codes.length > 12);
  for (const c of codes) assert.ok(`problem.${c}` in en, c);
  const warnings = read('src/slide_rule/scaling/law_fit/report.cpp').matchAll(/"(fit-[a-z-]+)"/gu);
  for (const [, id] of warnings) assert.ok(id in en, id);
});

test('the examples are the runs of the reference files', () => {
  const files = { 'gadre-2024-c4-runs': 'gadre-2024.csv', 'datablations-2023-runs': 'datablations-2023-single-epoch.csv' };
  for (const { id, text, licence } of runsExamples) {
    const rows = read(`tests/reference/fit-runs/${files[id]}`).trim().split('\n').slice(1).map((l) => l.split(','));
    const wanted = rows.filter((r) => r[0] !== 'redpajama' && r[0] !== 'refinedweb').map((r) => [Number(r[1]), Number(r[2]), Number(Number(r[3]).toFixed(5))]);
    assert.deepEqual(runsOf(text), wanted);
    assert.match(licence, /^(MIT|Apache-2\.0)/u);
  }
});
