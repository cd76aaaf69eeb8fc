#include "slide_rule/memory/ggml_buffer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

namespace slide_rule {
namespace {

enum class Class : std::uint8_t { input, hidden, inner, logits };

constexpr int kNone = -1;

/// Without initialisers, so that a graph's array costs nothing; Graph::add sets every member.
struct Node {
  double bytes, offset;
  std::int16_t sources[4];
  std::int16_t readers;
  std::uint8_t views;  ///< a bit for each source that is read through a view: its place is never taken over
  Class kind;
  bool in_place;
  bool kept;   ///< never freed
  bool owned;  ///< holds its place in the buffer
};

/// A graph's tensors in the order they are computed.
class Graph {
 public:
  static constexpr int kCapacity = 512;

  /// Source `i` read through a view.
  static constexpr int view(int i) { return i + kCapacity; }

  int add(Class kind, double bytes, std::initializer_list<int> sources, bool in_place = false) {
    assert(size_ < kCapacity);
    Node& n = node(size_);
    n = {bytes, 0, {kNone, kNone, kNone, kNone}, 0, 0, kind, in_place, false, false};
    int at = 0;
    for (int s : sources) {
      if (s == kNone) continue;
      if (s >= kCapacity) {
        s -= kCapacity;
        n.views |= static_cast<std::uint8_t>(1 << at);
      }
      n.sources[at++] = static_cast<std::int16_t>(s);
      ++node(s).readers;
    }
    return size_++;
  }
  void keep(int i) { node(i).kept = true; }

  GgmlBuffer lay_out() {
    free_[0] = {0, 1e300};
    free_count_ = 1;
    for (int i = 0; i < size_; ++i) {
      Node& n = node(i);
      if (n.bytes > 0 && !take_over(n)) {
        n.offset = allocate(n.bytes);
        n.owned = true;
        held(n.kind) += n.bytes;
        if (n.offset + n.bytes > top_) {
          top_ = n.offset + n.bytes;
          at_top_ = held_;
        }
      }
      for (const int s : n.sources) {
        if (s == kNone) break;
        Node& source = node(s);
        if (--source.readers == 0 && source.owned && !source.kept) {
          release(source.offset, source.bytes);
          source.owned = false;
          held(source.kind) -= source.bytes;
        }
      }
    }
    at_top_.gaps = top_ - at_top_.total();
    return at_top_;
  }

 private:
  struct Gap {
    double offset, bytes;
  };
  static constexpr int kGaps = 64;

  Node& node(int i) { return nodes_[i]; }

  bool take_over(Node& n) {
    if (!n.in_place) return false;
    for (int i = 0; i < 4 && n.sources[i] != kNone; ++i) {
      Node& source = node(n.sources[i]);
      if ((n.views >> i & 1) != 0 || !source.owned || source.kept || source.readers != 1 ||
          source.bytes != n.bytes)
        continue;
      n.offset = source.offset;
      n.owned = true;
      source.owned = false;
      held(source.kind) -= n.bytes;
      held(n.kind) += n.bytes;
      return true;
    }
    return false;
  }

  double allocate(double bytes) {
    int best = free_count_ - 1;
    for (int i = 0; i + 1 < free_count_; ++i) {
      const Gap& g = free_[i];
      if (g.bytes < bytes) continue;
      const bool last = best == free_count_ - 1;
      if (last || g.bytes <= free_[best].bytes) best = i;
    }
    Gap& g = free_[best];
    const double offset = g.offset;
    g.offset += bytes;
    g.bytes -= bytes;
    if (g.bytes <= 0) erase(best);
    return offset;
  }

  void release(double offset, double bytes) {
    int at = 0;
    while (at < free_count_ && free_[at].offset < offset) ++at;
    const auto gap = [&](int i) -> Gap& { return free_[i]; };
    const bool joins_before = at > 0 && gap(at - 1).offset + gap(at - 1).bytes == offset;
    const bool joins_after = at < free_count_ && offset + bytes == gap(at).offset;
    if (joins_before && joins_after) {
      gap(at - 1).bytes += bytes + gap(at).bytes;
      erase(at);
    } else if (joins_before) {
      gap(at - 1).bytes += bytes;
    } else if (joins_after) {
      gap(at).offset = offset;
      gap(at).bytes += bytes;
    } else {
      assert(free_count_ < kGaps);
      for (int i = free_count_; i > at; --i) gap(i) = gap(i - 1);
      gap(at) = {offset, bytes};
      ++free_count_;
    }
  }

  void erase(int at) {
    --free_count_;
    for (int i = at; i < free_count_; ++i) free_[i] = free_[i + 1];
  }

  double& held(Class kind) {
    switch (kind) {
      case Class::input:
        return held_.inputs;
      case Class::hidden:
        return held_.hidden;
      case Class::logits:
        return held_.logits;
      case Class::inner:
        break;
    }
    return held_.inner;
  }

  Node nodes_[kCapacity];
  int size_ = 0;
  Gap free_[kGaps + 1];
  int free_count_ = 0;
  double top_ = 0;
  GgmlBuffer held_, at_top_;  ///< bytes in the buffer now, and when the top last rose
};

/// Adds the operations of a decoder as llama.cpp builds them, in the order that its depth-first walk visits
/// them. All intermediates are fp32.
class Builder {
 public:
  Builder(const LayerTable& table, const GgmlPlan& plan)
      : table_(table), m_(table.model()), plan_(plan), token_(plan.ubatch * 4) {}

  GgmlBuffer build() {
    int hidden = input(hidden_bytes());
    positions_ = input(token_);
    mask_ = mask_input(plan_.cells);
    if (plan_.window_cells > 0) window_mask_ = mask_input(plan_.window_cells);
    if (plan_.head) output_ids_ = input(token_);
    for (std::size_t i = 0; i < plan_.layers.count; ++i) {
      last_ = plan_.head && i + 1 == plan_.layers.count;
      hidden = layer(table_.groups()[static_cast<std::size_t>(plan_.layers.groups[i])].spec, hidden);
    }
    if (plan_.head) g_.add(Class::logits, m_.vocabulary * token_, {norm(hidden)});
    return g_.lay_out();
  }

 private:
  struct Mask {
    int fp32 = kNone, fp16 = kNone;
  };

  double hidden_bytes() const { return m_.hidden_size * token_; }
  int wide(double channels, std::initializer_list<int> from, bool in_place = false) {
    return g_.add(Class::inner, channels * token_, from, in_place);
  }
  int hidden(std::initializer_list<int> from, bool in_place = false) {
    return g_.add(Class::hidden, hidden_bytes(), from, in_place);
  }
  /// Divided by the root mean square, then scaled, each in its operand's place; the fork does both at once.
  int norm(int x) {
    if (plan_.fork) return hidden({x});
    const int normed = hidden({x}, true);
    return hidden({normed}, true);
  }
  Mask mask_input(double cells) {
    if (plan_.fork && plan_.flash) return {kNone, input(cells * plan_.ubatch * 2)};
    return {input(cells * token_), kNone};
  }
  int input(double bytes) {
    int first = g_.add(Class::input, bytes, {});
    for (double c = 1; c < plan_.input_copies; ++c) g_.keep(g_.add(Class::input, bytes, {}));
    if (plan_.input_copies > 1) g_.keep(first);
    return first;
  }
  /// A weight matrix that lies on the host is copied in before the operation that reads it.
  int streamed() { return plan_.streamed_bytes > 0 ? g_.add(Class::inner, plan_.streamed_bytes, {}) : kNone; }

  int layer(const LayerSpec& s, int x) {
    const int normed = norm(x);
    int mixed = kNone;
    if (s.mixer == Mixer::recurrent)
      mixed = recurrent(normed);
    else if (s.mixer == Mixer::mla)
      mixed = mla(s, normed);
    else if (s.mixer != Mixer::none)
      mixed = attention(s, normed);
    const bool norms_outputs = s.norms >= 4 && mixed != kNone;
    if (norms_outputs) mixed = norm(mixed);
    int residual = x;
    if (last_) {
      // From here on only the tokens whose logits are kept.
      token_ = plan_.output_rows * 4;
      if (mixed != kNone) mixed = hidden({mixed, output_ids_});
      residual = hidden({x, output_ids_});
    }
    if (mixed != kNone) residual = hidden({mixed, residual}, true);
    if (s.dense_blocks == 0 && s.experts == 0) return residual;
    const int mlp_in = norm(residual);
    int out = kNone;
    if (s.experts > 0) out = experts(s, mlp_in);
    if (s.dense_blocks > 0) {
      const int dense = mlp(mlp_in, s.mlp_width, s.gated, m_.fused_gate_up);
      out = out == kNone ? dense : hidden({out, dense}, true);
    }
    return hidden({norms_outputs ? norm(out) : out, residual}, true);
  }

  int masked_with(Mask& mask) {
    if (!plan_.flash) return mask.fp32;
    if (mask.fp16 == kNone) {
      const double cells = &mask == &window_mask_ ? plan_.window_cells : plan_.cells;
      mask.fp16 = g_.add(Class::input, cells * plan_.ubatch * 2, {mask.fp32});
    }
    return mask.fp16;
  }

  /// softmax(q k) v; `score_heads` heads, `out` channels.
  int attend(int q, Mask& mask, double score_heads, double cells, double out) {
    if (plan_.flash) return wide(out, {q, masked_with(mask)});
    const int scores = wide(score_heads * cells, {q});
    const int softmax = wide(score_heads * cells, {scores, mask.fp32}, true);
    const int mixed = wide(out, {softmax});
    return wide(out, {mixed});
  }

  int attention(const LayerSpec& s, int x) {
    const double q_width = s.heads * s.head_dim, k_width = s.kv_heads * s.head_dim,
                 v_width = s.kv_heads * s.value_dim;
    const bool gated = s.gate == AttentionGate::elementwise;
    // A product is rotated, or normed, through a view of its heads, so into a place of its own.
    const int qkv = m_.fused_qkv ? wide(q_width + k_width + v_width, {x}) : kNone;
    const auto product = [&](double width) { return wide(width, {qkv == kNone ? x : qkv}); };
    const int q_and_gate = product(q_width * (gated ? 2 : 1));
    const int q = wide(q_width, {q_and_gate, positions_});
    int k = kNone, v = kNone;
    if (s.has_kv_weights) {
      k = wide(k_width, {product(k_width), positions_});
      v = product(v_width);
    }
    const int stored = g_.add(Class::inner, 0, {k, v});
    Mask& mask = s.window > 0 && plan_.window_cells > 0 ? window_mask_ : mask_;
    const double cells = &mask == &window_mask_ ? plan_.window_cells : plan_.cells;
    g_.add(Class::inner, 0, {stored});
    int o = attend(q, mask, s.heads, cells, s.heads * s.value_dim);
    if (gated) o = wide(q_width, {Graph::view(o), wide(q_width, {q_and_gate})}, true);
    return hidden({o});
  }

  int mla(const LayerSpec& s, int x) {
    const Mla& l = m_.mla;
    int q = x;
    if (l.q_rank > 0) {
      q = wide(l.q_rank, {x});
      q = wide(l.q_rank, {q}, true);
    }
    q = wide(s.heads * s.head_dim, {q});
    const int latent = wide(l.kv_rank + l.rope_dim, {x});
    const int rotary = wide(s.heads * l.rope_dim, {q, positions_});
    const int absorbed = wide(s.heads * l.kv_rank, {q});
    const int query = wide(s.heads * (l.kv_rank + l.rope_dim), {absorbed, rotary});
    const int key = wide(l.kv_rank + l.rope_dim, {latent});
    g_.add(Class::inner, 0, {key});
    const int o = attend(query, mask_, s.heads, plan_.cells, s.heads * l.kv_rank);
    const int values = wide(s.heads * s.value_dim, {o});
    const int joined = wide(s.heads * s.value_dim, {values});
    return hidden({joined});
  }

  int recurrent(int x) {
    const Recurrent& r = m_.recurrent;
    const double keys = r.key_heads * r.key_dim, values = r.value_heads * r.value_dim;
    double mixed = 3 * m_.hidden_size, inner = m_.hidden_size;
    switch (r.kind) {
      case RecurrentKind::gated_delta_net:
        mixed = 2 * keys + values, inner = values;
        break;
      case RecurrentKind::kimi_delta:
      case RecurrentKind::lightning:
        mixed = 3 * values, inner = values;
        break;
      case RecurrentKind::mamba2:
        mixed = values + 2 * r.groups * r.state, inner = values;
        break;
      case RecurrentKind::mamba1:
        mixed = values, inner = values;
        break;
      default:
        break;
    }
    const int in = wide(mixed, {x});
    const int gate = wide(inner, {x});
    const int padded = wide(mixed, {in});
    const int convolved = wide(mixed, {padded});
    const int activated = wide(mixed, {convolved}, true);
    const int q = wide(inner, {activated}), k = wide(inner, {activated}), v = wide(inner, {activated});
    int o = wide(inner, {q, k, v});
    o = wide(inner, {o, gate}, true);
    return hidden({o});
  }

  /// up(x), times the activation of gate(x) where there is one: the fork does all of it at once.
  int widened(double width, std::initializer_list<int> from, bool gated, bool fused) {
    const auto product = [&](double channels) {
      const int copy = streamed();
      return wide(channels, {from.begin()[0], from.size() > 1 ? from.begin()[1] : kNone, copy});
    };
    if (!gated) return wide(width, {product(width)}, true);
    if (fused) return wide(width, {product(2 * width)});
    if (plan_.fork) return product(width);
    const int gate = product(width), up = product(width);
    return wide(width, {gate, up}, !plan_.gated_product);
  }

  int mlp(int x, double width, bool gated, bool fused) {
    const int inner = widened(width, {x}, gated, fused);
    return hidden({inner, streamed()});
  }

  int experts(const LayerSpec& s, int x) {
    const double k = s.active_experts, each = m_.experts.latent > 0 ? m_.experts.latent : m_.hidden_size;
    const int router = wide(s.experts, {x});
    const int probabilities = wide(s.experts, {router}, true);
    const int chosen = wide(s.experts, {probabilities});
    const int weights = wide(k, {probabilities, chosen});
    int in = x;
    if (m_.experts.latent > 0) in = wide(each, {x});
    const int inner = widened(k * s.expert_width, {in, chosen}, s.gated, false);
    int down = wide(k * each, {inner, chosen, streamed()});
    down = wide(k * each, {down, weights}, true);
    int out = g_.add(m_.experts.latent > 0 ? Class::inner : Class::hidden, each * token_, {down});
    if (m_.experts.latent > 0) out = hidden({out});
    if (s.shared_width > 0) {
      const int shared = mlp(x, s.shared_width, s.gated, false);
      out = hidden({out, shared}, true);
    }
    return out;
  }

  const LayerTable& table_;
  const Model& m_;
  const GgmlPlan& plan_;
  double token_;       ///< bytes of one channel
  bool last_ = false;  ///< the layer before the head
  int positions_ = kNone, output_ids_ = kNone;
  Mask mask_, window_mask_;
  Graph g_;
};

}  // namespace

GgmlLayers ggml_layers(const LayerTable& table, int first, int last) {
  GgmlLayers layers;
  std::array<std::uint8_t, 256> seen{};
  for (int i = first; i < last && layers.count < GgmlLayers::kMost; ++i) {
    const int group = table.group_of(i);
    std::uint8_t& times = seen[static_cast<std::size_t>(group) % seen.size()];
    if (times < 2 || i + 1 == last) layers.groups[layers.count++] = group;
    if (times < 2) ++times;
  }
  return layers;
}

GgmlBuffer ggml_compute_buffer(const LayerTable& table, const GgmlPlan& plan) {
  return Builder(table, plan).build();
}

GgmlBuffer GgmlBuffers::of(const GgmlPlan& plan) {
  for (const Known& known : known_) {
    if (known.plan == plan) return known.buffer;
  }
  known_.push_back({plan, ggml_compute_buffer(table_, plan)});
  return known_.back().buffer;
}

}  // namespace slide_rule
