// Packs bytes as LZMA (7-Zip's .lzma file), what src/engine/unlzma.ts unpacks.

import { execFileSync } from 'node:child_process';

/** A wasm has no columns, so its bytes' places tell nothing (pb=0): a two hundredth less. */
export function lzma(bytes, options = 'preset=9e,pb=0,nice=64,mf=bt3,depth=9000') {
  const packed = execFileSync('xz', ['--format=lzma', `--lzma1=${options}`, '--stdout'], { input: bytes });
  // xz leaves the size open and marks the end instead.
  packed.writeBigUInt64LE(BigInt(bytes.length), 5);
  return packed;
}

/**
 * The smallest of many tries, which only trying tells: a two thousandth less than the best options for all cores. A try
 * takes a sixth of a second.
 */
export function smallestLzma(bytes) {
  const lengths = Array.from({ length: 15 }, (_, i) => 36 + 4 * i);
  const options = lengths.flatMap((nice) =>
    ['bt3', 'bt4'].map((finder) => `preset=9e,pb=0,nice=${nice},mf=${finder},depth=9000`),
  );
  const packed = options.map((option) => lzma(bytes, option));
  return packed.reduce((least, next) => (next.length < least.length ? next : least));
}
