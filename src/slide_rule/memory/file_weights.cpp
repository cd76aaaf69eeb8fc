#include "slide_rule/memory/file_weights.hpp"

#include <numeric>

namespace slide_rule {
namespace {

/// The share of their bytes that one of `tp` devices holds of a list's tensors: of the experts or of the
/// others in a layer, of one part outside the layers.
double held(const TensorList& list, const LayerSpec* spec, double tp, Part part, bool experts = false) {
  double all = 0, here = 0;
  for (const Tensor& t : list) {
    if (t.extra || (spec ? is_expert(t.role) != experts : t.part != part)) continue;
    all += t.elements();
    here += t.elements() * tensor_share(t, spec, tp);
  }
  return all > 0 ? here / all : 1;
}

}  // namespace

bool is_own_file(const Model& model, const WeightPlan& plan) {
  const FileWeights& f = model.file;
  return !f.layers.empty() && f.gguf == plan.gguf && f.format == plan.format;
}

PlacedFile place_file(const LayerTable& table, const WeightPlan& plan) {
  const FileWeights& f = table.model().file;
  const double tp = plan.tensor_parallel, outer_tp = plan.outer_repeated ? 1 : tp;
  const auto outside = [&](Part part) { return held(table.outer(), nullptr, outer_tp, part); };
  PlacedFile placed;
  FileParts& first = plan.embedding_on_host ? placed.host : placed.device;
  FileParts& last = plan.head_on_host ? placed.host : placed.device;
  const double embedding = f.embedding * outside(Part::embedding);
  if (plan.embedding) {
    first.embedding = embedding + f.tables * outside(Part::per_layer_embedding);
    if (plan.towers) placed.device.towers = f.towers;
  }
  if (plan.head) {
    last.other = f.other * outside(Part::norms);
    const bool copied =
        plan.embedding_on_host ? !plan.head_on_host : !plan.embedding || plan.head_stored_apart;
    if (!table.model().tied_embeddings)
      last.head = f.head * outside(Part::head);
    else if (copied)
      last.head = embedding;
  }

  for (int i = plan.first_layer; i < plan.last_layer; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const LayerTable::Group& group = table.group(i);
    const auto share = [&](bool of_experts) {
      return held(group.tensors, &group.spec, tp, Part::other, of_experts);
    };
    const double experts = f.experts.empty() ? 0 : f.experts[at];
    const bool on_host = i < plan.device_layers_from;
    (on_host ? placed.host : placed.device).layers += (f.layers[at] - experts) * share(false);
    (on_host || i < plan.host_expert_layers ? placed.host : placed.device).experts += experts * share(true);
  }
  return placed;
}

double all_bytes(const FileWeights& f) {
  return std::accumulate(f.layers.begin(), f.layers.end(),
                         f.embedding + f.tables + f.head + f.other + f.towers + f.prediction_layers);
}

}  // namespace slide_rule
