// What the kinds about models and their memory answer; see types.ts.

import type { Assumption, Interval, Outcome, Term, Workings } from './types';

export interface PartCount {
  readonly id: string;
  readonly parameters: number;
  readonly extra: boolean;
}

export interface ModelAnswer {
  readonly parameters: number;
  readonly activeParameters: number;
  readonly nonEmbeddingParameters: number;
  readonly extraParameters: number;
  readonly parts: readonly PartCount[];
  readonly kvBytesPerToken: number;
  readonly kvBytesPerTokenWindowed: number;
  readonly window: number;
  readonly stateElements: number;
  readonly flopPerToken: { readonly forward: number; readonly training: number };
  readonly workings: Workings;
  readonly shape: {
    readonly name: string;
    readonly layers: number;
    readonly hiddenSize: number;
    readonly heads: number;
    readonly kvHeads: number;
    readonly vocabulary: number;
    readonly maxContext: number;
    readonly experts: { readonly count: number; readonly active: number };
  };
  readonly assumptions: readonly Assumption[];
}

/** One model of the catalogue. */
export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly family: string;
  readonly released: string;
  readonly licence: string;
  readonly nativeFormat: string;
  readonly parameters: number;
  readonly activeParameters: number;
  readonly maxContext: number;
  readonly attention: string;
}

interface Memory {
  readonly peakBytes: number;
  readonly deviceBytes: number;
  readonly peakPhase: string;
  readonly terms: readonly Term[];
  readonly interval: Interval;
  readonly assumptions: readonly Assumption[];
}

export interface Phase {
  readonly id: string;
  readonly bytes: number;
  readonly terms?: readonly Term[];
}

export interface TrainingMemory extends Memory {
  readonly pipelineStage: number;
  readonly phases: readonly Phase[];
}

export interface InferenceMemory extends Memory {
  readonly hostBytes: number;
  readonly allGpusBytes: number;
  readonly fileBytes: number;
  readonly kvBytesPerToken: number;
  readonly taken?: {
    readonly bytes: number;
    readonly cacheBytes: number;
    readonly cacheTokens: number;
    readonly sequences: number;
  };
}

export interface DecodeSpeed {
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
  /** Absent, as the total, where the prompt's rate is not known: prefillTokensPerSecond is 0. */
  readonly timeToFirstTokenSeconds?: number;
  readonly totalSeconds?: number;
  readonly bound: string;
  readonly bytesPerStep: number;
  readonly decodeInterval: Interval;
  readonly prefillInterval: Interval;
  readonly decodeWorkings: Workings;
  readonly prefillWorkings: Workings;
  readonly costPerMillionTokens?: number;
  readonly assumptions: readonly Assumption[];
}

export interface FitAnswer {
  readonly outcome: Outcome;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly headroomBytes: number;
  readonly minGpus: number;
  readonly interval: Interval;
  readonly assumptions: readonly Assumption[];
}

/** A rule that another tool publishes, asked the same question; the words of `reason` are "peer-reason.<reason>". */
export interface PeerRule {
  readonly id: string;
  readonly tool: string;
  readonly of: 'total' | 'weights' | 'kv-cache' | 'activations';
  readonly bytes: number;
  /** What the estimate says of the same. */
  readonly ownBytes: number;
  readonly differenceBytes: number;
  readonly ratio: number;
  readonly reason: string;
  readonly workings: Workings;
}
export interface PeerRules {
  readonly rules: readonly PeerRule[];
}
