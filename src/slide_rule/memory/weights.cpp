#include "slide_rule/memory/weights.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/gguf_mix.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

LayerTable::LayerTable(const Model& model) : model_(&model) {
  const int n = static_cast<int>(model.layers);
  group_of_.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    const LayerSpec spec = layer_spec(model, i);
    std::size_t g = 0;
    while (g < groups_.size() && !(groups_[g].spec == spec)) ++g;
    if (g == groups_.size()) {
      groups_.push_back({spec, {}, i});
      Group& group = groups_.back();
      layer_tensors(model, spec, i, group.tensors);
      for (const Tensor& t : group.tensors)
        group.value_tensors += t.role == Role::attn_v || t.role == Role::attn_qkv;
    }
    group_of_.push_back(static_cast<int>(g));
    value_tensors_ += groups_[g].value_tensors;
    tensors_ += static_cast<double>(groups_[g].tensors.size());
  }
  outer_tensors(model, outer_);
  for (const Tensor& t : outer_) tensors_ += !t.extra;
  parameters_ = count_parameters(model);
}

double allocated_bytes(double bytes) {
  const double rounded = 2 * kMiB * std::ceil(bytes / (2 * kMiB));
  if (bytes >= 10 * kMiB && rounded - bytes <= kMiB) return rounded;
  return 512 * std::ceil(bytes / 512);
}

void Storage::add(NumberFormat format, double in, double out, double copies, double count, bool in_tensors) {
  const double each = bytes_of(format, in, out);
  weights[static_cast<std::size_t>(format)] += in * out * copies * count;
  bytes[static_cast<std::size_t>(format)] += each * copies * count;
  if (in_tensors) allocated += allocated_bytes(each) * copies * count;
  largest_bytes = std::max(largest_bytes, each * copies);
}

double Storage::total_weights() const {
  double sum = 0;
  for (const double w : weights) sum += w;
  return sum;
}

double Storage::total_bytes() const {
  double sum = 0;
  for (const double b : bytes) sum += b;
  return sum;
}

double tensor_share(const Tensor& t, const LayerSpec* spec, double tp) {
  if (tp == 1) return 1;
  switch (t.role) {
    case Role::attn_k:
    case Role::attn_v:
      return 1 / std::min(tp, spec ? spec->kv_heads : tp);
    case Role::norm:
    case Role::bias:
    case Role::router:
    case Role::shared_expert_gate:
    case Role::mla_q_down:
    case Role::mla_kv_down:
    case Role::indexer:
    case Role::position_embedding:
    case Role::expert_latent_down:
    case Role::expert_latent_up:
    case Role::other:
    case Role::tower:
      return 1;
    default:
      return 1 / tp;
  }
}

bool is_expert(Role role) {
  return role == Role::expert_gate || role == Role::expert_up || role == Role::expert_down;
}

namespace {

/// MLA's second projection, as GGUF files store it since 2025: keys with the latent's columns last, values
/// apart.
bool is_split_in_gguf(const Tensor& t) { return t.role == Role::mla_kv_up; }

class Placer {
 public:
  Placer(const LayerTable& table, const WeightPlan& plan)
      : table_(table),
        plan_(plan),
        mix_(gguf_mix(table.model(), plan.format)),
        plain_(plain_format(plan.format)) {
    mix_.importance_matrix =
        plan.importance_matrix.value_or(mix_.importance_matrix) || needs_importance_matrix(plan.format);
    mix_.value_tensors = table.value_tensors();
  }

  void outer(Storage& device, Storage& host) {
    const Model& m = table_.model();
    const bool tied_head = m.tied_embeddings && plan_.head;
    for (const Tensor& t : table_.outer()) {
      const bool embeds =
          t.part == Part::embedding || t.part == Part::positions || t.part == Part::per_layer_embedding;
      if (t.extra) {
        if (t.role == Role::tower && plan_.towers && plan_.embedding) add(device, t, nullptr, {});
      } else if (embeds) {
        const bool lookup = plan_.embedding;
        const bool on_host = plan_.embedding_on_host && t.role != Role::embedding_projection;
        if (lookup) add(on_host ? host : device, t, nullptr, {});
        // The head reads the embedding: on another device, or from a copy beside the one on the host.
        const bool second = t.role == Role::token_embedding && tied_head;
        if (second && on_host && !plan_.head_on_host) add(device, t, nullptr, {});
        if (second && !on_host && (!lookup || plan_.head_stored_apart)) add_head(device, t);
      } else if (plan_.head) {
        add_head(plan_.head_on_host ? host : device, t);
      }
    }
  }

  void layers(Storage& device, Storage& host) {
    // Equal layers in equal places are stored alike: count them first, then store each kind once.
    struct Run {
      int group;
      GgufPlace place;
      bool on_host, experts_on_host;
      int count;
    };
    std::vector<Run> runs;
    runs.reserve(24);
    int value_tensor = 0;
    for (int i = 0; i < plan_.last_layer; ++i) {
      const int g = table_.group_of(i);
      const GgufPlace place = plan_.gguf ? gguf_place(mix_, i, value_tensor) : GgufPlace{};
      value_tensor += table_.group(i).value_tensors;
      if (i < plan_.first_layer) continue;
      const bool on_host = i < plan_.device_layers_from, experts_on_host = i < plan_.host_expert_layers;
      auto same = std::find_if(runs.begin(), runs.end(), [&](const Run& r) {
        return r.group == g && r.on_host == on_host && r.experts_on_host == experts_on_host &&
               r.place == place;
      });
      if (same != runs.end())
        ++same->count;
      else
        runs.push_back({g, place, on_host, experts_on_host, 1});
    }
    for (const Run& r : runs) {
      const LayerTable::Group& group = table_.groups()[static_cast<std::size_t>(r.group)];
      for (const Tensor& t : group.tensors) {
        Storage& where = r.on_host || (r.experts_on_host && is_expert(t.role)) ? host : device;
        add(where, t, &group.spec, r.place, r.count);
      }
    }
  }

 private:
  void add(Storage& where, const Tensor& t, const LayerSpec* spec, const GgufPlace& place, double count = 1) {
    const double part = tensor_share(t, spec, spec || !plan_.outer_repeated ? plan_.tensor_parallel : 1);
    if (plan_.gguf && spec && is_split_in_gguf(t)) {
      Tensor keys = t, values = t;
      keys.in = table_.model().mla.nope_dim;
      keys.out = spec->heads * table_.model().mla.kv_rank;
      values.out = spec->heads * spec->value_dim;
      put(where, gguf_format(mix_, keys, place), keys, part, count);
      put(where, gguf_format(mix_, values, place), values, part, count);
      return;
    }
    if (plan_.gguf) {
      put(where, gguf_format(mix_, t, place), t, part, count);
      return;
    }
    put_plain(where, t, part, count, is_quantised(plan_.format, t));
  }

  /// What stands after the layers: the last norm and the output matrix.
  void add_head(Storage& where, const Tensor& t) {
    if (plan_.quantised_head && t.matrix)
      put_plain(where, t, tensor_share(t, nullptr, plan_.outer_repeated ? 1 : plan_.tensor_parallel), 1,
                true);
    else
      add(where, t, nullptr, {});
  }

  void put_plain(Storage& where, const Tensor& t, double part, double count, bool low) const {
    put(where, low ? plain_.matrices : plain_.kept, t, part, count);
    if (low) where.largest = std::max(where.largest, t.in * t.out * part);
  }

  void put(Storage& where, NumberFormat format, const Tensor& t, double part, double count) const {
    where.add(format, t.in, t.out * part, t.copies, count, !plan_.one_buffer);
  }

  const LayerTable& table_;
  const WeightPlan& plan_;
  GgufMix mix_;
  PlainFormat plain_;
};

}  // namespace

PlacedWeights place_weights(const LayerTable& table, const WeightPlan& plan) {
  PlacedWeights placed;
  Placer placer(table, plan);
  placer.outer(placed.device, placed.host);
  placer.layers(placed.device, placed.host);
  return placed;
}

Storage stored_weights(const LayerTable& table, WeightFormat format, bool gguf,
                       std::optional<bool> importance_matrix) {
  WeightPlan plan;
  plan.format = format;
  plan.gguf = gguf;
  plan.importance_matrix = importance_matrix;
  plan.last_layer = table.layers();
  return place_weights(table, plan).device;
}

double gguf_header_bytes(const LayerTable& table) {
  return 38 * table.model().vocabulary + 80 * table.tensors();
}

}  // namespace slide_rule
