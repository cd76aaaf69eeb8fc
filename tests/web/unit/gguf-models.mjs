// Heads as llama.cpp's converter writes them for models whose counts are known: the tensors of an architecture by
// name and shape, inner dimension first.

const norm = (name, width) => ({
  name: `${name}.weight`,
  dims: [width],
  type: 0,
});
const matrix = (name, inner, outer, type = 12) => ({
  name: `${name}.weight`,
  dims: [inner, outer],
  type,
});
const bias = (name, width) => ({
  name: `${name}.bias`,
  dims: [width],
  type: 0,
});
const experts = (name, inner, outer, count) => ({
  name: `${name}.weight`,
  dims: [inner, outer, count],
  type: 12,
});
const blocks = (count, of) => Array.from({ length: count }, (_, i) => of(`blk.${i}.`, i)).flat();

function attention(b, h, heads, kv, dim) {
  return [
    matrix(`${b}attn_q`, h, heads * dim),
    matrix(`${b}attn_k`, h, kv * dim),
    matrix(`${b}attn_v`, h, kv * dim, 14),
    matrix(`${b}attn_output`, heads * dim, h),
  ];
}
const gated = (b, h, f) => [
  matrix(`${b}ffn_gate`, h, f),
  matrix(`${b}ffn_up`, h, f),
  matrix(`${b}ffn_down`, f, h, 14),
];
function mixture(b, h, f, n, shared = 0) {
  const own = [
    norm(`${b}ffn_gate_inp`, h),
    experts(`${b}ffn_gate_exps`, h, f, n),
    experts(`${b}ffn_up_exps`, h, f, n),
    experts(`${b}ffn_down_exps`, f, h, n),
  ];
  own[0] = { name: `${b}ffn_gate_inp.weight`, dims: [h, n], type: 0 };
  const more = [
    matrix(`${b}ffn_gate_shexp`, h, shared),
    matrix(`${b}ffn_up_shexp`, h, shared),
    matrix(`${b}ffn_down_shexp`, shared, h),
  ];
  return shared ? [...own, ...more] : own;
}
function keys(architecture, own) {
  return {
    'general.architecture': architecture,
    ...Object.fromEntries(Object.entries(own).map(([k, v]) => [`${architecture}.${k}`, v])),
  };
}

export const models = {
  'llama-3.1-8b': {
    meta: {
      ...keys('llama', {
        block_count: 32,
        context_length: 131072,
        embedding_length: 4096,
        feed_forward_length: 14336,
        'attention.head_count': 32,
        'attention.head_count_kv': 8,
        'rope.dimension_count': 128,
      }),
      'general.name': 'Meta Llama 3.1 8B',
      'general.file_type': 15,
    },
    // Frequency factors of the long context are stored, and are no parameters.
    besides: 64,
    tensors: [
      matrix('token_embd', 4096, 128256),
      matrix('output', 4096, 128256, 14),
      norm('output_norm', 4096),
      { name: 'rope_freqs.weight', dims: [64], type: 0 },
      ...blocks(32, (b) => [
        norm(`${b}attn_norm`, 4096),
        norm(`${b}ffn_norm`, 4096),
        ...attention(b, 4096, 32, 8, 128),
        ...gated(b, 4096, 14336),
      ]),
    ],
  },
  'qwen2.5-7b': {
    meta: keys('qwen2', {
      block_count: 28,
      context_length: 131072,
      embedding_length: 3584,
      feed_forward_length: 18944,
      'attention.head_count': 28,
      'attention.head_count_kv': 4,
    }),
    tensors: [
      matrix('token_embd', 3584, 152064),
      matrix('output', 3584, 152064),
      norm('output_norm', 3584),
      ...blocks(28, (b) => [
        norm(`${b}attn_norm`, 3584),
        norm(`${b}ffn_norm`, 3584),
        ...attention(b, 3584, 28, 4, 128),
        bias(`${b}attn_q`, 3584),
        bias(`${b}attn_k`, 512),
        bias(`${b}attn_v`, 512),
        ...gated(b, 3584, 18944),
      ]),
    ],
  },
  'mixtral-8x7b': {
    meta: keys('llama', {
      block_count: 32,
      context_length: 32768,
      embedding_length: 4096,
      feed_forward_length: 14336,
      'attention.head_count': 32,
      'attention.head_count_kv': 8,
      expert_count: 8,
      expert_used_count: 2,
    }),
    tensors: [
      matrix('token_embd', 4096, 32000),
      matrix('output', 4096, 32000),
      norm('output_norm', 4096),
      ...blocks(32, (b) => [
        norm(`${b}attn_norm`, 4096),
        norm(`${b}ffn_norm`, 4096),
        ...attention(b, 4096, 32, 8, 128),
        ...mixture(b, 4096, 14336, 8),
      ]),
    ],
  },
  'qwen3-30b-a3b': {
    meta: keys('qwen3moe', {
      block_count: 48,
      context_length: 40960,
      embedding_length: 2048,
      feed_forward_length: 6144,
      'attention.head_count': 32,
      'attention.head_count_kv': 4,
      'attention.key_length': 128,
      'attention.value_length': 128,
      expert_count: 128,
      expert_used_count: 8,
      expert_feed_forward_length: 768,
    }),
    tensors: [
      matrix('token_embd', 2048, 151936),
      matrix('output', 2048, 151936),
      norm('output_norm', 2048),
      ...blocks(48, (b) => [
        norm(`${b}attn_norm`, 2048),
        norm(`${b}ffn_norm`, 2048),
        norm(`${b}attn_q_norm`, 128),
        norm(`${b}attn_k_norm`, 128),
        ...attention(b, 2048, 32, 4, 128),
        ...mixture(b, 2048, 768, 128),
      ]),
    ],
  },
  'gemma-3-4b': {
    meta: keys('gemma3', {
      block_count: 34,
      context_length: 131072,
      embedding_length: 2560,
      feed_forward_length: 10240,
      'attention.head_count': 8,
      'attention.head_count_kv': 4,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'attention.sliding_window': 1024,
    }),
    tensors: [
      matrix('token_embd', 2560, 262208),
      norm('output_norm', 2560),
      ...blocks(34, (b) => [
        norm(`${b}attn_norm`, 2560),
        norm(`${b}ffn_norm`, 2560),
        norm(`${b}post_attention_norm`, 2560),
        norm(`${b}post_ffw_norm`, 2560),
        norm(`${b}attn_q_norm`, 256),
        norm(`${b}attn_k_norm`, 256),
        ...attention(b, 2560, 8, 4, 256),
        ...gated(b, 2560, 10240),
      ]),
    ],
  },
  'phi-3-mini': {
    meta: keys('phi3', {
      block_count: 32,
      context_length: 4096,
      embedding_length: 3072,
      feed_forward_length: 8192,
      'attention.head_count': 32,
      'attention.head_count_kv': 32,
      'rope.dimension_count': 96,
    }),
    tensors: [
      matrix('token_embd', 3072, 32064),
      matrix('output', 3072, 32064),
      norm('output_norm', 3072),
      ...blocks(32, (b) => [
        norm(`${b}attn_norm`, 3072),
        norm(`${b}ffn_norm`, 3072),
        matrix(`${b}attn_qkv`, 3072, 9216),
        matrix(`${b}attn_output`, 3072, 3072),
        matrix(`${b}ffn_up`, 3072, 16384),
        matrix(`${b}ffn_down`, 8192, 3072),
      ]),
    ],
  },
  gpt2: {
    meta: keys('gpt2', {
      block_count: 12,
      context_length: 1024,
      embedding_length: 768,
      feed_forward_length: 3072,
      'attention.head_count': 12,
    }),
    tensors: [
      matrix('token_embd', 768, 50257),
      { name: 'position_embd.weight', dims: [768, 1024], type: 0 },
      norm('output_norm', 768),
      bias('output_norm', 768),
      ...blocks(12, (b) => [
        norm(`${b}attn_norm`, 768),
        bias(`${b}attn_norm`, 768),
        norm(`${b}ffn_norm`, 768),
        bias(`${b}ffn_norm`, 768),
        matrix(`${b}attn_qkv`, 768, 2304),
        bias(`${b}attn_qkv`, 2304),
        matrix(`${b}attn_output`, 768, 768),
        bias(`${b}attn_output`, 768),
        matrix(`${b}ffn_up`, 768, 3072),
        bias(`${b}ffn_up`, 3072),
        matrix(`${b}ffn_down`, 3072, 768),
        bias(`${b}ffn_down`, 768),
      ]),
    ],
  },
  'falcon-180b': {
    meta: keys('falcon', {
      block_count: 80,
      context_length: 2048,
      embedding_length: 14848,
      feed_forward_length: 59392,
      'attention.head_count': 232,
      'attention.head_count_kv': 8,
    }),
    tensors: [
      { name: 'token_embd.weight', dims: [14848, 65024], type: 1 },
      norm('output_norm', 14848),
      bias('output_norm', 14848),
      ...blocks(80, (b) => [
        norm(`${b}attn_norm`, 14848),
        bias(`${b}attn_norm`, 14848),
        norm(`${b}attn_norm_2`, 14848),
        bias(`${b}attn_norm_2`, 14848),
        matrix(`${b}attn_qkv`, 14848, 248 * 64),
        matrix(`${b}attn_output`, 14848, 14848),
        matrix(`${b}ffn_up`, 14848, 59392),
        matrix(`${b}ffn_down`, 59392, 14848),
      ]),
    ],
  },
  'gpt-oss-20b': {
    meta: keys('gpt-oss', {
      block_count: 24,
      context_length: 131072,
      embedding_length: 2880,
      feed_forward_length: 2880,
      'attention.head_count': 64,
      'attention.head_count_kv': 8,
      'attention.key_length': 64,
      'attention.value_length': 64,
      'attention.sliding_window': 128,
      expert_count: 32,
      expert_used_count: 4,
      expert_feed_forward_length: 2880,
    }),
    tensors: [
      { name: 'token_embd.weight', dims: [2880, 201088], type: 8 },
      { name: 'output.weight', dims: [2880, 201088], type: 8 },
      norm('output_norm', 2880),
      ...blocks(24, (b) => {
        const q8 = (name, inner, outer) => matrix(name, inner, outer, 8);
        const fp4 = (name, inner, outer) => ({
          name: `${name}.weight`,
          dims: [inner, outer, 32],
          type: 39,
        });
        const each = (name, width) => ({
          name: `${name}.bias`,
          dims: [width, 32],
          type: 0,
        });
        return [
          norm(`${b}attn_norm`, 2880),
          norm(`${b}post_attention_norm`, 2880),
          q8(`${b}attn_q`, 2880, 4096),
          q8(`${b}attn_k`, 2880, 512),
          q8(`${b}attn_v`, 2880, 512),
          q8(`${b}attn_output`, 4096, 2880),
          bias(`${b}attn_q`, 4096),
          bias(`${b}attn_k`, 512),
          bias(`${b}attn_v`, 512),
          bias(`${b}attn_output`, 2880),
          { name: `${b}attn_sinks.weight`, dims: [64], type: 0 },
          { name: `${b}ffn_gate_inp.weight`, dims: [2880, 32], type: 0 },
          bias(`${b}ffn_gate_inp`, 32),
          fp4(`${b}ffn_gate_exps`, 2880, 2880),
          fp4(`${b}ffn_up_exps`, 2880, 2880),
          fp4(`${b}ffn_down_exps`, 2880, 2880),
          each(`${b}ffn_gate_exps`, 2880),
          each(`${b}ffn_up_exps`, 2880),
          each(`${b}ffn_down_exps`, 2880),
        ];
      }),
    ],
  },
  'deepseek-v3': {
    // The converter leaves the MTP layer out unless told otherwise.
    meta: keys('deepseek2', {
      block_count: 61,
      context_length: 163840,
      embedding_length: 7168,
      feed_forward_length: 18432,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.q_lora_rank': 1536,
      'attention.kv_lora_rank': 512,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'rope.dimension_count': 64,
      leading_dense_block_count: 3,
      expert_count: 256,
      expert_used_count: 8,
      expert_shared_count: 1,
      expert_feed_forward_length: 2048,
    }),
    tensors: [
      matrix('token_embd', 7168, 129280),
      matrix('output', 7168, 129280),
      norm('output_norm', 7168),
      ...blocks(61, (b, i) => [
        norm(`${b}attn_norm`, 7168),
        norm(`${b}ffn_norm`, 7168),
        matrix(`${b}attn_q_a`, 7168, 1536),
        norm(`${b}attn_q_a_norm`, 1536),
        matrix(`${b}attn_q_b`, 1536, 128 * 192),
        matrix(`${b}attn_kv_a_mqa`, 7168, 576),
        norm(`${b}attn_kv_a_norm`, 512),
        { name: `${b}attn_k_b.weight`, dims: [128, 512, 128], type: 8 },
        { name: `${b}attn_v_b.weight`, dims: [512, 128, 128], type: 8 },
        matrix(`${b}attn_output`, 128 * 128, 7168),
        ...(i < 3
          ? gated(b, 7168, 18432)
          : [...mixture(b, 7168, 2048, 256, 2048), bias(`${b}exp_probs_b`, 256)]),
      ]),
    ],
  },
  'nemotron-nano-9b-v2': {
    meta: keys('nemotron_h', {
      block_count: 56,
      context_length: 131072,
      embedding_length: 4480,
      'attention.head_count': 40,
      'attention.key_length': 128,
      'attention.value_length': 128,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 10240,
      'ssm.state_size': 128,
      'ssm.time_step_rank': 128,
      'ssm.group_count': 8,
    }),
    pattern: 'M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-',
    tensors: [],
  },
  'qwen3-coder-next': {
    meta: keys('qwen3next', {
      block_count: 48,
      context_length: 262144,
      embedding_length: 2048,
      feed_forward_length: 5120,
      'attention.head_count': 16,
      'attention.head_count_kv': 2,
      'attention.key_length': 256,
      'attention.value_length': 256,
      expert_count: 512,
      expert_used_count: 10,
      expert_feed_forward_length: 512,
      expert_shared_feed_forward_length: 512,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 4096,
      'ssm.state_size': 128,
      'ssm.time_step_rank': 32,
      'ssm.group_count': 16,
    }),
    tensors: [
      matrix('token_embd', 2048, 151936),
      matrix('output', 2048, 151936),
      norm('output_norm', 2048),
      ...blocks(48, (b, i) => [
        norm(`${b}attn_norm`, 2048),
        norm(`${b}post_attention_norm`, 2048),
        ...mixture(b, 2048, 512, 512, 512),
        { name: `${b}ffn_gate_inp_shexp.weight`, dims: [2048], type: 0 },
        ...(i % 4 === 3
          ? [
              matrix(`${b}attn_q`, 2048, 2 * 4096),
              matrix(`${b}attn_k`, 2048, 512),
              matrix(`${b}attn_v`, 2048, 512),
              matrix(`${b}attn_output`, 4096, 2048),
              norm(`${b}attn_q_norm`, 256),
              norm(`${b}attn_k_norm`, 256),
            ]
          : [
              matrix(`${b}attn_qkv`, 2048, 8192),
              matrix(`${b}attn_gate`, 2048, 4096),
              matrix(`${b}ssm_ba`, 2048, 64),
              { name: `${b}ssm_conv1d.weight`, dims: [4, 8192], type: 0 },
              { name: `${b}ssm_a`, dims: [32], type: 0 },
              bias(`${b}ssm_dt`, 32),
              norm(`${b}ssm_norm`, 128),
              matrix(`${b}ssm_out`, 4096, 2048),
            ]),
      ]),
    ],
  },
  'state-spaces/mamba-2.8b-hf': {
    parameters: 2768345600,
    meta: keys('mamba', {
      block_count: 64,
      context_length: 1048576,
      embedding_length: 2560,
      feed_forward_length: 0,
      'attention.head_count': 0,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 5120,
      'ssm.state_size': 16,
      'ssm.time_step_rank': 160,
    }),
    tensors: [
      matrix('token_embd', 2560, 50280),
      norm('output_norm', 2560),
      ...blocks(64, (b) => [
        norm(`${b}attn_norm`, 2560),
        matrix(`${b}ssm_in`, 2560, 10240),
        { name: `${b}ssm_conv1d.weight`, dims: [4, 5120], type: 0 },
        bias(`${b}ssm_conv1d`, 5120),
        { name: `${b}ssm_x.weight`, dims: [5120, 192], type: 1 },
        { name: `${b}ssm_dt.weight`, dims: [160, 5120], type: 0 },
        bias(`${b}ssm_dt`, 5120),
        { name: `${b}ssm_a`, dims: [16, 5120], type: 0 },
        { name: `${b}ssm_d`, dims: [5120], type: 0 },
        matrix(`${b}ssm_out`, 5120, 2560),
      ]),
    ],
  },
};

{
  const hybrid = models['nemotron-nano-9b-v2'];
  const letters = [...hybrid.pattern];
  hybrid.meta['nemotron_h.attention.head_count_kv'] = letters.map((c) => (c === '*' ? 8 : 0));
  hybrid.meta['nemotron_h.feed_forward_length'] = letters.map((c) => (c === '-' ? 15680 : 0));
  const h = 4480;
  const mixed = 10240 + 2 * 8 * 128;
  const own = {
    M: (b) => [
      matrix(`${b}ssm_in`, h, 10240 + mixed + 128, 1),
      { name: `${b}ssm_conv1d.weight`, dims: [4, mixed], type: 0 },
      bias(`${b}ssm_conv1d`, mixed),
      bias(`${b}ssm_dt`, 128),
      { name: `${b}ssm_a`, dims: [1, 128], type: 0 },
      { name: `${b}ssm_d`, dims: [1, 128], type: 0 },
      { name: `${b}ssm_norm.weight`, dims: [1280, 8], type: 0 },
      matrix(`${b}ssm_out`, 10240, h, 1),
    ],
    '*': (b) => attention(b, h, 40, 8, 128).map((t) => ({ ...t, type: 1 })),
    '-': (b) => [matrix(`${b}ffn_up`, h, 15680, 1), matrix(`${b}ffn_down`, 15680, h, 1)],
  };
  hybrid.tensors = [
    matrix('token_embd', h, 131072, 1),
    matrix('output', h, 131072, 1),
    norm('output_norm', h),
    ...blocks(56, (b, i) => [norm(`${b}attn_norm`, h), ...own[letters[i]](b)]),
  ];
}
