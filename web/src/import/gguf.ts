// The head of a GGUF file: metadata and the list of tensors, versions 1 to 3, either byte order. Format:
// github.com/ggml-org/ggml, docs/gguf.md; types and block sizes: ggml/src/ggml-common.h and gguf-py.

import { ByteReader, Stop } from './bytes';

export type MetaValue = number | boolean | string | readonly number[];

export interface GgufTensor {
  readonly name: string;
  /** Inner dimension first, as the file has it. */
  readonly dims: readonly number[];
  readonly format: string;
  readonly elements: number;
  readonly bytes: number;
}

export interface Gguf {
  readonly version: number;
  readonly littleEndian: boolean;
  readonly meta: ReadonlyMap<string, MetaValue>;
  /** Lengths of the lists that were passed over: those of the tokenizer. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes that the file must have for its tensors. */
  readonly fileBytes: number;
}

/** By ggml's number: name, weights in a block, bytes of a block. */
const types: Readonly<Record<number, readonly [string, number, number]>> = {
  0: ['fp32', 1, 4],
  1: ['fp16', 1, 2],
  2: ['Q4_0', 32, 18],
  3: ['Q4_1', 32, 20],
  6: ['Q5_0', 32, 22],
  7: ['Q5_1', 32, 24],
  8: ['Q8_0', 32, 34],
  9: ['Q8_1', 32, 36],
  10: ['Q2_K', 256, 84],
  11: ['Q3_K', 256, 110],
  12: ['Q4_K', 256, 144],
  13: ['Q5_K', 256, 176],
  14: ['Q6_K', 256, 210],
  15: ['Q8_K', 256, 292],
  16: ['IQ2_XXS', 256, 66],
  17: ['IQ2_XS', 256, 74],
  18: ['IQ3_XXS', 256, 98],
  19: ['IQ1_S', 256, 50],
  20: ['IQ4_NL', 32, 18],
  21: ['IQ3_S', 256, 110],
  22: ['IQ2_S', 256, 82],
  23: ['IQ4_XS', 256, 136],
  24: ['int8', 1, 1],
  25: ['int16', 1, 2],
  26: ['int32', 1, 4],
  27: ['int64', 1, 8],
  28: ['fp64', 1, 8],
  29: ['IQ1_M', 256, 56],
  30: ['bf16', 1, 2],
  34: ['TQ1_0', 256, 54],
  35: ['TQ2_0', 256, 66],
  39: ['mxfp4', 32, 17],
  40: ['nvfp4', 64, 36],
  41: ['Q1_0', 128, 18],
};

/** Bytes of a metadata value by its type; strings and lists are not fixed. */
const sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const kString = 8;
const kArray = 9;

const kMaxTensors = 1 << 16;
const kMaxKey = (1 << 16) - 1;
const kMaxName = 1024;
/** Lists up to here are kept (a number a layer); longer ones are the tokenizer's. */
const kMaxKept = 1e4;

export function isGguf(head: Uint8Array): boolean {
  return head[0] === 0x47 && head[1] === 0x47 && head[2] === 0x55 && head[3] === 0x46;
}

/** @throws Stop where the file is no GGUF file, ends early, or claims what cannot be. */
export async function readGguf(blob: Blob): Promise<Gguf> {
  const r = new ByteReader(blob);
  await r.fill(8);
  if (!isGguf(r.bytes(4))) throw new Stop('magic', 'not-a-model-file');
  let version = r.number('Uint32', 4);
  // The other byte order shows in the version: no version needs its upper half.
  if ((version & 0xffff) === 0) {
    r.littleEndian = false;
    version >>>= 16;
    version = ((version & 0xff) << 8) | (version >>> 8);
  }
  if (version < 1 || version > 3) throw new Stop('version', 'unsupported-version', 3);
  const wide = version > 1;
  const lengthBytes = wide ? 8 : 4;
  const length = () => (wide ? r.u64() : r.number('Uint32', 4));

  await r.fill(2 * lengthBytes);
  const tensorCount = length();
  const metaCount = length();
  const fits = (field: string, count: number, least: number, most = Infinity) => {
    const limit = Math.min(most, Math.floor(r.left / least));
    if (count > limit) throw new Stop(field, 'count-too-large', limit);
  };
  fits('tensor_count', tensorCount, lengthBytes + 16, kMaxTensors);
  fits('metadata_kv_count', metaCount, lengthBytes + 5);

  async function text(field: string, most: number): Promise<string> {
    if (!r.ready(lengthBytes)) await r.fill(lengthBytes);
    const n = length();
    if (n > most) throw new Stop(field, 'string-too-long', most);
    if (!r.ready(n)) await r.fill(n);
    return decode(r.bytes(n));
  }

  const meta = new Map<string, MetaValue>();
  const lengths = new Map<string, number>();
  for (let i = 0; i < metaCount; ++i) {
    const key = await text(`metadata ${i}`, kMaxKey);
    if (!r.ready(4)) await r.fill(4);
    const value = await metaValue(r.number('Uint32', 4), key, 0);
    if (value !== undefined) meta.set(key, value);
  }

  async function metaValue(type: number, key: string, depth: number): Promise<MetaValue | undefined> {
    if (type === kString) {
      if (!r.ready(lengthBytes)) await r.fill(lengthBytes);
      const n = length();
      // Chat templates are long, and nothing here reads them.
      if (n > kMaxName) {
        r.skip(n);
        return undefined;
      }
      if (!r.ready(n)) await r.fill(n);
      return decode(r.bytes(n));
    }
    if (type === kArray) return list(key, depth + 1);
    const size = sizes[type];
    if (size === undefined) throw new Stop(key, 'unknown-value-type', type);
    if (!r.ready(size)) await r.fill(size);
    return scalar(r, type, size);
  }

  async function list(key: string, depth: number): Promise<readonly number[] | undefined> {
    if (depth > 4) throw new Stop(key, 'too-deep', 4);
    if (!r.ready(4 + lengthBytes)) await r.fill(4 + lengthBytes);
    const type = r.number('Uint32', 4);
    const n = length();
    if (depth === 1) lengths.set(key, n);
    if (type === kString) {
      fits(key, n, lengthBytes);
      for (let i = 0; i < n; ++i) {
        if (!r.ready(lengthBytes)) await r.fill(lengthBytes);
        r.skip(length());
      }
      return undefined;
    }
    if (type === kArray) {
      fits(key, n, 4 + lengthBytes);
      for (let i = 0; i < n; ++i) await list(key, depth + 1);
      return undefined;
    }
    const size = sizes[type];
    if (size === undefined) throw new Stop(key, 'unknown-value-type', type);
    fits(key, n, size);
    if (n > kMaxKept || depth > 1) {
      r.skip(n * size);
      return undefined;
    }
    if (!r.ready(n * size)) await r.fill(n * size);
    return Array.from({ length: n }, () => Number(scalar(r, type, size)));
  }

  const found: { name: string; dims: number[]; type: number; offset: number }[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; ++i) {
    const name = await text(`tensor ${i}`, kMaxName);
    if (names.has(name)) throw new Stop(name, 'tensor-twice');
    names.add(name);
    if (!r.ready(4)) await r.fill(4);
    const dimensions = r.number('Uint32', 4);
    if (dimensions > 4) throw new Stop(name, 'count-too-large', 4);
    const rest = dimensions * lengthBytes + 12;
    if (!r.ready(rest)) await r.fill(rest);
    const dims = Array.from({ length: dimensions }, length);
    found.push({ name, dims, type: r.number('Uint32', 4), offset: r.u64() });
  }
  const alignment = meta.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number') throw new Stop('general.alignment', 'not-a-number');
  if (!(alignment > 0)) throw new Stop('general.alignment', 'not-positive');
  if (alignment > 1 << 20) throw new Stop('general.alignment', 'above-maximum', 1 << 20);
  const dataStart = Math.ceil(r.position / alignment) * alignment;
  const { tensors, end } = measured(found, blob.size - dataStart);
  return {
    version,
    littleEndian: r.littleEndian,
    meta,
    lengths,
    tensors,
    fileBytes: tensors.length > 0 ? dataStart + end : r.position,
  };
}

function scalar(r: ByteReader, type: number, size: number): number | boolean {
  switch (type) {
    case 0:
      return r.u8();
    case 1:
      return r.number('Int8', size);
    case 2:
      return r.number('Uint16', size);
    case 3:
      return r.number('Int16', size);
    case 4:
      return r.number('Uint32', size);
    case 5:
      return r.number('Int32', size);
    case 6:
      return r.number('Float32', size);
    case 7:
      return r.u8() !== 0;
    case 10:
      return r.u64();
    case 11:
      return r.i64();
    default:
      return r.number('Float64', size);
  }
}

/** Bytes of each tensor from its type, or from where the next begins where the type is not known here. */
function measured(
  found: readonly { name: string; dims: number[]; type: number; offset: number }[],
  dataBytes: number,
): { tensors: GgufTensor[]; end: number } {
  const tensors: GgufTensor[] = [];
  let end = 0;
  const sorted = [...found].sort((a, b) => a.offset - b.offset);
  for (const [i, { name, dims, type, offset }] of sorted.entries()) {
    if (offset < end) throw new Stop(name, 'tensors-overlap');
    const elements = dims.reduce((product, d) => product * d, 1);
    if (elements > Number.MAX_SAFE_INTEGER) throw new Stop(name, 'above-maximum', Number.MAX_SAFE_INTEGER);
    const known = types[type];
    const row = dims[0] ?? 1;
    if (known && row % known[1] !== 0) throw new Stop(name, 'block-must-divide', known[1]);
    const gap = Math.max(0, (sorted[i + 1]?.offset ?? dataBytes) - offset);
    const bytes = known ? (elements / known[1]) * known[2] : gap;
    tensors.push({ name, dims, format: known?.[0] ?? `ggml-${type}`, elements, bytes });
    end = offset + bytes;
  }
  return { tensors, end };
}

const decoder = new TextDecoder();
function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
