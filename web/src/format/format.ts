// Numbers as the field writes them: three significant digits, 7B / 70B / 15T in every language, GB and GiB never
// mixed, the exact value within reach. The core never formats; nothing else here does.

/** The code of a language that there is a message file for. */
export type Lang = string;
export type ByteUnit = 'GB' | 'GiB';

/** A no-break space between number and unit. */
export const nbsp = '\u00a0';

const plainNumbers = new Map<string, Intl.NumberFormat>();

function formatter(lang: Lang, key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const cached = plainNumbers.get(lang + key);
  if (cached) return cached;
  const made = new Intl.NumberFormat(lang, options);
  plainNumbers.set(lang + key, made);
  return made;
}

/** A minus is no hyphen. */
const minus = (text: string) => text.replace('-', '−');

/** Three significant digits, grouped; scientific outside 1e-3 … 1e6. */
export function significant(x: number, lang: Lang, digits = 3): string {
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-3) return scientific(x, digits);
  const options = { maximumSignificantDigits: digits, minimumSignificantDigits: size < 1000 ? digits : 1 };
  return minus(formatter(lang, `s${digits}${size < 1000}`, options).format(x));
}

/** At most `digits` significant digits, no zeros for show: constants as their sources print them; counts below 1e6 whole. */
export function brief(x: number, lang: Lang, digits = 4): string {
  const size = Math.abs(x);
  if (size >= 1e6 || (size < 1e-3 && x !== 0)) return scientific(x, digits).replace(/\.?0+(?=·)/u, '');
  const all = Number.isInteger(x) ? 6 : digits;
  return formatter(lang, `b${all}`, { maximumSignificantDigits: all }).format(x);
}

const superscripts: Record<string, string> = Object.fromEntries(
  [...'0123456789-'].map((c, i) => [c, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁻'][i] ?? c]),
);

/** 6.40·10²³ */
export function scientific(x: number, digits = 3): string {
  const [mantissa = '', exponent = '0'] = x.toExponential(digits - 1).split('e');
  const power = [...String(Number(exponent))].map((c) => superscripts[c] ?? c).join('');
  return minus(`${mantissa}·10${power}`);
}

/** Every digit, grouped: for tooltips. */
export function exact(x: number, lang: Lang): string {
  return Number.isInteger(x)
    ? formatter(lang, 'i', { maximumFractionDigits: 0 }).format(x)
    : formatter(lang, 'e', { maximumSignificantDigits: 17 }).format(x);
}

/** Without an exponent and groups, as ARIA wants numbers. */
export const plain = (x: number): string =>
  formatter('en', 'n', { useGrouping: false, maximumSignificantDigits: 15 }).format(x);

const letters: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];

/** Parameters and tokens: 7.00B, 15.0T, 512. */
export function count(x: number, lang: Lang, digits = 3): string {
  if (x >= 1e15) return scientific(x, digits);
  // 999.96M rounds to 1000M: the next letter takes over at what three digits would show.
  for (const [size, letter] of letters) {
    if (x >= size * (1 - 0.5 * 10 ** -digits)) {
      const scaled = formatter(lang, `c${digits}`, {
        maximumSignificantDigits: digits,
        minimumSignificantDigits: digits,
      }).format(x / size);
      return scaled + letter;
    }
  }
  return Number.isInteger(x) ? exact(x, lang) : significant(x, lang, digits);
}

const myriads: readonly (readonly [number, string])[] = [
  [1e20, '해'],
  [1e16, '경'],
  [1e12, '조'],
  [1e8, '억'],
  [1e4, '만'],
];

/** As Korean says it, to three digits: 70억, 1.2조, 3경; below 만 as it stands. Intl knows no 경 and no 해. */
export function koreanCount(x: number): string {
  const [size, name] = myriads.find(([s]) => x >= s * 0.9995) ?? [1, ''];
  return formatter('ko', 'k', { maximumSignificantDigits: 3 }).format(x / size) + name;
}

/** How a typed count was read, beside its field; nothing where that says no more than what is typed. */
export function countEcho(typed: string, x: number, lang: Lang): string | undefined {
  const text = typed.replace(/\s/gu, '');
  const isLarge = x >= 1e4;
  const read = [
    isLarge || !/^\d+$/u.test(text) ? exact(x, lang) : '',
    isLarge && lang === 'ko' ? koreanCount(x) : '',
  ].filter((word) => word !== '' && word !== text);
  return read.length === 0 ? undefined : `= ${read.join(' · ')}`;
}

const byteScales: Record<ByteUnit, readonly (readonly [number, string])[]> = {
  GB: [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ],
  GiB: [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ],
};

/** Bytes split into number and unit, so that a view can set the unit in a quieter tone. */
export function bytesParts(x: number, unit: ByteUnit, lang: Lang): { number: string; unit: string } {
  const scales = byteScales[unit];
  for (const [size, name] of scales) {
    // GB stays GB up to 10 TB: tables of cards compare like with like.
    const threshold = name === 'TB' || name === 'TiB' ? size * 10 : size;
    if (Math.abs(x) >= threshold * 0.9995) return { number: significant(x / size, lang), unit: name };
  }
  return { number: significant(x, lang), unit: 'B' };
}

export function bytes(x: number, unit: ByteUnit, lang: Lang): string {
  const parts = bytesParts(x, unit, lang);
  return parts.number + nbsp + parts.unit;
}

/** A size with its interval in the same unit: "14.2 GB (13.1–15.6)". */
export function bytesInterval(
  x: number,
  interval: { readonly low: number; readonly high: number },
  unit: ByteUnit,
  lang: Lang,
): string {
  const { number, unit: name } = bytesParts(x, unit, lang);
  const scale = byteScales[unit].find(([, n]) => n === name)?.[0] ?? 1;
  const [low, high] = [interval.low, interval.high].map((y) => significant(y / scale, lang));
  return `${number}${nbsp}${name} (${low}–${high})`;
}

/** The interval of a size in the unit that the size has: "18.7–20.0 GB". */
export function bytesRange(
  { low, high }: { readonly low: number; readonly high: number },
  unit: ByteUnit,
  lang: Lang,
  of: number,
): string {
  const { unit: name } = bytesParts(of, unit, lang);
  const scale = byteScales[unit].find(([, n]) => n === name)?.[0] ?? 1;
  return `${significant(low / scale, lang)}–${significant(high / scale, lang)} ${name}`;
}

export function percent(x: number, lang: Lang): string {
  return formatter(lang, 'p', { style: 'percent', maximumSignificantDigits: 3 }).format(x);
}

/** A part of a whole, in columns that are read by their size: 66.7%, 0.1%, <0.1%. */
export function share(x: number, lang: Lang): string {
  const least = 0.001;
  const shown = formatter(lang, 'h', {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return x > 0 && x < least / 2 ? `<${shown.format(least)}` : shown.format(x);
}

/** Errors in per cent, to compare: 74.7, 2.36, 0.05, <0.01. */
export function percents(x: number, lang: Lang): string {
  const least = 0.01;
  if (x > 0 && x < least / 2) return `<${exact(least, lang)}`;
  const digits = x === 0 || x >= 100 ? 0 : x >= 10 ? 1 : 2;
  return formatter(lang, `e${digits}`, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(x);
}

/** A relative difference with its sign: +2.06%, −11.60%. */
export function difference(x: number, lang: Lang): string {
  const signed = { style: 'percent', signDisplay: 'exceptZero' } as const;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return minus(formatter(lang, 'd%', { ...signed, ...digits }).format(x));
}

export function money(x: number, lang: Lang): string {
  const options = { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 } as const;
  const format = formatter(lang, 'm', options);
  return x >= 1e15 || (x > 0 && x < 1e-3) ? withPower(format, x) : format.format(x);
}

/** As the format writes a number, with a power of ten in the number's place. */
function withPower(format: Intl.NumberFormat, x: number): string {
  const number = format.formatToParts(2).filter((p) => !['fraction', 'decimal'].includes(p.type));
  return number.map((p) => (p.type === 'integer' ? scientific(x) : p.value)).join('');
}

/** 1e15 FLOP/s for a day; as in src/slide_rule/units.hpp. */
export const flopPerPfDay = 8.64e19;

/** Compute in the unit of the older papers: 5.72 PF-days. */
export function pfDays(flop: number, lang: Lang): string {
  return significant(flop / flopPerPfDay, lang) + nbsp + 'PF-days';
}

export function flops(flop: number, lang: Lang): string {
  return significant(flop, lang) + nbsp + 'FLOP';
}

const timeSteps = [
  ['year', 365.25 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The largest unit that leaves at least 1: "3.64 days", "42.0 years". */
export function duration(seconds: number, lang: Lang): string {
  const [unit, size] = timeSteps.find(([, s]) => seconds >= s * 0.9995) ?? timeSteps[4];
  const value = seconds / size;
  if (value >= 1e6 || (value > 0 && value < 1e-3)) {
    // Beside the unit as other numbers stand in this language: "14.4초" has no space.
    const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
    return withPower(formatter(lang, `u${unit}`, style), value);
  }
  return formatter(lang, `d${unit}${value < 1000}`, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumSignificantDigits: 3,
    minimumSignificantDigits: value < 1000 ? 3 : 1,
  }).format(value);
}
