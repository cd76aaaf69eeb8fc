// Names of weight and cache formats as sources print them → those of the questions.

/** Formats that a question names besides GGUF types; by a pattern of the printed name. First match wins. */
const PLAIN = [
  [/^mxfp4$/i, 'MXFP4'],
  [/^(bf16\/fp16|fp16\/bf16)$/i, 'bf16'],
  [/^(bf16|bfloat16|base \(bfloat16\))$/i, 'bf16'],
  [/^(fp16|float16)$/i, 'fp16'],
  [/^(fp32|float32)$/i, 'fp32'],
  [/^mxfp8$/i, 'mxfp8'],
  [/^fp8$|^float8/i, 'fp8'],
  [/^gptq-int8|bits \(gptq/i, 'gptq-int8'],
  [/^gptq[- ]?(int4|4-bit (g128|no group)|128g)/i, 'gptq-int4'],
  [/^gptq 3-bit (g128|no group)/i, 'gptq-int3'],
  [/^1x16(g\d+)?$/, 'aqlm-1x16'],
  [/^2x8(g\d+)?$/, 'aqlm-2x8'],
  [/^awq|4bits \(awq/i, 'awq-int4'],
  [/nf4[- ](dq|double[-_]quant)|nf4 \+ (double quant|nested)/i, 'nf4-dq'],
  [/nf4|fp4|bnb 4-bit/i, 'nf4'], // FP4 of bitsandbytes stores what its NF4 stores
  [/^(int8|bnb int8|bnb\.int8|int8wo|int8dq|llm\.int8|int8_rowwise)$/i, 'int8'],
];

const GGUF_TYPES = new Set(
  (
    'F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q2_K_S Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K ' +
    'IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ3_XXS IQ3_XS IQ3_S IQ3_M IQ4_NL IQ4_XS TQ1_0 TQ2_0'
  ).split(' '),
);

/** Types that store every matrix alike: the file's size follows from the shape alone. */
const UNIFORM = new Set(['F32', 'F16', 'BF16', 'Q8_0']);
const UNIFORM_BITS = { F32: 32, F16: 16, BF16: 16, Q8_0: 8.5 };

/** "Q4_K - Medium", "q4_K_M", "GGUF IQ4_XS - 4.25 bpw" → "Q4_K_M", "IQ4_XS"; null for a type llama.cpp has not. */
export function ggufType(printed) {
  const bare = printed
    .replace(/^GGUF\s+/i, '')
    .replace(/\s*\(Ollama\)$/, '')
    .replace(/\s+-\s+[\d.]+ bpw( ternary)?$/, '')
    .replace(/^IQ3_S mix$/, 'IQ3_M')
    .replace(/_R(4|8|16)$/, '') // rows interleaved: the same blocks in another order (ik_llama.cpp, iqk_quantize)
    .trim();
  const sizes = { Small: '_S', Medium: '_M', Large: '_L' };
  const long = /^(Q\d_K) - (Small|Medium|Large)$/.exec(bare);
  let type = long ? long[1] + sizes[long[2]] : bare.toUpperCase();
  if (type === 'Q2_K_M') type = 'Q2_K';
  if (type === 'Q4_K') type = 'Q4_K_S'; // what the interleaved type's mix follows
  return GGUF_TYPES.has(type) && !/IQ1_[SM]_R4/.test(printed) ? type : null;
}

/** Weights that share a scale, where a printed name says another number than the format's own. */
export function groupSize(printed) {
  if (/no group$/.test(printed)) return 0;
  const named = /g(\d+)$/.exec(printed.trim())?.[1];
  return named && named !== '128' && named !== '8' ? Number(named) : undefined;
}

/** null: no such format among the questions' words. */
export function weightFormat(printed) {
  if (/^GGUF/i.test(printed)) return ggufType(printed);
  for (const [pattern, name] of PLAIN) if (pattern.test(printed.trim())) return name;
  return null;
}

/** Why no question says a format: the fork ik_llama.cpp's own blocks, recipes that nobody prints, or neither. */
export function whyNoFormat(printed) {
  const bare = printed.replace(/^GGUF /i, '').trim();
  if (/^(IQ\d_(K|KS|KSS|KT|KL|BN)|I2_S|IQ1_[SM]_R4)(_R\d+)?\b/i.test(bare)) return 'fork-format';
  if (/^UD-|_XL|^autoquant/i.test(bare)) return 'recipe-not-published';
  return /^(unknown|\(|$)/.test(bare) ? 'format-not-stated' : 'format-not-in-questions';
}

/**
 * What a printed GGUF type says of the file.
 * @returns {'exact'|'mix'|'contradiction'} exact: the type fixes every tensor's format; mix: a recipe by tensor
 *   role, which the printer may have changed; contradiction: the printed bits per weight are not this type's
 */
export function ggufCertainty(type, bitsPerWeight) {
  if (!UNIFORM.has(type)) return 'mix';
  if (bitsPerWeight && Math.abs(bitsPerWeight / UNIFORM_BITS[type] - 1) > 0.02) return 'contradiction';
  return 'exact';
}

/** Cache formats: "bf16/fp16", "fp16 (preallocated …)", "q8_0", "int8". */
export function kvFormat(printed) {
  const text = printed.trim().toLowerCase();
  if (text === '' || text.startsWith('16 bit')) return null;
  if (text.startsWith('bf16')) return 'bf16';
  if (text.startsWith('fp16') || text.startsWith('f16')) return 'fp16';
  if (text.startsWith('fp32')) return 'fp32';
  const quantised = /^(q8_0|q4_0|q4_1|q5_0|q5_1|int8|fp8)/.exec(text);
  return quantised ? quantised[1] : null;
}
