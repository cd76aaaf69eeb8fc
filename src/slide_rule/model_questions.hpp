#pragma once
// Questions about the catalogue and about one model: what it counts to, what it caches, what a token costs.

#include <string_view>
#include <vector>

#include "slide_rule/choices.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/device.hpp"

namespace slide_rule {

/// One part of a count.
struct PartCount {
  Part id = Part::other;
  double parameters = 0;
  bool extra = false;  ///< stored beside the text model, not part of `parameters`

  static constexpr void describe(auto& v, auto& p) {
    v.field("id", p.id);
    v.field("parameters", p.parameters);
    v.field("extra", p.extra);
  }
};

/// Equal tensors of the model, told once: parameters = in * out * count.
struct TensorCount {
  Role role = Role::other;
  Part part = Part::other;
  double in = 0, out = 0, count = 0;
  double parameters = 0;
  bool extra = false;

  static constexpr void describe(auto& v, auto& t) {
    v.field("role", t.role);
    v.field("part", t.part);
    v.field("in", t.in);
    v.field("out", t.out);
    v.field("count", t.count);
    v.field("parameters", t.parameters);
    v.field("extra", t.extra);
  }
};

struct ModelQuestion {
  ModelChoice model;
  double context_tokens = 0;  ///< what flopPerToken attends to; 0 leaves attention out
  bool tensors = false;       ///< list the tensors too

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model, required_text);
    v.field("contextTokens", q.context_tokens, count(0, 1e12));
    v.field("tensors", q.tensors);
  }
};

struct ModelAnswer {
  double parameters = 0;  ///< of the text model, without MTP layers and towers
  double active_parameters = 0;
  double non_embedding_parameters = 0;
  double extra_parameters = 0;  ///< MTP layers and towers that the repository stores besides
  std::vector<PartCount> parts;
  std::vector<TensorCount> tensors;
  double kv_bytes_per_token = 0;           ///< bf16, of layers whose cache grows with the context
  double kv_bytes_per_token_windowed = 0;  ///< bf16, of layers whose cache is capped at `window`
  double window = 0;
  double state_elements = 0;  ///< recurrent state of one sequence, whatever the context
  FlopPerToken flop_per_token;
  Workings workings;  ///< of flopPerToken.forward
  Model shape;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("activeParameters", a.active_parameters);
    v.field("nonEmbeddingParameters", a.non_embedding_parameters);
    v.field("extraParameters", a.extra_parameters);
    v.field("parts", a.parts);
    v.field("tensors", a.tensors);
    v.field("kvBytesPerToken", a.kv_bytes_per_token);
    v.field("kvBytesPerTokenWindowed", a.kv_bytes_per_token_windowed);
    v.field("window", a.window);
    v.field("stateElements", a.state_elements);
    v.field("flopPerToken", a.flop_per_token);
    v.field("workings", a.workings);
    v.field("shape", a.shape);
    v.field("assumptions", a.assumptions);
  }
};

ModelAnswer answer(const ModelQuestion& q, Problems& problems);

/// How a model's layers remember, for lists.
enum class AttentionKind { full, sliding, latent, hybrid, recurrent };
SLIDE_RULE_NAMES(AttentionKind, "full-attention", "sliding-window", "latent-attention", "hybrid-recurrent",
                 "recurrent-only")

/// Full where every layer attends to everything; sliding where some attend to a window; latent where they
/// cache a latent (MLA); hybrid where some are recurrent; recurrent where all are.
AttentionKind attention_kind(const Model& model);

struct ModelRow {
  CatalogueModel row;
  double parameters = 0, active_parameters = 0, extra_parameters = 0;
  double kv_bytes_per_token = 0, kv_bytes_per_token_windowed = 0, state_elements = 0;
  AttentionKind attention = AttentionKind::full;

  static constexpr void describe(auto& v, auto& r) {
    v.field("id", r.row.model.id);
    v.field("name", r.row.model.name);
    v.field("organisation", r.row.organisation);
    v.field("family", r.row.family);
    v.field("released", r.row.released);
    v.field("licence", r.row.licence);
    v.field("nativeFormat", r.row.native_format);
    v.field("verification", r.row.verification);
    v.field("parameters", r.parameters);
    v.field("activeParameters", r.active_parameters);
    v.field("extraParameters", r.extra_parameters);
    v.field("layers", r.row.model.layers);
    v.field("hiddenSize", r.row.model.hidden_size);
    v.field("vocabulary", r.row.model.vocabulary);
    v.field("experts", r.row.model.experts.count);
    v.field("maxContext", r.row.model.max_context);
    v.field("attention", r.attention);
    v.field("window", r.row.model.window);
    v.field("kvBytesPerToken", r.kv_bytes_per_token);
    v.field("kvBytesPerTokenWindowed", r.kv_bytes_per_token_windowed);
    v.field("stateElements", r.state_elements);
  }
};

/// All models of the catalogue, in its order.
struct ModelsQuestion {
  static constexpr void describe(auto&, auto&) {}
};
struct ModelsAnswer {
  std::vector<ModelRow> models;
  static constexpr void describe(auto& v, auto& a) { v.field("models", a.models); }
};
ModelsAnswer answer(const ModelsQuestion& q, Problems& problems);

struct GpuRow {
  Gpu gpu;
  UsableMemory usable;
  DeviceOverhead overhead;

  static constexpr void describe(auto& v, auto& r) {
    Gpu::describe(v, r.gpu);
    v.field("usableBytes", r.usable.bytes);
    v.field("usableBasis", r.usable.basis);
    v.field("reserveBytes", r.overhead.reserve_bytes);
    v.field("reserveBasis", r.overhead.reserve_basis);
    v.field("contextBytes", r.overhead.context_bytes);
    v.field("contextBasis", r.overhead.context_basis);
  }
};

/// All GPUs of the catalogue, in its order.
struct GpusQuestion {
  static constexpr void describe(auto&, auto&) {}
};
struct GpusAnswer {
  std::vector<GpuRow> gpus;
  static constexpr void describe(auto& v, auto& a) { v.field("gpus", a.gpus); }
};
GpusAnswer answer(const GpusQuestion& q, Problems& problems);

}  // namespace slide_rule
