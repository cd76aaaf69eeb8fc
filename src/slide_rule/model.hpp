#pragma once
// The one enumeration of a model's weight tensors, from which everything else follows: parameter counts,
// adapters, quantisation mixes, sharding, dequantisation buffers.

#include <array>
#include <cassert>
#include <cstddef>
#include <vector>

#include "slide_rule/model_shape.hpp"
#include "slide_rule/names.hpp"

namespace slide_rule {

/// What a weight tensor does. Formats, adapters and sharding go by it.
enum class Role {
  token_embedding,
  position_embedding,
  embedding_projection,  ///< between embedding_width and hidden_size
  output_head,
  attn_q,
  attn_k,
  attn_v,
  attn_qkv,  ///< fused
  attn_o,
  attn_gate,
  mla_q_down,
  mla_q_up,
  mla_kv_down,  ///< latent and rotary key
  mla_kv_up,
  indexer,
  recurrent_in,      ///< what is mixed: q, k, v, or Mamba's x, B, C, dt and gate
  recurrent_gate,    ///< the output gate, where it is a matrix of its own
  recurrent_decay,   ///< projections of decay and step
  recurrent_conv,    ///< short convolutions: rows of `in` taps
  recurrent_vector,  ///< A, D, dt bias
  recurrent_out,
  ffn_gate,
  ffn_up,
  ffn_gate_up,  ///< fused
  ffn_down,
  router,
  shared_expert_gate,  ///< h weights of the sigmoid on the shared experts
  expert_latent_down,
  expert_latent_up,
  expert_gate,
  expert_up,
  expert_down,
  shared_gate,
  shared_up,
  shared_down,
  norm,
  bias,
  sink,
  per_layer_embedding,       ///< the table
  per_layer_embedding_part,  ///< what mixes it in, AltUp and Laurel
  other,
  tower,
};
SLIDE_RULE_NAMES(Role, "token-embedding", "position-embedding", "embedding-projection", "output-head",
                 "attn-q", "attn-k", "attn-v", "attn-qkv", "attn-o", "attn-gate", "mla-q-down", "mla-q-up",
                 "mla-kv-down", "mla-kv-up", "indexer", "recurrent-in", "recurrent-gate", "recurrent-decay",
                 "recurrent-conv", "recurrent-vector", "recurrent-out", "ffn-gate", "ffn-up", "ffn-gate-up",
                 "ffn-down", "router", "shared-expert-gate", "expert-latent-down", "expert-latent-up",
                 "expert-gate", "expert-up", "expert-down", "shared-gate", "shared-up", "shared-down", "norm",
                 "bias", "sink", "per-layer-embedding", "per-layer-embedding-part", "other", "tower")

/// Whether a token takes its row of the table, whatever that has besides.
constexpr bool is_looked_up(Role role) {
  return role == Role::token_embedding || role == Role::position_embedding ||
         role == Role::per_layer_embedding;
}

/// The parts that a count is told in.
enum class Part {
  embedding,
  positions,
  attention,
  recurrent,
  mlp,
  experts,
  shared_experts,
  router,
  norms,
  head,
  per_layer_embedding,
  other,
  mtp,
  towers,
};
SLIDE_RULE_NAMES(Part, "embedding", "positions", "attention", "recurrent", "mlp", "experts", "shared-experts",
                 "router", "norms", "head", "per-layer-embedding", "other", "mtp", "towers")
inline constexpr std::size_t kParts = Names<Part>::words.size();

/// One weight tensor, or `copies` equal ones (experts; a layer's second attention).
struct Tensor {
  Role role = Role::other;
  Part part = Part::other;
  bool matrix = true;  ///< multiplied with the hidden state: what quantisation and adapters may touch
  bool extra = false;  ///< stored beside the text model: MTP layers, towers
  int layer = -1;      ///< -1 outside the layers
  double in = 1;       ///< columns: the input channels, what blocks of quantised weights run along
  double out = 1;      ///< rows
  double copies = 1;
  double active = 1;  ///< copies that one token passes through

  double elements() const { return in * out * copies; }
  double active_elements() const { return in * out * active; }
};

/// The tensors of one layer, without an allocation.
class TensorList {
 public:
  static constexpr std::size_t kCapacity = 64;
  void add(const Tensor& t) {
    assert(size_ < kCapacity);
    if (t.in > 0 && t.out > 0 && t.copies > 0) items_[size_++] = t;
  }
  const Tensor* begin() const { return items_.data(); }
  const Tensor* end() const { return items_.data() + size_; }
  Tensor* begin() { return items_.data(); }
  Tensor* end() { return items_.data() + size_; }
  std::size_t size() const { return size_; }

 private:
  std::array<Tensor, kCapacity> items_;
  std::size_t size_ = 0;
};

enum class Mixer {
  none,
  full,
  sliding,
  mla,
  recurrent,
};
SLIDE_RULE_NAMES(Mixer, "none", "full", "sliding", "mla", "recurrent")

/// One layer with every pattern resolved. Widths that the layer has no use for are 0.
struct LayerSpec {
  Mixer mixer = Mixer::none;
  double attention_blocks = 0;
  double heads = 0, kv_heads = 0, head_dim = 0;  ///< head_dim of queries and keys (MLA: nope + rope)
  double value_dim = 0;
  double window = 0;  ///< sliding layers only
  QkNorm qk_norm = QkNorm::none;
  AttentionGate gate = AttentionGate::none;
  bool sinks = false;
  bool indexer = false;
  bool shares_kv = false;  ///< reads an earlier layer's cache, and stores none
  bool has_kv_weights = true;
  double dense_blocks = 0;  ///< dense MLPs of mlp_width; 0: none
  double mlp_width = 0;
  bool gated = true;
  double experts = 0, active_experts = 0, expert_width = 0, shared_width = 0;
  double norms = 0;           ///< of hidden_size, beside q/k-norms
  double kv_elements = 0;     ///< cached a token and sequence (MLA: the latent); an indexer's keys included
  double state_elements = 0;  ///< kept a sequence, whatever its length: recurrent state and convolution tail
  double conv_state_elements = 0;  ///< of these, the convolution's; engines keep the others in fp32

  friend bool operator==(const LayerSpec&, const LayerSpec&) = default;
};

/// Resolves layer i. @pre 0 <= i < model.layers, check(model) found no problem
LayerSpec layer_spec(const Model& model, int i);

/// Appends the weight tensors of a layer; their `layer` is set to `index`.
void layer_tensors(const Model& model, const LayerSpec& spec, int index, TensorList& list);

/// Appends the tensors outside the layers: embeddings, final norm, head (absent where tied), MTP, towers.
void outer_tensors(const Model& model, TensorList& list);

/// A run of equal layers (not always neighbours).
struct LayerGroup {
  LayerSpec spec;
  int count = 0;
  int first = 0;  ///< index of the first of them
};

/// Groups layers [first, last) by equal LayerSpec, in order of appearance.
std::vector<LayerGroup> layer_groups(const Model& model, int first, int last);
inline std::vector<LayerGroup> layer_groups(const Model& model) {
  return layer_groups(model, 0, static_cast<int>(model.layers));
}

/// Calls f(const LayerSpec&, int count, int first) for each distinct layer.
template <class F>
void for_each_distinct_layer(const Model& model, F&& f) {
  for (const LayerGroup& g : layer_groups(model)) f(g.spec, g.count, g.first);
}

/// Calls f(const Tensor&) for every tensor of the model, outer ones first, then layer by layer. Extra ones
/// (MTP, towers) are included and flagged.
template <class F>
void for_each_tensor(const Model& model, F&& f) {
  TensorList outer;
  outer_tensors(model, outer);
  for (const Tensor& t : outer) f(t);
  for (int i = 0; i < static_cast<int>(model.layers); ++i) {
    TensorList list;
    layer_tensors(model, layer_spec(model, i), i, list);
    for (const Tensor& t : list) f(t);
  }
}

/// As for_each_tensor, with equal layers told once: f(const Tensor&, int count), `layer` that of the first.
template <class F>
void for_each_tensor_grouped(const Model& model, F&& f) {
  TensorList outer;
  outer_tensors(model, outer);
  for (const Tensor& t : outer) f(t, 1);
  for_each_distinct_layer(model, [&](const LayerSpec& spec, int n, int first) {
    TensorList list;
    layer_tensors(model, spec, first, list);
    for (const Tensor& t : list) f(t, n);
  });
}

/// From when transformers (5.0, January 2026) has the experts of all families fused, runs them in groups, and
/// repeats no key heads.
/// @see [transformers-experts] in src/catalog/references.json
inline constexpr double kTransformers5 = 2026;

/// Whether transformers of that year keeps a layer's experts in one parameter and not in linear modules,
/// which are all that bitsandbytes quantises and PEFT finds by `all-linear`.
/// @see [bitsandbytes-experts] in src/catalog/references.json
inline bool experts_are_parameters(const Model& model, double software_year) {
  return model.experts.count > 0 && (model.experts.fused || software_year >= kTransformers5);
}

/// Parameters counted from the shape.
struct ParameterCount {
  double text = 0;    ///< the text model: without MTP layers and towers
  double active = 0;  ///< of these, what one token passes through: everything but idle experts
  double non_embedding =
      0;  ///< text without token, position and per-layer embedding tables and without the head
  double compute_active =
      0;             ///< active, without the tables, with the head even where it is tied: 2 FLOP each a token
  double extra = 0;  ///< MTP and towers
  std::array<double, kParts> parts{};  ///< by Part; sums to text + extra

  double part(Part p) const { return parts[static_cast<std::size_t>(p)]; }
};
ParameterCount count_parameters(const Model& model);

/// What the cache holds, in elements of one sequence.
struct CacheElements {
  double per_token = 0;           ///< of layers whose cache grows with the context
  double per_token_windowed = 0;  ///< of layers whose cache is capped at `window` tokens
  double window = 0;
  double fixed = 0;  ///< recurrent state, whatever the context

  /// Elements after `tokens` tokens, windows compact: per_token * tokens + per_token_windowed * min(tokens,
  /// window)
  /// + fixed.
  double at(double tokens) const {
    return per_token * tokens + per_token_windowed * (tokens < window ? tokens : window) + fixed;
  }
};
CacheElements cache_elements(const Model& model);

/// FLOP to process one token.
///
///   forward  = 2 * compute_active + 2 * sum over attention layers of heads * (head_dim + value_dim) *
///   attended training = 3 * forward
///
/// For a dense model of L layers with a heads of width d, that is 6 * (non-embedding + head) + 12 * L * a * d
/// * context_tokens to train. `attended` is how many tokens one attends to: context_tokens, or the window
/// where that is less; give half the sequence for the causal mean, 0 to leave attention out. Recurrent state
/// updates are left out: they are below 1 % of a layer's matrices.
/// @see [kaplan-2020] section 2.1, [narayanan-2021] appendix
struct FlopPerToken {
  double forward = 0, training = 0;

  static constexpr void describe(auto& v, auto& f) {
    v.field("forward", f.forward);
    v.field("training", f.training);
  }
};
FlopPerToken flop_per_token(const Model& model, double context_tokens);

}  // namespace slide_rule
