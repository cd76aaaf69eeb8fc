// Evaluates a rule's arithmetic: + - * / ^ ( ) numbers, symbols, min max ceil floor sqrt log exp.

const CALLS = {
  min: Math.min,
  max: Math.max,
  ceil: Math.ceil,
  floor: Math.floor,
  sqrt: Math.sqrt,
  log: Math.log,
  exp: Math.exp,
};
const LEVEL = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 3 };

/** @throws where the text is not arithmetic or names a symbol that has no value */
export function evaluate(text, symbols) {
  const tokens = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_]\w*|[-+*/^(),]/g) ?? [];
  let at = 0;
  const fail = (what) => {
    throw new Error(`${what} in "${text}"`);
  };
  const expect = (token) => (tokens[at++] === token ? undefined : fail(`expected ${token}`));
  const apply = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '^': Math.pow };

  function expression(level) {
    let left = primary();
    while (LEVEL[tokens[at]] >= level) {
      const operator = tokens[at++];
      const binds = LEVEL[operator];
      left = apply[operator](left, expression(operator === '^' ? binds : binds + 1));
    }
    return left;
  }
  function primary() {
    const token = tokens[at++] ?? fail('ends early');
    if (token === '(') {
      const inner = expression(1);
      expect(')');
      return inner;
    }
    if (token === '-') return -expression(3);
    if (/^\d/.test(token)) return Number(token);
    if (tokens[at] === '(' && token in CALLS) {
      at += 1;
      const args = [expression(1)];
      while (tokens[at] === ',') {
        at += 1;
        args.push(expression(1));
      }
      expect(')');
      return CALLS[token](...args);
    }
    return Number.isFinite(symbols[token]) ? symbols[token] : fail(`no value for ${token}`);
  }
  const value = expression(1);
  if (at !== tokens.length) fail(`left over ${tokens.slice(at).join(' ')}`);
  return value;
}
