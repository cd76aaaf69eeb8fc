#include "slide_rule/model_questions.hpp"

namespace slide_rule {
namespace {

constexpr double kBf16Bytes = 2;

std::vector<PartCount> parts_of(const ParameterCount& count) {
  std::vector<PartCount> parts;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto part = static_cast<Part>(i);
    if (count.parts[i] > 0)
      parts.push_back({part, count.parts[i], part == Part::mtp || part == Part::towers});
  }
  return parts;
}

std::vector<TensorCount> tensors_of(const Model& model) {
  std::vector<TensorCount> list;
  for_each_tensor_grouped(model, [&](const Tensor& t, int layers) {
    const double copies = t.copies * layers;
    for (TensorCount& c : list) {
      if (c.role != t.role || c.part != t.part || c.in != t.in || c.out != t.out) continue;
      c.count += copies;
      c.parameters += t.elements() * layers;
      return;
    }
    list.push_back({t.role, t.part, t.in, t.out, copies, t.elements() * layers, t.extra});
  });
  return list;
}

}  // namespace

ModelAnswer answer(const ModelQuestion& q, Problems&) {
  const Model& model = q.model.model;
  const ParameterCount count = count_parameters(model);
  const CacheElements cache = cache_elements(model);
  ModelAnswer a;
  a.parameters = count.text;
  a.active_parameters = count.active;
  a.non_embedding_parameters = count.non_embedding;
  a.extra_parameters = count.extra;
  a.parts = parts_of(count);
  if (q.tensors) a.tensors = tensors_of(model);
  a.kv_bytes_per_token = cache.per_token * kBf16Bytes;
  a.kv_bytes_per_token_windowed = cache.per_token_windowed * kBf16Bytes;
  a.window = cache.per_token_windowed > 0 ? cache.window : 0;
  a.state_elements = cache.fixed;
  a.flop_per_token = flop_per_token(model, q.context_tokens);
  const double products = 2 * count.compute_active;
  a.workings = {
      "2 * computeParameters + attention",
      {{"computeParameters", count.compute_active}, {"attention", a.flop_per_token.forward - products}},
      "kaplan-2020"};
  a.shape = model;
  q.model.add_assumptions(a.assumptions);
  return a;
}

AttentionKind attention_kind(const Model& model) {
  bool full = false, sliding = false, mla = false, recurrent = false;
  for_each_distinct_layer(model, [&](const LayerSpec& s, int, int) {
    full = full || s.mixer == Mixer::full;
    sliding = sliding || s.mixer == Mixer::sliding;
    mla = mla || s.mixer == Mixer::mla;
    recurrent = recurrent || s.mixer == Mixer::recurrent;
  });
  if (recurrent) return full || sliding || mla ? AttentionKind::hybrid : AttentionKind::recurrent;
  return mla ? AttentionKind::latent : sliding ? AttentionKind::sliding : AttentionKind::full;
}

ModelsAnswer answer(const ModelsQuestion&, Problems&) {
  ModelsAnswer a;
  for (CatalogueModel& row : catalogue_models()) {
    const ParameterCount count = count_parameters(row.model);
    const CacheElements cache = cache_elements(row.model);
    ModelRow r;
    r.parameters = count.text;
    r.active_parameters = count.active;
    r.extra_parameters = count.extra;
    r.kv_bytes_per_token = cache.per_token * kBf16Bytes;
    r.kv_bytes_per_token_windowed = cache.per_token_windowed * kBf16Bytes;
    r.state_elements = cache.fixed;
    r.attention = attention_kind(row.model);
    r.row = std::move(row);
    a.models.push_back(std::move(r));
  }
  return a;
}

GpusAnswer answer(const GpusQuestion&, Problems&) {
  GpusAnswer a;
  for (Gpu& gpu : catalogue_gpus()) {
    const UsableMemory usable = usable_memory(gpu);
    const DeviceOverhead overhead = device_overhead(gpu);
    a.gpus.push_back({std::move(gpu), usable, overhead});
  }
  return a;
}

}  // namespace slide_rule
