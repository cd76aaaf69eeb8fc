// What the Emscripten module gives; the build puts it beside as ../generated/slide-rule.mjs.
declare module '*/generated/slide-rule.mjs' {
  import type { Core } from '../engine/packed';
  const create: (options: { wasmBinary: ArrayBuffer | Uint8Array }) => Promise<Core>;
  export default create;
}
