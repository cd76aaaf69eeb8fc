// One engine for all elements of a document, started by the first that needs it.

import { createEngine, type Engine } from '../engine/engine';
import { unlzma } from '../engine/unlzma';
import packed from '../generated/slide-rule-wasm';

let engine: Promise<Engine> | undefined;

export function sharedEngine(): Promise<Engine> {
  engine ??= unpack(packed).then((wasmBinary) => createEngine({ wasmBinary }));
  return engine;
}

/** The wasm travels as LZMA in base64: no second request, and a seventh less than its gzip. */
const unpack = (base64: string) => unlzma(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
