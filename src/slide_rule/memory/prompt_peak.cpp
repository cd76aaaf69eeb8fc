#include "slide_rule/memory/prompt_peak.hpp"

#include <algorithm>

namespace slide_rule {

double PromptPeak::bytes(double hidden_size, double tokens, double batch, double tensor_parallel,
                         double element_bytes) const {
  const double elements = hidden_copies * hidden_size + wide_copies * width / tensor_parallel + other;
  return batch * tokens * (elements * element_bytes + score_bytes * heads / tensor_parallel * tokens);
}

namespace {

/// Highest moments of one layer, given to `consider`. `held`: see prompt_peak.
template <class Consider>
void moments(const Model& m, const LayerSpec& s, const InferencePlan& plan, double held,
             Consider&& consider) {
  const double per_layer_inputs = m.per_layer_embedding.dim * m.layers;
  const double inputs = held + 2;  // beside what the caller holds: the residual and the normed input
  if (s.dense_blocks > 0) {
    // A fused gate-and-up result stays alive while its halves are read.
    const double wide = !s.gated ? 2 : m.fused_gate_up ? 4 : 3;
    consider({PromptMoment::mlp, inputs, wide, s.mlp_width, per_layer_inputs});
  }
  if (s.experts > 0) {
    // One expert after another, each on its share of the tokens; their sum; who goes where as 64-bit one-hot
    // rows.
    const double share = s.active_experts / s.experts;
    const double routed = share * (2 * m.hidden_size + 3 * s.expert_width);
    const double routing = s.experts * (s.active_experts * 8 + 6) / 2;
    consider({PromptMoment::experts, inputs + 1, 3, s.shared_width,
              std::max(0.0, routed) + routing + per_layer_inputs});
  }
  if (s.mixer == Mixer::recurrent) {
    const Recurrent& r = m.recurrent;
    const double values = r.value_heads * r.value_dim;
    const double mixed = r.kind == RecurrentKind::gated_delta_net ? 2 * r.key_heads * r.key_dim + values
                         : r.kind == RecurrentKind::short_conv    ? 3 * m.hidden_size
                         : r.kind == RecurrentKind::mamba2        ? values + 2 * r.groups * r.state
                         : r.kind == RecurrentKind::mamba1        ? values
                                                                  : 3 * values;
    consider({PromptMoment::recurrent, inputs - 1, 3, mixed, 3 * values + per_layer_inputs});
  } else if (s.mixer != Mixer::none) {
    // Rotating the queries: themselves, times the cosine, their halves swapped, those times the sine. As many
    // as queries, repeated keys and values and the output of PyTorch's fused attention.
    const double queries = s.heads * s.head_dim, outputs = s.heads * s.value_dim;
    const double latent = s.mixer == Mixer::mla ? queries + outputs : 0;
    consider({PromptMoment::attention, inputs - 1, 4, queries,
              latent + s.kv_heads * s.head_dim + per_layer_inputs});
    if (plan.attention == ServingAttention::eager) {
      consider({PromptMoment::scores, inputs - 1, 2, queries, outputs + per_layer_inputs, s.heads, 8});
    }
  }
}

}  // namespace

PromptPeak prompt_peak(const LayerTable& table, int first, int last, const InferencePlan& plan, double tokens,
                       double held) {
  const Model& m = table.model();
  PromptPeak best;
  double best_bytes = -1;
  const auto consider = [&](const PromptPeak& p) {
    const double bytes = p.bytes(m.hidden_size, tokens, 1, plan.ranks(), 2);
    if (bytes <= best_bytes) return;
    best = p;
    best_bytes = bytes;
  };
  for (std::size_t g = 0; g < table.groups().size(); ++g) {
    if (table.count(g, first, last) > 0) moments(m, table.groups()[g].spec, plan, held, consider);
  }
  return best;
}

}  // namespace slide_rule
