// What an import gives: the core's own description of a model (src/slide_rule/model.hpp, the fields that `describe`
// names), as far as a file tells it. Fields left out have the core's defaults.

import type { Problem } from '../engine/types';

export type NormKind = 'rmsnorm' | 'gemma-rmsnorm' | 'layernorm' | 'layernorm-no-bias' | 'without-parameters';
export type Activation = 'silu' | 'gelu' | 'gelu-tanh' | 'gelu-new' | 'relu' | 'relu2';

export interface Recurrent {
  kind: 'gated-delta-net' | 'kimi-delta' | 'mamba2' | 'mamba1' | 'lightning' | 'short-conv';
  keyHeads?: number;
  valueHeads?: number;
  keyDim?: number;
  valueDim?: number;
  groups?: number;
  state?: number;
  convolution?: number;
  fullRankGate?: boolean;
}

export interface Experts {
  count: number;
  active: number;
  width: number;
  sharedWidth?: number;
  sharedGate?: boolean;
  firstDense?: number;
  latent?: number;
  latentNorm?: boolean;
  routerBias?: boolean;
  bias?: boolean;
  zeroExperts?: number;
  fused?: boolean;
}

/** The model's own file: bytes of its tensors (FileWeights in src/slide_rule/model_shape.hpp). */
export interface FileWeights {
  format: string;
  gguf?: boolean;
  embedding: number;
  tables?: number;
  head?: number;
  other: number;
  layers: number[];
  experts?: number[];
  towers?: number;
  predictionLayers?: number;
}

export interface Shape {
  name?: string;
  layers: number;
  hiddenSize: number;
  heads?: number;
  kvHeads?: number;
  headDim?: number;
  valueDim?: number;
  mlpWidth?: number;
  gatedMlp?: boolean;
  activation?: Activation;
  vocabulary: number;
  tiedEmbeddings?: boolean;
  embeddingWidth?: number;
  learnedPositions?: number;
  norm?: NormKind;
  normsPerLayer?: number;
  finalNorm?: boolean;
  embeddingNorm?: boolean;
  qkNorm?: 'none' | 'per-head' | 'full';
  qkvBias?: boolean;
  outputBias?: boolean;
  mlpBias?: boolean;
  headBias?: boolean;
  fusedQkv?: boolean;
  fusedGateUp?: boolean;
  rotary?: boolean;
  logitSoftcap?: boolean;
  dropout?: number;
  attentionDropout?: number;
  maxContext?: number;
  window?: number;
  layerTypes?: string;
  mlpTypes?: string;
  attentionBlocks?: number;
  denseBlocks?: number;
  layerHeads?: number[];
  layerKvHeads?: number[];
  layerMlpWidths?: number[];
  kvSharedLayers?: number;
  kvSharedWeights?: boolean;
  kvSharedDoubleMlp?: boolean;
  attentionGate?: 'elementwise' | 'per-head';
  sinkLayers?: string;
  sliding?: { heads?: number; kvHeads?: number; headDim?: number; valueDim?: number };
  mla?: { kvRank: number; qRank?: number; ropeDim?: number; nopeDim?: number };
  experts?: Experts;
  recurrent?: Recurrent;
  indexer?: { heads: number; headDim: number; layers?: string };
  perLayerEmbedding?: { dim: number; vocabulary: number; altup?: number; laurelRank?: number };
  extraPerLayer?: number;
  extraTotal?: number;
  mtp?: { layers: number; kind?: string; copiesEmbedding?: boolean; parameters?: number };
  towerParameters?: number;
  file?: FileWeights;
}

export interface Imported {
  /** Absent where there are problems. */
  readonly shape?: Shape;
  /** The family that was recognised (a normalised `model_type`); absent where general rules were used. */
  readonly family?: string;
  /** Format of the stored weights, in the words of the batch contract: "bf16", "fp8", "gptq-int4", … */
  readonly weightFormat?: string;
  /** Ids of what a reader should know: web/src/i18n/ids/import.json has the sentences. */
  readonly notes: readonly string[];
  /** Keys that the file does not have and that were filled in from the family's defaults or by a general rule. */
  readonly assumed: readonly string[];
  readonly problems: readonly Problem[];
}
