import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { cut } from '../../../web/cut.mjs';

/** What the bundler makes of a page, long enough for several scripts. */
const filler = Array.from({ length: 3 }, (_, i) => `function f${i}(){return '${'x'.repeat(70_000)}'}`);
const bundled = (body) => `var Page=(function(e){var a=1,b=a+1;${body};return e.sum=s,e.far=later,e})({});`;

function runAll(scripts) {
  const context = createContext({});
  for (const script of scripts) runInContext(script, context);
  return runInContext('({ ...Page })', context);
}

test('scripts one after another do what the whole did, each of about the same length', () => {
  const code = bundled(`${filler[0]}let c=b+1;const d=c+1;class K{x=d};${filler[1]}var s=new K().x+a;if(s>0){s+=10}${filler[2]}function later(){return f2().length}`);
  const scripts = cut(code);
  assert.ok(scripts.length >= 3, `${scripts.length} scripts`);
  for (const script of scripts) assert.ok(script.length < 150_000, `${script.length} characters`);
  const page = runAll(scripts);
  assert.equal(page.sum, 15);
  assert.equal(page.far(), 70_000);
});

test('a function that is declared after its use, by itself or by what it calls, goes to the script that uses it', () => {
  const code = bundled(`var s=early()+a;${filler.join('')}function early(){return last()*2}function last(){return b}function later(){}`);
  assert.equal(runAll(cut(code)).sum, 5);
});

test('braces around the function are no difference', () => {
  const code = bundled('var s=b;function later(){}').replace('=(function', '=function').replace('})({})', '}({})');
  assert.equal(runAll(cut(code)).sum, 2);
});
