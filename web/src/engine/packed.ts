// JavaScript values as the bytes that the core reads and writes; the layout is told in src/slide_rule/value.hpp.

/** What the module exports, see src/bindings/wasm.cpp. */
export interface Core {
  readonly HEAPU8: Uint8Array;
  makeRoom(size: number): number;
  ask(texts: number): number;
  schema(): number;
  // Of the builds that fit laws:
  beginFit?(texts: number): number;
  stepFit?(units: number): boolean | number;
  progressOfFit?(): number;
  answerOfFit?(): number;
}

const enum Tag {
  missing,
  no,
  yes,
  number,
  text,
  numbers,
  list,
  object,
  other,
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
// Deeper than any question: what lies below is not looked at, so that a circle ends.
const deepest = 16;
const beyondAscii = /[^\0-\x7f]/u;

/** Asks one question. The answer is frozen. */
export const ask = (core: Core, question: unknown): unknown => unpack(core, core.ask(hand(core, question)));

/** Begins a fit: {} or {problems}. */
export const beginFit = (core: Core, question: unknown): unknown =>
  core.beginFit && unpack(core, core.beginFit(hand(core, question)));

export const progressOfFit = (core: Core): unknown =>
  core.progressOfFit && unpack(core, core.progressOfFit());
export const answerOfFit = (core: Core): unknown => core.answerOfFit && unpack(core, core.answerOfFit());

/** Puts a question into the core's room and says where its texts begin. */
function hand(core: Core, question: unknown): number {
  const packer = new Packer();
  packer.value(question, 0);
  const text = encoder.encode(packer.texts);
  const at = core.makeRoom(packer.length + text.length);
  core.HEAPU8.set(new Uint8Array(packer.bytes.buffer, 0, packer.length), at);
  core.HEAPU8.set(text, at + packer.length);
  return packer.length;
}

export const schema = (core: Core): unknown => unpack(core, core.schema());

class Packer {
  bytes = new DataView(new ArrayBuffer(1024));
  length = 0;
  texts = '';
  private textsLength = 0;

  value(x: unknown, depth: number): void {
    if (x === undefined || x === null) return this.tag(Tag.missing);
    if (typeof x === 'number') {
      this.tag(Tag.number);
      this.number(x);
    } else if (typeof x === 'string') {
      this.tag(Tag.text);
      this.text(x);
    } else if (typeof x === 'boolean') {
      this.tag(x ? Tag.yes : Tag.no);
    } else if (typeof x !== 'object' || depth > deepest) {
      this.tag(Tag.other);
    } else if (Array.isArray(x) || ArrayBuffer.isView(x)) {
      this.list(x as ArrayLike<unknown>, depth);
    } else {
      const begun = this.begin(Tag.object);
      for (const key of Object.keys(x)) {
        this.text(key);
        this.value((x as Record<string, unknown>)[key], depth + 1);
      }
      this.end(begun);
    }
  }

  private list(x: ArrayLike<unknown>, depth: number): void {
    let i = 0;
    while (i < x.length && typeof x[i] === 'number') i++;
    if (i > 0 && i === x.length) {
      this.tag(Tag.numbers);
      this.size(i);
      for (let j = 0; j < i; j++) this.number(x[j] as number);
      return;
    }
    const begun = this.begin(Tag.list);
    for (let j = 0; j < x.length; j++) this.value(x[j], depth + 1);
    this.end(begun);
  }

  /** Makes room for so many bytes more and gives where they begin. */
  private room(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.byteLength) {
      const grown = new Uint8Array(2 * this.length);
      grown.set(new Uint8Array(this.bytes.buffer));
      this.bytes = new DataView(grown.buffer);
    }
    return at;
  }
  private tag(tag: Tag): void {
    const at = this.room(1);
    this.bytes.setUint8(at, tag);
  }
  private number(x: number): void {
    const at = this.room(8);
    this.bytes.setFloat64(at, x, true);
  }
  private size(x: number): void {
    const at = this.room(4);
    this.bytes.setUint32(at, x, true);
  }
  private text(x: string): void {
    const length = beyondAscii.test(x) ? encoder.encode(x).length : x.length;
    this.size(this.textsLength);
    this.size(length);
    this.texts += x;
    this.textsLength += length;
  }
  private begin(tag: Tag): number {
    this.tag(tag);
    this.size(0);
    return this.length;
  }
  private end(begun: number): void {
    this.bytes.setUint32(begun - 4, this.length - begun, true);
  }
}

/** Reads the block whose four sizes lie at `block`. */
function unpack(core: Core, block: number): unknown {
  const heap = core.HEAPU8;
  const memory = new DataView(heap.buffer);
  const size = (at: number) => memory.getUint32(at, true);
  const textsAt = size(block + 8);
  const textsLength = size(block + 12);
  const decode = (at: number, length: number) =>
    decoder.decode(heap.subarray(textsAt + at, textsAt + at + length));
  // Nearly always plain ASCII, where offsets in bytes are offsets in characters: one call for all.
  const texts = decode(0, textsLength);
  const isAscii = texts.length === textsLength;

  let at = size(block);
  const text = () => {
    const from = size(at);
    const length = size(at + 4);
    at += 8;
    return isAscii ? texts.substring(from, from + length) : decode(from, length);
  };
  const number = () => {
    at += 8;
    return memory.getFloat64(at - 8, true);
  };
  const value = (): unknown => {
    switch (memory.getUint8(at++) as Tag) {
      case Tag.no:
        return false;
      case Tag.yes:
        return true;
      case Tag.number:
        return number();
      case Tag.text:
        return text();
      case Tag.numbers: {
        const count = size(at);
        at += 4;
        return Object.freeze(Array.from({ length: count }, number));
      }
      case Tag.list: {
        const end = at + 4 + size(at);
        at += 4;
        const list: unknown[] = [];
        while (at < end) list.push(value());
        return Object.freeze(list);
      }
      case Tag.object: {
        const end = at + 4 + size(at);
        at += 4;
        const object: Record<string, unknown> = {};
        while (at < end) {
          const key = text();
          object[key] = value();
        }
        return Object.freeze(object);
      }
      default:
        return undefined;
    }
  };
  return value();
}
