// What a model's files hold, added up tensor by tensor.

import type { StoredTensor } from './safetensors';
import type { FileWeights, Shape } from './shape';

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
  /** The experts' of each layer. */
  readonly layerExpertBytes: readonly number[];
  readonly embeddingBytes: number;
  /** What is looked up beside the token embedding: positions, embeddings of the layers. */
  readonly tableBytes: number;
  readonly headBytes: number;
  /** Of layers that predict further tokens and are named apart. */
  readonly predictionBytes: number;
  /** Of vision and audio towers, whose layers are not among `layerBytes`. */
  readonly towerBytes: number;
}

const layerName = /(?:^|\.)(?:blk|layers?|h|blocks)\.(\d{1,4})\./u;
const expertName = /_exps\.|\.experts\.|ffn_(?:gate|up|down)\.\d+\./u;
const embeddingName =
  /(?:^|\.)(?:token_embd|embed_tokens|tok_embeddings|wte|word_embeddings|embed_in|embeddings?)\.weight$/u;
const tableName =
  /(?:^|\.)(?:position_embd|per_layer_token_embd|wpe|embed_positions|embed_tokens_per_layer)\.weight$/u;
const predictionName = /(?:^|\.)mtp\w*\./u;
const headName = /(?:^|\.)(?:output|lm_head|embed_out|output_layer)\.weight$/u;
const towerName = /^(?:v|a|mm)\.|(?:^|\.)(?:vision|visual|audio|vit|image|multi_modal|mm_)\w*\./u;

export function addUp(tensors: readonly StoredTensor[]): Weights {
  const shares = new Map<string, { tensors: number; elements: number; bytes: number }>();
  const layerBytes: number[] = [];
  const layerExpertBytes: number[] = [];
  const sums = { weights: 0, elements: 0, embedding: 0, tables: 0, head: 0, towers: 0, prediction: 0 };
  for (const tensor of tensors) {
    const { name, bytes } = tensor;
    sums.weights += bytes;
    sums.elements += tensor.elements;
    const share = shares.get(tensor.format) ?? { tensors: 0, elements: 0, bytes: 0 };
    shares.set(tensor.format, share);
    share.tensors += 1;
    share.elements += tensor.elements;
    share.bytes += bytes;
    const layer = layerName.exec(name)?.[1];
    if (towerName.test(name)) sums.towers += bytes;
    else if (predictionName.test(name)) sums.prediction += bytes;
    else if (layer !== undefined) {
      const at = Number(layer);
      for (let i = layerBytes.length; i <= at; ++i) {
        layerBytes.push(0);
        layerExpertBytes.push(0);
      }
      layerBytes[at] = (layerBytes[at] as number) + bytes;
      if (expertName.test(name)) layerExpertBytes[at] = (layerExpertBytes[at] as number) + bytes;
    } else if (embeddingName.test(name)) sums.embedding += bytes;
    else if (tableName.test(name)) sums.tables += bytes;
    else if (headName.test(name)) sums.head += bytes;
  }
  const formats = [...shares].map(([format, s]) => ({ format, ...s })).sort((a, b) => b.bytes - a.bytes);
  return {
    weightBytes: sums.weights,
    elements: sums.elements,
    formats,
    layerBytes,
    layerExpertBytes,
    embeddingBytes: sums.embedding,
    tableBytes: sums.tables,
    headBytes: sums.head,
    towerBytes: sums.towers,
    predictionBytes: sums.prediction,
  };
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

/**
 * The bytes as the core takes them with a model of that shape; undefined where the tensors are not those of the shape
 * (names that are not known here, parts that are missing).
 */
export function fileWeights(
  w: Weights,
  shape: Shape,
  format: string,
  gguf: boolean,
): FileWeights | undefined {
  const { layers, tiedEmbeddings } = shape;
  const told = w.layerBytes.slice(0, layers);
  const right = told.length === layers && told.every((bytes) => bytes > 0);
  if (!right || w.embeddingBytes === 0 || (w.headBytes === 0 && !tiedEmbeddings)) return undefined;
  const experts = w.layerExpertBytes.slice(0, layers);
  const named = w.embeddingBytes + w.tableBytes + w.headBytes + w.towerBytes + w.predictionBytes;
  return {
    format,
    ...(gguf && { gguf }),
    embedding: w.embeddingBytes,
    ...(w.tableBytes > 0 && { tables: w.tableBytes }),
    ...(w.headBytes > 0 && { head: w.headBytes }),
    other: w.weightBytes - sum(w.layerBytes) - named,
    layers: told,
    ...(experts.some(Boolean) && { experts }),
    ...(w.towerBytes > 0 && { towers: w.towerBytes }),
    // Layers past those of the shape predict further tokens.
    ...(w.predictionBytes + sum(w.layerBytes.slice(layers)) > 0 && {
      predictionLayers: w.predictionBytes + sum(w.layerBytes.slice(layers)),
    }),
  };
}
