import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lzma } from '../../../web/lzma.mjs';
import { load } from '../load.mjs';

const { unpack: unlzma } = await load('src/engine/unlzma.ts');
const sameAfter = async (bytes, options) =>
  assert.deepEqual(Buffer.from(await unlzma(lzma(bytes, options))), bytes);

/** Bytes that look drawn by chance, the same each time. */
function noise(count) {
  let seed = 1;
  return Buffer.from(Array.from({ length: count }, () => (seed = (seed * 48271) % 2147483647) >>> 12));
}

test('what the packer packed comes back: noise, runs, text, repeats near and far', async () => {
  const words = Buffer.from(Array.from({ length: 800 }, (_, i) => `weights ${i % 97} * ${(i * i) % 1013}\n`).join(''));
  const far = Buffer.concat([noise(3000), Buffer.alloc(70_000, 7), noise(3000)]);
  for (const bytes of [Buffer.from('a'), noise(1000), words, far]) await sameAfter(bytes);
  for (const options of ['preset=1', 'lc=0,lp=2,pb=0', 'lc=4,lp=0,pb=4']) await sameAfter(words, options);
});

test('a wrong byte gives other bytes, and no more than the header says', async () => {
  const packed = lzma(noise(500));
  packed[40] ^= 1;
  const bytes = await unlzma(packed);
  assert.equal(bytes.length, 500);
  assert.notDeepEqual(Buffer.from(bytes), noise(500));
});
