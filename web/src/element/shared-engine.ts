// One engine for all elements of a document, started by the first that needs it.

import { createEngine, type Engine } from '../engine/engine';
import { unlzma } from '../engine/unlzma';
import packed from '../generated/slide-rule-wasm';

let engine: Promise<Engine> | undefined;
let wasm: Promise<Uint8Array> | undefined;

export function sharedEngine(): Promise<Engine> {
  engine ??= sharedWasm().then((wasmBinary) => createEngine({ wasmBinary }));
  return engine;
}

/**
 * The wasm's bytes, for this thread's engine and those of workers. They travel as LZMA in base64: no second request, and
 * a seventh less than their gzip.
 */
export function sharedWasm(): Promise<Uint8Array> {
  wasm ??= unlzma(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)));
  return wasm;
}
