// Which model of the catalogue a measured row ran, by the name its source prints. Where the catalogue has no such
// model, or the run differs from it in shape (litgpt keeps a separate output matrix where others tie it), the
// question carries the shape as a config.json object.

import { SHAPES } from './shapes.mjs';

/** Printed name (lower case) → catalogue id, or {shape: key of SHAPES}. */
const NAMES = {
  // Qwen 1 has the shapes that Qwen 1.5 kept (equal parameter counts: 1,836,828,672 and 7,721,324,544).
  'qwen-1.8b': 'qwen1.5-1.8b',
  'qwen-1_8b': 'qwen1.5-1.8b',
  'qwen-7b': 'qwen1.5-7b',
  'qwen-14b': 'qwen1.5-14b',
  'qwen-72b': 'qwen1.5-72b',
  'qwen1half-7b': 'qwen1.5-7b',
  'qwen1.5-moe-a2.7b': 'qwen1.5-moe-a2.7b',
  'qwen2-0.5b': 'qwen2-0.5b',
  'qwen2-1.5b': 'qwen2-1.5b',
  'qwen2-7b': 'qwen2-7b',
  'qwen2-57b-a14b': 'qwen2-57b-a14b',
  'qwen2-72b': 'qwen2-72b',
  'qwen2.5-0.5b': 'qwen2.5-0.5b',
  'qwen2.5-1.5b': 'qwen2.5-1.5b',
  'qwen2.5-3b': 'qwen2.5-3b',
  'qwen2.5-7b': 'qwen2.5-7b',
  'qwen2.5-14b': 'qwen2.5-14b',
  'qwen2.5-32b': 'qwen2.5-32b',
  'qwen2.5-72b': 'qwen2.5-72b',
  'qwen3-0.6b': 'qwen3-0.6b',
  'qwen3-1.7b': 'qwen3-1.7b',
  'qwen3-4b': 'qwen3-4b',
  'qwen3-8b': 'qwen3-8b',
  'qwen3-14b': { shape: 'qwen3-14b' },
  'qwen3-32b': 'qwen3-32b',
  'qwen3-30b-a3b': 'qwen3-30b-a3b',
  'qwen3 30b a3b': 'qwen3-30b-a3b',
  'qwen3 moe 30b': 'qwen3-30b-a3b',
  'qwen3 235b a22b': 'qwen3-235b-a22b',
  'qwen3-235b-a22b': 'qwen3-235b-a22b',
  'qwen3-235b-a22b-128k': 'qwen3-235b-a22b',
  'qwen3-235b-a22b (general.name is "models")': 'qwen3-235b-a22b',
  'qwen3.5-9b': 'qwen3.5-9b',
  'qwen3.5-9b (hybrid: 8 of 32 layers keep kv)': 'qwen3.5-9b',
  'qwen3.5-9b class hybrid (33 layers incl. output)': 'qwen3.5-9b',
  'qwen/qwen3.6-35b-a3b': 'qwen3.6-35b-a3b',
  'qwen/qwen3.6-27b': 'qwen3.8-27b', // the catalogue's row is Qwen3.6-27B's config
  'qwen/qwen3.5-9b': 'qwen3.5-9b',
  'qwen/qwen3.5-2b': 'qwen3.5-2b',
  'qwen/qwen3-8b': 'qwen3-8b',
  'qwen/qwen3-0.6b': 'qwen3-0.6b',
  'qwen/qwen3-1.7b': 'qwen3-1.7b',
  'unsloth/qwen3.5-0.8b-gguf': 'qwen3.5-0.8b',
  'jackrong/qwen3.5-0.8b-claude-4.6-opus-reasoning-distilled-gguf': 'qwen3.5-0.8b',
  'katanemo/plano-orchestrator-4b': 'qwen3-4b', // a fine-tune of Qwen3-4B
  'llama-7b': 'llama-1-7b',
  'llama-13b': 'llama-1-13b',
  'llama-33b': 'llama-1-30b',
  'llama-65b': 'llama-1-65b',
  'vicuna 7b': 'llama-2-7b', // v1.5
  'llama 2 7b': 'llama-2-7b',
  'llama2-7b': 'llama-2-7b',
  'llama-2-7b': 'llama-2-7b',
  'llama 2-7b': 'llama-2-7b',
  'llama-2-7b-hf': 'llama-2-7b',
  'llama-2-7b (as above)': 'llama-2-7b',
  'llama 2 13b': 'llama-2-13b',
  'llama-2-13b': 'llama-2-13b',
  'llama v2': 'llama-2-13b', // ik-log: 13.016 B
  'llama 2 70b': 'llama-2-70b',
  'llama2-70b': 'llama-2-70b',
  'llama-2-70b': 'llama-2-70b',
  'llama-3-8b': 'llama-3-8b',
  'llama 3 8b': 'llama-3-8b',
  'llama 3-8b': 'llama-3-8b',
  'llama-3-8.1b': 'llama-3-8b',
  'llama 3/3.1 8b': 'llama-3.1-8b',
  'llama 3 8b (torchtitan; model not named next to the table)': 'llama-3-8b',
  'meta-llama-3-8b': 'llama-3-8b',
  'llama-3-70b': 'llama-3-70b',
  'llama 3 70b': 'llama-3-70b',
  'llama3 70b': 'llama-3-70b',
  'meta-llama-3-70b': 'llama-3-70b',
  'llama 3.1 8b': 'llama-3.1-8b',
  'llama-3.1-8b': 'llama-3.1-8b',
  'llama-3.1-8b (per page)': 'llama-3.1-8b',
  'llama 3.1 8b instruct': 'llama-3.1-8b',
  'meta llama 3.1 8b instruct': 'llama-3.1-8b',
  'meta_llama_3.1_8b_it': 'llama-3.1-8b',
  'meta-llama-3.1-8b': 'llama-3.1-8b',
  'llama 3.1 70b': 'llama-3.1-70b',
  'llama-3.1-70b': 'llama-3.1-70b',
  'meta-llama-3.1-70b': 'llama-3.1-70b',
  'reflection-llama-3.1-70b': 'llama-3.1-70b',
  'llama 70b ("llama hf")': 'llama-3.1-70b', // 70.55 B
  'llama 3.3 70b': 'llama-3.3-70b',
  'llama 3.1 405b': 'llama-3.1-405b',
  'llama-3.1-405b': 'llama-3.1-405b',
  'llama 3.2 3b': 'llama-3.2-3b',
  'llama-3.2-3b': 'llama-3.2-3b',
  'meta-llama-3.2-3b': 'llama-3.2-3b',
  'llama-3.2-1b': 'llama-3.2-1b',
  'meta-llama-3.2-1b': 'llama-3.2-1b',
  'codellama 34b': { shape: 'codellama-34b' },
  'phind codellama 34b': { shape: 'codellama-34b' },
  'tinyllama 1b': 'tinyllama-1.1b',
  'tiny-llama': 'tinyllama-1.1b',
  'mistral 7b': 'mistral-7b-v0.1',
  'mistral-7b': 'mistral-7b-v0.1',
  'mistral-7b-v0.2': 'mistral-7b-v0.1',
  'mistral-7b-instruct-v0.2': 'mistral-7b-v0.1',
  // A Mistral-7B fine-tune whose vocabulary was extended; the shape is otherwise Mistral's.
  'openbuddy-zephyr-7b': { shape: 'openbuddy-zephyr-7b' },
  'mistral-small-3.2-24b-instruct-2506': { shape: 'mistral-small-3.2-24b' },
  'mistralai/magistral-small-2507': 'mistral-small-24b',
  'mistralai/ministral-8b-instruct-2410': 'ministral-8b',
  'mistralai/ministral-3-3b-reasoning-2512': 'ministral-3-3b',
  'mixtral 46.7b': 'mixtral-8x7b',
  'mixtral-8x7b': 'mixtral-8x7b',
  'chatglm3-6b': { shape: 'chatglm3-6b' },
  'chatglm2-6b': { shape: 'chatglm3-6b' },
  'glm-4-9b-0414': 'glm-4-9b-0414',
  'glm-4-32b-0414': 'glm-4-32b-0414',
  'glm z1 32b 0414': 'glm-4-32b-0414',
  'glm z1 rumination 32b 0414': { shape: 'glm-z1-rumination-32b' },
  'zai-org/glm-4.7-flash': 'glm-4.7-flash',
  'yi-6b': 'yi-6b',
  'yi-34b': 'yi-34b',
  'baichuan2-7b': { shape: 'baichuan2-7b' },
  'baichuan2-13b': { shape: 'baichuan2-13b' },
  'deepseek 33b': { shape: 'deepseek-coder-33b' },
  'deepseek coder 33b': { shape: 'deepseek-coder-33b' },
  'deepseek v3 671b': 'deepseek-v3',
  'deepseek v3 0324': 'deepseek-v3',
  'deepseek-v3-0324': 'deepseek-v3',
  'deepseek r1': 'deepseek-v3', // R1 has V3's shape; the catalogue's R1 row counts its stored MTP layer
  'deepseek-r1': 'deepseek-v3',
  'deepseek r1 0528': 'deepseek-v3',
  'deepseek r1 0528 bf16': 'deepseek-v3',
  'deepseek r1 bf16': 'deepseek-v3',
  'unsloth_deepseek r1 bf16': 'deepseek-v3',
  'opensourcerelease_deepseek r1 bf16': 'deepseek-v3',
  'kimi-k2': 'kimi-k2',
  'kimi k2': 'kimi-k2',
  'moonlight-16b-a3b': 'moonlight-16b-a3b',
  'gpt-oss-20b': 'gpt-oss-20b',
  'openai/gpt-oss-20b': 'gpt-oss-20b',
  'gpt-oss-120b': 'gpt-oss-120b',
  'gpt-oss 20b': 'gpt-oss-20b',
  'gpt-oss 120b': 'gpt-oss-120b',
  'gpt oss 120b': 'gpt-oss-120b',
  'axolotl-ai-co/gpt-oss-120b-dequantized': 'gpt-oss-120b',
  'bytedance-seed/seed-oss-36b-instruct': 'seed-oss-36b',
  'phi-1.5 1.3b': { shape: 'phi-1.5' },
  'phi-2': 'phi-2',
  'phi-3-mini-4k': 'phi-3-mini',
  'phi-3-medium-4k': 'phi-3-medium',
  'stablelm alpha 3b': { shape: 'stablelm-alpha-3b' },
  'stablelm-base-alpha-3b': { shape: 'stablelm-alpha-3b' },
  'falcon-7b': 'falcon-7b',
  'falcon 7b': 'falcon-7b',
  'falcon 40b': { shape: 'falcon-40b' },
  'gemma-2b': 'gemma-2b',
  'gemma-7b': 'gemma-7b',
  'gemma-2-2b': 'gemma-2-2b',
  'gemma-2-9b': 'gemma-2-9b',
  'gemma 3 27b it qat': 'gemma-3-27b',
  'gemma-3-27b-it': 'gemma-3-27b',
  'google/gemma-3-1b-it': 'gemma-3-1b',
  'google/gemma-3-4b-it': 'gemma-3-4b',
  'google/gemma-4-e2b-it': 'gemma-4-e2b',
  'gpt-j-6b': 'gpt-j-6b',
  'gpt-2 large': 'gpt2-large',
  'gpt-2 xl': 'gpt2-xl',
  'pythia-2.8b': 'pythia-2.8b',
  'mpt 7b': 'mpt-7b',
  'bigcode/octocoder': { shape: 'starcoder-15b' },
  'trilm 3.9b (30 layers)': { shape: 'trilm-3.9b' },
  'command-r': 'command-r-35b',
  'command-r 35b (40 layers, no gqa, vocab 256k)': 'command-r-35b',
  'command-r+': 'command-r-plus-104b',
  'huggingfacetb/smollm2-135m-instruct': 'smollm2-135m',
  'huggingfacetb/smollm2-360m-instruct': 'smollm2-360m',
  'qwen/qwen2.5-0.5b-instruct': 'qwen2.5-0.5b',
  'unsloth/phi-4-mini-reasoning-gguf': 'phi-4-mini',
  'swiss-ai/apertus-8b-instruct-2509': { shape: 'apertus-8b' },
  'arcee-ai/afm-4.5b': { shape: 'afm-4.5b' },
};

/** litgpt keeps the output matrix apart from the embedding, whatever the model's own code does. */
const UNTIED_IN_LITGPT = {
  'falcon-7b': 'falcon-7b-untied',
  'gemma-2b': 'gemma-2b-untied',
  'gemma-7b': 'gemma-7b-untied',
  'gemma-2-2b': 'gemma-2-2b-untied',
  'gemma-2-9b': 'gemma-2-9b-untied',
  'llama-3.2-1b': 'llama-3.2-1b-untied',
  'llama-3.2-3b': 'llama-3.2-3b-untied',
};

/** llama-bench prints an architecture and a parameter count, no name: told apart by both. */
const BENCH_NAMES = {
  'llama 8B|8.03B': 'llama-3.1-8b',
  'qwen3moe ?B|235.09B': 'qwen3-235b-a22b',
  'qwen3moe ?B|30.53B': 'qwen3-30b-a3b',
  'deepseek2 671B|671.03B': 'deepseek-v3',
  'deepseek2 671B|672.05B': 'deepseek-v3',
  'gemma3 27B|27.01B': 'gemma-3-27b',
  'deepseek2 16B|15.71B': { shape: 'deepseek-v2-lite' },
  'deepseek2 16B|15.76B': { shape: 'deepseek-v2-lite' },
  'qwen2 3B|3.09B': 'qwen2.5-3b',
  'qwen2 ?B|3.40B': { shape: 'qwen2.5-3b-untied' },
  'llama ?B|3.61B': { shape: 'llama-3.2-3b-untied' },
  'llama 3B|3.61B': { shape: 'llama-3.2-3b-untied' },
  'llama ?B|3.99B': { shape: 'trilm-3.9b' },
  'llama 70B|68.98B': 'llama-2-70b',
  'llama 1B|1.50B': { shape: 'llama-3.2-1b-untied' },
  'Models|235.094 B': 'qwen3-235b-a22b',
};

/** Endings that name a fine-tune or an edition of the same shape. */
const SAME_SHAPE = /[- ](instruct|chat|base|hf|it|fp8|awq|\dbits \(\w+\))$/;

/**
 * @param {Record<string, string>} row  of a measurement table
 * @returns {{model: string|object, key: string}|null} null: neither the catalogue nor SHAPES has it
 */
export function modelOf(row, { litgpt = false } = {}) {
  let found = BENCH_NAMES[`${row.model}|${row.params}`];
  let name = row.model.trim().toLowerCase();
  for (let i = 0; i < 4 && found === undefined; ++i) {
    found = NAMES[name];
    name = name.replace(SAME_SHAPE, '');
  }
  if (found === undefined) return null;
  if (litgpt && found in UNTIED_IN_LITGPT) found = { shape: UNTIED_IN_LITGPT[found] };
  if (typeof found === 'string') return { model: found, key: found };
  return { model: SHAPES[found.shape].config, key: found.shape };
}

/** Why no question says a row's model. */
export function whyNoModel({ model }) {
  if (/^t5-|mt0/.test(model)) return 'encoder-decoder';
  if (/LFM2|bitnet/i.test(model)) return 'architecture-not-in-questions'; // short convolutions; ternary weights
  return model === 'CUDA' ? 'not-a-model' : 'model-not-in-catalogue'; // a table of kernels among the sizes
}

/** The models that llm-foundry measures are its own MPT shapes; learned positions follow the sequence length. */
const FOUNDRY = {
  'MPT-125m': [768, 12, 12],
  'MPT-350m': [1024, 24, 16],
  'MPT-760m': [1536, 24, 12],
  'MPT-1b': [2048, 24, 16],
  'MPT-3b': [2560, 32, 20],
  'MPT-7b': [4096, 32, 32],
  'MPT-13b': [5120, 40, 40],
  'MPT-30b': [7168, 48, 56],
  'MPT-70b': [8192, 80, 64],
};

/** GPT-2-like: learned positions, LayerNorm, biases, 4h MLP, tied; 12·L·h² + 13·L·h + (V + s)·h + 2h parameters. */
export function foundryModel(name, sequenceTokens) {
  const [hidden, layers, heads] = FOUNDRY[name];
  return {
    model: {
      model_type: 'gpt2',
      n_embd: hidden,
      n_layer: layers,
      n_head: heads,
      n_positions: sequenceTokens,
      vocab_size: 50368,
      tie_word_embeddings: true,
    },
    key: `foundry-${name.toLowerCase()}`,
  };
}
