// One engine for all elements of a document, started by the first that needs it.

import { createEngine, type Engine } from '../engine/engine';
import packed from '../generated/slide-rule-wasm';

let engine: Promise<Engine> | undefined;
let wasm: Promise<Uint8Array> | undefined;

export function sharedEngine(): Promise<Engine> {
  engine ??= sharedWasm().then((wasmBinary) => createEngine({ wasmBinary }));
  return engine;
}

/** The wasm's bytes, for engines in workers. */
export function sharedWasm(): Promise<Uint8Array> {
  wasm ??= unpack(packed).then((buffer) => new Uint8Array(buffer));
  return wasm;
}

/** The wasm travels as gzip in base64: a third smaller than base64 alone, and no second request. */
async function unpack(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
