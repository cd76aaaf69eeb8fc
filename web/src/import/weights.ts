// What a model's files hold, added up tensor by tensor.

import type { StoredTensor } from './safetensors';

export interface FormatShare {
  readonly format: string;
  readonly tensors: number;
  readonly elements: number;
  readonly bytes: number;
}

export interface Weights {
  /** Bytes of all tensors: what the weights take in memory when they are loaded as they are. */
  readonly weightBytes: number;
  /** Stored elements; for packed formats of safetensors that is not the number of parameters. */
  readonly elements: number;
  /** By format, the largest share first. */
  readonly formats: readonly FormatShare[];
  /** Bytes of each layer, for engines that keep some of them on the card. */
  readonly layerBytes: readonly number[];
  readonly expertBytes: number;
  readonly embeddingBytes: number;
  readonly headBytes: number;
  /** Of vision and audio towers, whose layers are not among `layerBytes`. */
  readonly towerBytes: number;
}

const layerName = /(?:^|\.)(?:blk|layers?|h|blocks)\.(\d{1,4})\./u;
const expertName = /_exps\.|\.experts\.|ffn_(?:gate|up|down)\.\d+\./u;
const embeddingName = /(?:^|\.)(?:token_embd|embed_tokens|wte|word_embeddings|embed_in)\.weight$/u;
const headName = /(?:^|\.)(?:output|lm_head|embed_out|output_layer)\.weight$/u;
const towerName = /^(?:v|a|mm)\.|(?:^|\.)(?:vision|visual|audio|vit|image|multi_modal|mm_)\w*\./u;

export function addUp(tensors: readonly StoredTensor[]): Weights {
  const shares = new Map<string, { tensors: number; elements: number; bytes: number }>();
  const layerBytes: number[] = [];
  let [weightBytes, elements, expertBytes, embeddingBytes, headBytes, towerBytes] = [0, 0, 0, 0, 0, 0];
  for (const tensor of tensors) {
    const { name, bytes } = tensor;
    weightBytes += bytes;
    elements += tensor.elements;
    const share = shares.get(tensor.format) ?? { tensors: 0, elements: 0, bytes: 0 };
    shares.set(tensor.format, share);
    share.tensors += 1;
    share.elements += tensor.elements;
    share.bytes += bytes;
    if (towerName.test(name)) {
      towerBytes += bytes;
      continue;
    }
    const layer = layerName.exec(name)?.[1];
    if (layer !== undefined) {
      while (layerBytes.length <= Number(layer)) layerBytes.push(0);
      layerBytes[Number(layer)] = (layerBytes[Number(layer)] as number) + bytes;
      if (expertName.test(name)) expertBytes += bytes;
    } else if (embeddingName.test(name)) {
      embeddingBytes += bytes;
    } else if (headName.test(name)) {
      headBytes += bytes;
    }
  }
  const formats = [...shares].map(([format, s]) => ({ format, ...s })).sort((a, b) => b.bytes - a.bytes);
  return { weightBytes, elements, formats, layerBytes, expertBytes, embeddingBytes, headBytes, towerBytes };
}
