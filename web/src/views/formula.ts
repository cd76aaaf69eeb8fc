// A formula of the core ("parameters * bytesPerParameter") as MathML: once with names, once with the numbers in it.
// The same tree can be evaluated, which is how a test holds every shown formula to its figure.

import { html, mathml, type TemplateResult } from 'lit';
import type { Factor } from '../engine/engine';
import { brief } from '../format/format';

export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

const precedence: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 4 };

/** Recursive descent over + - * / ^ ( ) numbers, symbols and calls; throws on anything else. */
export function parseFormula(text: string): Node {
  const tokens = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_]\w*|[-+*/^(),]/gu) ?? [];
  let at = 0;
  const next = () => tokens[at++];
  const expect = (token: string) => {
    if (next() !== token) throw new Error(`formula: expected ${token} in ${text}`);
  };
  function expression(level: number): Node {
    let left = primary();
    for (;;) {
      const operator = tokens[at];
      const binds = operator === undefined ? undefined : precedence[operator];
      if (operator === undefined || binds === undefined || binds < level) return left;
      at += 1;
      // ^ is right-associative; the others are not.
      left = { kind: 'binary', operator, left, right: expression(operator === '^' ? binds : binds + 1) };
    }
  }
  function primary(): Node {
    const token = next();
    if (token === '(') {
      const inner = expression(1);
      expect(')');
      return inner;
    }
    // A minus binds weaker than ^, stronger than *: -x^2 is -(x^2).
    if (token === '-') {
      return { kind: 'binary', operator: '-', left: { kind: 'number', value: 0 }, right: expression(3) };
    }
    if (token === undefined) throw new Error(`formula: ends early: ${text}`);
    if (/^\d/u.test(token)) return { kind: 'number', value: Number(token) };
    if (!/^[A-Za-z_]/u.test(token)) throw new Error(`formula: unexpected ${token} in ${text}`);
    if (tokens[at] !== '(') return { kind: 'symbol', name: token };
    at += 1;
    const args = [expression(1)];
    while (tokens[at] === ',') {
      at += 1;
      args.push(expression(1));
    }
    expect(')');
    return { kind: 'call', name: token, args };
  }
  const tree = expression(1);
  if (at !== tokens.length) throw new Error(`formula: left over ${tokens.slice(at).join(' ')} in ${text}`);
  return tree;
}

const functions: Record<string, (...args: number[]) => number> = {
  min: Math.min,
  max: Math.max,
  ceil: Math.ceil,
  floor: Math.floor,
  log: Math.log,
  exp: Math.exp,
  sqrt: Math.sqrt,
};

export function evaluate(node: Node, factors: readonly Factor[]): number {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'symbol': {
      const found = factors.find((f) => f.symbol === node.name);
      if (!found) throw new Error(`formula: no value for ${node.name}`);
      return found.value;
    }
    case 'call': {
      const f = functions[node.name];
      if (!f) throw new Error(`formula: no function ${node.name}`);
      return f(...node.args.map((a) => evaluate(a, factors)));
    }
    case 'binary': {
      const left = evaluate(node.left, factors);
      const right = evaluate(node.right, factors);
      if (node.operator === '+') return left + right;
      if (node.operator === '-') return left - right;
      if (node.operator === '*') return left * right;
      if (node.operator === '/') return left / right;
      return left ** right;
    }
  }
}

/**
 * The formula as MathML; `leaf` says how a symbol is shown: its name, or its number. What it gives stands behind it,
 * or, of a law that is stated rather than computed, before it.
 */
export function renderFormula(
  text: string,
  leaf: (name: string) => string,
  result: string,
  side: 'before' | 'behind' = 'behind',
): TemplateResult {
  const tree = row(parseFormula(text), leaf, 0);
  const given = mathml`<mtext>${result}</mtext>`;
  const [left, right] = side === 'before' ? [symbol(result), tree] : [tree, given];
  return html`<math display="block">${mathml`<mrow>${left}<mo>=</mo>${right}</mrow>`}</math>`;
}

const signs: Record<string, string> = { '+': '+', '-': '−', '*': '×' };

function row(node: Node, leaf: (name: string) => string, outer: number): TemplateResult<3> {
  switch (node.kind) {
    case 'number':
      return mathml`<mn>${node.value >= 1e6 ? brief(node.value, 'en').replace(/^1·/u, '') : node.value}</mn>`;
    case 'symbol':
      return symbol(leaf(node.name));
    case 'call':
      return mathml`<mrow><mi>${node.name}</mi><mo>(</mo>${node.args.map(
        (a, i) => mathml`${i > 0 ? mathml`<mo>,</mo>` : ''}${row(a, leaf, 0)}`,
      )}<mo>)</mo></mrow>`;
    case 'binary': {
      const { operator, left, right } = node;
      if (operator === '/') return mathml`<mfrac>${grouped(left, leaf)}${grouped(right, leaf)}</mfrac>`;
      if (operator === '^') return mathml`<msup>${base(left, leaf)}${grouped(right, leaf)}</msup>`;
      const level = precedence[operator] ?? 0;
      const negative = operator === '-' && left.kind === 'number' && left.value === 0;
      const body = mathml`${negative ? '' : row(left, leaf, level)}<mo>${signs[operator]}</mo>${row(right, leaf, level + (operator === '-' ? 1 : 0))}`;
      return level < outer ? mathml`<mrow><mo>(</mo>${body}<mo>)</mo></mrow>` : mathml`<mrow>${body}</mrow>`;
    }
  }
}

const greek: Record<string, string> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  zeta: 'ζ',
  eta: 'η',
  lambda: 'λ',
  omega: 'ω',
};

/** A constant's name in the code as the papers write it: alphaN → α_N, Nc → N_c, RDstar → R_D*, Ehat → Ê. */
export function letters(name: string): string {
  if (/^[a-z]{2}/u.test(name) && !/^(alpha|beta|gamma|delta|zeta|eta|lambda|omega)/u.test(name)) return name;
  const [, word = '', tail = ''] = /^(alpha|beta|gamma|delta|zeta|eta|lambda|omega)?(\w*)$/u.exec(name) ?? [];
  const [first = '', ...others] = word ? [greek[word] ?? word, ...tail] : [...tail];
  const rest = others.join('');
  if (rest === 'hat') return `${first}\u0302`.normalize();
  const star = rest.endsWith('star');
  const below = star ? rest.slice(0, -4) : rest;
  return `${first}${below ? `_${below}` : ''}${star ? '*' : ''}`;
}

/** "N_c" with its subscript, "N" as a letter, words and numbers upright. */
function symbol(text: string): TemplateResult<3> {
  const [, letter, subscript, star] = /^(\p{L})_([\p{L}\d]+)(\*?)$/u.exec(text) ?? [];
  if (letter) return mathml`<msub><mi>${letter}</mi><mi>${subscript}${star}</mi></msub>`;
  return /^\p{L}\*?$/u.test(text) ? mathml`<mi>${text}</mi>` : mathml`<mtext>${text}</mtext>`;
}

function grouped(node: Node, leaf: (name: string) => string): TemplateResult<3> {
  return mathml`<mrow>${row(node, leaf, 0)}</mrow>`;
}

function base(node: Node, leaf: (name: string) => string): TemplateResult<3> {
  const plain = node.kind === 'number' || node.kind === 'symbol' || node.kind === 'call';
  return plain ? row(node, leaf, 0) : mathml`<mrow><mo>(</mo>${row(node, leaf, 0)}<mo>)</mo></mrow>`;
}
