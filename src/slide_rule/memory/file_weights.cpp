#include "slide_rule/memory/file_weights.hpp"

#include <numeric>

namespace slide_rule {
namespace {

/// The share of the bytes of those tensors that belong which one of `tp` devices holds.
template <class Belongs>
double held(const TensorList& list, const LayerSpec* spec, double tp, Belongs belongs) {
  if (tp == 1) return 1;
  double all = 0, here = 0;
  for (const Tensor& t : list) {
    if (t.extra || !belongs(t)) continue;
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
  const auto outside = [&](Part part) {
    return held(table.outer(), nullptr, outer_tp, [&](const Tensor& t) { return t.part == part; });
  };
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

  struct Held {
    double experts, rest;
  };
  std::vector<Held> shares;
  for (const LayerTable::Group& g : table.groups()) {
    shares.push_back({held(g.tensors, &g.spec, tp, [](const Tensor& t) { return is_expert(t.role); }),
                      held(g.tensors, &g.spec, tp, [](const Tensor& t) { return !is_expert(t.role); })});
  }
  for (int i = plan.first_layer; i < plan.last_layer; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Held& share = shares[static_cast<std::size_t>(table.group_of(i))];
    const double experts = f.experts.empty() ? 0 : f.experts[at];
    const bool on_host = i < plan.device_layers_from;
    (on_host ? placed.host : placed.device).layers += (f.layers[at] - experts) * share.rest;
    (on_host || i < plan.host_expert_layers ? placed.host : placed.device).experts += experts * share.experts;
  }
  return placed;
}

double all_bytes(const FileWeights& f) {
  return std::accumulate(f.layers.begin(), f.layers.end(),
                         f.embedding + f.tables + f.head + f.other + f.towers + f.prediction_layers);
}

}  // namespace slide_rule
