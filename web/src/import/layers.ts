// Which layer is what: letters as the core reads them (src/slide_rule/model.hpp), from the many ways in which
// configuration files say it.

import type { Family } from './families';
import { isObject, type Keys } from './keys';

/** Mixer: f full attention, s sliding window, r recurrent, n none. MLP: d dense, e experts, b both, n none. */
export interface Layers {
  mixers: string;
  mlps: string;
}

/** The shortest pattern that gives `letters` when repeated. */
export function period(letters: string): string {
  for (let p = 1; p < letters.length; ++p) {
    let same = true;
    for (let i = p; same && i < letters.length; ++i) same = letters[i] === letters[i - p];
    if (same) return letters.slice(0, p);
  }
  return letters;
}

function letters(count: number, of: (i: number) => string): string {
  let out = '';
  for (let i = 0; i < count; ++i) out += of(i);
  return out;
}

/** The letter for a word such as "sliding_attention"; undefined where the word is not known. */
function mixerOf(word: string): string | undefined {
  if (/linear|mamba|conv|recurrent|lightning|delta|ssm|rwkv/iu.test(word)) return 'r';
  if (/sliding|chunked|local|window/iu.test(word)) return 's';
  if (/full|global|attention|hybrid|attn/iu.test(word)) return 'f';
  return undefined;
}

/** One block a layer, as Nemotron-H writes them: M Mamba, * attention, - MLP, E experts. */
const blockOf: Readonly<Record<string, readonly [string, string]>> = {
  M: ['r', 'n'],
  mamba: ['r', 'n'],
  '*': ['f', 'n'],
  attention: ['f', 'n'],
  '-': ['n', 'd'],
  mlp: ['n', 'd'],
  E: ['n', 'e'],
  moe: ['n', 'e'],
};

/** Layers of a single block each; undefined where the file does not have such. */
export function singleBlocks(keys: Keys): Layers | undefined {
  const pattern = keys.text('hybrid_override_pattern');
  const words = pattern ? [...pattern].filter((c) => c !== '|') : wordsOf(keys, 'layers_block_type');
  if (!words?.some((w) => w === '-' || w === 'E' || w === 'moe' || w === 'mlp')) return undefined;
  let mixers = '';
  let mlps = '';
  for (const word of words) {
    const block = blockOf[word];
    if (!block) keys.findings.notes.add('unknown-layer-type');
    mixers += block?.[0] ?? 'f';
    mlps += block?.[1] ?? 'n';
  }
  return { mixers, mlps };
}

function wordsOf(keys: Keys, names: string): string[] | undefined {
  return keys.list(names, (x) => (typeof x === 'string' ? x : undefined));
}

function numbersOf(keys: Keys, names: string): number[] | undefined {
  const found = keys.find(names);
  if (!Array.isArray(found?.value)) return undefined;
  return keys.list(names, (x) =>
    typeof x === 'boolean' ? Number(x) : typeof x === 'number' ? x : undefined,
  );
}

function rightLength(keys: Keys, names: string, length: number, layers: number): boolean {
  if (length === layers) return true;
  keys.problem(names, 'contradicts', layers, 'num_hidden_layers');
  return false;
}

/** Mixer letters, one a layer; empty: all full attention. `window` is 0 where the file sets none. */
export function mixersOf(keys: Keys, family: Family | undefined, layers: number, window: number): string {
  const listed = 'layer_types layers_block_type block_types decoder_layer_types attention_layers';
  const words = wordsOf(keys, listed);
  if (words && words.length > 0) {
    // Griffin's list is a cycle, the others name every layer.
    const cycle = keys.find(listed)?.name === 'block_types';
    if (!cycle && !rightLength(keys, listed, words.length, layers)) return '';
    return letters(layers, (i) => {
      const letter = mixerOf(words[i % words.length] as string);
      if (letter === undefined) keys.findings.notes.add('unknown-layer-type');
      return letter === 's' && window === 0 ? 'f' : (letter ?? 'f');
    });
  }
  const kda = keys.sub('linear_attn_config');
  const full = numbersOf(kda, 'full_attn_layers');
  if (full) return oneOf(layers, new Set(full.map((i) => i - 1)));

  const linear = numbersOf(keys, 'attn_type_list');
  if (linear && rightLength(keys, 'attn_type_list', linear.length, layers)) {
    return letters(layers, (i) => (linear[i] === 0 ? 'r' : 'f'));
  }
  const attention = numbersOf(keys, 'attn_layer_indices full_attn_idxs');
  if (attention) return oneOf(layers, new Set(attention));

  const period = keys.count('attn_layer_period', { min: 1 });
  if (period) {
    const offset = keys.count('attn_layer_offset') ?? 0;
    return letters(layers, (i) => (i % period === offset ? 'f' : 'r'));
  }
  if (keys.has('linear_num_value_heads')) {
    const every = keys.count('full_attention_interval', { min: 1 }) ?? 4;
    return letters(layers, (i) => ((i + 1) % every === 0 ? 'f' : 'r'));
  }
  if (family?.layers === 'r') return 'r'.repeat(layers);
  return window > 0 ? windowsOf(keys, family, layers) : '';
}

function oneOf(layers: number, full: ReadonlySet<number>): string {
  return letters(layers, (i) => (full.has(i) ? 'f' : 'r'));
}

function windowsOf(keys: Keys, family: Family | undefined, layers: number): string {
  const each = 'hybrid_layer_pattern sliding_window_indices';
  const ones = numbersOf(keys, each);
  if (ones && rightLength(keys, each, ones.length, layers))
    return letters(layers, (i) => (ones[i] === 1 ? 's' : 'f'));

  const cycle = 'sliding_window_pattern _sliding_window_pattern global_attn_every_n_layers';
  const pattern = keys.find(cycle)?.value;
  if (typeof pattern === 'string' && /^[LG]+$/u.test(pattern)) {
    return letters(layers, (i) => (pattern[i % pattern.length] === 'L' ? 's' : 'f'));
  }
  if (typeof pattern === 'number') {
    const every = keys.count(cycle, { min: 1, max: 1e4 });
    return every ? letters(layers, (i) => ((i + 1) % every === 0 ? 'f' : 's')) : '';
  }
  // GPT-Neo: [[["global", "local"], 12]]
  const types = keys.find('attention_types')?.value;
  const first: unknown = Array.isArray(types) ? types[0] : undefined;
  const names: unknown = Array.isArray(first) ? first[0] : undefined;
  if (Array.isArray(names) && names.length > 0 && names.every((x) => typeof x === 'string')) {
    return letters(layers, (i) => mixerOf(names[i % names.length] as string) ?? 'f');
  }
  if (keys.flag('use_sliding_window')) {
    // Qwen2: the layers from max_window_layers on.
    const from = keys.count('max_window_layers') ?? 0;
    return letters(layers, (i) => (i >= from ? 's' : 'f'));
  }
  const own = family?.layers;
  if (own) return letters(layers, (i) => own[i % own.length] as string);
  // A window, and not a word on which layers have it: the larger cache is assumed.
  keys.findings.notes.add('window-without-pattern');
  return '';
}

/** MLP letters, one a layer, of a model with experts. */
export function expertLayersOf(keys: Keys, layers: number): string {
  const words = wordsOf(keys, 'mlp_layer_types');
  if (words && rightLength(keys, 'mlp_layer_types', words.length, layers)) {
    return letters(layers, (i) => (words[i] === 'dense' ? 'd' : 'e'));
  }
  const each = 'moe_layer_freq is_moe_layer';
  const ones = numbersOf(keys, each);
  if (ones && rightLength(keys, each, ones.length, layers))
    return letters(layers, (i) => (ones[i] ? 'e' : 'd'));

  const some = expertIndices(keys);
  if (some) return letters(layers, (i) => (some.has(i) ? 'e' : 'd'));

  const step = keys.count('interleave_moe_layer_step', { min: 0, max: 1e4 });
  if (step) return letters(layers, (i) => ((i + 1) % step === 0 ? 'e' : 'd'));

  const period = keys.count('expert_layer_period', { min: 1, max: 1e4 });
  if (period) {
    const offset = keys.count('expert_layer_offset') ?? 0;
    return letters(layers, (i) => (i % period === offset ? 'e' : 'd'));
  }
  const sparse = keys.count('decoder_sparse_step', { min: 0, max: 1e4 });
  if (sparse !== undefined) {
    const dense = new Set(numbersOf(keys, 'mlp_only_layers') ?? []);
    return letters(layers, (i) => (sparse > 0 && !dense.has(i) && (i + 1) % sparse === 0 ? 'e' : 'd'));
  }
  const first =
    keys.count(
      'first_k_dense_replace first_last_k_dense_replace num_dense_layers n_dense_layers moe_layer_start_index',
      { max: 1e4 },
    ) ?? 0;
  const last = keys.count('moe_layer_end_index', { max: 1e4 }) ?? layers - 1;
  const every = keys.count('moe_layer_interval moe_layer_freq', { min: 1, max: 1e4 }) ?? 1;
  const counted = keys.has('moe_layer_interval') ? 1 : 0;
  return letters(layers, (i) => (i >= first && i <= last && (i + counted) % every === 0 ? 'e' : 'd'));
}

/** Layers with experts, by index: a list, or "4,5,6". */
function expertIndices(keys: Keys): Set<number> | undefined {
  const listed = numbersOf(keys, 'moe_layers');
  if (listed) return new Set(listed);
  const text = keys.text('moe_layers_enum');
  return text ? new Set(text.split(',').map(Number)) : undefined;
}

/** Puzzle's `block_configs`: an attention and an MLP of its own for each layer. */
export function blockConfigs(keys: Keys, layers: number, heads: number, hidden: number) {
  const blocks = keys.list('block_configs', (x) => (isObject(x) ? x : undefined));
  if (!blocks || !rightLength(keys, 'block_configs', blocks.length, layers)) return undefined;
  const kvHeads: number[] = [];
  const widths: number[] = [];
  for (const block of blocks) {
    const attention = isObject(block['attention']) ? block['attention'] : {};
    const ffn = isObject(block['ffn']) ? block['ffn'] : {};
    const group = attention['n_heads_in_group'];
    const skip = attention['no_op'] === true || attention['replace_with_linear'] === true;
    kvHeads.push(skip || typeof group !== 'number' || !(group > 0) ? 0 : Math.floor(heads / group));
    const given = ffn['intermediate_size'];
    const mult = ffn['ffn_mult'];
    if (ffn['no_op'] === true) widths.push(0);
    else if (typeof given === 'number' && given >= 0 && given <= 1e7) widths.push(Math.floor(given));
    else if (typeof mult === 'number' && mult > 0 && mult <= 100)
      widths.push(roundUp((2 * mult * hidden) / 3, 256));
    else keys.problem('block_configs', 'missing');
    if (attention['replace_with_linear'] === true || ffn['replace_with_linear'] === true) {
      keys.findings.notes.add('unknown-layer-type');
    }
  }
  return { kvHeads, widths };
}

function roundUp(x: number, multiple: number): number {
  return Math.ceil(Math.floor(x) / multiple) * multiple;
}
