// Reads the head of a file on the reader's own disk, slice by slice: no more of it than is asked for, and never past
// `limit`. Works on any Blob, in browsers and in Node; nothing is fetched.

/** Why a file cannot be read on. Caught where the import begins; never seen outside. */
export class Stop extends Error {
  constructor(
    readonly field: string,
    readonly code: string,
    readonly limit?: number,
  ) {
    super(code);
  }
}

/** No header comes near this: the largest, of models with 260,000 tokens, have 15 MB. */
export const kMaxHeaderBytes = 64 << 20;
const kChunk = 256 << 10;

export class ByteReader {
  littleEndian = true;
  private window = new DataView(new ArrayBuffer(0));
  private start = 0; // of the window in the file
  private at = 0; // in the window

  constructor(
    private readonly blob: Blob,
    private readonly limit = kMaxHeaderBytes,
  ) {}

  get position(): number {
    return this.start + this.at;
  }

  /** Bytes of the file that are not read yet. */
  get left(): number {
    return this.blob.size - this.position;
  }

  /** Whether the next n bytes are in memory. Ask this first: awaiting costs more than reading. */
  ready(n: number): boolean {
    return this.at + n <= this.window.byteLength;
  }

  /** Brings the next n bytes into memory. */
  async fill(n: number): Promise<void> {
    if (n > this.left) throw new Stop('file', 'truncated', this.blob.size);
    const position = this.position;
    if (position + n > this.limit) throw new Stop('file', 'header-too-large', this.limit);
    const end = Math.min(this.blob.size, position + Math.max(n, kChunk));
    this.window = new DataView(await this.blob.slice(position, end).arrayBuffer());
    this.start = position;
    this.at = 0;
    // A file that shrank since it was dropped.
    if (n > this.window.byteLength) throw new Stop('file', 'truncated', this.blob.size);
  }

  skip(n: number): void {
    if (n > this.left) throw new Stop('file', 'truncated', this.blob.size);
    if (this.position + n > this.limit) throw new Stop('file', 'header-too-large', this.limit);
    this.at += n;
  }

  // What follows takes bytes that are ready.

  u8(): number {
    return this.window.getUint8(this.at++);
  }

  number(
    type: 'Uint16' | 'Int8' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64',
    size: number,
  ): number {
    const value = this.window[`get${type}`](this.at, this.littleEndian);
    this.at += size;
    return value;
  }

  /** A 64-bit number, rounded above 2^53: such counts are refused anyway. */
  u64(): number {
    const [low, high] = this.littleEndian ? [0, 4] : [4, 0];
    const value =
      this.window.getUint32(this.at + high, this.littleEndian) * 2 ** 32 +
      this.window.getUint32(this.at + low, this.littleEndian);
    this.at += 8;
    return value;
  }

  i64(): number {
    const value = this.u64();
    return value >= 2 ** 63 ? value - 2 ** 64 : value;
  }

  bytes(n: number): Uint8Array {
    const value = new Uint8Array(this.window.buffer, this.window.byteOffset + this.at, n);
    this.at += n;
    return value;
  }
}
