// Reads what people type for a count, a memory size or a time: "7e9", "7B", "70억", "7,000,000,000", "8k", "80GB",
// "80 GiB", full-width digits, "3640 PF-days", "US$5,530", "20명", and what the page itself prints: "6.40·10²³ FLOP".
// Says why it cannot, never guesses, never clamps.

import { flopPerPfDay } from '../format/format';

/** `whole`: a count of things that are counted by hand; people and cards have counting words of their own. */
export type QuantityKind =
  'count' | 'whole' | 'people' | 'cards' | 'bytes' | 'number' | 'year' | 'share' | 'compute' | 'money';

export type ParseCode =
  | 'empty'
  | 'not-a-number'
  | 'not-finite'
  | 'not-positive'
  | 'unknown-unit'
  | 'bytes-need-unit'
  | 'not-dollars'
  | 'ambiguous-separator';

/** `like`: how a quantity of this kind is written, for a message. */
export type Parsed =
  { readonly value: number } | { readonly code: ParseCode; readonly text: string; readonly like?: string };

/** Korean numbers are said as a sum of parts, the larger first: "1조 2000억". */
const myriads: Readonly<Record<string, number>> = Object.fromEntries(
  ['해', '경', '조', '억', '만', ''].flatMap((myriad, i) =>
    ['천', '백', '십', ''].flatMap((ten, j) =>
      ten + myriad ? [[ten + myriad, 10 ** (20 - 4 * i + 3 - j)] as const] : [],
    ),
  ),
);

// B, bn and G mean the same count, as people write 7B and 7G parameters.
const counts = {
  ...myriads,
  '': 1,
  k: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  g: 1e9,
  billion: 1e9,
  t: 1e12,
  tn: 1e12,
  trillion: 1e12,
  p: 1e15,
  q: 1e15,
  e: 1e18,
};

const units: Readonly<Record<QuantityKind, Readonly<Record<string, number>>>> = {
  count: counts,
  whole: counts,
  people: counts,
  cards: counts,
  money: counts,
  // No "b": 7 b are bits to some, and what people mean by 7B of memory is GB or parameters.
  bytes: {
    byte: 1,
    bytes: 1,
    바이트: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
    메가: 1e6,
    기가: 1e9,
    테라: 1e12,
  },
  number: { '': 1 },
  year: { '': 1 },
  share: { '': 1, '%': 0.01, percent: 0.01, 퍼센트: 0.01, 프로: 0.01 },
  compute: {
    ...myriads,
    '': 1,
    flop: 1,
    flops: 1,
    pflop: 1e15,
    eflop: 1e18,
    zflop: 1e21,
    'pf-day': flopPerPfDay,
    'pf-days': flopPerPfDay,
    pfday: flopPerPfDay,
    pfdays: flopPerPfDay,
    'pflop/s-day': flopPerPfDay,
    'pflop/s-days': flopPerPfDay,
  },
};

/** What each kind takes, the same in every language. */
const likes: Readonly<Record<QuantityKind, string>> = {
  count: '8K, 2M, 7B, 1T, 5만, 70억, 1조',
  whole: '20',
  people: '20',
  cards: '8',
  bytes: '24GB, 24GiB',
  number: '2.5',
  year: '2024',
  share: '0.4, 40%',
  compute: '1e21 FLOP, 1 PF-day',
  money: '5,000',
};

/** What is said after a count of cards. */
export const cardCounters = /(?<=\S)\s*(?:gpus?|cards?|개|장|대)$/iu;

/** What is said beside a number, of what it is. */
const said: Readonly<Partial<Record<QuantityKind, RegExp>>> = {
  count: /(?<=\S)\s*(?:parameters?|params?|tokens?|개|파라미터|토큰)$/iu,
  whole: /(?<=\S)\s*개$/u,
  people: /(?<=\S)\s*(?:users?|people|명)$/iu,
  cards: cardCounters,
  year: /(?<=\S)\s*년$/u,
  compute: /(?<=[가-힣])\s*flops?$/iu,
  money: /^(?:us)?\$\s*|(?<=\S)\s*(?:usd|dollars?|달러|불)$/giu,
};

/** Full-width and typographic characters as their plain ones: "８０ＧＢ" → "80GB", "−" → "-". */
function plain(text: string): string {
  return text
    .replace(/[⁰¹²³⁴-⁹⁻]+/gu, '^$&')
    .normalize('NFKC')
    .replace(/[−–]/gu, '-')
    .replace(/\u00a0/gu, ' ')
    .trim();
}

const shape =
  /^([+-]?(?:\d{1,3}(?:[, _']\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+|\s*[x×*·]\s*10\s*\^\s*[+-]?\d+)?)\s*(.*)$/u;

/** `first`: what stood in the input at first, where that shows best how it is written. */
export function parseQuantity(input: string, kind: QuantityKind, first = ''): Parsed {
  const like = /^[\d.]+$/u.test(first) && (kind === 'number' || kind === 'money') ? first : likes[kind];
  const typed = plain(input);
  if (typed === '') return { code: 'empty', text: input };
  // Prices are in one currency: another is told so, not taken for it.
  if (kind === 'money' && /[원₩€£¥엔]|유로|krw|eur|jpy|won|yen/iu.test(typed))
    return { code: 'not-dollars', text: input, like };
  const text = typed.replace(said[kind] ?? '', '').replace(/^10\s*\^/u, '1x10^');
  const mixed = said[kind] && koreanSum(text);
  if (mixed !== undefined) return { value: mixed };
  // "1,5" could be one and a half or a broken 1,500, "7.000.000" seven millions: asked back, not guessed.
  if (/^[+-]?(\d+,\d{1,2}(?!\d)|\d{4,},\d|\d+\.\d+[.,]\d)/u.test(text)) {
    return { code: 'ambiguous-separator', text: input };
  }
  const match = shape.exec(text);
  if (match === null) return { code: 'not-a-number', text: input, like };
  const digits = (match[1] ?? '').replace(/[, _']/gu, '').replace(/[x×*·]10\^/u, 'e');
  const unit = (match[2] ?? '').trim();
  // A memory of none is told so before its unit is asked for.
  if (kind === 'bytes' && !(Number(digits) > 0)) return { code: 'not-positive', text: input };
  const factor = unitFactor(unit.toLowerCase(), kind);
  if (factor === undefined) {
    return kind === 'bytes' && /^b?$/iu.test(unit)
      ? { code: 'bytes-need-unit', text: unit }
      : { code: 'unknown-unit', text: unit, like };
  }
  const value = times(digits, factor);
  return Number.isFinite(value) ? { value } : { code: 'not-finite', text: input };
}

function unitFactor(unit: string, kind: QuantityKind): number | undefined {
  // "24G" is how people say 24 GB; "24 GiB" is never touched.
  const key =
    kind === 'bytes'
      ? unit.replace(/^[kmgt]$/u, '$&b').replace(/(?<=[가라])바이트$/u, '')
      : unit.replace(/\s+/gu, '-');
  return Object.hasOwn(units[kind], key) ? units[kind][key] : undefined;
}

/** A power of ten moves the point and rounds nothing: 2.05B is 2,050,000,000, not 2,049,999,999.9999998. */
function times(digits: string, factor: number): number {
  const power = /^1e([+-]\d+)$/u.exec(factor.toExponential())?.[1];
  if (power === undefined) return Number(digits) * factor;
  const [mantissa, exponent = '0'] = digits.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(exponent) + Number(power)}`);
}

const parts = new RegExp(`^(\\d[\\d,]*(?:\\.\\d+)?)\\s*(${Object.keys(myriads).join('|')})\\s*`, 'u');

/** "7억 5천만", "1조 2000억". */
function koreanSum(text: string): number | undefined {
  let rest = text;
  let total = 0;
  let last = Infinity;
  for (let m = parts.exec(rest); m !== null; m = parts.exec(rest)) {
    const factor = myriads[m[2] ?? ''] ?? NaN;
    if (!(factor < last)) return undefined;
    last = factor;
    total += times((m[1] ?? '').replace(/,/gu, ''), factor);
    rest = rest.slice(m[0].length);
  }
  return last < Infinity && rest === '' ? total : undefined;
}
