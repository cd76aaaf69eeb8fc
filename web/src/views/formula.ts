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
  const unreadable = () => new Error(`formula: no reading of “${text}” from its part ${at} on`);
  const expect = (token: string) => {
    if (next() !== token) throw unreadable();
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
    if (token === undefined) throw unreadable();
    if (/^\d/u.test(token)) return { kind: 'number', value: Number(token) };
    if (!/^[A-Za-z_]/u.test(token)) throw unreadable();
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
  if (at !== tokens.length) throw unreadable();
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

type Leaf = (name: string) => string;
type Piece = TemplateResult<3>;

/**
 * The formula as MathML; `leaf` says how a symbol is shown: its name, or its number. What it gives stands behind it,
 * or, of a law that is stated rather than computed, before it. A long one goes on in the next line.
 */
export function renderFormula(
  text: string,
  leaf: Leaf,
  result: string,
  side: 'before' | 'behind' = 'behind',
): TemplateResult {
  const tree = pieces(parseFormula(text), leaf, 0);
  const all =
    side === 'before' ? chain([symbol(result)], '=', tree) : chain(tree, '=', [mathml`<mn>${result}</mn>`]);
  return html`<p class="math">
    ${all.map((piece) => html`<math displaystyle="true">${mathml`<mrow>${piece}</mrow>`}</math> `)}
  </p>`;
}

const signs: Record<string, string> = { '+': '+', '-': '−', '*': '×' };

/** Between its operands, wherever it stands: browsers take a sign for a prefix that is there before its left side. */
const between = (sign: string) => mathml`<mo form="infix">${sign}</mo>`;
/** At the end of a piece, where what follows stands behind a space. */
const atEnd = (sign: string) => mathml`<mo lspace="0.25em" rspace="0">${sign}</mo>`;

/** The last piece of the left carries the sign: a line may break behind it. */
function chain(left: readonly Piece[], sign: string, right: readonly Piece[]): readonly Piece[] {
  return [...left.slice(0, -1), mathml`${left[left.length - 1]}${atEnd(sign)}`, ...right];
}

/** What a line may break between. Brackets around a fraction grow with it and stay together. */
function pieces(node: Node, leaf: Leaf, outer: number): readonly Piece[] {
  const isWide = wide < width(node, leaf);
  if (node.kind === 'call' && isWide) {
    const all = node.args.map((arg) => pieces(arg, leaf, 0)).reduce((left, right) => chain(left, ',', right));
    return bracketed(all, mathml`<mi>${node.name}</mi>`);
  }
  // Of a wide fraction the stroke is a sign in the line.
  const sign =
    node.kind === 'binary' ? (signs[node.operator] ?? (isWide ? stroke(node) : undefined)) : undefined;
  if (node.kind !== 'binary' || sign === undefined || isNegative(node)) return [row(node, leaf, outer)];
  const level = precedence[node.operator] ?? 0;
  if (level < outer && isTall(node) && !isWide) return [row(node, leaf, outer)];
  const all = chain(pieces(node.left, leaf, level), sign, pieces(node.right, leaf, rightLevel(node)));
  return level >= outer ? all : bracketed(all);
}

function bracketed([first, ...rest]: readonly Piece[], name: Piece | '' = ''): readonly Piece[] {
  const last = rest.pop();
  if (last === undefined) return [mathml`<mrow>${name}<mo>(</mo>${first}<mo>)</mo></mrow>`];
  return [mathml`${name}<mo form="prefix">(</mo>${first}`, ...rest, mathml`${last}<mo form="postfix">)</mo>`];
}

/** What is wider than a line of a phone, in letters, goes on in the next line. */
const wide = 32;
const stroke = ({ operator }: { readonly operator: string }) => (operator === '/' ? operator : undefined);

/** How many letters a formula takes. */
function width(node: Node, leaf: Leaf): number {
  if (node.kind === 'number') return 3;
  if (node.kind === 'symbol')
    return [...leaf(node.name)].reduce((sum, c) => sum + (c > '\u1100' ? 1.7 : 1), 0);
  if (node.kind === 'call')
    return node.args.reduce((sum, arg) => sum + width(arg, leaf) + 2, node.name.length);
  const [left, right] = [width(node.left, leaf), width(node.right, leaf)];
  return node.operator === '/' ? Math.max(left, right) : left + right + 3;
}

const isNegative = (node: Node) =>
  node.kind === 'binary' && node.operator === '-' && node.left.kind === 'number' && node.left.value === 0;
const isTall = (node: Node): boolean =>
  node.kind === 'call'
    ? node.args.some(isTall)
    : node.kind === 'binary' && (/[/^]/u.test(node.operator) || isTall(node.left) || isTall(node.right));
const rightLevel = ({ operator }: { readonly operator: string }) =>
  (precedence[operator] ?? 0) + (operator === '-' || operator === '/' ? 1 : 0);

/** `inFraction`: a fraction inside another is written in one line. */
function row(node: Node, leaf: Leaf, outer: number, inFraction = false): Piece {
  switch (node.kind) {
    case 'number':
      return mathml`<mn>${node.value >= 1e6 ? brief(node.value, 'en').replace(/^1·/u, '') : node.value}</mn>`;
    case 'symbol':
      return symbol(leaf(node.name));
    case 'call':
      return mathml`<mrow><mi>${node.name}</mi><mo>(</mo>${node.args.map(
        (a, i) => mathml`${i > 0 ? between(',') : ''}${row(a, leaf, 0, inFraction)}`,
      )}<mo>)</mo></mrow>`;
    case 'binary': {
      const { operator, left, right } = node;
      if (operator === '/' && !inFraction)
        return mathml`<mfrac>${grouped(left, leaf)}${grouped(right, leaf)}</mfrac>`;
      if (operator === '^')
        return mathml`<msup>${base(left, leaf, inFraction)}${grouped(right, leaf)}</msup>`;
      const level = precedence[operator] ?? 0;
      const sign = signs[operator] ?? operator;
      const body = isNegative(node)
        ? mathml`<mo form="prefix">${sign}</mo>${row(right, leaf, rightLevel(node), inFraction)}`
        : mathml`${row(left, leaf, level, inFraction)}${between(sign)}${row(right, leaf, rightLevel(node), inFraction)}`;
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

/**
 * "N_c" with its subscript, "N" as a letter, words and numbers upright. No word is text: beside that, signs are taken
 * for the whole and lose their room.
 */
function symbol(text: string): TemplateResult<3> {
  const [, letter, subscript, star] = /^(\p{L})_([\p{L}\d]+)(\*?)$/u.exec(text) ?? [];
  if (letter) return mathml`<msub><mi>${letter}</mi><mi>${subscript}${star}</mi></msub>`;
  return /^[\d(]/u.test(text) ? mathml`<mn>${text}</mn>` : mathml`<mi>${text}</mi>`;
}

function grouped(node: Node, leaf: Leaf): Piece {
  return mathml`<mrow>${row(node, leaf, 0, true)}</mrow>`;
}

function base(node: Node, leaf: Leaf, inFraction: boolean): Piece {
  const plain = node.kind === 'number' || node.kind === 'symbol' || node.kind === 'call';
  const shown = row(node, leaf, 0, inFraction);
  return plain ? shown : mathml`<mrow><mo>(</mo>${shown}<mo>)</mo></mrow>`;
}
