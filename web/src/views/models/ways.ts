// The methods of the core's fit table as inputs of the job: choosing one in the table sets these.

import type { State } from '../../state/fields';

const served = (engine: string, format: string): Partial<State> => ({
  task: 'serve',
  engine,
  format,
  bpw: '',
});
const tuned = (tune: string, more: Partial<State> = {}): Partial<State> => ({
  task: 'fine-tune',
  tune,
  recompute: 'full',
  framework: 'pytorch',
  precision: 'bf16-mixed',
  optimizer: 'adamw',
  sharding: 'none',
  ...more,
});

export const ways: Readonly<Record<string, Partial<State>>> = {
  'vllm-bf16': served('vllm', 'bf16'),
  'vllm-fp8': served('vllm', 'fp8'),
  'vllm-awq-int4': served('vllm', 'awq-int4'),
  'transformers-nf4': served('transformers', 'nf4'),
  'llama.cpp-q8_0': served('llama.cpp', 'Q8_0'),
  'llama.cpp-q4_k_m': served('llama.cpp', 'Q4_K_M'),
  qlora: tuned('qlora'),
  'qlora-unsloth': tuned('qlora', { framework: 'unsloth' }),
  lora: tuned('lora'),
  'full-adamw-8bit': tuned('full', { precision: 'bf16', optimizer: 'adamw-8bit' }),
  'full-adamw': tuned('full'),
  'full-adamw-zero3-8': tuned('full', { sharding: 'zero3' }),
};
