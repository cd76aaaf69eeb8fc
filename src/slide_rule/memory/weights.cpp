#include "slide_rule/memory/weights.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "slide_rule/memory/gguf_mix.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

KindCounts::KindCounts(const std::vector<int>& kind_of, std::size_t kinds) : kinds_(kinds) {
  if (kinds < 2) return;
  before_.resize((kind_of.size() + 1) * kinds);
  for (std::size_t i = 0; i < kind_of.size(); ++i) {
    int* const here = before_.data() + i * kinds;
    std::copy_n(here, kinds, here + kinds);
    ++here[kinds + static_cast<std::size_t>(kind_of[i])];
  }
}

int KindCounts::of(std::size_t kind, int first, int last) const {
  if (kinds_ < 2) return last - first;  // most models have one kind
  const auto before = [&](int layer) { return before_[static_cast<std::size_t>(layer) * kinds_ + kind]; };
  return before(last) - before(first);
}

namespace {

/// Tensors of a GGUF file that this one stands for: experts lie in one, what the shape counts as one vector
/// or matrix lies apart.
double tensors_in_gguf(const Tensor& t, const Model& m) {
  const bool kimi = m.recurrent.kind == RecurrentKind::kimi_delta;
  switch (t.role) {
    case Role::expert_gate:
    case Role::expert_up:
    case Role::expert_down:
      return 1;
    case Role::mla_kv_up:
      return 2 * t.copies;
    case Role::norm:
      return t.copies * (m.norm == NormKind::layernorm ? 2 : 1) *
             (t.part == Part::attention && m.qk_norm == QkNorm::full ? 2 : 1);
    case Role::bias:
      if (t.part == Part::mlp || t.part == Part::experts) return m.gated_mlp && !m.fused_gate_up ? 3 : 2;
      return t.part == Part::attention && t.in != m.hidden_size && !m.fused_qkv ? 3 : 1;
    case Role::recurrent_conv:
      return kimi ? 3 : 1;
    case Role::recurrent_vector:
      return kimi ? 2 : t.copies;
    default:
      return t.copies;
  }
}

}  // namespace

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
      for (const Tensor& t : group.tensors) {
        group.value_tensors += t.role == Role::attn_v || t.role == Role::attn_qkv;
        group.gguf_tensors += tensors_in_gguf(t, model);
      }
    }
    group_of_.push_back(static_cast<int>(g));
    value_tensors_ += groups_[g].value_tensors;
    gguf_tensors_ += groups_[g].gguf_tensors;
  }
  counts_ = KindCounts(group_of_, groups_.size());
  outer_tensors(model, outer_);
  for (const Tensor& t : outer_) {
    if (!t.extra) gguf_tensors_ += tensors_in_gguf(t, model);
  }
  parameters_ = count_parameters(model);
}

std::vector<LayerGroup> layer_groups(const LayerTable& table, int first, int last) {
  std::vector<LayerGroup> groups;
  groups.reserve(table.groups().size());
  for (std::size_t g = 0; g < table.groups().size(); ++g) {
    const LayerTable::Group& group = table.groups()[g];
    const int count = table.counts().of(g, first, last);
    if (count > 0) groups.push_back({group.spec, count, group.first});
  }
  return groups;
}

double allocated_bytes(double bytes) {
  const double rounded = 2 * kMiB * std::ceil(bytes / (2 * kMiB));
  if (bytes >= 10 * kMiB && rounded - bytes <= kMiB) return rounded;
  return 512 * std::ceil(bytes / 512);
}

void Storage::add(NumberFormat format, double in, double out, double copies, double count,
                  const WeightPlan& plan) {
  const double each = bytes_of(format, in, out, plan.group_size);
  weights[static_cast<std::size_t>(format)] += in * out * copies * count;
  bytes[static_cast<std::size_t>(format)] += each * copies * count;
  if (!plan.one_buffer) allocated += allocated_bytes(each) * copies * count;
}

void WeightBytes::add(NumberFormat format, double in, double out, double copies, double count,
                      const WeightPlan& plan) {
  const double each = bytes_of(format, in, out, plan.group_size);
  if (format == NumberFormat::mxfp4) mxfp4_weights += in * out * copies * count;
  bytes += each * copies * count;
  if (!plan.one_buffer) allocated += allocated_bytes(each) * copies * count;
  largest_bytes = std::max(largest_bytes, each * copies);
}

void WeightBytes::add(const WeightBytes& more, double times) {
  bytes += more.bytes * times;
  allocated += more.allocated * times;
  mxfp4_weights += more.mxfp4_weights * times;
  largest = std::max(largest, more.largest);
  largest_bytes = std::max(largest_bytes, more.largest_bytes);
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
    case Role::attn_qkv: {
      if (!spec) return 1 / tp;
      const double q = spec->heads * spec->head_dim, kv = spec->kv_heads * (spec->head_dim + spec->value_dim);
      return (q / tp + kv / std::min(tp, spec->kv_heads)) / (q + kv);
    }
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

bool is_summed(Role role) {
  return role == Role::attn_o || role == Role::ffn_down || role == Role::expert_down ||
         role == Role::shared_down || role == Role::recurrent_out;
}

bool is_expert(Role role) {
  return role == Role::expert_gate || role == Role::expert_up || role == Role::expert_down;
}

namespace {

/// MLA's second projection, as GGUF files store it since 2025: keys with the latent's columns last, values
/// apart.
bool is_split_in_gguf(const Tensor& t) { return t.role == Role::mla_kv_up; }

/// Layers that are stored alike: equal layers in equal places.
struct LayerKind {
  int group;
  GgufPlace place;
  bool on_host, experts_on_host;

  bool is(const LayerKind& other) const {
    return group == other.group && on_host == other.on_host && experts_on_host == other.experts_on_host &&
           place == other.place;
  }
};

template <class Sums>
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

  void outer(bool embedding, bool head, Sums& device, Sums& host) {
    const Model& m = table_.model();
    const bool tied_head = m.tied_embeddings && head;
    const bool step = plan_.step_experts.has_value();
    for (const Tensor& t : table_.outer()) {
      const bool embeds =
          t.part == Part::embedding || t.part == Part::positions || t.part == Part::per_layer_embedding;
      if (t.extra) {
        if (t.role == Role::tower && plan_.towers && embedding && !step) add(device, t, nullptr, {});
      } else if (embeds) {
        // To llama.cpp, what mixes the rows in belongs to the output layer.
        const bool on_host = plan_.embedding_on_host && (is_looked_up(t.role) || plan_.head_on_host);
        // The head reads the embedding: on another device, or from a copy beside the one on the host.
        const bool second = t.role == Role::token_embedding && tied_head;
        const bool is_head = second && (on_host ? plan_.head_on_host : embedding && !plan_.head_stored_apart);
        const bool streamed = is_head || !is_looked_up(t.role);
        if (embedding && (streamed || !step)) add(on_host ? host : device, t, nullptr, {});
        if (second && on_host && !plan_.head_on_host) add(device, t, nullptr, {});
        if (second && !on_host && (!embedding || plan_.head_stored_apart)) add_head(device, t);
      } else if (head) {
        add_head(plan_.head_on_host ? host : device, t);
      }
    }
  }

  /// Calls f(i, kind) for every layer before `last`.
  template <class F>
  void each_layer(int last, F f) const {
    int value_tensor = 0;
    for (int i = 0; i < last; ++i) {
      const GgufPlace place = plan_.gguf ? gguf_place(mix_, i, value_tensor) : GgufPlace{};
      value_tensor += table_.group(i).value_tensors;
      f(i, LayerKind{table_.group_of(i), place, i < plan_.device_layers_from, i < plan_.host_expert_layers});
    }
  }

  void layers(const LayerKind& kind, double count, Sums& device, Sums& host) {
    const LayerTable::Group& group = table_.groups()[static_cast<std::size_t>(kind.group)];
    for (const Tensor& t : group.tensors) {
      Sums& where = kind.on_host || (kind.experts_on_host && is_expert(t.role)) ? host : device;
      const bool chosen = plan_.step_experts && t.part == Part::experts && t.active < t.copies;
      add(where, t, &group.spec, kind.place, chosen ? count * *plan_.step_experts : count);
    }
  }

 private:
  void add(Sums& where, const Tensor& t, const LayerSpec* spec, const GgufPlace& place, double count = 1) {
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
    const bool kept = plan_.experts_kept && is_expert(t.role);
    put_plain(where, t, part, count,
              !kept && is_quantised(plan_.format, t, table_.model().experts.count > 0));
  }

  /// What stands after the layers: the last norm and the output matrix.
  void add_head(Sums& where, const Tensor& t) {
    if (plan_.quantised_head && t.matrix)
      put_plain(where, t, tensor_share(t, nullptr, plan_.outer_repeated ? 1 : plan_.tensor_parallel), 1,
                true);
    else
      add(where, t, nullptr, {});
  }

  void put_plain(Sums& where, const Tensor& t, double part, double count, bool low) const {
    put(where, low ? plain_.matrices : plain_.kept, t, part, count);
    if (low) where.largest = std::max(where.largest, t.in * t.out * part);
  }

  void put(Sums& where, NumberFormat format, const Tensor& t, double part, double count) const {
    where.add(format, t.in, t.out * part, t.copies, count, plan_);
  }

  const LayerTable& table_;
  const WeightPlan& plan_;
  GgufMix mix_;
  PlainFormat plain_;
};

/// The kind's place in the list, to whose end a new one is added.
std::size_t index_of(const LayerKind& kind, std::vector<LayerKind>& kinds) {
  // Neighbours are alike more often than not.
  for (std::size_t i = kinds.size(); i-- > 0;) {
    if (kinds[i].is(kind)) return i;
  }
  kinds.push_back(kind);
  return kinds.size() - 1;
}

}  // namespace

PlacedWeights place_weights(const LayerTable& table, const WeightPlan& plan) {
  PlacedWeights placed;
  Placer<Storage> placer(table, plan);
  placer.outer(plan.embedding, plan.head, placed.device, placed.host);
  std::vector<LayerKind> kinds;
  std::vector<int> counts;
  placer.each_layer(plan.last_layer, [&](int i, const LayerKind& kind) {
    if (i < plan.first_layer) return;
    const std::size_t k = index_of(kind, kinds);
    counts.resize(kinds.size());
    ++counts[k];
  });
  for (std::size_t k = 0; k < kinds.size(); ++k)
    placer.layers(kinds[k], counts[k], placed.device, placed.host);
  return placed;
}

LayerWeights::LayerWeights(const LayerTable& table, const WeightPlan& plan) : table_(table), plan_(plan) {
  Placer<WeightBytes> placer(table_, plan_);
  std::vector<LayerKind> kinds;
  if (!plan.gguf && plan.device_layers_from == 0 && plan.host_expert_layers == 0) {
    // Equal layers are stored alike wherever they stand.
    for (std::size_t g = 0; g < table.groups().size(); ++g)
      kinds.push_back({static_cast<int>(g), {}, false, false});
    counts_ = table.counts();
  } else {
    std::vector<int> kind_of;
    kind_of.reserve(static_cast<std::size_t>(table.layers()));
    placer.each_layer(table.layers(), [&](int, const LayerKind& kind) {
      kind_of.push_back(static_cast<int>(index_of(kind, kinds)));
    });
    counts_ = KindCounts(kind_of, kinds.size());
  }
  kinds_.resize(kinds.size());
  for (std::size_t k = 0; k < kinds.size(); ++k) placer.layers(kinds[k], 1, kinds_[k].device, kinds_[k].host);
}

OnDeviceAndHost<WeightBytes> LayerWeights::of(int first_layer, int last_layer, bool embedding, bool head) {
  std::optional<OnDeviceAndHost<WeightBytes>>& outer = outer_[embedding][head];
  if (!outer) {
    outer.emplace();
    Placer<WeightBytes>(table_, plan_).outer(embedding, head, outer->device, outer->host);
  }
  OnDeviceAndHost<WeightBytes> sum = *outer;
  sum.host.largest_bytes = 0;  // an embedding is looked up where it lies, never copied
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    const double alike = counts_.of(k, first_layer, last_layer);
    if (alike == 0) continue;
    sum.device.add(kinds_[k].device, alike);
    sum.host.add(kinds_[k].host, alike);
  }
  return sum;
}

Storage stored_weights(const LayerTable& table, WeightFormat format, bool gguf,
                       std::optional<bool> importance_matrix, std::optional<double> group_size,
                       bool experts_kept) {
  WeightPlan plan;
  plan.experts_kept = experts_kept;
  plan.group_size = group_size;
  plan.format = format;
  plan.gguf = gguf;
  plan.importance_matrix = importance_matrix;
  plan.last_layer = table.layers();
  return place_weights(table, plan).device;
}

double gguf_header_bytes(const LayerTable& table) {
  return 38 * table.model().vocabulary + 80 * table.gguf_tensors();
}

}  // namespace slide_rule
