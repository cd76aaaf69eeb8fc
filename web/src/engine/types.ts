// The shapes that cross from the core. The core describes its fields itself (`engine.schema()`); these types name
// what the views read, and a test holds them against the answers.

export interface Problem {
  readonly field: string;
  readonly code: string;
  readonly limit?: number;
  readonly nearest?: string;
}

export interface Factor {
  readonly symbol: string;
  readonly value: number;
}

/** A figure's formula: arithmetic over the factors' symbols that evaluates to the figure. */
export interface Workings {
  readonly formula?: string;
  readonly factors: readonly Factor[];
  readonly source?: string;
}

export interface Term extends Workings {
  readonly id: string;
  readonly bytes: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

export interface Assumption {
  readonly id: string;
  readonly value: number;
}

export type Question = { readonly ask: string } & Readonly<Record<string, unknown>>;

/** Either the result or what is wrong with the question; never both. */
export type Reply<Result> =
  | { readonly result: Result; readonly problems?: undefined }
  | { readonly result?: undefined; readonly problems: readonly Problem[] };

export interface RuleOfThumb {
  readonly totalBytes: number;
  readonly bytesPerParameter: number;
  readonly terms: readonly Term[];
}

export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly aboveMinimum?: boolean;
  readonly whole?: boolean;
  readonly choices?: readonly string[];
  readonly fields?: readonly SchemaField[];
  readonly items?: Partial<SchemaField>;
}

export interface SchemaKind {
  readonly kind: string;
  readonly fields: readonly SchemaField[];
}

export interface Gpu {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly family: string;
  readonly year: number;
  readonly segment: string;
  /** The number on the box, in the vendor's GB. */
  readonly memoryGb: number;
  /** What the driver reports as the total. */
  readonly usableBytes: number;
  readonly memoryBasis: string;
  readonly bandwidthGbPerSecond: number;
  readonly bf16Tflops: number;
  readonly fp32Tflops: number;
  readonly status: string;
  readonly confidence: string;
}

export type Outcome = 'fits' | 'tight' | 'does-not-fit';

export interface RuleCell {
  readonly parameters: number;
  readonly availableBytes: number;
  readonly headroomBytes: number;
  readonly minGpus: number;
  readonly outcome: Outcome;
  readonly workings: Workings;
}

export interface RuleRow {
  readonly id: string;
  readonly task: 'inference' | 'training';
  readonly rule: string;
  readonly weightFormat?: string;
  readonly optimizer?: string;
  readonly bytesPerParameter: number;
  readonly requiredBytes: number;
  readonly terms: readonly Term[];
  readonly cells: readonly RuleCell[];
}

export interface RuleTable {
  readonly rows: readonly RuleRow[];
}

/** Bytes are those of the busiest card, as its driver counts; `availableBytes` of one card. */
export interface Fit {
  readonly outcome: Outcome;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly headroomBytes: number;
  /** 0: no number of these cards is enough. */
  readonly minGpus: number;
  readonly interval: Interval;
  readonly assumptions: readonly Assumption[];
}

/** What a solve finds: `certain…` is the most whose outcome is "fits". 0 where not even the least fits. */
interface Edge {
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly assumptions: readonly Assumption[];
}
export interface MaxContext extends Edge {
  readonly contextTokens: number;
  readonly certainContextTokens: number;
  /** What the model was made for; 0 where that is not known. */
  readonly modelContextTokens: number;
}
export interface MaxBatch extends Edge {
  readonly batch: number;
  readonly certainBatch: number;
}
export interface MaxRank extends Edge {
  readonly loraRank: number;
  readonly certainLoraRank: number;
}
export interface MaxParameters extends Edge {
  readonly parameters: number;
  /** By the estimate only. */
  readonly certainParameters?: number;
  /** By a rule of thumb only. */
  readonly bytesPerParameter?: number;
  readonly workings?: Workings;
}

/** One field of a job, changed so that it needs less; the words are "advice.<id>" in i18n/ids/fit.json. */
export interface Change {
  readonly id: string;
  readonly field: string;
  /** The field's new value, where it is a word ("true" of a switch); `number` where it is a number. */
  readonly word?: string;
  readonly number: number;
  /** A second field that changes with it, to this word or else to `number`: how more cards share the job. */
  readonly alsoField?: string;
  readonly alsoWord?: string;
  readonly outcome: Outcome;
  readonly requiredBytes: number;
  readonly savedBytes: number;
}
export interface Advice {
  readonly outcome: Outcome;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly changes: readonly Change[];
}

/** Columns of numbers; see src/slide_rule/fit/table.hpp, and fit-table.ts for reading a cell. */
export interface FitTable {
  readonly models: readonly string[];
  readonly gpus: readonly string[];
  readonly methods: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[];
  readonly addsContext: readonly number[];
  readonly share: readonly number[];
  readonly totalBytes: readonly number[];
  readonly availableBytes: readonly number[];
  readonly contextBytes: readonly number[];
  readonly classOf: readonly number[];
  readonly classes: number;
  readonly requiredBytes: readonly number[];
  readonly upperBytes: readonly number[];
  readonly outsideBytes: readonly number[];
  readonly cells: readonly number[];
  readonly best: readonly number[];
}

/** One figure of an answer that opens to its formula. */
export interface Figure extends Workings {
  readonly id: string;
  readonly value: number;
}

export type ScaleName = 'requiredBytes' | 'parameters' | 'tokens' | 'computeFlop' | 'cost' | 'loss';

/** Where a scale of the slide rule stands; no value where what is given does not tell it. */
export interface ScaleReading {
  readonly scale: ScaleName;
  readonly value?: number;
  readonly given: boolean;
  readonly interval?: Interval;
  readonly fittedLow?: number;
  readonly fittedHigh?: number;
  readonly extrapolates: boolean;
}

export interface SlideRule {
  /** Memory, parameters, tokens, compute, money, loss. */
  readonly scales: readonly ScaleReading[];
  /** What is given and cannot be met; the field is a scale. */
  readonly unmet: readonly Problem[];
  readonly fit?: RuleCell;
  readonly pfDays?: number;
  readonly gpuDays?: number;
  readonly seconds?: number;
  readonly tokensPerParameter?: number;
  /** Of a mixture of experts. */
  readonly activeParameters?: number;
  readonly unit: string;
  readonly floor: number;
  readonly workings: readonly Figure[];
  readonly assumptions: readonly Assumption[];
}
