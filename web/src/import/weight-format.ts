// The format in which a repository stores its weights: `quantization_config`, else `dtype`.

import { type Findings, isObject, type JsonObject } from './keys';

/** Formats of whole models, in the core's words (WeightFormat). */
const dtypes: Readonly<Record<string, string>> = {
  float32: 'fp32',
  bfloat16: 'bf16',
  float16: 'fp16',
  float8_e4m3fn: 'fp8',
};

/** In the words of the batch contract; undefined where the file does not say, or says what no format is known for. */
export function weightFormatOf(text: JsonObject, config: JsonObject, findings: Findings): string | undefined {
  const given = [config['quantization_config'], text['quantization_config'], config['compression_config']];
  const quantization = given.find(isObject);
  if (quantization) {
    const format = quantized(quantization);
    if (format === undefined) findings.notes.add('unknown-quantisation');
    else if (inPart(quantization)) findings.notes.add('quantised-in-part');
    return format;
  }
  for (const dtype of [text['dtype'], text['torch_dtype'], config['dtype'], config['torch_dtype']]) {
    if (typeof dtype === 'string' && Object.hasOwn(dtypes, dtype)) return dtypes[dtype];
  }
  return undefined;
}

function quantized(q: JsonObject): string | undefined {
  const method = String(q['quant_method'] ?? q['quantization_method'] ?? '').toLowerCase();
  const bits = q['bits'] ?? q['w_bit'] ?? q['weight_bits'];
  switch (method) {
    case 'fp8':
    case 'finegrained_fp8':
    case 'fbgemm_fp8':
      return 'fp8';
    case 'mxfp4':
      return 'MXFP4';
    case 'awq':
      return bits === undefined || bits === 4 ? 'awq-int4' : undefined;
    case 'gptq':
    case 'auto-round':
      return bits === 8 ? 'gptq-int8' : bits === 4 ? 'gptq-int4' : undefined;
    case 'bitsandbytes':
      if (q['load_in_8bit'] === true || q['_load_in_8bit'] === true) return 'int8';
      if (q['load_in_4bit'] !== true && q['_load_in_4bit'] !== true) return undefined;
      return q['bnb_4bit_use_double_quant'] === true ? 'nf4-dq' : 'nf4';
    case 'eetq':
      return 'int8';
    default:
      return fromGroups(q);
  }
}

/** compressed-tensors and ModelOpt: the algorithm by name, or the weights' type and bits in the one group there is. */
function fromGroups(q: JsonObject): string | undefined {
  const algorithm = q['quant_algo'];
  if (typeof algorithm === 'string') {
    if (/nvfp4/iu.test(algorithm)) return 'nvfp4';
    if (/^fp8/iu.test(algorithm)) return 'fp8';
  }
  const listed = q['config_groups'];
  const groups = isObject(listed) ? Object.values(listed).filter(isObject) : [];
  const formats = new Set(groups.map((g) => ofGroup(g, q)));
  return formats.size === 1 ? [...formats][0] : undefined;
}

function ofGroup(group: JsonObject, q: JsonObject): string | undefined {
  const weights = group['weights'];
  if (!isObject(weights)) return undefined;
  const bits = weights['num_bits'];
  if (weights['type'] !== 'float') return bits === 8 ? 'int8' : bits === 4 ? 'gptq-int4' : undefined;
  if (bits === 8) return 'fp8';
  const mx = String(group['format'] ?? q['format'] ?? '').startsWith('mxfp4') || weights['group_size'] === 32;
  return bits === 4 ? (mx ? 'MXFP4' : 'nvfp4') : undefined;
}

/** Whether more than embeddings, router and head are left as they were. */
function inPart(q: JsonObject): boolean {
  const left = [q['ignore'], q['modules_to_not_convert'], q['exclude_modules']].find(Array.isArray) ?? [];
  return left.some((x: unknown) => typeof x === 'string' && /attn|attention|mlp|expert|layers/iu.test(x));
}
