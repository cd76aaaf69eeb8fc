// Unpacks LZMA (7-Zip's .lzma file), a seventh smaller than the best gzip of a wasm; browsers bring gzip only. Names and
// states are those of Igor Pavlov's specification, lzma-specification.txt in the LZMA SDK (public domain).

/* eslint-disable @typescript-eslint/no-non-null-assertion -- the format keeps every index within its array */

// Where each set of probabilities lies among all.
const IS_MATCH = 0;
const IS_REP = IS_MATCH + 12 * 16;
const IS_REP_G0 = IS_REP + 12;
const IS_REP_G1 = IS_REP_G0 + 12;
const IS_REP_G2 = IS_REP_G1 + 12;
const IS_REP0_LONG = IS_REP_G2 + 12;
const POS_SLOT = IS_REP0_LONG + 12 * 16;
const POS_SPECIAL = POS_SLOT + 4 * 64;
const ALIGN = POS_SPECIAL + 115;
const LENGTH = ALIGN + 16;
const REP_LENGTH = LENGTH + 2 + 2 * 16 * 8 + 256;
const LITERAL = REP_LENGTH + 2 + 2 * 16 * 8 + 256;

const HEADER_BYTES = 13;
/** Milliseconds of work after which the page may paint and listen, and bytes after which the time is looked at. */
const AT_A_TIME = 10;
const STRIDE = 1 << 10;

export async function unpack(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const header = new DataView(packed.buffer, packed.byteOffset, HEADER_BYTES);
  const properties = header.getUint8(0);
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const pb = Math.floor(properties / 45);
  const out = new Uint8Array(header.getUint32(5, true));
  const probabilities = new Uint16Array(LITERAL + (0x300 << (lc + lp))).fill(1024);

  let next = HEADER_BYTES;
  // The range coder's range and code, 32 bits each. In an array of such, as engines box numbers beyond 31 bits.
  const coder = new Uint32Array([2 ** 32 - 1, 0]);
  const shift = () => {
    coder[1] = (coder[1]! << 8) | packed[next++]!;
  };
  for (let i = 0; i < 5; ++i) shift();

  /** Goes to the range's lower part for a zero, or takes the upper one, of so much, for a one. */
  const decide = (lower: number, upper: number): number => {
    const one = coder[1]! >= lower;
    if (one) coder[1]! -= lower;
    coder[0] = one ? upper : lower;
    if (coder[0] < 2 ** 24) {
      coder[0] <<= 8;
      shift();
    }
    return one ? 1 : 0;
  };
  const bit = (at: number): number => {
    const p = probabilities[at]!;
    const bound = (coder[0]! >>> 11) * p;
    const b = decide(bound, coder[0]! - bound);
    probabilities[at] = b ? p - (p >> 5) : p + ((2048 - p) >> 5);
    return b;
  };
  const direct = (bits: number): number => {
    let x = 0;
    while (bits-- > 0) {
      const half = coder[0]! >>> 1;
      x = x * 2 + decide(half, half);
    }
    return x;
  };
  /** The bits of a tree behind a leading one. */
  const tree = (at: number, bits: number): number => {
    let x = 1;
    while (bits-- > 0) x = x * 2 + bit(at + x);
    return x;
  };
  const reverseTree = (at: number, bits: number): number => {
    let x = 0;
    for (let i = 0, m = 1; i < bits; ++i) {
      const b = bit(at + m);
      m = m * 2 + b;
      x += b << i;
    }
    return x;
  };
  const length = (at: number, posState: number): number => {
    if (!bit(at)) return tree(at + 2 + posState * 8, 3) - 8;
    if (!bit(at + 1)) return tree(at + 2 + 16 * 8 + posState * 8, 3);
    return tree(at + 2 + 2 * 16 * 8, 8) - 256 + 16;
  };

  let pos = 0;
  let state = 0;
  let [rep0, rep1, rep2, rep3] = [0, 0, 0, 0];
  const copy = () => {
    out[pos] = out[pos - rep0 - 1]!;
    ++pos;
  };
  const literal = () => {
    const before = pos > 0 ? out[pos - 1]! : 0;
    const at = LITERAL + 0x300 * (((pos & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
    let symbol = 1;
    if (state >= 7) {
      for (let match = out[pos - rep0 - 1]!; symbol < 256; match <<= 1) {
        const expected = (match >> 7) & 1;
        const b = bit(at + ((1 + expected) << 8) + symbol);
        symbol = symbol * 2 + b;
        if (b !== expected) break;
      }
    }
    while (symbol < 256) symbol = symbol * 2 + bit(at + symbol);
    out[pos++] = symbol;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  };
  const distance = (len: number): number => {
    const slot = tree(POS_SLOT + Math.min(len, 3) * 64, 6) - 64;
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = (2 + (slot & 1)) * 2 ** bits;
    return slot < 14
      ? high + reverseTree(POS_SPECIAL + high - slot, bits)
      : high + direct(bits - 4) * 16 + reverseTree(ALIGN, 4);
  };

  let began = performance.now();
  for (let look = STRIDE; pos < out.length;) {
    if (pos >= look) {
      look = pos + STRIDE;
      if (performance.now() - began > AT_A_TIME) {
        await new Promise((resume) => setTimeout(resume));
        began = performance.now();
      }
    }
    const posState = pos & ((1 << pb) - 1);
    if (!bit(IS_MATCH + state * 16 + posState)) {
      literal();
      continue;
    }
    let len = 0;
    if (!bit(IS_REP + state)) {
      len = length(LENGTH, posState);
      [rep0, rep1, rep2, rep3] = [distance(len), rep0, rep1, rep2];
      state = state < 7 ? 7 : 10;
    } else {
      if (bit(IS_REP_G0 + state)) {
        if (!bit(IS_REP_G1 + state)) [rep0, rep1] = [rep1, rep0];
        else if (!bit(IS_REP_G2 + state)) [rep0, rep1, rep2] = [rep2, rep0, rep1];
        else [rep0, rep1, rep2, rep3] = [rep3, rep0, rep1, rep2];
      } else if (!bit(IS_REP0_LONG + state * 16 + posState)) {
        state = state < 7 ? 9 : 11;
        copy();
        continue;
      }
      len = length(REP_LENGTH, posState);
      state = state < 7 ? 8 : 11;
    }
    for (len += 2; len > 0; --len) copy();
  }
  return out;
}
