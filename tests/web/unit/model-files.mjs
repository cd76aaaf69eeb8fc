// Writes heads of GGUF and safetensors files for tests, and stands in for the file behind a head: a Blob whose weights
// are not there, but whose size is.

const kString = 8;
const kArray = 9;
const sizes = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** By ggml's number: weights in a block, bytes of a block. */
export const blocks = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  8: [32, 34],
  12: [256, 144],
  14: [256, 210],
  30: [1, 2],
  39: [32, 17],
};

export class Bytes {
  constructor(littleEndian = true, version = 3) {
    this.parts = [];
    this.littleEndian = littleEndian;
    this.wide = version > 1;
  }
  number(type, value) {
    const view = new DataView(new ArrayBuffer(sizes[type]));
    const le = this.littleEndian;
    if (type === 0 || type === 7) view.setUint8(0, Number(value));
    else if (type === 1) view.setInt8(0, value);
    else if (type === 2) view.setUint16(0, value, le);
    else if (type === 3) view.setInt16(0, value, le);
    else if (type === 4) view.setUint32(0, value, le);
    else if (type === 5) view.setInt32(0, value, le);
    else if (type === 6) view.setFloat32(0, value, le);
    else if (type === 10) view.setBigUint64(0, BigInt(value), le);
    else if (type === 11) view.setBigInt64(0, BigInt(value), le);
    else view.setFloat64(0, value, le);
    this.parts.push(new Uint8Array(view.buffer));
    return this;
  }
  raw(bytes) {
    this.parts.push(bytes);
    return this;
  }
  length(n) {
    return this.number(this.wide ? 10 : 4, n);
  }
  text(s) {
    const bytes = new TextEncoder().encode(s);
    return this.length(bytes.length).raw(bytes);
  }
  value(type, value) {
    if (type === kString) return this.text(value);
    if (type !== kArray) return this.number(type, value);
    this.number(4, value.type).length(value.items.length);
    for (const item of value.items) this.value(value.type, item);
    return this;
  }
  done() {
    const all = new Uint8Array(this.parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of this.parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  }
}

/** The type of a metadata value, as llama.cpp's converter chooses it. */
function typed(value) {
  if (typeof value === 'string') return [kString, value];
  if (typeof value === 'boolean') return [7, value];
  if (Array.isArray(value)) {
    const type = typeof value[0] === 'string' ? kString : typeof value[0] === 'boolean' ? 7 : 5;
    return [kArray, { type, items: value }];
  }
  if (value?.type !== undefined) return [value.type, value.value];
  return Number.isInteger(value) ? [4, value] : [6, value];
}

/**
 * @param meta an object of plain values, or of {type, value}
 * @param tensors [{name, dims, type}], placed one after another
 * @returns {{ head: Uint8Array, size: number }}
 */
export function gguf({ meta = {}, tensors = [], version = 3, littleEndian = true }) {
  const b = new Bytes(littleEndian, version);
  b.raw(new TextEncoder().encode('GGUF'))
    .number(4, version)
    .length(tensors.length)
    .length(Object.keys(meta).length);
  for (const [key, value] of Object.entries(meta)) {
    const [type, plain] = typed(value);
    b.text(key).number(4, type).value(type, plain);
  }
  let offset = 0;
  let end = 0;
  for (const { name, dims, type = 0, at } of tensors) {
    b.text(name).number(4, dims.length);
    for (const d of dims) b.length(d);
    b.number(4, type).number(10, at ?? offset);
    const [weights, bytes] = blocks[type] ?? [1, 1];
    end = (at ?? offset) + (dims.reduce((n, d) => n * d, 1) / weights) * bytes;
    offset = Math.ceil(end / 32) * 32;
  }
  const head = b.done();
  return {
    head,
    size: tensors.length > 0 ? Math.ceil(head.length / 32) * 32 + end : head.length,
  };
}

/** As much of a Blob as an import may touch; `read` counts the bytes that were asked for. */
export class FileOf {
  constructor(head, size = head.length) {
    this.head = head;
    this.size = size;
    this.read = 0;
  }
  slice(from = 0, to = this.size) {
    const file = this;
    const end = Math.min(to, this.size);
    return {
      size: Math.max(0, end - from),
      async arrayBuffer() {
        file.read += Math.max(0, end - from);
        const bytes = new Uint8Array(Math.max(0, end - from));
        bytes.set(file.head.subarray(from, Math.min(end, file.head.length)));
        return bytes.buffer;
      },
    };
  }
  arrayBuffer() {
    return this.slice().arrayBuffer();
  }
}

export const fileOf = ({ head, size }) => new FileOf(head, size);

const bits = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  F8_E4M3: 8,
  I32: 32,
  U8: 8,
  I64: 64,
  F4: 4,
};

/** @param tensors {name: {dtype, shape}}, placed one after another */
export function safetensors(tensors, { metadata, header = {} } = {}) {
  let offset = 0;
  const entries = metadata ? { __metadata__: metadata } : {};
  for (const [name, { dtype, shape }] of Object.entries(tensors)) {
    const bytes = (shape.reduce((n, d) => n * d, 1) * bits[dtype]) / 8;
    entries[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify({ ...entries, ...header }));
  const head = new Bytes().number(10, text.length).raw(text).done();
  return { head, size: head.length + offset };
}
