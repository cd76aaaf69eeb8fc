#include "slide_rule/model_shape.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule {

void check(const Model& m, Problems& problems, std::string_view path) {
  const auto add = [&](std::string_view field, Code code, double limit = 0, std::string_view nearest = {}) {
    problems.push_back({std::string(path) + "." + std::string(field), code, limit, std::string(nearest)});
  };
  const auto letters = [&](const std::string& pattern, std::string_view allowed, std::string_view field) {
    if (pattern.find_first_not_of(allowed) != std::string::npos) add(field, Code::unknown_choice, 0, allowed);
  };
  letters(m.layer_types, "fsrn", "layerTypes");
  letters(m.mlp_types, "debn", "mlpTypes");
  letters(m.indexer.layers, "fs", "indexer.layers");
  const bool attends = m.layer_types.empty() || m.layer_types.find_first_of("fs") != std::string::npos;
  if (attends) {
    if (m.heads <= 0 && m.layer_heads.empty()) add("heads", Code::missing);
    if (m.mla.kv_rank <= 0) {
      if (m.kv_heads <= 0 && m.layer_kv_heads.empty()) add("kvHeads", Code::missing);
      if (m.head_dim <= 0) add("headDim", Code::missing);
      const double sliding_heads = m.sliding.heads > 0 ? m.sliding.heads : m.heads;
      if (m.kv_heads > 0 && std::fmod(m.heads, m.kv_heads) != 0) {
        add("kvHeads", Code::must_divide, m.heads, "heads");
      }
      if (m.sliding.kv_heads > 0 && std::fmod(sliding_heads, m.sliding.kv_heads) != 0) {
        add("sliding.kvHeads", Code::must_divide, sliding_heads, "sliding.heads");
      }
    } else if (m.mla.rope_dim + m.mla.nope_dim <= 0) {
      add("mla.nopeDim", Code::missing);
    }
  }
  const bool dense = m.mlp_types.empty() ? m.experts.count <= 0 || m.experts.first_dense > 0
                                         : m.mlp_types.find_first_of("db") != std::string::npos;
  if (dense && m.mlp_width <= 0 && m.layer_mlp_widths.empty()) add("mlpWidth", Code::missing);
  if (m.kv_shared_layers >= m.layers) add("kvSharedLayers", Code::above_maximum, m.layers - 1, "layers");
  if (m.layer_types.find('s') != std::string::npos && m.window <= 0) add("window", Code::missing);
  if (m.layer_types.find('r') != std::string::npos && m.recurrent.kind == RecurrentKind::none) {
    add("recurrent.kind", Code::missing);
  }
  const Experts& e = m.experts;
  if (e.count > 0) {
    if (e.width <= 0) add("experts.width", Code::missing);
    if (e.active <= 0) add("experts.active", Code::missing);
    if (e.active > e.count) add("experts.active", Code::above_maximum, e.count);
  }
  const auto length = [&](const std::vector<double>& list, std::string_view field) {
    if (!list.empty() && static_cast<double>(list.size()) != m.layers)
      add(field, Code::contradicts, m.layers, "layers");
  };
  for (std::size_t i = 0; i < m.layer_kv_heads.size(); ++i) {
    const double heads = i < m.layer_heads.size() ? m.layer_heads[i] : m.heads, kv = m.layer_kv_heads[i];
    if (kv > 0 && std::fmod(heads, kv) != 0) {
      add(element_of("layerKvHeads", i), Code::must_divide, heads, "heads");
    }
  }
  length(m.layer_heads, "layerHeads");
  length(m.layer_kv_heads, "layerKvHeads");
  length(m.layer_mlp_widths, "layerMlpWidths");
  const FileWeights& f = m.file;
  length(f.layers, "file.layers");
  length(f.experts, "file.experts");
  if (f.layers.empty()) {
    const bool told = f.embedding + f.tables + f.head + f.other + f.towers + f.prediction_layers > 0;
    if (told || !f.experts.empty()) add("file.layers", Code::missing);
    return;
  }
  if (f.embedding <= 0) add("file.embedding", Code::missing);
  if (f.head <= 0 && !m.tied_embeddings) add("file.head", Code::missing);
  for (std::size_t i = 0; i < std::min(f.experts.size(), f.layers.size()); ++i) {
    if (f.experts[i] > f.layers[i])
      add(element_of("file.experts", i), Code::above_maximum, f.layers[i], "file.layers");
  }
}

}  // namespace slide_rule
