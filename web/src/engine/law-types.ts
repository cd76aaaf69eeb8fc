// The shapes of the answers about loss: laws, their inverses, comparisons, points for plots.

import type { Assumption, Factor, Figure, Interval, Problem } from './types';

export interface Loss {
  readonly loss: number;
  readonly unit: string;
  readonly floor: number;
  readonly parameters?: number;
  readonly tokens?: number;
  readonly computeFlop?: number;
  /** The last is the loss. */
  readonly workings: readonly Figure[];
  readonly extrapolates: readonly string[];
  readonly interval?: Interval;
  readonly assumptions: readonly Assumption[];
}

export interface TargetLoss extends Omit<Loss, 'interval'> {
  readonly steps?: number;
}

export interface Laws {
  readonly laws: readonly LawRow[];
}

export interface LawConstant extends Factor {
  readonly standardError?: number;
  readonly interval?: Interval;
}

export interface LawRow {
  readonly id: string;
  readonly form: string;
  readonly formula?: string;
  readonly constants: readonly LawConstant[];
  readonly inputs: readonly {
    readonly field: string;
    readonly fittedLow?: number;
    readonly fittedHigh?: number;
  }[];
  readonly givesLoss: boolean;
  readonly invertible: boolean;
  /** Any two of parameters, tokens, computeFlop; computeFlop alone is split optimally. */
  readonly onBudget: boolean;
  readonly allocates: boolean;
  readonly givesHyperparameters: boolean;
  readonly unit?: string;
  readonly floor: number;
  /** What N, D and C count, the corpus and the tokenizer, by id; empty where they do not apply. */
  readonly parametersMean?: string;
  readonly tokensMean?: string;
  readonly computeMeans?: string;
  readonly data?: string;
  readonly tokenizer?: string;
  readonly schedule?: string;
  /** The formula by which a law without a loss divides a budget. */
  readonly allocation?: string;
  readonly source: string;
  readonly place?: string;
  readonly verification: string;
  readonly unverified: boolean;
  readonly lacksRange: boolean;
  readonly notes: readonly string[];
}

export interface Optimal {
  readonly parameters: number;
  readonly tokens: number;
  readonly loss?: number;
  readonly tokensPerParameter: number;
  readonly unit?: string;
  /** What training spends, where that is not the compute that was asked for: twice C_min, or less what is served. */
  readonly trainingFlop?: number;
  readonly inferenceFlop?: number;
  readonly epochs?: number;
  /** What a law in C_min counts. */
  readonly minComputeFlop?: number;
  readonly steps?: number;
  readonly batchTokens?: number;
  readonly workings: readonly Figure[];
  readonly extrapolates: readonly string[];
  readonly interval?: Interval;
  readonly parametersInterval?: Interval;
  readonly assumptions: readonly Assumption[];
}

export interface CompareRow {
  readonly law: string;
  readonly loss?: number;
  readonly unit?: string;
  readonly parameters?: number;
  readonly tokens?: number;
  readonly computeFlop?: number;
  readonly parametersMean?: string;
  readonly computeMeans?: string;
  /** From the first row's loss, where the units are the same. */
  readonly relativeDifference?: number;
  readonly differs: readonly string[];
  readonly interval?: Interval;
  readonly extrapolates: readonly string[];
  readonly workings: readonly Figure[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

export interface Compare {
  readonly rows: readonly CompareRow[];
}

export interface CurvePoints {
  readonly x: readonly number[];
  readonly loss: readonly number[];
  /** The 90 % band; empty where no covariance is published. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly parameters: readonly number[];
  readonly tokens: readonly number[];
  readonly fittedLow?: number;
  readonly fittedHigh?: number;
  readonly floor: number;
  readonly unit: string;
}

export interface PlaneLine {
  readonly loss?: number;
  readonly computeFlop?: number;
  readonly parameters: readonly number[];
  readonly tokens: readonly number[];
}

export interface Contours {
  readonly contours: readonly PlaneLine[];
  readonly isoFlop: readonly PlaneLine[];
  readonly optimal?: {
    readonly computeFlop: readonly number[];
    readonly parameters: readonly number[];
    readonly tokens: readonly number[];
    readonly loss: readonly number[];
  };
  readonly unit: string;
}

export interface IsoflopCurve {
  readonly computeFlop: number;
  readonly parameters: readonly number[];
  readonly tokens: readonly number[];
  readonly loss: readonly number[];
  readonly bestParameters: number;
  readonly bestTokens: number;
  readonly bestLoss: number;
}

export interface Isoflop {
  readonly curves: readonly IsoflopCurve[];
  readonly unit: string;
}

/** A published training: what its source prints, and what follows from it. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly source: string;
  readonly place?: string;
  readonly parameters: number;
  readonly activeParameters?: number;
  readonly tokens: number;
  readonly computeFlop: number;
  readonly printedFlop?: number;
  readonly printedPfDays?: number;
  readonly measuredLoss?: number;
  readonly fittedLoss?: number;
  readonly layers?: number;
  readonly modelWidth?: number;
  readonly heads?: number;
  readonly headDimension?: number;
  readonly batchTokens?: number;
  readonly learningRate?: number;
  readonly misprints: readonly {
    readonly field: string;
    readonly printed: number;
    readonly consistent: number;
  }[];
}

export interface Runs {
  readonly runs: readonly Run[];
}

export interface TrainingTime {
  readonly flop: number;
  readonly seconds: number;
  readonly gpuHours: number;
  readonly cost?: number;
  readonly mfu: number;
  readonly flopPerToken?: number;
  readonly tokensPerSecond?: number;
  readonly workings: readonly Figure[];
  readonly assumptions: readonly Assumption[];
}

/** One value for each constant that a form has, by its symbol: E, A, alpha … */
export type PerConstant<T> = Readonly<Record<string, T>>;

export interface FitProgress {
  readonly starts: number;
  readonly startsDone: number;
  readonly bootstraps: number;
  readonly bootstrapsDone: number;
  readonly objective: number;
  readonly constants: PerConstant<number>;
  readonly finished: boolean;
}

export interface LawFitAnswer {
  readonly formula: string;
  readonly constants: PerConstant<number>;
  readonly objective: number;
  readonly stop: string;
  readonly starts: number;
  readonly distinctStarts: number;
  readonly converged: number;
  readonly rows: number;
  readonly rootMeanSquare: number;
  readonly conditionNumber: number;
  /** log(loss) - log(predicted), run by run. */
  readonly residuals: readonly number[];
  readonly outliers: readonly number[];
  readonly allocationExponent?: number;
  readonly bootstraps: number;
  readonly standardError: PerConstant<number>;
  readonly interval: PerConstant<Interval>;
  readonly allocationInterval?: Interval;
  readonly allocationStandardError?: number;
  readonly covarianceOf: readonly string[];
  readonly logCovariance: readonly (readonly number[])[];
  readonly warnings: readonly Assumption[];
}

/** A law that the asker brings: {"law": "own", "own": OwnLaw}. */
export interface OwnLaw {
  readonly form: string;
  readonly constants: PerConstant<number>;
  readonly covarianceOf?: readonly string[];
  readonly logCovariance?: readonly (readonly number[])[];
  readonly parametersLow?: number;
  readonly parametersHigh?: number;
  readonly tokensLow?: number;
  readonly tokensHigh?: number;
  readonly unit?: string;
}
