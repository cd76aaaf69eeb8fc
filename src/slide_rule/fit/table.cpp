#include "slide_rule/fit/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/memory/inference_detail.hpp"

namespace slide_rule {
namespace {

using namespace detail;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotPossible = 3;

// ---- methods ----

TableMethod served(std::string_view id, Engine engine, WeightFormat format) {
  TableMethod m{std::string(id), {}};
  m.plan.task = Task::inference;
  m.plan.serving.engine = engine;
  m.plan.weight_format = value_of<JobFormat>(name_of(format));
  return m;
}

/// Fine-tuning as it is set up where memory is short: layers recomputed.
TableMethod trained(std::string_view id, Method method, Framework framework = Framework::pytorch) {
  TableMethod m{std::string(id), {}};
  m.plan.training.method = method;
  m.plan.training.recompute = Recompute::full;
  m.plan.training.framework = framework;
  return m;
}

std::vector<TableMethod> make_default_methods() {
  std::vector<TableMethod> list{
      served("vllm-bf16", Engine::vllm, WeightFormat::bf16),
      served("vllm-fp8", Engine::vllm, WeightFormat::fp8),
      served("vllm-awq-int4", Engine::vllm, WeightFormat::awq_int4),
      served("transformers-nf4", Engine::transformers, WeightFormat::nf4),
      served("llama.cpp-q8_0", Engine::llama_cpp, WeightFormat::q8_0),
      served("llama.cpp-q4_k_m", Engine::llama_cpp, WeightFormat::q4_k_m),
      trained("qlora", Method::qlora),
      trained("qlora-unsloth", Method::qlora, Framework::unsloth),
      trained("lora", Method::lora),
      trained("full-adamw-8bit", Method::full),
      trained("full-adamw", Method::full),
      trained("full-adamw-zero3-8", Method::full),
  };
  TrainingPlan& eight_bit = list[9].plan.training;
  eight_bit.precision = Precision::bf16;
  eight_bit.optimizer = Optimizer::adamw_8bit;
  list[11].plan.gpus = 8;
  list[11].plan.training.sharding = Sharding::zero3;
  return list;
}

/// The columns: methods, once for each context, with what they do not say filled in and settled.
std::vector<TableMethod> columns_of(const FitTableQuestion& q, Problems& problems) {
  std::vector<TableMethod> columns;
  const std::vector<TableMethod>& methods = q.methods.empty() ? default_methods() : q.methods;
  const auto add_column = [&](std::size_t i, std::optional<double> context) {
    TableMethod column = methods[i];
    const bool training = column.plan.task == Task::training;
    std::optional<double>& tokens = training ? column.plan.sequence_tokens : column.plan.context_tokens;
    if (context || !tokens) tokens = context.value_or(training ? q.sequence_tokens : q.context_tokens);
    settle(column.plan, problems, "methods[" + std::to_string(i) + "].");
    columns.push_back(std::move(column));
  };
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (q.contexts.empty()) add_column(i, {});
    for (const double context : q.contexts) add_column(i, context);
  }
  return columns;
}

// ---- cards ----

/// What of a card an engine's estimate depends on, its context left out: whether cuBLAS takes the large
/// workspace, and whether vLLM takes it for a large one.
constexpr std::size_t kClasses = 4;

struct TableCard {
  std::string id;
  double total_bytes = 0, available_bytes = 0, context_bytes = 0;
  std::size_t of_class = 0;
};

ServingDevice serving_device_of(std::size_t of_class) {
  ServingDevice d;
  d.total_bytes = of_class & 1 ? kLargeDeviceBytes : 1;
  d.workspace_bytes = of_class & 2 ? kLargeWorkspaceBytes : kWorkspaceBytes;
  return d;
}

TableCard table_card(const Hardware& h) {
  const Card card = card_of(h);
  TableCard t;
  t.id = h.gpu ? std::string(h.gpu->gpu.id) : std::string();
  t.total_bytes = card.serving.total_bytes;
  t.available_bytes = card.available_bytes;
  t.context_bytes = card.context_bytes;
  t.of_class = (t.total_bytes >= kLargeDeviceBytes ? 1u : 0u) +
               (card.serving.workspace_bytes == kLargeWorkspaceBytes ? 2u : 0u);
  return t;
}

std::vector<TableCard> cards_of(const FitTableQuestion& q) {
  std::vector<TableCard> cards;
  for (const GpuChoice& g : q.gpus) cards.push_back(table_card({g, {}, {}, 1}));
  for (const double bytes : q.memory_bytes) cards.push_back(table_card({{}, {}, bytes, 1}));
  if (!cards.empty()) return cards;
  for (Gpu& g : catalogue_gpus()) cards.push_back(table_card({GpuChoice{std::move(g)}, {}, {}, 1}));
  return cards;
}

// ---- one column of one model ----

/// Whether the card's context is part of what the method needs: llama.cpp's own is in the estimate.
bool adds_context(const JobPlan& plan) {
  return plan.task == Task::training || plan.serving.engine != Engine::llama_cpp;
}

/// The class as far as an engine's estimate depends on it.
std::size_t relevant_class(Engine engine, std::size_t of_class) {
  if (engine == Engine::vllm) return of_class;
  return engine == Engine::transformers ? of_class & 2 : 0;
}

double share_of(const JobPlan& plan) {
  const bool vllm = plan.task == Task::inference && plan.serving.engine == Engine::vllm;
  return vllm ? plan.serving.gpu_memory_utilization : 0;
}

/// What a card has for a method: the context taken off, where it is not in the estimate.
double room_of(const TableCard& card, const JobPlan& plan, double beside_share) {
  const double room = card.available_bytes - (adds_context(plan) ? card.context_bytes : 0);
  const double share = share_of(plan);
  return share > 0 ? std::min(room, share * card.total_bytes + beside_share) : room;
}

/// The fewest cards for states that are sharded over data-parallel ranks: every phase is a + b / ranks.
class ShardedRanks {
 public:
  ShardedRanks(const Model& model, const JobPlan& plan, const Spreading& spreading) {
    constexpr double kFew = 2, kMany = 32768;
    most_ = std::floor(spreading.most / spreading.step);
    const auto phases = [&](double groups) {
      const auto p = spread(plan, model, groups * spreading.step);
      return p ? training_phase_bytes(model, p->training) : std::vector<double>();
    };
    few_ = phases(kFew);
    const std::vector<double> many = phases(kMany);
    for (std::size_t i = 0; i < many.size(); ++i) {
      sharded_.push_back((few_[i] - many[i]) / (1 / kFew - 1 / kMany));
      few_[i] -= sharded_[i] / kFew;
    }
    if (many.empty()) few_.clear();
  }

  /// At least two groups; 0 where no number is enough.
  double fewest(double room) const {
    if (few_.empty()) return 0;
    double groups = 2;
    for (std::size_t i = 0; i < few_.size(); ++i) {
      if (few_[i] >= room) return 0;
      groups = std::max(groups, std::ceil(sharded_[i] / (room - few_[i])));
    }
    return groups > most_ ? 0 : groups;
  }

 private:
  std::vector<double> few_, sharded_;  ///< by phase: what every rank holds, and what is divided
  double most_ = 0;
};

/// The fewest cards for a model that is split: what each number of them needs, asked once.
class SplitRanks {
 public:
  SplitRanks(const Needs& needs, const JobPlan& plan) : needs_(needs), plan_(plan) {
    const Spreading s = spreading_of(plan, needs.model());
    splits_tensors_ = s.tensors;
    for (double groups = 1; groups <= std::floor(s.most / s.step); ++groups) {
      if (s.tensors && std::fmod(needs.model().heads, groups) != 0) continue;
      known_.push_back({groups * s.step, kNotAsked, 0});
    }
  }

  /// 0 where no number is enough. `room_for(beside_share)`: what the card has.
  template <class RoomFor>
  double fewest(RoomFor room_for) {
    const auto fits_on = [&](double i) {
      const Known& n = at(static_cast<std::size_t>(i) - 1);
      return n.bytes <= room_for(n.beside_share);
    };
    const auto count = static_cast<double>(known_.size());
    double i = 0;
    if (splits_tensors_) {
      for (double n = 1; n <= count && i == 0; ++n) {
        if (fits_on(n)) i = n;
      }
    } else {
      i = first_true(1, count, fits_on);
    }
    return i > 0 ? known_[static_cast<std::size_t>(i) - 1].gpus : 0;
  }

 private:
  static constexpr double kNotAsked = -1;
  struct Known {
    double gpus, bytes, beside_share;
  };
  const Known& at(std::size_t i) {
    Known& known = known_[i];
    if (known.bytes != kNotAsked) return known;
    known.bytes = kInfinity;
    if (const auto p = spread(plan_, needs_.model(), known.gpus)) {
      const Need need = needs_.of(*p);
      known.bytes = need.bytes;
      known.beside_share = need.beside_share_bytes;
    }
    return known;
  }

  Needs needs_;
  const JobPlan& plan_;
  bool splits_tensors_ = false;
  std::vector<Known> known_;
};

class TableMaker {
 public:
  TableMaker(const FitTableQuestion& q, std::vector<TableMethod> columns)
      : q_(q), columns_(std::move(columns)), cards_(cards_of(q)) {}

  FitTableAnswer run() {
    head();
    if (q_.models.empty()) {
      for (const CatalogueModel& m : catalogue_models()) add(m.model);
    } else {
      for (const ModelChoice& m : q_.models) add(m.model);
    }
    a_.methods = std::move(columns_);
    return std::move(a_);
  }

 private:
  void head() {
    for (const TableMethod& c : columns_) {
      a_.adds_context.push_back(adds_context(c.plan));
      a_.share.push_back(share_of(c.plan));
    }
    for (const TableCard& c : cards_) {
      a_.gpus.push_back(c.id);
      a_.total_bytes.push_back(c.total_bytes);
      a_.available_bytes.push_back(c.available_bytes);
      a_.context_bytes.push_back(c.context_bytes);
      a_.class_of.push_back(static_cast<double>(c.of_class));
    }
    a_.classes = kClasses;
    const std::size_t models = q_.models.empty() ? 256 : q_.models.size();
    a_.required_bytes.reserve(models * columns_.size() * kClasses);
    a_.upper_bytes.reserve(models * columns_.size() * kClasses);
    a_.outside_bytes.reserve(models * columns_.size() * kClasses);
    a_.cells.reserve(models * columns_.size() * cards_.size());
  }

  void add(const Model& model) {
    const LayerTable table(model);
    a_.models.push_back(model.id);
    a_.best.resize(a_.best.size() + cards_.size(), -1);
    best_weights_.assign(cards_.size(), 0);
    for (std::size_t k = 0; k < columns_.size(); ++k) add(table, k);
  }

  void add(const LayerTable& table, std::size_t column) {
    const JobPlan& plan = columns_[column].plan;
    std::optional<JobPlan> here;
    Problems problems;
    if (q_.cards > 1 && plan.gpus == 1) {
      here = spread(plan, table.model(), q_.cards);
    } else {
      if (plan.task == Task::training) check(table.model(), plan.training, problems);
      if (problems.empty()) here = plan;
    }
    if (!here) return add_nothing();
    plan.task == Task::training ? add_training(table, plan, *here) : add_serving(table, column, *here);
  }

  void add_nothing() {
    for (std::size_t c = 0; c < kClasses; ++c) add_class({});
    a_.cells.resize(a_.cells.size() + cards_.size(), kNotPossible);
  }

  void add_class(const Need& need) {
    a_.required_bytes.push_back(need.bytes);
    a_.upper_bytes.push_back(need.interval.high);
    a_.outside_bytes.push_back(need.beside_share_bytes);
  }

  void add_cell(Outcome outcome, double fewest) {
    a_.cells.push_back(static_cast<double>(static_cast<int>(outcome)) + 4 * fewest);
  }

  void add_training(const LayerTable& table, const JobPlan& plan, const JobPlan& here) {
    const Needs needs(table, {kInfinity, 0, {}});
    const Need need = needs.of(here);
    for (std::size_t c = 0; c < kClasses; ++c) add_class(need);
    const Spreading spreading = spreading_of(plan, table.model());
    const auto alone = spread(plan, table.model(), spreading.step);
    const double alone_bytes = !alone ? kInfinity : here.gpus == 1 ? need.bytes : needs.of(*alone).bytes;
    std::optional<ShardedRanks> ranks;
    for (const TableCard& card : cards_) {
      const double room = room_of(card, plan, 0);
      double fewest = 0;
      if (q_.fewest && alone_bytes <= room) {
        fewest = spreading.step;
      } else if (q_.fewest) {
        if (!ranks) ranks.emplace(table.model(), plan, spreading);
        fewest = spreading.step * ranks->fewest(room);
      }
      add_cell(outcome_of(need.bytes, need.interval.high, room), fewest);
    }
  }

  void add_serving(const LayerTable& table, std::size_t column, const JobPlan& here) {
    const JobPlan& plan = columns_[column].plan;
    struct Class {
      Needs needs;
      Need need;
      SplitRanks ranks;
    };
    std::array<std::optional<Class>, kClasses> classes;
    const auto of_class = [&](std::size_t card_class) -> Class& {
      const std::size_t c = relevant_class(plan.serving.engine, card_class);
      if (!classes[c]) {
        const Needs needs(table, {kInfinity, 0, serving_device_of(c)});
        classes[c].emplace(Class{needs, needs.of(here.serving), SplitRanks(needs, plan)});
      }
      return *classes[c];
    };
    for (std::size_t c = 0; c < kClasses; ++c) add_class(of_class(c).need);
    double* const best = &a_.best[a_.best.size() - cards_.size()];
    const double weights = weights_of(table, here.serving);
    for (std::size_t g = 0; g < cards_.size(); ++g) {
      const TableCard& card = cards_[g];
      Class& c = of_class(card.of_class);
      const auto room_for = [&](double beside) { return room_of(card, plan, beside); };
      const double room = room_for(c.need.beside_share_bytes);
      const Outcome outcome = outcome_of(c.need.bytes, c.need.interval.high, room);
      const bool one_is_enough = here.gpus == 1 && outcome != Outcome::does_not_fit;
      const double fewest = !q_.fewest ? 0 : one_is_enough ? 1 : c.ranks.fewest(room_for);
      add_cell(outcome, fewest);
      if (outcome != Outcome::does_not_fit && weights > best_weights_[g]) {
        best_weights_[g] = weights;
        best[g] = static_cast<double>(column);
      }
    }
  }

  static double weights_of(const LayerTable& table, const InferencePlan& plan) {
    const InferenceParts parts =
        inference_parts(table, plan, serving_device_of(0), {0, table.layers(), true, true});
    return parts.weights + parts.weights_host;
  }

  const FitTableQuestion& q_;
  std::vector<TableMethod> columns_;
  std::vector<TableCard> cards_;
  std::vector<double> best_weights_;
  FitTableAnswer a_;
};

}  // namespace

const std::vector<TableMethod>& default_methods() {
  static const std::vector<TableMethod> methods = make_default_methods();
  return methods;
}

FitTableAnswer answer(const FitTableQuestion& q, Problems& problems) {
  std::vector<TableMethod> columns = columns_of(q, problems);
  if (!problems.empty()) return {};
  return TableMaker(q, std::move(columns)).run();
}

}  // namespace slide_rule
