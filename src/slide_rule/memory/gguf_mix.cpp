#include "slide_rule/memory/gguf_mix.hpp"

#include <cmath>

namespace slide_rule {
namespace {

using F = NumberFormat;
using W = WeightFormat;

/// What the quantiser's rules tell tensors apart by: its name for them.
enum class Kind { token_embedding, output, value, key, query, attention_output, up, gate, down, other };

Kind kind_of(Role role) {
  switch (role) {
    case Role::token_embedding:
    case Role::per_layer_embedding:
      return Kind::token_embedding;
    case Role::output_head:
      return Kind::output;
    case Role::attn_v:
    case Role::attn_qkv:
      return Kind::value;
    case Role::attn_k:
      return Kind::key;
    case Role::attn_q:
      return Kind::query;
    case Role::attn_o:
      return Kind::attention_output;
    case Role::ffn_up:
    case Role::ffn_gate_up:
    case Role::expert_up:
    case Role::shared_up:
      return Kind::up;
    case Role::ffn_gate:
    case Role::expert_gate:
    case Role::shared_gate:
      return Kind::gate;
    case Role::ffn_down:
    case Role::expert_down:
    case Role::shared_down:
      return Kind::down;
    default:
      return Kind::other;
  }
}

bool one_of(W type, std::initializer_list<W> list) {
  for (const W w : list) {
    if (w == type) return true;
  }
  return false;
}

/// Blocks are powers of two, so that the quotient is exact.
bool is_whole_blocks(double columns, F format) {
  const double blocks = columns / layout_of(format).block;
  return blocks == std::floor(blocks);
}

/// IQ1_S to IQ2_M share one set of rules.
bool is_two_bit(W type) { return type >= W::iq1_s && type <= W::iq2_m; }

F output_format(const GgufMix& m, F base, double columns) {
  if (m.type == W::mxfp4 || !is_whole_blocks(columns, base)) return F::q8_0;
  if (is_two_bit(m.type) || m.type == W::iq3_xxs) return F::q5_k;
  return base == F::q8_0 ? F::q8_0 : F::q6_k;
}

F embedding_format(W type, F base) {
  if (one_of(type, {W::iq2_xxs, W::iq2_xs, W::iq1_s, W::iq1_m})) return F::q2_k;
  if (one_of(type, {W::iq2_s, W::iq2_m, W::iq3_xxs})) return F::iq3_s;
  if (one_of(type, {W::tq1_0, W::tq2_0})) return F::q4_k;
  return base;
}

F two_bit_format(const GgufMix& m, Kind kind, const GgufPlace& p, F base) {
  const bool larger = m.type == W::iq2_s || m.type == W::iq2_m;
  switch (kind) {
    case Kind::value:
      if (m.query_groups >= 4 || m.experts >= 4) return F::q4_k;
      return larger ? F::iq3_s : F::q2_k;
    case Kind::key:
      return m.experts == 8 ? F::q4_k : base;
    case Kind::down:
      if (!p.first_eighth) return base;
      return larger ? F::iq3_s : F::q2_k;
    case Kind::attention_output:
      if (m.experts == 8) return F::q5_k;
      if (m.type == W::iq1_s || m.type == W::iq1_m) return F::iq2_xxs;
      return larger ? F::iq3_s : base;
    default:
      return base;
  }
}

F value_format(const GgufMix& m, const GgufPlace& p, F base) {
  const bool grouped = m.query_groups >= 4;
  F f = base;
  switch (m.type) {
    case W::q2_k:
      f = grouped ? F::q4_k : F::q3_k;
      break;
    case W::q2_k_s:
      f = grouped ? F::q4_k : base;
      break;
    case W::iq3_xxs:
      f = grouped ? F::q4_k : m.importance_matrix ? F::iq3_xxs : F::iq3_s;
      break;
    case W::iq3_xs:
    case W::iq3_s:
      f = grouped ? F::q4_k : base;
      break;
    case W::iq3_m:
      f = F::q4_k;
      break;
    case W::q3_k_m:
      f = p.value_first_two ? F::q5_k : F::q4_k;
      break;
    case W::q3_k_l:
      f = F::q5_k;
      break;
    case W::iq4_nl:
    case W::iq4_xs:
      f = grouped ? F::q5_k : base;
      break;
    case W::q4_k_m:
    case W::q5_k_m:
      f = p.value_more_bits ? F::q6_k : base;
      break;
    case W::q4_k_s:
      f = p.value_first_four ? F::q5_k : base;
      break;
    default:
      break;
  }
  if (m.is_70b && (f == F::q3_k || f == F::q4_k)) f = F::q5_k;
  return m.experts == 8 ? F::q8_0 : f;
}

F key_or_query_format(const GgufMix& m, Kind kind, F base) {
  if (kind == Kind::key && m.experts == 8) return F::q8_0;
  if (m.type == W::iq3_xs) return F::iq3_xxs;
  if (m.type == W::iq3_xxs) return F::iq2_s;
  return base;
}

F down_format(const GgufMix& m, const GgufPlace& p, F base) {
  switch (m.type) {
    case W::q2_k:
      return F::q3_k;
    case W::q2_k_s:
      return p.first_eighth ? F::q4_k : base;
    case W::iq3_xxs:
      if (m.importance_matrix) return base;
      return p.first_eighth ? F::q4_k : F::q3_k;
    case W::q3_k_m:
      return p.first_sixteenth ? F::q5_k : F::q4_k;
    case W::iq3_m:
      return p.first_eighth || (m.experts == 8 && p.more_bits) ? F::q4_k : base;
    case W::q3_k_l:
      return F::q5_k;
    case W::q4_k_m:
    case W::q5_k_m:
      return p.more_bits ? F::q6_k : base;
    case W::iq4_nl:
    case W::iq4_xs:
      return p.first_eighth && !m.importance_matrix ? F::q5_k : base;
    case W::q4_k_s:
      return p.first_eighth ? F::q5_k : base;
    case W::q4_0:
      return m.importance_matrix && p.first_eighth ? F::q4_1 : base;
    case W::q5_0:
      return m.importance_matrix && p.first_eighth ? F::q5_1 : base;
    default:
      return base;
  }
}

F attention_output_format(const GgufMix& m, F base) {
  if (m.experts == 8) {
    const bool raised = one_of(m.type, {W::q2_k, W::iq3_xs, W::iq3_xxs, W::q3_k_s, W::q3_k_m, W::iq4_nl,
                                        W::q4_k_s, W::q4_k_m, W::iq3_s, W::iq3_m, W::iq4_xs});
    return raised ? F::q5_k : base;
  }
  switch (m.type) {
    case W::q2_k:
      return F::q3_k;
    case W::iq3_xxs:
      return F::iq3_s;
    case W::q3_k_m:
    case W::iq3_m:
      return F::q4_k;
    case W::q3_k_l:
      return F::q5_k;
    default:
      return base;
  }
}

F ruled_format(const GgufMix& m, const Tensor& t, const GgufPlace& p, F base) {
  const Kind kind = kind_of(t.role);
  if (kind == Kind::output || (m.tied && kind == Kind::token_embedding)) return output_format(m, base, t.in);
  if (m.type == W::mxfp4) return t.part == Part::experts ? F::mxfp4 : F::q8_0;
  if (kind == Kind::token_embedding) return embedding_format(m.type, base);
  if (is_two_bit(m.type)) return two_bit_format(m, kind, p, base);
  switch (kind) {
    case Kind::value:
      return value_format(m, p, base);
    case Kind::key:
    case Kind::query:
      return key_or_query_format(m, kind, base);
    case Kind::down:
      return down_format(m, p, base);
    case Kind::attention_output:
      return attention_output_format(m, base);
    case Kind::gate:
    case Kind::up:
      return m.type == W::iq3_xs && p.middle ? F::iq3_xxs : base;
    default:
      return base;
  }
}

F fallback(F wanted, double columns) {
  if (is_whole_blocks(columns, wanted)) return wanted;
  F f = F::iq4_nl;
  switch (wanted) {
    case F::q2_k:
    case F::q3_k:
    case F::tq1_0:
    case F::tq2_0:
      f = F::q4_0;
      break;
    case F::q4_k:
      f = F::q5_0;
      break;
    case F::q5_k:
      f = F::q5_1;
      break;
    case F::q6_k:
      f = F::q8_0;
      break;
    default:
      break;
  }
  return is_whole_blocks(columns, f) ? f : F::fp16;
}

/// Left as the converter wrote them.
bool is_fp32(const Tensor& t) {
  switch (t.role) {
    case Role::position_embedding:
    case Role::router:
    case Role::shared_expert_gate:
    case Role::recurrent_conv:
    case Role::recurrent_vector:
      return true;
    default:
      return !t.matrix;
  }
}

bool is_small_mixer(const Tensor& t) { return t.role == Role::per_layer_embedding_part && t.layer < 0; }

}  // namespace

bool needs_importance_matrix(WeightFormat type) {
  return is_two_bit(type) || type == W::iq3_xxs || type == W::q2_k_s;
}

GgufMix gguf_mix(const Model& model, WeightFormat type) {
  GgufMix m;
  m.type = type;
  m.importance_matrix = needs_importance_matrix(type) || type == W::iq4_nl || type == W::iq4_xs;
  m.layers = static_cast<int>(model.layers);
  // The latent's cache has one head, which is how the file's header counts MLA.
  m.query_groups = model.mla.kv_rank > 0 ? model.heads
                   : model.kv_heads > 0  ? model.heads / model.kv_heads
                                         : 0;
  m.experts = model.experts.count;
  m.tied = model.tied_embeddings;
  if (model.mlp_width_estimated) m.whole_columns = model.mlp_width;
  m.is_70b = model.layers == 80 && model.experts.count == 0 && model.heads != model.kv_heads;
  return m;
}

GgufPlace gguf_place(const GgufMix& m, int i, int v) {
  const auto more_bits = [](int at, int n) { return at < n / 8 || at >= 7 * n / 8 || (at - n / 8) % 3 == 2; };
  const int n = m.layers;
  GgufPlace p;
  p.first_eighth = i < n / 8;
  p.first_sixteenth = i < n / 16;
  p.middle = i >= n / 8 && i < 7 * n / 8;
  p.more_bits = more_bits(i, n);
  p.value_more_bits = more_bits(v, m.value_tensors);
  p.value_first_two = v < 2;
  p.value_first_four = v < 4;
  return p;
}

NumberFormat gguf_format(const GgufMix& m, const Tensor& t, const GgufPlace& p) {
  if (is_fp32(t)) return F::fp32;
  const F base = plain_format(m.type).matrices;
  const bool blocks = layout_of(base).block > 1;
  if (is_small_mixer(t)) return blocks || base == F::fp16 ? F::fp16 : base;
  if (!blocks) return base;
  const F ruled = ruled_format(m, t, p, base);
  return t.in == m.whole_columns ? ruled : fallback(ruled, t.in);
}

}  // namespace slide_rule
