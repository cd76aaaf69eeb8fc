#pragma once
// Which modules get adapters. Frameworks name the same matrices differently; a target is what the matrix
// does.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "slide_rule/model.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// A set of matrices.
struct LoraTargets {
  enum Matrix : std::uint32_t {
    q = 1,
    k = 2,
    v = 4,
    o = 8,
    gate = 16,
    up = 32,
    down = 64,
    head = 128,
    embedding = 256,
    recurrent = 512,
    shared_gate = 1024,
    // Experts by their own name, as PEFT's target_parameters has it.
    expert_gate_up = 2048,
    expert_down = 4096,
    // Single modules of q, k and v under MLA, and of recurrent mixers.
    q_down = 1 << 13,
    q_up = 1 << 14,
    kv_down = 1 << 15,
    kv_up = 1 << 16,
    recurrent_in = 1 << 17,
    recurrent_gate = 1 << 18,
    recurrent_in_and_gate = 1 << 19,  ///< one module for both (Qwen3-Next)
    recurrent_step = 1 << 20,         ///< of the two projections that decide decay, one
    recurrent_decay = 1 << 21,        ///< the other
    recurrent_step_and_decay = 1 << 22,
    recurrent_decays = recurrent_step | recurrent_decay | recurrent_step_and_decay,
    recurrent_out = 1 << 23,
    out_proj = 1 << 24,  ///< attention's output where it has that name; see lora_targets()
    recurrent_input = recurrent_in | recurrent_gate | recurrent_in_and_gate | recurrent_decays,
    qkv = q | k | v,
    attention = qkv | o,
    mlp = gate | up | down,
    all_linear = attention | mlp | recurrent | shared_gate,
  };
  std::uint32_t matrices = all_linear;

  bool has(std::uint32_t any_of) const { return (matrices & any_of) != 0; }

  /// Which of q, k, v, o, gate, ... a tensor of this role holds; 0 for roles that take no adapter.
  static std::uint32_t of(Role role);

  // Read from "attention", "all-linear", one module's name, or a list of modules' names.
  using reads_itself = void;
  static constexpr std::string_view kTypeName = "lora-targets";

  template <class Node>
  static void read_node(const Node& node, const std::string& path, LoraTargets& targets, Problems& problems) {
    targets.matrices = 0;
    const auto add = [&](const Node& word, const std::string& at) {
      if (!word.is_string()) {
        problems.push_back({at, Code::wrong_type});
        return;
      }
      const std::string name = word.text();
      if (const std::uint32_t found = module_matrices(name)) {
        targets.matrices |= found;
      } else {
        problems.push_back({at, Code::unknown_choice, 0, std::string(nearest_module(name))});
      }
    };
    if (!node.is_array()) return add(node, path);
    if (node.size() == 0) problems.push_back({path, Code::too_few, 1});
    for (std::size_t i = 0; i < node.size(); ++i) add(node.at(i), element_of(path, i));
  }

  /// The matrices that a module's name stands for ("q_proj", "c_attn", "W_pack", "fc1", ...); 0: unknown.
  static std::uint32_t module_matrices(std::string_view name);
  static std::string_view nearest_module(std::string_view name);
};

}  // namespace slide_rule
