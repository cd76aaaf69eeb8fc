// One engine for all elements of a document, started by the first that needs it.

import { createEngine, type Engine } from '../engine/engine';
import { unpack } from '../engine/unlzma';
import { takeWords } from '../i18n/index';
import { takeReferences } from '../references';
import { breath } from '../views/turns';
import { packedCore } from './packed-core';

/** How long the core is where words and sources follow it; 0 where these stand in the code. */
declare const __CORE_BYTES__: number;

let engine: Promise<Engine> | undefined;
let wasm: Promise<Uint8Array> | undefined;

export function sharedEngine(): Promise<Engine> {
  engine ??= sharedWasm().then((wasmBinary) => breath().then(() => createEngine({ wasmBinary })));
  return engine;
}

/**
 * The wasm's bytes, for this thread's engine and those of workers. They travel packed, in base64: no second request. How,
 * each build chooses, see build.mjs.
 */
export function sharedWasm(): Promise<Uint8Array> {
  wasm ??= packedCore()
    .then((packed) => unpack(bytesOf(packed)))
    .then((bytes) => (__CORE_BYTES__ > 0 ? coreOf(bytes) : bytes));
  return wasm;
}

/** Resolves when there are words, which need no WebAssembly. */
export const wordsThere = async (): Promise<unknown> => __CORE_BYTES__ > 0 && sharedWasm();

function coreOf(bytes: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(bytes.subarray(__CORE_BYTES__)).split('\n');
  takeReferences(lines.pop() ?? '');
  takeWords(lines);
  return bytes.subarray(0, __CORE_BYTES__);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}
