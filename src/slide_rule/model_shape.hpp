#pragma once
// A language model's shape, as questions and the catalogue give it.
//
// A zero, an empty text or an empty list means "the model has no such thing".

#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/memory/weight_format.hpp"
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
SLIDE_RULE_NAMES(RecurrentKind, "none", "gated-delta-net", "kimi-delta", "mamba2", "mamba1", "lightning",
                 "short-conv")

/// What the MTP (multi-token prediction) layers of a repository are made of.
enum class MtpKind {
  deepseek,        ///< a decoder layer, two norms, a 2h x h projection and a final norm
  qwen_next,       ///< the same with a full-attention layer
  exaone,          ///< the same with a dense layer
  nemotron_h,      ///< an attention and an expert block, two norms, a 2h x h projection
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

  static constexpr void describe(auto& v, auto& r) {
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

  static constexpr void describe(auto& v, auto& m) {
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
  double shared_width = 0;   ///< all shared experts together
  bool shared_gate = false;  ///< a sigmoid gate on the shared experts (h weights)
  double first_dense = 0;    ///< layers before the first with experts, where `mlp_types` is empty
  double latent = 0;         ///< experts work in this width, between a down- and an up-projection
  bool latent_norm = false;
  bool router_bias = false;  ///< one number an expert
  bool bias = false;         ///< the experts' own biases
  double zero_experts = 0;   ///< router outputs that lead to no weights
  bool fused = false;        ///< transformers has a layer's in one parameter, and always had

  static constexpr void describe(auto& v, auto& e) {
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
    v.field("fused", e.fused);
  }
};

/// Sliding layers whose attention has other widths than the full layers'; 0 means the same.
struct SlidingShape {
  double heads = 0, kv_heads = 0, head_dim = 0, value_dim = 0;

  static constexpr void describe(auto& v, auto& s) {
    v.field("heads", s.heads, count(0, 1e6));
    v.field("kvHeads", s.kv_heads, count(0, 1e6));
    v.field("headDim", s.head_dim, count(0, 1e6));
    v.field("valueDim", s.value_dim, count(0, 1e6));
  }
};

/// Sparse attention's indexer (DeepSeek DSA, MiniMax MSA): a small attention that picks the tokens to attend
/// to.
struct Indexer {
  double heads = 0;  ///< 0: none
  double head_dim = 0;
  std::string layers;  ///< a letter a layer, 'f' where the layer has its own; empty: every layer

  static constexpr void describe(auto& v, auto& i) {
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

  static constexpr void describe(auto& v, auto& p) {
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

  static constexpr void describe(auto& v, auto& m) {
    v.field("layers", m.layers, count(0, 1e3));
    v.field("kind", m.kind);
    v.field("copiesEmbedding", m.copies_embedding);
    v.field("parameters", m.parameters, count(0));
  }
};

/// The model's own file, as its header tells it: bytes of its tensors. They are the model's weights wherever
/// a plan stores them in the file's format; any other format is counted from the shape.
struct FileWeights {
  WeightFormat format = WeightFormat::bf16;
  bool gguf = false;             ///< a GGUF file, rather than safetensors
  double embedding = 0;          ///< the token embedding
  double tables = 0;             ///< what is looked up beside it: positions, embeddings of the layers
  double head = 0;               ///< 0: the embedding is the head
  double other = 0;              ///< the rest outside the layers: the last norm, projections
  std::vector<double> layers;    ///< of each layer, its experts included; empty: no file
  std::vector<double> experts;   ///< of these, the experts'; empty: none
  double towers = 0;             ///< vision and audio
  double prediction_layers = 0;  ///< MTP layers: stored, and not loaded

  static constexpr void describe(auto& v, auto& f) {
    v.field("format", f.format);
    v.field("gguf", f.gguf);
    v.field("embedding", f.embedding, count(0));
    v.field("tables", f.tables, count(0));
    v.field("head", f.head, count(0));
    v.field("other", f.other, count(0));
    v.field("layers", f.layers, count(0));
    v.field("experts", f.experts, count(0));
    v.field("towers", f.towers, count(0));
    v.field("predictionLayers", f.prediction_layers, count(0));
  }
};

/// A decoder-only language model. Patterns ("layerTypes", "mlpTypes", "indexer.layers") hold one letter a
/// layer and repeat where they are shorter than the model: "sssssf" is five sliding layers, one full layer,
/// and so on.
struct Model {
  std::string id, name;
  double layers = 0, hidden_size = 0;
  double heads = 0, kv_heads = 0, head_dim = 0;
  double value_dim = 0;  ///< of one head's value; 0: head_dim
  double mlp_width = 0;  ///< of dense layers
  bool mlp_width_estimated =
      false;              ///< stands for a made model's, whose rows are whole blocks; see plausible_shape
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
  bool fused_qkv =
      false;  ///< one module projects q, k and v (GPT-2, GPT-NeoX, Phi-3): adapters see one matrix
  bool fused_gate_up = false;                 ///< one module projects gate and up (Phi-3, GLM-4)
  bool rotary = true;                         ///< rotary positions (tables are buffers, not parameters)
  bool logit_softcap = false;                 ///< tanh over the logits (Gemma 2)
  double dropout = 0, attention_dropout = 0;  ///< of the published training configuration
  double max_context = 0;
  double window = 0;        ///< of sliding layers, tokens
  std::string layer_types;  ///< f full attention, s sliding, r recurrent, n none; empty: all f
  std::string
      mlp_types;  ///< d dense, e experts, b both, n none; empty: all d, or e after experts.first_dense
  double attention_blocks = 1, dense_blocks = 1;  ///< a layer's attentions and dense MLPs (LongCat: 2)
  std::vector<double> layer_heads, layer_kv_heads, layer_mlp_widths;  ///< where they differ by layer; 0: none
  double kv_shared_layers = 0;        ///< the last so many layers read the cache of an earlier one
  bool kv_shared_weights = false;     ///< and yet have key and value projections (Gemma 3n)
  bool kv_shared_double_mlp = false;  ///< and have an MLP twice as wide (Gemma 4 E2B)
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
  FileWeights file;

  static constexpr void describe(auto& v, auto& m) {
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
    v.field("file", m.file);
  }
};

/// What is wrong with a shape: heads that kv_heads does not divide, more active experts than experts,
/// patterns with unknown letters, a per-layer list of the wrong length, missing widths, a file whose parts
/// contradict the shape.
void check(const Model& model, Problems& problems, std::string_view path = "model");

}  // namespace slide_rule
