#include "slide_rule/model.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule {
namespace {

char letter_at(const std::string& pattern, int i, char otherwise) {
  return pattern.empty() ? otherwise : pattern[static_cast<std::size_t>(i) % pattern.size()];
}

double at_or(const std::vector<double>& list, int i, double otherwise) {
  return static_cast<std::size_t>(i) < list.size() ? list[static_cast<std::size_t>(i)] : otherwise;
}

double first_given(double a, double otherwise) { return a > 0 ? a : otherwise; }

/// Scale, or scale and shift, of a norm over `width` channels.
double norm_rows(NormKind kind) {
  switch (kind) {
    case NormKind::layernorm:
      return 2;
    case NormKind::without_parameters:
      return 0;
    default:
      return 1;
  }
}

/// Adds tensors of one part; keeps the calls below down to what differs.
struct Adder {
  TensorList& list;
  int layer = -1;
  Part part = Part::other;
  double blocks = 1;
  bool extra = false;

  void matrix(Role role, double in, double out, double copies = 1, double active = -1) {
    list.add(
        {role, part, true, extra, layer, in, out, copies * blocks, (active < 0 ? copies : active) * blocks});
  }
  void vector(Role role, double width, double copies = 1, double active = -1) {
    list.add({role, part, false, extra, layer, width, 1, copies * blocks,
              (active < 0 ? copies : active) * blocks});
  }
};

void attention_tensors(const Model& m, const LayerSpec& s, Adder add) {
  const double h = m.hidden_size;
  const double q = s.heads * s.head_dim, k = s.kv_heads * s.head_dim, v = s.kv_heads * s.value_dim;
  const double o = s.heads * s.value_dim;
  add.part = Part::attention;
  add.blocks = s.attention_blocks;
  if (s.mixer == Mixer::mla) {
    if (m.mla.q_rank > 0) {
      add.matrix(Role::mla_q_down, h, m.mla.q_rank);
      add.vector(Role::norm, m.mla.q_rank);
      add.matrix(Role::mla_q_up, m.mla.q_rank, q);
    } else {
      add.matrix(Role::attn_q, h, q);
    }
    add.matrix(Role::mla_kv_down, h, m.mla.kv_rank + m.mla.rope_dim);
    add.vector(Role::norm, m.mla.kv_rank);
    add.matrix(Role::mla_kv_up, m.mla.kv_rank, s.heads * (m.mla.nope_dim + s.value_dim));
  } else {
    if (m.fused_qkv && s.has_kv_weights) {
      add.matrix(Role::attn_qkv, h, q + k + v);
    } else {
      // An elementwise gate comes with the queries.
      add.matrix(Role::attn_q, h, s.gate == AttentionGate::elementwise ? q + o : q);
      if (s.has_kv_weights) {
        add.matrix(Role::attn_k, h, k);
        add.matrix(Role::attn_v, h, v);
      }
    }
    if (m.qkv_bias) add.vector(Role::bias, q + (s.has_kv_weights ? k + v : 0));
    const double rows = norm_rows(m.norm);
    const double keys_normed = s.has_kv_weights ? 1 : 0;
    if (s.qk_norm == QkNorm::per_head) add.vector(Role::norm, rows * s.head_dim, 1 + keys_normed);
    if (s.qk_norm == QkNorm::full) add.vector(Role::norm, rows * (q + keys_normed * k));
    if (s.sinks) add.vector(Role::sink, s.heads);
  }
  add.matrix(Role::attn_o, o, h);
  if (m.output_bias) add.vector(Role::bias, h);
  if (s.gate == AttentionGate::elementwise && s.mixer == Mixer::mla) add.matrix(Role::attn_gate, h, o);
  if (s.gate == AttentionGate::per_head) add.matrix(Role::attn_gate, h, s.heads);
  if (s.indexer) {
    // Queries come from MLA's latent where there is one; one key a token; with MLA a weight for each head.
    const double rank = m.mla.q_rank > 0 ? m.mla.q_rank : h;
    add.matrix(Role::indexer, rank, m.indexer.heads * m.indexer.head_dim);
    add.matrix(Role::indexer, h, m.indexer.head_dim);
    add.vector(Role::norm, 2 * m.indexer.head_dim);
    if (s.mixer == Mixer::mla) add.matrix(Role::indexer, h, m.indexer.heads);
  }
}

void recurrent_tensors(const Model& m, Adder add) {
  const Recurrent& r = m.recurrent;
  const double h = m.hidden_size;
  const double keys = r.key_heads * r.key_dim, values = r.value_heads * r.value_dim;
  add.part = Part::recurrent;
  switch (r.kind) {
    case RecurrentKind::none:
      return;
    case RecurrentKind::gated_delta_net:
      add.matrix(Role::recurrent_in, h, 2 * keys + values);
      add.matrix(Role::recurrent_gate, h, values);
      add.matrix(Role::recurrent_decay, h, r.value_heads, 2);
      add.vector(Role::recurrent_conv, r.convolution, 2 * keys + values);
      add.vector(Role::recurrent_vector, r.value_heads, 2);
      add.vector(Role::norm, r.value_dim);
      break;
    case RecurrentKind::kimi_delta:
      add.matrix(Role::recurrent_in, h, values, 3);
      add.vector(Role::recurrent_conv, r.convolution, 3 * values);
      add.matrix(Role::recurrent_decay, h, r.value_dim);
      add.matrix(Role::recurrent_decay, r.value_dim, values);
      add.matrix(Role::recurrent_decay, h, r.value_heads);
      if (r.full_rank_gate) {
        add.matrix(Role::recurrent_gate, h, values);
      } else {
        add.matrix(Role::recurrent_gate, h, r.value_dim);
        add.matrix(Role::recurrent_gate, r.value_dim, values);
      }
      add.vector(Role::recurrent_vector, r.value_heads + values);
      add.vector(Role::norm, r.value_dim);
      break;
    case RecurrentKind::mamba2: {
      const double mixed = values + 2 * r.groups * r.state;
      add.matrix(Role::recurrent_in, h, values + mixed + r.value_heads);
      add.vector(Role::recurrent_conv, r.convolution, mixed);
      add.vector(Role::bias, mixed);
      add.vector(Role::recurrent_vector, r.value_heads, 3);
      add.vector(Role::norm, values);
      break;
    }
    case RecurrentKind::mamba1:
      add.matrix(Role::recurrent_in, h, 2 * values);
      add.vector(Role::recurrent_conv, r.convolution, values);
      add.vector(Role::bias, values);
      add.matrix(Role::recurrent_decay, values, r.key_dim + 2 * r.state);
      add.matrix(Role::recurrent_decay, r.key_dim, values);
      add.vector(Role::bias, values);
      add.vector(Role::recurrent_vector, values * (r.state + 1));
      break;
    case RecurrentKind::lightning:
      add.matrix(Role::recurrent_in, h, 3 * values);
      add.matrix(Role::recurrent_gate, h, values);
      add.vector(Role::norm, values);
      break;
    case RecurrentKind::short_conv:
      add.matrix(Role::recurrent_in, h, 3 * h);
      add.vector(Role::recurrent_conv, r.convolution, h);
      add.matrix(Role::recurrent_out, h, h);
      return;
  }
  add.matrix(Role::recurrent_out, values, h);
}

void dense_tensors(const Model& m, const LayerSpec& s, Adder add) {
  const double h = m.hidden_size, f = s.mlp_width;
  add.part = Part::mlp;
  add.blocks = s.dense_blocks;
  if (s.gated && m.fused_gate_up) {
    add.matrix(Role::ffn_gate_up, h, 2 * f);
  } else {
    if (s.gated) add.matrix(Role::ffn_gate, h, f);
    add.matrix(Role::ffn_up, h, f);
  }
  add.matrix(Role::ffn_down, f, h);
  if (m.mlp_bias) add.vector(Role::bias, (s.gated ? 2 : 1) * f + h);
}

void expert_tensors(const Model& m, const LayerSpec& s, Adder add) {
  const Experts& e = m.experts;
  const double h = m.hidden_size, inner = first_given(e.latent, h);
  add.part = Part::router;
  add.matrix(Role::router, h, s.experts + e.zero_experts);
  if (e.router_bias) add.vector(Role::bias, s.experts + e.zero_experts);
  add.part = Part::experts;
  if (e.latent > 0) {
    add.matrix(Role::expert_latent_down, h, e.latent);
    add.matrix(Role::expert_latent_up, e.latent, h);
    if (e.latent_norm) add.vector(Role::norm, e.latent);
  }
  if (s.gated) add.matrix(Role::expert_gate, inner, s.expert_width, s.experts, s.active_experts);
  add.matrix(Role::expert_up, inner, s.expert_width, s.experts, s.active_experts);
  add.matrix(Role::expert_down, s.expert_width, inner, s.experts, s.active_experts);
  if (e.bias) add.vector(Role::bias, (s.gated ? 2 : 1) * s.expert_width + inner, s.experts, s.active_experts);
  if (s.shared_width > 0) {
    add.part = Part::shared_experts;
    if (s.gated) add.matrix(Role::shared_gate, h, s.shared_width);
    add.matrix(Role::shared_up, h, s.shared_width);
    add.matrix(Role::shared_down, s.shared_width, h);
    if (e.shared_gate) add.matrix(Role::shared_expert_gate, h, 1);
  }
}

/// Gemma 3n's and 4's per-layer input: a gate, a projection back and a norm in each layer; 3n adds a learned
/// residual of low rank (Laurel) and the coefficients that predict and correct the parallel streams (AltUp).
void per_layer_embedding_tensors(const Model& m, Adder add) {
  const PerLayerEmbedding& p = m.per_layer_embedding;
  const double h = m.hidden_size;
  add.part = Part::per_layer_embedding;
  add.matrix(Role::per_layer_embedding_part, h, p.dim);
  add.matrix(Role::per_layer_embedding_part, p.dim, h);
  add.vector(Role::norm, h);
  if (p.laurel_rank > 0) {
    add.matrix(Role::per_layer_embedding_part, h, p.laurel_rank);
    add.matrix(Role::per_layer_embedding_part, p.laurel_rank, h);
    add.vector(Role::norm, h);
  }
  if (p.altup > 0) {
    add.matrix(Role::per_layer_embedding_part, p.altup, p.altup);
    add.matrix(Role::per_layer_embedding_part, p.altup, p.altup * p.altup);
    add.matrix(Role::per_layer_embedding_part, h, p.altup);
    add.vector(Role::norm, h, 2);
  }
}

/// One MTP layer: the layer it repeats, a projection of hidden state and next embedding to h, their two norms
/// and a norm before the head.
void mtp_tensors(const Model& m, TensorList& list) {
  const double h = m.hidden_size;
  const std::size_t before = list.size();
  Adder add{list};
  if (m.mtp.kind == MtpKind::explicit_count) {
    add.vector(Role::other, m.mtp.parameters / m.mtp.layers);
  } else {
    const int last = static_cast<int>(m.layers) - 1;
    Model single = m;
    single.extra_per_layer = 0;
    single.per_layer_embedding = {};
    single.indexer.layers.clear();
    if (m.mtp.kind == MtpKind::exaone) {
      single.mlp_types = "d";
    } else if (m.mtp.kind == MtpKind::nemotron_h) {
      single.layer_types = "f";
      single.mlp_types = "n";
      layer_tensors(single, layer_spec(single, last), -1, list);
      single.layer_types = "n";
      single.mlp_types = "e";
    }
    layer_tensors(single, layer_spec(single, last), -1, list);
    add.matrix(Role::other, 2 * h, h);
    add.vector(Role::norm, norm_rows(m.norm) * h, 3);
    if (m.mtp.copies_embedding) add.matrix(Role::other, h, m.vocabulary, 2);
  }
  for (Tensor* t = list.begin() + before; t != list.end(); ++t) {
    t->copies *= m.mtp.layers;
    t->active *= m.mtp.layers;
    t->part = Part::mtp;
    t->extra = true;
  }
}

/// Everything in which layers of one model can differ: equal keys resolve to equal LayerSpecs, at a tenth of
/// the cost.
struct LayerKey {
  char type, mlp;
  bool indexer, shares_kv;
  double heads, kv_heads, mlp_width;

  friend bool operator==(const LayerKey&, const LayerKey&) = default;
};

char mlp_letter(const Model& m, int i) {
  const bool experts = m.experts.count > 0 && i >= static_cast<int>(m.experts.first_dense);
  return letter_at(m.mlp_types, i, experts ? 'e' : 'd');
}

bool shares_kv(const Model& m, int i) {
  return i >= static_cast<int>(m.layers) - static_cast<int>(m.kv_shared_layers);
}

LayerKey layer_key(const Model& m, int i) {
  return {letter_at(m.layer_types, i, 'f'),
          mlp_letter(m, i),
          letter_at(m.indexer.layers, i, 'f') == 'f',
          shares_kv(m, i),
          at_or(m.layer_heads, i, 0),
          at_or(m.layer_kv_heads, i, 0),
          at_or(m.layer_mlp_widths, i, 0)};
}

double state_of(const Recurrent& r, double hidden, double& convolution) {
  const double keys = r.key_heads * r.key_dim, values = r.value_heads * r.value_dim;
  switch (r.kind) {
    case RecurrentKind::none:
      return 0;
    case RecurrentKind::gated_delta_net:
      convolution = (r.convolution - 1) * (2 * keys + values);
      return r.value_heads * r.key_dim * r.value_dim;
    case RecurrentKind::kimi_delta:
      convolution = (r.convolution - 1) * 3 * values;
      return values * r.value_dim;
    case RecurrentKind::mamba2:
      convolution = (r.convolution - 1) * (values + 2 * r.groups * r.state);
      return values * r.state;
    case RecurrentKind::mamba1:
      convolution = (r.convolution - 1) * values;
      return values * r.state;
    case RecurrentKind::lightning:
      return values * r.value_dim;
    case RecurrentKind::short_conv:
      convolution = (r.convolution - 1) * hidden;
      return 0;
  }
  return 0;
}

}  // namespace

LayerSpec layer_spec(const Model& m, int i) {
  LayerSpec s;
  const char type = letter_at(m.layer_types, i, 'f');
  s.gated = m.gated_mlp;
  if (type == 'r') {
    s.mixer = Mixer::recurrent;
    s.state_elements = state_of(m.recurrent, m.hidden_size, s.conv_state_elements);
    s.state_elements += s.conv_state_elements;
  } else if (type != 'n') {
    const bool sliding = type == 's';
    const bool mla = m.mla.kv_rank > 0 && !sliding;
    s.mixer = mla ? Mixer::mla : sliding ? Mixer::sliding : Mixer::full;
    s.heads = at_or(m.layer_heads, i, m.heads);
    s.kv_heads = at_or(m.layer_kv_heads, i, m.kv_heads);
    s.head_dim = mla ? m.mla.nope_dim + m.mla.rope_dim : m.head_dim;
    s.value_dim = first_given(m.value_dim, mla ? m.mla.nope_dim : m.head_dim);
    if (sliding) {
      s.window = m.window;
      s.heads = first_given(m.sliding.heads, s.heads);
      s.kv_heads = first_given(m.sliding.kv_heads, s.kv_heads);
      s.value_dim = first_given(m.sliding.value_dim, first_given(m.sliding.head_dim, s.value_dim));
      s.head_dim = first_given(m.sliding.head_dim, s.head_dim);
    }
    s.attention_blocks = m.attention_blocks;
    s.qk_norm = m.qk_norm;
    s.gate = m.attention_gate;
    s.sinks = m.sink_layers.find(type) != std::string::npos;
    s.indexer = m.indexer.heads > 0 && letter_at(m.indexer.layers, i, 'f') == 'f';
    s.shares_kv = shares_kv(m, i);
    s.has_kv_weights = !s.shares_kv || m.kv_shared_weights;
    if (!s.shares_kv) {
      s.kv_elements = mla ? m.mla.kv_rank + m.mla.rope_dim : s.kv_heads * (s.head_dim + s.value_dim);
      s.kv_elements *= s.attention_blocks;
      if (s.indexer) s.kv_elements += m.indexer.head_dim;
    }
    if (s.kv_heads == 0) {
      s = LayerSpec{};
      s.gated = m.gated_mlp;
    }
  }

  const char mlp = mlp_letter(m, i);
  if (mlp == 'd' || mlp == 'b') {
    s.mlp_width = at_or(m.layer_mlp_widths, i, m.mlp_width);
    if (s.shares_kv && m.kv_shared_double_mlp) s.mlp_width *= 2;
    s.dense_blocks = s.mlp_width > 0 ? m.dense_blocks : 0;
  }
  if (m.experts.count > 0 && (mlp == 'e' || mlp == 'b')) {
    s.experts = m.experts.count;
    // Zero experts take their share of the choices and hold no weights.
    s.active_experts = m.experts.active * m.experts.count / (m.experts.count + m.experts.zero_experts);
    s.expert_width = m.experts.width;
    s.shared_width = m.experts.shared_width;
  }
  const bool half = s.mixer == Mixer::none || (s.dense_blocks == 0 && s.experts == 0);
  s.norms = half && m.norms_per_layer > 1 ? m.norms_per_layer / 2 : m.norms_per_layer;
  return s;
}

void layer_tensors(const Model& m, const LayerSpec& s, int index, TensorList& list) {
  Adder add{list, index};
  if (s.mixer == Mixer::recurrent) {
    recurrent_tensors(m, add);
  } else if (s.mixer != Mixer::none) {
    attention_tensors(m, s, add);
  }
  if (s.dense_blocks > 0) dense_tensors(m, s, add);
  if (s.experts > 0) expert_tensors(m, s, add);
  add.part = Part::norms;
  add.vector(Role::norm, norm_rows(m.norm) * m.hidden_size, s.norms);
  if (m.per_layer_embedding.dim > 0) per_layer_embedding_tensors(m, add);
  add.part = Part::other;
  add.vector(Role::other, m.extra_per_layer);
}

void outer_tensors(const Model& m, TensorList& list) {
  const double h = m.hidden_size, width = first_given(m.embedding_width, h);
  const double norm_width = norm_rows(m.norm) * h;
  Adder add{list};
  add.part = Part::embedding;
  add.matrix(Role::token_embedding, width, m.vocabulary);
  if (m.embedding_width > 0) add.matrix(Role::embedding_projection, h, width, 2);
  add.part = Part::positions;
  add.matrix(Role::position_embedding, h, m.learned_positions);
  add.part = Part::norms;
  add.vector(Role::norm, norm_width, (m.final_norm ? 1 : 0) + (m.embedding_norm ? 1 : 0));
  add.part = Part::head;
  if (!m.tied_embeddings) add.matrix(Role::output_head, width, m.vocabulary);
  if (m.head_bias) add.vector(Role::bias, m.vocabulary);
  const PerLayerEmbedding& p = m.per_layer_embedding;
  add.part = Part::per_layer_embedding;
  add.matrix(Role::per_layer_embedding, p.dim * m.layers, p.vocabulary);
  add.matrix(Role::per_layer_embedding_part, h, p.dim * m.layers);
  add.vector(Role::norm, p.dim);
  // The streams beside the first are projected from the embedding and back to it.
  if (p.altup > 0) add.matrix(Role::per_layer_embedding_part, h, h, 2 * (p.altup - 1));
  add.part = Part::other;
  add.vector(Role::other, m.extra_total);
  if (m.mtp.layers > 0) mtp_tensors(m, list);
  add.extra = true;
  add.part = Part::towers;
  add.vector(Role::tower, m.tower_parameters);
}

std::vector<LayerGroup> layer_groups(const Model& m, int first, int last) {
  std::vector<LayerGroup> groups;
  std::vector<LayerKey> keys;
  std::size_t found = 0;  // neighbours are often equal: looked at first
  for (int i = first; i < last; ++i) {
    const LayerKey key = layer_key(m, i);
    if (found >= keys.size() || keys[found] != key) {
      found = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
    }
    if (found < keys.size()) {
      ++groups[found].count;
    } else {
      keys.push_back(key);
      groups.push_back({layer_spec(m, i), 1, i});
    }
  }
  return groups;
}

ParameterCount count_parameters(const Model& m) {
  ParameterCount c;
  for_each_tensor_grouped(m, [&](const Tensor& t, int n) {
    const double elements = t.elements() * n;
    c.parts[static_cast<std::size_t>(t.part)] += elements;
    if (t.extra) {
      c.extra += elements;
      return;
    }
    c.text += elements;
    c.active += t.active_elements() * n;
    const bool table = is_looked_up(t.role);
    if (!table && t.part != Part::head) c.non_embedding += elements;
    if (!table) c.compute_active += t.active_elements() * n;
  });
  if (m.tied_embeddings) c.compute_active += m.vocabulary * first_given(m.embedding_width, m.hidden_size);
  return c;
}

CacheElements cache_elements(const Model& m) {
  CacheElements c;
  c.window = m.window;
  for_each_distinct_layer(m, [&](const LayerSpec& s, int n, int) {
    (s.mixer == Mixer::sliding ? c.per_token_windowed : c.per_token) += s.kv_elements * n;
    c.fixed += s.state_elements * n;
  });
  return c;
}

FlopPerToken flop_per_token(const Model& m, double context_tokens) {
  double forward = 2 * count_parameters(m).compute_active;
  for_each_distinct_layer(m, [&](const LayerSpec& s, int n, int) {
    const double attended = s.window > 0 ? std::min(s.window, context_tokens) : context_tokens;
    forward += 2 * s.heads * (s.head_dim + s.value_dim) * attended * s.attention_blocks * n;
  });
  return {forward, 3 * forward};
}

}  // namespace slide_rule
