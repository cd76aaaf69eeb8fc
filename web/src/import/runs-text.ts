// A pasted or dropped table -> its lines, and a line -> its cells. Quoted cells follow RFC 4180, read by d3-dsv
// (its parseRows: the other parser makes code at run time, which the page's CSP forbids); lines without a quote,
// nearly all, are split here.

import { dsvFormat } from 'd3-dsv';

export type Separator = ',' | ';' | '\t' | ' ';

export type TextCode = 'no-text' | 'binary' | 'spreadsheet';

/** The text of a dropped file: UTF-8, UTF-16 with its mark (Excel's "Unicode text"), or EUC-KR (Excel in Korean). */
export function decodeText(bytes: Uint8Array): { readonly text: string } | { readonly code: TextCode } {
  if (bytes.length === 0) return { code: 'no-text' };
  const begins = (...values: number[]) => values.every((value, i) => bytes[i] === value);
  if (begins(0x50, 0x4b, 3, 4) || begins(0xd0, 0xcf, 0x11, 0xe0)) return { code: 'spreadsheet' };
  if (begins(0xff, 0xfe)) return { text: new TextDecoder('utf-16le').decode(bytes) };
  if (begins(0xfe, 0xff)) return { text: new TextDecoder('utf-16be').decode(bytes) };
  if (bytes.subarray(0, 1 << 16).includes(0)) return { code: 'binary' };
  for (const encoding of ['utf-8', 'euc-kr']) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
    } catch {
      // Not in this encoding.
    }
  }
  return { code: 'binary' };
}

/** Whether text holds characters that no table has: it was read from a binary file. */
export function isBinary(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const odd = text.slice(0, 1 << 14).match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/gu);
  return odd !== null && (odd.includes('\u0000') || odd.length > 8);
}

const kMostLinesInACell = 100;

/** Lines one after another, without copying the text; a line goes on while a quote in it is open. */
export class Lines {
  /** The line that next() gave, and its number, from 1. */
  line = '';
  number = 0;
  /** Whether its quotes do not close, within it or the lines after it. */
  unclosed = false;
  private at = 0;
  private read = 0;
  private readonly text: string;

  constructor(text: string) {
    // Line ends of the Mac of 2000 and before; CRLF is cut where a line is.
    this.text = text.includes('\n') ? text : text.replace(/\r/gu, '\n');
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  next(): string | undefined {
    if (this.at >= this.text.length) return undefined;
    let end = this.endOfLine(this.at);
    let line = this.cut(this.at, end);
    this.number = this.read + 1;
    this.read += 1;
    this.unclosed = line.includes('"') && !closes(line);
    if (this.unclosed) {
      let further = end;
      for (let i = 0; i < kMostLinesInACell && further < this.text.length; i += 1) {
        further = this.endOfLine(further + 1);
        const longer = this.cut(this.at, further);
        if (!closes(longer)) continue;
        line = longer;
        end = further;
        this.read += i + 1;
        this.unclosed = false;
        break;
      }
    }
    this.at = end + 1;
    this.line = line;
    return line;
  }

  /** Passes over up to `most` lines, blank ones too, and says how many there were. */
  skip(most: number): number {
    let count = 0;
    for (; count < most && this.at < this.text.length; count += 1) this.at = this.endOfLine(this.at) + 1;
    return count;
  }

  private endOfLine(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }

  private cut(from: number, end: number): string {
    return this.text.slice(from, end > from && this.text.charCodeAt(end - 1) === 13 ? end - 1 : end);
  }
}

function closes(line: string): boolean {
  let open = false;
  for (let i = line.indexOf('"'); i >= 0; i = line.indexOf('"', i + 1)) open = !open;
  return !open;
}

/** The separator that the header has most of, outside quotes. */
export function separatorOf(header: string): Separator {
  const bare = header.replace(/"[^"]*"/gu, '');
  let best: Separator = ' ';
  let most = 0;
  for (const separator of ['\t', ';', ','] as const) {
    const count = bare.split(separator).length - 1;
    if (count > most) {
      best = separator;
      most = count;
    }
  }
  return best;
}

const formats = { ',': dsvFormat(','), ';': dsvFormat(';'), '\t': dsvFormat('\t') };

export function cellsOf(line: string, separator: Separator): readonly string[] {
  if (separator === ' ') return line.trim().split(/\s+/u);
  if (!line.includes('"')) return line.split(separator);
  return formats[separator].parseRows(line)[0] ?? [];
}
