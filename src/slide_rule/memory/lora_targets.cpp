#include "slide_rule/memory/lora_targets.hpp"

#include <array>

namespace slide_rule {
namespace {

using T = LoraTargets;

struct Module {
  std::string_view name;
  std::uint32_t matrices;
};

// Module names of transformers (Llama, GPT-2, GPT-NeoX, Qwen, Baichuan, Phi-3, Falcon, Mamba, DeepSeek),
// torchtune, litgpt and Megatron. GPT-2 calls two different matrices c_proj: both get an adapter.
constexpr auto kModules = std::to_array<Module>({
    {"all-linear", T::all_linear},
    {"all", T::all_linear},
    {"attention", T::attention},
    {"mlp", T::mlp},
    {"recurrent", T::recurrent},
    {"q", T::q},
    {"q_proj", T::q},
    {"wq", T::q},
    {"query", T::q},
    {"q_a_proj", T::q_down},
    {"q_b_proj", T::q_up},
    {"k", T::k},
    {"k_proj", T::k},
    {"wk", T::k},
    {"key", T::k},
    {"kv_a_proj_with_mqa", T::kv_down},
    {"v", T::v},
    {"v_proj", T::v},
    {"wv", T::v},
    {"value", T::v},
    {"kv_b_proj", T::kv_up},
    {"qkv", T::qkv},
    {"qkv_proj", T::qkv},
    {"c_attn", T::qkv},
    {"W_pack", T::qkv},
    {"Wqkv", T::qkv},
    {"query_key_value", T::qkv},
    {"linear_qkv", T::qkv},
    {"attn", T::qkv},
    {"o", T::o},
    {"o_proj", T::o},
    {"proj", T::o},
    {"wo", T::o},
    {"output_proj", T::o},
    {"dense", T::o},
    {"linear_proj", T::o},
    {"projection", T::o},
    {"attn_out", T::o},
    {"c_proj", T::o | T::down},
    {"gate", T::gate},
    {"gate_proj", T::gate},
    {"w1", T::gate},
    {"fc_1", T::gate},
    {"up", T::up},
    {"up_proj", T::up},
    {"w3", T::up},
    {"fc_2", T::up},
    {"c_fc", T::up},
    {"fc", T::up},
    {"fc1", T::up},
    {"dense_h_to_4h", T::up},
    {"gate_up_proj", T::gate | T::up},
    {"linear_fc1", T::gate | T::up},
    {"down", T::down},
    {"down_proj", T::down},
    {"w2", T::down},
    {"fc2", T::down},
    {"dense_4h_to_h", T::down},
    {"linear_fc2", T::down},
    {"experts", T::expert_gate_up | T::expert_down},
    {"experts.gate_up_proj", T::expert_gate_up},
    {"experts.down_proj", T::expert_down},
    {"mlp.experts.gate_up_proj", T::expert_gate_up},
    {"mlp.experts.down_proj", T::expert_down},
    {"head", T::head},
    {"lm_head", T::head},
    {"output", T::head},
    {"output_layer", T::head},
    {"embed_in", T::embedding},
    {"embed_tokens", T::embedding},
    {"wte", T::embedding},
    {"embed_out", T::head},
    {"in_proj", T::recurrent_in},
    {"out_proj", T::recurrent_out | T::out_proj},
    {"x_proj", T::recurrent_step},
    {"dt_proj", T::recurrent_decay},
    {"in_proj_qkvz", T::recurrent_in_and_gate},
    {"in_proj_qkv", T::recurrent_in},
    {"in_proj_z", T::recurrent_gate},
    {"in_proj_ba", T::recurrent_step_and_decay},
    {"in_proj_b", T::recurrent_step},
    {"in_proj_a", T::recurrent_decay},
    {"shared_expert_gate", T::shared_gate},
});

}  // namespace

std::uint32_t LoraTargets::module_matrices(std::string_view name) {
  for (const Module& m : kModules) {
    if (m.name == name) return m.matrices;
  }
  return 0;
}

std::string_view LoraTargets::nearest_module(std::string_view name) {
  return nearest_word(name, kModules.size(), [](std::size_t i) { return kModules[i].name; });
}

std::uint32_t LoraTargets::of(Role role) {
  switch (role) {
    case Role::attn_q:
      return q;
    case Role::mla_q_down:
      return q | q_down;
    case Role::mla_q_up:
      return q | q_up;
    case Role::attn_k:
      return k;
    case Role::mla_kv_down:
      return k | kv_down;
    case Role::attn_v:
      return v;
    case Role::mla_kv_up:
      return v | kv_up;
    case Role::attn_qkv:
      return qkv;
    case Role::attn_o:
      return o;
    case Role::attn_gate:
      return q;
    case Role::ffn_gate:
    case Role::expert_gate:
    case Role::shared_gate:
      return gate;
    case Role::ffn_up:
    case Role::expert_up:
    case Role::shared_up:
      return up;
    case Role::ffn_gate_up:
      return gate | up;
    case Role::ffn_down:
    case Role::expert_down:
    case Role::shared_down:
      return down;
    case Role::output_head:
      return head;
    case Role::token_embedding:
      return embedding;
    case Role::shared_expert_gate:
      return shared_gate;
    case Role::recurrent_in:
      return recurrent | recurrent_in | recurrent_in_and_gate;
    case Role::recurrent_gate:
      return recurrent | recurrent_gate | recurrent_in_and_gate;
    case Role::recurrent_decay:
      return recurrent | recurrent_decays;
    case Role::recurrent_out:
      return recurrent | recurrent_out;
    default:
      return 0;
  }
}

}  // namespace slide_rule
