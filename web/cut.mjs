// Cuts a page's code into several scripts. A browser reads a script in one go before it runs it: between two, it paints
// and listens.

import { parse } from 'acorn';
import { analyze } from 'eslint-scope';

/** About how long a script is, in characters. */
const most = 95_000;

/**
 * Turns the bundler's `var Name = (function (e) { … return e })({})` into scripts that do the same one after another: what
 * stood in the function stands in the document's scope, where a script sees what those before it declare.
 */
export function cut(code) {
  const program = parse(code, { ecmaVersion: 'latest', ranges: true });
  const text = ({ start, end }) => code.slice(start, end).replace(/;$/u, '');
  const [whole] = program.body[0].declarations;
  const { callee, arguments: given } = whole.init;
  const parts = [
    { before: 'var ', rest: `${text(callee.params[0])}=${text(given[0])}`, end: callee.body.start },
  ];
  for (const node of callee.body.body) {
    const { end } = node;
    if (node.type === 'ReturnStatement') {
      parts.push({ before: 'var ', rest: `${text(whole.id)}=(${text(node.argument)})`, end });
    } else if (node.type === 'VariableDeclaration') {
      for (const one of node.declarations)
        parts.push({ before: `${node.kind} `, rest: text(one), end: one.end });
    } else {
      parts.push({ before: '', rest: text(node), end });
    }
  }
  const first = parts[0].end;
  for (const part of parts) part.script = Math.floor((part.end - first) / most);
  hoist(parts, analyze(program, { ecmaVersion: 2022 }).acquire(callee));
  const scripts = [];
  for (const part of parts) (scripts[part.script] ??= []).push(part);
  return Object.values(scripts).map(joined);
}

/** In one script a function is there before its turn; so it goes to the first script that names it. */
function hoist(parts, scope) {
  const partAt = (position) => parts.find(({ end }) => position < end);
  const functions = scope.variables.filter(({ defs }) => defs[0]?.type === 'FunctionName');
  for (let isMoved = true; isMoved;) {
    isMoved = false;
    for (const { defs, references } of functions) {
      const part = partAt(defs[0].node.start);
      const earliest = Math.min(part.script, ...references.map((r) => partAt(r.identifier.start).script));
      isMoved ||= earliest < part.script;
      part.script = earliest;
    }
  }
}

/** Neighbours that declare in the same way do it together. */
function joined(parts) {
  let script = '';
  let last = '';
  for (const { before, rest } of parts) {
    script += before !== '' && before === last ? `,${rest}` : `${script && ';'}${before}${rest}`;
    last = before;
  }
  return script;
}
