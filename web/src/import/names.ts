// The keys of configurations by what they say, each with its spellings in order of precedence.

import type { Limits } from './keys';

export const kWidth: Limits = { min: 1, max: 1e7 };
export const kHeads: Limits = { min: 1, max: 1e6 };
export const kExperts: Limits = { min: 0, max: 1e6 };

export const names = {
  layers: 'num_hidden_layers n_layer n_layers num_layers',
  hidden: 'hidden_size n_embd d_model dim',
  heads: 'num_attention_heads n_head n_heads num_heads',
  kvHeads:
    'num_key_value_heads num_kv_heads n_head_kv n_kv_heads n_key_value_heads multi_query_group_num n_query_groups',
  headDim: 'head_dim attention_head_dim kv_channels head_size d_head',
  mlp: 'intermediate_size_mlp dense_intermediate_size intermediate_size n_inner ffn_hidden_size ffn_dim d_ff d_mlp hidden_dim block_ff_dim',
  vocabulary: 'padded_vocab_size vocab_size d_vocab n_vocab',
  context:
    'max_position_embeddings n_positions max_sequence_length seq_length max_seq_len model_max_length n_ctx block_size',
  window: 'sliding_window sliding_window_size attention_chunk_size window_size attention_window_size',
  experts: 'n_routed_experts num_local_experts num_experts moe_num_experts num_routed_experts n_expert',
  active:
    'num_experts_per_tok num_experts_per_token experts_per_token top_k_experts moe_topk moe_top_k moe_k num_selected_experts n_expert_per_token',
  expertWidth:
    'moe_intermediate_size expert_intermediate_size expert_ffn_hidden_size moe_ffn_hidden_size ffn_hidden_size',
  shared: 'n_shared_experts num_shared_experts moe_num_shared_experts num_shared_expert',
  sharedWidth: 'moe_shared_expert_intermediate_size shared_expert_intermediate_size shared_intermediate_size',
  activation: 'mlp_hidden_act hidden_activation hidden_act activation_function act_fn activation',
  mtp: 'num_nextn_predict_layers mtp_num_hidden_layers',
} as const;
