// One engine for all elements of a document, started by the first that needs it.

import { createEngine, type Engine } from '../engine/engine';
import { breath } from '../views/turns';
import { unlzma } from '../engine/unlzma';
import packed from '../generated/slide-rule-wasm';

let engine: Promise<Engine> | undefined;
let wasm: Promise<Uint8Array> | undefined;

export function sharedEngine(): Promise<Engine> {
  engine ??= sharedWasm().then((wasmBinary) => breath().then(() => createEngine({ wasmBinary })));
  return engine;
}

/**
 * The wasm's bytes, for this thread's engine and those of workers. They travel as LZMA in base64: no second request, and
 * a seventh less than their gzip.
 */
export function sharedWasm(): Promise<Uint8Array> {
  wasm ??= unlzma(bytesOf(atob(packed)));
  return wasm;
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}
