// The format in which a repository stores its weights: `quantization_config`, else `dtype`.

import { type Findings, isObject, type JsonObject } from './keys';

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
      return Array.isArray(q['weight_block_size']) ? 'fp8-block' : 'fp8';
    case 'fbgemm_fp8':
      return 'fp8';
    case 'mxfp4':
      return 'mxfp4';
    case 'awq':
      return bits === undefined || bits === 4 ? 'awq-int4' : undefined;
    case 'gptq':
    case 'auto-round':
      return bits === 8 ? 'gptq-int8' : bits === 4 ? 'gptq-int4' : undefined;
    case 'bitsandbytes':
      if (q['load_in_8bit'] === true || q['_load_in_8bit'] === true) return 'bnb-int8';
      if (q['load_in_4bit'] !== true && q['_load_in_4bit'] !== true) return undefined;
      return q['bnb_4bit_use_double_quant'] === true ? 'nf4-double' : 'nf4';
    case 'eetq':
      return 'int8';
    case 'modelopt': {
      const algorithm = q['quant_algo'];
      if (typeof algorithm === 'string')
        return /nvfp4/iu.test(algorithm) ? 'nvfp4' : /fp8/iu.test(algorithm) ? 'fp8' : undefined;
      return fromGroups(q);
    }
    case 'compressed-tensors':
      return fromGroups(q);
    default:
      return undefined;
  }
}

/** `config_groups`: the weights' type and bits of the first group. */
function fromGroups(q: JsonObject): string | undefined {
  const groups = q['config_groups'];
  const group: unknown = isObject(groups) ? Object.values(groups)[0] : undefined;
  const weights: unknown = isObject(group) ? group['weights'] : undefined;
  if (!isObject(weights)) return undefined;
  const bits = weights['num_bits'];
  if (weights['type'] === 'float') return bits === 8 ? 'fp8' : bits === 4 ? 'nvfp4' : undefined;
  return bits === 8 ? 'int8' : bits === 4 ? 'gptq-int4' : undefined;
}
