// What a printed "GB" is worth. GB and GiB are mixed in the sources, sometimes under the wrong label; each
// source's own rule stands in the `unit` column of its rows, and in UNSTATED for those that state none.

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;
export const GB = 1e9;
export const MB = 1e6;

/** Bytes of one printed unit, by the exact text of the `unit` column. */
const BYTES = {
  GiB: GIB,
  MiB: MIB,
  bytes: 1,
  'GB (decimal)': GB,
  'GB (decimal: max_memory_allocated/1e9)': GB,
  'GB (decimal: max_memory_reserved/1e9)': GB,
  'G (GiB presumably)': GIB,
  'G (GiB, rounded)': GIB,
  'GB (printed; torchtune divides by 1024^3)': GIB,
  'GB printed (torchtitan counts GiB)': GIB,
  'GiB (README; gpt-oss README names device_mem_reserved(gib))': GIB,
  'GiB (printed GB; /1024^3)': GIB,
  'GiB (printed GB; script divides by 1024^3)': GIB,
  'GB (printed; 14.0 for 7.5B bf16 means GiB)': GIB,
  'GB (printed; equals weight bytes in GiB)': GIB,
  'GB (printed; consistent with GiB: 7B fp16 12.5)': GIB,
  'MiB (printed MB; Qwen3-8B BF16 at input 1 only adds up as MiB)': MIB,
};

/** Sources that print "GB" or "G" and whose code says which: the scale that the code uses. */
const BY_CODE = {
  torchtune: GIB, // max_memory_allocated / 1024^3
  'torchtune-lora': GIB,
  'torchtune-qlora': GIB,
  'ao-optim': GIB, // measured with torchtune's logger
  'swift-ex': GIB, // the log field is named memory(GiB)
  'swift-mega': GIB,
};

/**
 * Sources that print "GB" or "G" and do not say which. They are read as below and their rows are set apart as
 * "unit-not-stated": the two readings lie 7 % apart.
 */
const ASSUMED = {
  qwen1: GIB, // the scripts published with the next Qwen versions divide by 1024^3
  'qwen1-kv': GIB,
  chatglm2: GIB,
  baichuan2: GIB,
  xtuner: GIB,
  'colossal-pref': MIB,
  'mbridge-70b': GB,
  'mbridge-moonlight': GB,
  'mbridge-lora': GB,
  glm4: GB,
  aqlm: GB,
  yi: GB,
  community: GB,
  'llamacpp-l1': GIB,
  badam: GB,
  'chatglm-et': GB,
  'peft-readme': GB,
  'llama-recipes': GIB,
  'swift-sp': GIB,
  'ao-qt': GIB,
};

/** @returns {{bytes: number, stated: boolean}} the scale of one printed unit, and whether the source says it. */
export function unitOf(unit, family) {
  if (unit in BYTES) return { bytes: BYTES[unit], stated: true };
  if (family in BY_CODE) return { bytes: BY_CODE[family], stated: true };
  if (family in ASSUMED) return { bytes: ASSUMED[family], stated: false };
  throw new Error(`units: no reading of "${unit}" from ${family}`);
}

/** Half of the last printed digit, in bytes: no estimate can be told to be closer than that. */
export function halfDigit(text, bytesOfUnit) {
  const decimals = /\.(\d+)$/.exec(text.trim())?.[1].length ?? 0;
  return 0.5 * 10 ** -decimals * bytesOfUnit;
}
