// The head of a safetensors file: eight bytes of length, then JSON. Format: github.com/huggingface/safetensors.

import { ByteReader, kMaxHeaderBytes, Stop } from './bytes';
import { parseJson } from './json';
import { Findings, isObject } from './keys';

export interface StoredTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly format: string;
  readonly elements: number;
  readonly bytes: number;
}

export interface Safetensors {
  readonly tensors: readonly StoredTensor[];
  /** Bytes that the file must have for its tensors. */
  readonly fileBytes: number;
}

/** Name in the words of the batch contract, and bits. */
const dtypes: Readonly<Record<string, readonly [string, number]>> = {
  F64: ['fp64', 64],
  F32: ['fp32', 32],
  F16: ['fp16', 16],
  BF16: ['bf16', 16],
  F8_E4M3: ['fp8', 8],
  F8_E5M2: ['fp8', 8],
  F8_E8M0: ['fp8-exponents', 8],
  F6_E2M3: ['fp6', 6],
  F6_E3M2: ['fp6', 6],
  F4: ['fp4', 4],
  I64: ['int64', 64],
  U64: ['int64', 64],
  I32: ['int32', 32],
  U32: ['int32', 32],
  I16: ['int16', 16],
  U16: ['int16', 16],
  I8: ['int8', 8],
  U8: ['int8', 8],
  BOOL: ['bool', 8],
  C64: ['complex64', 64],
};

/** @throws Stop where the file is no safetensors file, ends early, or claims what cannot be. */
export async function readSafetensors(blob: Blob): Promise<Safetensors> {
  const r = new ByteReader(blob, kMaxHeaderBytes + 8);
  await r.fill(8);
  const length = r.u64();
  if (length > kMaxHeaderBytes) throw new Stop('header', 'header-too-large', kMaxHeaderBytes);
  if (length > r.left) throw new Stop('header', 'truncated', blob.size);
  await r.fill(length);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(r.bytes(length));
  } catch {
    throw new Stop('header', 'not-utf8');
  }
  const findings = new Findings();
  const header = parseJson(text, 'header', kMaxHeaderBytes, findings);
  const problem = findings.problems[0];
  if (problem) throw new Stop(problem.field, problem.code, problem.limit);
  if (!isObject(header)) throw new Stop('header', 'wrong-type');

  const spans: { begin: number; end: number; tensor: StoredTensor }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') spans.push(span(name, entry));
  }
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const s of spans) {
    if (s.begin < end) throw new Stop(s.tensor.name, 'tensors-overlap');
    end = s.end;
  }
  return { tensors: spans.map((s) => s.tensor), fileBytes: 8 + length + end };
}

function span(name: string, entry: unknown): { begin: number; end: number; tensor: StoredTensor } {
  if (!isObject(entry)) throw new Stop(name, 'wrong-type');
  const dims = numbers(entry['shape'], `${name}.shape`);
  const [begin, end, more] = numbers(entry['data_offsets'], `${name}.data_offsets`);
  if (begin === undefined || end === undefined || more !== undefined || begin > end) {
    throw new Stop(`${name}.data_offsets`, 'wrong-type');
  }
  const elements = dims.reduce((product, d) => product * d, 1);
  if (elements > Number.MAX_SAFE_INTEGER)
    throw new Stop(`${name}.shape`, 'above-maximum', Number.MAX_SAFE_INTEGER);
  const dtype = entry['dtype'];
  if (typeof dtype !== 'string') throw new Stop(`${name}.dtype`, 'wrong-type');
  const known = Object.hasOwn(dtypes, dtype) ? dtypes[dtype] : undefined;
  const bytes = end - begin;
  if (known && Math.ceil((elements * known[1]) / 8) !== bytes) {
    throw new Stop(`${name}.data_offsets`, 'size-contradicts', Math.ceil((elements * known[1]) / 8));
  }
  return { begin, end, tensor: { name, dims, format: known?.[0] ?? dtype.slice(0, 32), elements, bytes } };
}

function numbers(x: unknown, field: string): number[] {
  if (!Array.isArray(x) || x.length > 16) throw new Stop(field, 'wrong-type');
  for (const n of x) {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) throw new Stop(field, 'wrong-type');
  }
  return x as number[];
}
