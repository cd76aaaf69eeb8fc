#pragma once
// A language model's shape, and the one enumeration of its weight tensors from which everything else follows:
// parameter counts, adapters, quantisation mixes, sharding, dequantisation buffers.
//
// A zero, an empty text or an empty list means "the model has no such thing".

#include <array>
#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

enum class NormKind {
  rmsnorm,        ///< one scale a channel
  gemma_rmsnorm,  ///< as rmsnorm, computed as x * (1 + scale) in fp32: one intermediate more in training
  layernorm,      ///< scale and shift
  layernorm_no_bias,
  without_parameters,
};
SLIDE_RULE_NAMES(NormKind, "rmsnorm", "gemma-rmsnorm", "layernorm", "layernorm-no-bias", "without-parameters")

enum class QkNorm {
  none,
  per_head,  ///< one scale vector of the head's width, shared by the heads
  full,      ///< a scale for each channel of the projection
};
SLIDE_RULE_NAMES(QkNorm, "none", "per-head", "full")

enum class AttentionGate {
  none,
  elementwise,  ///< a projection as wide as the attention's output (Qwen3-Next; Kimi K3)
  per_head,     ///< one number a head
};
SLIDE_RULE_NAMES(AttentionGate, "none", "elementwise", "per-head")

enum class Activation { silu, gelu, gelu_tanh, gelu_new, relu, relu2 };
SLIDE_RULE_NAMES(Activation, "silu", "gelu", "gelu-tanh", "gelu-new", "relu", "relu2")

/// The mixers whose state does not grow with the context. What each one's widths mean stands at Recurrent.
enum class RecurrentKind { none, gated_delta_net, kimi_delta, mamba2, mamba1, lightning, short_conv };
SLIDE_RULE_NAMES(RecurrentKind, "none", "gated-delta-net", "kimi-delta", "mamba2", "mamba1", "lightning", "short-conv")

/// What the MTP (multi-token prediction) layers of a repository are made of.
enum class MtpKind {
  deepseek,    ///< a decoder layer, two norms, a 2h x h projection and a final norm
  qwen_next,   ///< the same with a full-attention layer
  exaone,      ///< the same with a dense layer
  nemotron_h,  ///< an attention and an expert block, two norms, a 2h x h projection
  explicit_count,  ///< `mtp_parameters` in all
};
SLIDE_RULE_NAMES(MtpKind, "deepseek", "qwen-next", "exaone", "nemotron-h", "explicit-count")

/// Widths of the recurrent mixer, the same in every layer that has one.
///   gated-delta-net  key_heads x key_dim, value_heads x value_dim; convolution over q, k, v
///   kimi-delta       value_heads x value_dim; convolution over q, k, v; gates of rank value_dim, or full
///   mamba2           value_heads x value_dim inner channels, groups, state
///   mamba1           value_heads x value_dim inner channels, state, key_dim = rank of dt
///   lightning        value_heads x value_dim
///   short-conv       convolution over the hidden channels
struct Recurrent {
  RecurrentKind kind = RecurrentKind::none;
  double key_heads = 0, value_heads = 0, key_dim = 0, value_dim = 0;
  double groups = 0, state = 0, convolution = 0;
  bool full_rank_gate = false;

  static void describe(auto& v, auto& r) {
    v.field("kind", r.kind);
    v.field("keyHeads", r.key_heads, count(0, 1e6));
    v.field("valueHeads", r.value_heads, count(0, 1e6));
    v.field("keyDim", r.key_dim, count(0, 1e6));
    v.field("valueDim", r.value_dim, count(0, 1e6));
    v.field("groups", r.groups, count(0, 1e6));
    v.field("state", r.state, count(0, 1e6));
    v.field("convolution", r.convolution, count(0, 1e4));
    v.field("fullRankGate", r.full_rank_gate);
  }
};

/// Multi-head latent attention (DeepSeek-V2 on): the cache holds the latent and one rotary key, not K and V.
struct Mla {
  double kv_rank = 0;  ///< 0: no MLA
  double q_rank = 0;   ///< 0: queries are projected directly
  double rope_dim = 0, nope_dim = 0;

  static void describe(auto& v, auto& m) {
    v.field("kvRank", m.kv_rank, count(0, 1e6));
    v.field("qRank", m.q_rank, count(0, 1e6));
    v.field("ropeDim", m.rope_dim, count(0, 1e6));
    v.field("nopeDim", m.nope_dim, count(0, 1e6));
  }
};

struct Experts {
  double count = 0;   ///< routed experts a layer; 0: a dense model
  double active = 0;  ///< of these, those that one token passes through
  double width = 0;
  double shared_width = 0;  ///< all shared experts together
  bool shared_gate = false; ///< a sigmoid gate on the shared experts (h weights)
  double first_dense = 0;   ///< layers before the first with experts, where `mlp_types` is empty
  double latent = 0;        ///< experts work in this width, between a down- and an up-projection
  bool latent_norm = false;
  bool router_bias = false;  ///< one number an expert
  bool bias = false;         ///< the experts' own biases
  double zero_experts = 0;   ///< router outputs that lead to no weights

  static void describe(auto& v, auto& e) {
    v.field("count", e.count, slide_rule::count(0, 1e6));
    v.field("active", e.active, slide_rule::count(0, 1e6));
    v.field("width", e.width, slide_rule::count(0, 1e7));
    v.field("sharedWidth", e.shared_width, slide_rule::count(0, 1e7));
    v.field("sharedGate", e.shared_gate);
    v.field("firstDense", e.first_dense, slide_rule::count(0, 1e4));
    v.field("latent", e.latent, slide_rule::count(0, 1e7));
    v.field("latentNorm", e.latent_norm);
    v.field("routerBias", e.router_bias);
    v.field("bias", e.bias);
    v.field("zeroExperts", e.zero_experts, slide_rule::count(0, 1e6));
  }
};

/// Sliding layers whose attention has other widths than the full layers'; 0 means the same.
struct SlidingShape {
  double heads = 0, kv_heads = 0, head_dim = 0, value_dim = 0;

  static void describe(auto& v, auto& s) {
    v.field("heads", s.heads, count(0, 1e6));
    v.field("kvHeads", s.kv_heads, count(0, 1e6));
    v.field("headDim", s.head_dim, count(0, 1e6));
    v.field("valueDim", s.value_dim, count(0, 1e6));
  }
};

/// Sparse attention's indexer (DeepSeek DSA, MiniMax MSA): a small attention that picks the tokens to attend to.
struct Indexer {
  double heads = 0;  ///< 0: none
  double head_dim = 0;
  std::string layers;  ///< a letter a layer, 'f' where the layer has its own; empty: every layer

  static void describe(auto& v, auto& i) {
    v.field("heads", i.heads, count(0, 1e6));
    v.field("headDim", i.head_dim, count(0, 1e6));
    v.field("layers", i.layers);
  }
};

/// Gemma 3n and 4: a second embedding for each layer, and what mixes it in.
struct PerLayerEmbedding {
  double dim = 0;  ///< 0: none
  double vocabulary = 0;
  double altup = 0;        ///< parallel residual streams (Gemma 3n)
  double laurel_rank = 0;  ///< rank of the learned residual (Gemma 3n)

  static void describe(auto& v, auto& p) {
    v.field("dim", p.dim, count(0, 1e6));
    v.field("vocabulary", p.vocabulary, count(0, 1e8));
    v.field("altup", p.altup, count(0, 100));
    v.field("laurelRank", p.laurel_rank, count(0, 1e6));
  }
};

struct Mtp {
  double layers = 0;
  MtpKind kind = MtpKind::deepseek;
  bool copies_embedding = false;  ///< the repository stores embedding and head once more for each MTP layer
  double parameters = 0;          ///< for explicit-count

  static void describe(auto& v, auto& m) {
    v.field("layers", m.layers, count(0, 1e3));
    v.field("kind", m.kind);
    v.field("copiesEmbedding", m.copies_embedding);
    v.field("parameters", m.parameters, count(0));
  }
};

/// A decoder-only language model. Patterns ("layerTypes", "mlpTypes", "indexer.layers") hold one letter a layer and
/// repeat where they are shorter than the model: "sssssf" is five sliding layers, one full layer, and so on.
struct Model {
  std::string id, name;
  double layers = 0, hidden_size = 0;
  double heads = 0, kv_heads = 0, head_dim = 0;
  double value_dim = 0;   ///< of one head's value; 0: head_dim
  double mlp_width = 0;   ///< of dense layers
  bool gated_mlp = true;  ///< three matrices (SwiGLU, GeGLU) instead of two
  Activation activation = Activation::silu;
  double vocabulary = 0;
  bool tied_embeddings = false;  ///< the output head is the token embedding
  double embedding_width = 0;    ///< where it is not hidden_size (OPT-350M): projections in and out
  double learned_positions = 0;
  NormKind norm = NormKind::rmsnorm;
  double norms_per_layer = 2;
  bool final_norm = true;
  bool embedding_norm = false;
  QkNorm qk_norm = QkNorm::none;
  bool qkv_bias = false, output_bias = false, mlp_bias = false, head_bias = false;
  bool fused_qkv = false;      ///< one module projects q, k and v (GPT-2, GPT-NeoX, Phi-3): adapters see one matrix
  bool fused_gate_up = false;  ///< one module projects gate and up (Phi-3, GLM-4)
  bool rotary = true;          ///< rotary positions (tables are buffers, not parameters)
  bool logit_softcap = false;  ///< tanh over the logits (Gemma 2)
  double dropout = 0, attention_dropout = 0;  ///< of the published training configuration
  double max_context = 0;
  double window = 0;        ///< of sliding layers, tokens
  std::string layer_types;  ///< f full attention, s sliding, r recurrent, n none; empty: all f
  std::string mlp_types;    ///< d dense, e experts, b both, n none; empty: all d, or e after experts.first_dense
  double attention_blocks = 1, dense_blocks = 1;  ///< a layer's attentions and dense MLPs (LongCat: 2)
  std::vector<double> layer_heads, layer_kv_heads, layer_mlp_widths;  ///< where they differ by layer; 0: none
  double kv_shared_layers = 0;       ///< the last so many layers read the cache of an earlier one
  bool kv_shared_weights = false;    ///< and yet have key and value projections (Gemma 3n)
  bool kv_shared_double_mlp = false; ///< and have an MLP twice as wide (Gemma 4 E2B)
  AttentionGate attention_gate = AttentionGate::none;
  std::string sink_layers;  ///< letters of layer_types whose attention has a learned sink a head
  SlidingShape sliding;
  Mla mla;
  Experts experts;
  Recurrent recurrent;
  Indexer indexer;
  PerLayerEmbedding per_layer_embedding;
  double extra_per_layer = 0, extra_total = 0;  ///< parameters that nothing above names
  Mtp mtp;
  double tower_parameters = 0;  ///< vision and audio towers stored with the model

  static void describe(auto& v, auto& m) {
    v.field("id", m.id);
    v.field("name", m.name);
    v.field("layers", m.layers, count(1, 1e4).required());
    v.field("hiddenSize", m.hidden_size, count(1, 1e7).required());
    v.field("heads", m.heads, count(0, 1e6));
    v.field("kvHeads", m.kv_heads, count(0, 1e6));
    v.field("headDim", m.head_dim, count(0, 1e6));
    v.field("valueDim", m.value_dim, count(0, 1e6));
    v.field("mlpWidth", m.mlp_width, count(0, 1e7));
    v.field("gatedMlp", m.gated_mlp);
    v.field("activation", m.activation);
    v.field("vocabulary", m.vocabulary, count(1, 1e8).required());
    v.field("tiedEmbeddings", m.tied_embeddings);
    v.field("embeddingWidth", m.embedding_width, count(0, 1e7));
    v.field("learnedPositions", m.learned_positions, count(0, 1e9));
    v.field("norm", m.norm);
    v.field("normsPerLayer", m.norms_per_layer, count(0, 16));
    v.field("finalNorm", m.final_norm);
    v.field("embeddingNorm", m.embedding_norm);
    v.field("qkNorm", m.qk_norm);
    v.field("qkvBias", m.qkv_bias);
    v.field("outputBias", m.output_bias);
    v.field("mlpBias", m.mlp_bias);
    v.field("headBias", m.head_bias);
    v.field("fusedQkv", m.fused_qkv);
    v.field("fusedGateUp", m.fused_gate_up);
    v.field("rotary", m.rotary);
    v.field("logitSoftcap", m.logit_softcap);
    v.field("dropout", m.dropout, fraction);
    v.field("attentionDropout", m.attention_dropout, fraction);
    v.field("maxContext", m.max_context, count(0, 1e12));
    v.field("window", m.window, count(0, 1e12));
    v.field("layerTypes", m.layer_types);
    v.field("mlpTypes", m.mlp_types);
    v.field("attentionBlocks", m.attention_blocks, count(1, 8));
    v.field("denseBlocks", m.dense_blocks, count(1, 8));
    v.field("layerHeads", m.layer_heads, count(0, 1e6));
    v.field("layerKvHeads", m.layer_kv_heads, count(0, 1e6));
    v.field("layerMlpWidths", m.layer_mlp_widths, count(0, 1e7));
    v.field("kvSharedLayers", m.kv_shared_layers, count(0, 1e4));
    v.field("kvSharedWeights", m.kv_shared_weights);
    v.field("kvSharedDoubleMlp", m.kv_shared_double_mlp);
    v.field("attentionGate", m.attention_gate);
    v.field("sinkLayers", m.sink_layers);
    v.field("sliding", m.sliding);
    v.field("mla", m.mla);
    v.field("experts", m.experts);
    v.field("recurrent", m.recurrent);
    v.field("indexer", m.indexer);
    v.field("perLayerEmbedding", m.per_layer_embedding);
    v.field("extraPerLayer", m.extra_per_layer, count(0));
    v.field("extraTotal", m.extra_total, count(0));
    v.field("mtp", m.mtp);
    v.field("towerParameters", m.tower_parameters, count(0));
  }
};

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
  recurrent_in,     ///< what is mixed: q, k, v, or Mamba's x, B, C, dt and gate
  recurrent_gate,   ///< the output gate, where it is a matrix of its own
  recurrent_decay,  ///< projections of decay and step
  recurrent_conv,   ///< short convolutions: rows of `in` taps
  recurrent_vector, ///< A, D, dt bias
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
SLIDE_RULE_NAMES(Role, "token-embedding", "position-embedding", "embedding-projection", "output-head", "attn-q",
                 "attn-k", "attn-v", "attn-qkv", "attn-o", "attn-gate", "mla-q-down", "mla-q-up", "mla-kv-down",
                 "mla-kv-up", "indexer", "recurrent-in", "recurrent-gate", "recurrent-decay", "recurrent-conv",
                 "recurrent-vector", "recurrent-out", "ffn-gate", "ffn-up", "ffn-gate-up", "ffn-down", "router",
                 "shared-expert-gate", "expert-latent-down", "expert-latent-up", "expert-gate", "expert-up",
                 "expert-down", "shared-gate", "shared-up", "shared-down", "norm", "bias", "sink",
                 "per-layer-embedding", "per-layer-embedding-part", "other", "tower")

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
  bool shares_kv = false;    ///< reads an earlier layer's cache, and stores none
  bool has_kv_weights = true;
  double dense_blocks = 0;   ///< dense MLPs of mlp_width; 0: none
  double mlp_width = 0;
  bool gated = true;
  double experts = 0, active_experts = 0, expert_width = 0, shared_width = 0;
  double norms = 0;  ///< of hidden_size, beside q/k-norms
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

/// Calls f(const Tensor&) for every tensor of the model, outer ones first, then layer by layer. Extra ones (MTP,
/// towers) are included and flagged.
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

/// Parameters counted from the shape.
struct ParameterCount {
  double text = 0;    ///< the text model: without MTP layers and towers
  double active = 0;  ///< of these, what one token passes through: everything but idle experts
  double non_embedding = 0;  ///< text without token, position and per-layer embedding tables and without the head
  double matmul_active = 0;  ///< active matrices that multiply, the head included even where it is tied
  double extra = 0;          ///< MTP and towers
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

  /// Elements after `tokens` tokens, windows compact: per_token * tokens + per_token_windowed * min(tokens, window)
  /// + fixed.
  double at(double tokens) const {
    return per_token * tokens + per_token_windowed * (tokens < window ? tokens : window) + fixed;
  }
};
CacheElements cache_elements(const Model& model);

/// FLOP to process one token.
///
///   forward  = 2 * matmul_active + 2 * sum over attention layers of heads * (head_dim + value_dim) * attended
///   training = 3 * forward
///
/// `attended` is how many tokens one attends to on average: context_tokens, or the window where that is less;
/// halve context_tokens for a causal mean. 0 leaves attention out.
struct FlopPerToken {
  double forward = 0, training = 0;

  static void describe(auto& v, auto& f) {
    v.field("forward", f.forward);
    v.field("training", f.training);
  }
};
FlopPerToken flop_per_token(const Model& model, double context_tokens);

/// What is wrong with a shape: heads that kv_heads does not divide, more active experts than experts, patterns
/// with unknown letters, a per-layer list of the wrong length, missing widths.
void check(const Model& model, Problems& problems, std::string_view path = "model");

}  // namespace slide_rule
