// quant_sizes.csv → the weights of an inference-memory question.

import { ggufCertainty, ggufType, groupSize, weightFormat, whyNoFormat } from '../formats.mjs';
import { modelOf, whyNoModel } from '../models.mjs';
import { familyOf, given, measured, refuse, sourceOf } from '../row.mjs';

/** Parameters as printed: "8.03B (8,030,261,248)", "6.738B", "672.050 B", "1.026 T". */
function parametersOf(text) {
  const exact = /\(([\d,]{9,})\)/.exec(text)?.[1];
  if (exact) return Number(exact.replaceAll(',', ''));
  const [, number, scale] = /([\d.]+)\s*([BT])/.exec(text) ?? [];
  return number ? Number(number) * (scale === 'T' ? 1e12 : 1e9) : null;
}

export function sizeRow(row) {
  const family = familyOf(row.id);
  const gguf = /GGUF/.test(row.format);
  const apart = [];
  const found = modelOf(row) ?? refuse(whyNoModel(row));
  const bits = Number.parseFloat(row.bits_per_weight);
  const format = gguf ? ggufType(row.type) : row.format === 'safetensors' ? 'bf16' : weightFormat(row.type);
  if (!format) refuse(whyNoFormat(row.type));
  if (gguf) {
    const certainty = ggufCertainty(format, bits);
    if (certainty === 'contradiction') refuse('type-contradicts-bits');
    // Logs and benches print the nominal type of files whose recipe their makers often changed.
    if (certainty === 'mix' && /^(ik-log|llama-bench)$/.test(family)) apart.push('recipe-not-stated');
    // llama.cpp changed the mixes of these two in January 2024.
    if (family === 'llamacpp-l2' && /^(Q2_K|Q3_K_S)$/.test(format)) apart.push('software-version');
  }
  let value;
  if (row.size !== '') {
    value = measured(row.size, row.unit, family, apart);
  } else {
    const parameters = parametersOf(row.params) ?? refuse('value-not-a-number');
    const decimals = /\.(\d+)/.exec(row.bits_per_weight)?.[1].length ?? 0;
    value = { measured: (bits / 8) * parameters, rounding: (0.5 * 10 ** -decimals * parameters) / 8 };
  }
  // Readmes that round to one decimal place say a size to 1–2 % only.
  return {
    family,
    source: sourceOf(row),
    group: 'weights',
    confidence: row.confidence,
    model: found.key,
    question: given({
      ask: 'inference-memory',
      model: found.model,
      engine: gguf ? 'llama.cpp' : 'transformers',
      weightFormat: format,
      groupSize: groupSize(row.type),
      contextTokens: 512,
    }),
    also: {},
    needs: {},
    assume: {},
    compare: { terms: ['weights', 'weights-*'] },
    ...value,
    apart,
  };
}
