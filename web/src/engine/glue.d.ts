// What the Emscripten module gives; the build puts it beside as ../generated/slide-rule.mjs.
declare module '*/generated/slide-rule.mjs' {
  export interface SlideRuleModule {
    ask(question: unknown): unknown;
    schema(): unknown;
  }
  const create: (options: { wasmBinary: ArrayBuffer | Uint8Array }) => Promise<SlideRuleModule>;
  export default create;
}
