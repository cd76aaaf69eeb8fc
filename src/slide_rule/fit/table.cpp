#include "slide_rule/fit/table.hpp"

#include <algorithm>

#include "slide_rule/fit/ranks.hpp"

namespace slide_rule {
namespace {

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
    const std::string at = element_of("methods", i) + ".";
    settle(column.plan, problems, at);
    if (!training) {
      std::optional<double>& prompt = column.plan.serving.prompt_tokens;
      if (context && prompt) prompt = std::min(*prompt, *context);
      InferencePlan checked = column.plan.serving;
      if (checked.gpus == 1) checked.gpus = checked.ranks();  // spread over q.cards
      check(checked, problems, at);
    }
    columns.push_back(std::move(column));
  };
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (q.contexts.empty()) add_column(i, {});
    for (const double context : q.contexts) add_column(i, context);
  }
  return columns;
}

// ---- cards ----

struct TableCard {
  std::string id;
  double total_bytes = 0, available_bytes = 0, context_bytes = 0;
  std::size_t of_class = 0;  ///< see ranks.hpp

  /// Whether every cell of the one is a cell of the other.
  bool is_like(const TableCard& other) const {
    return total_bytes == other.total_bytes && available_bytes == other.available_bytes &&
           context_bytes == other.context_bytes && of_class == other.of_class;
  }
};

TableCard table_card(const Hardware& h) {
  const Card card = card_of(h);
  TableCard t;
  t.id = h.gpu ? std::string(h.gpu->gpu.id) : std::string();
  t.total_bytes = card.serving.total_bytes;
  t.available_bytes = card.available_bytes;
  t.context_bytes = card.context_bytes;
  t.of_class = class_of(card.serving);
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
      const auto like =
          std::find_if(kinds_.begin(), kinds_.end(), [&](const TableCard& k) { return k.is_like(c); });
      kind_of_.push_back(static_cast<std::size_t>(like - kinds_.begin()));
      if (like == kinds_.end()) kinds_.push_back(c);
    }
    cells_.resize(kinds_.size());
    best_.resize(kinds_.size());
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
    std::fill(best_.begin(), best_.end(), Best{});
    GgmlBuffers buffers(table);
    for (std::size_t k = 0; k < columns_.size(); ++k) add(table, buffers, k);
    for (const std::size_t kind : kind_of_) a_.best.push_back(best_[kind].column);
  }

  void add(const LayerTable& table, GgmlBuffers& buffers, std::size_t column) {
    const JobPlan& plan = columns_[column].plan;
    std::optional<JobPlan> here;
    Problems problems;
    if (plan.gpus == 1) {
      here = spread(plan, table.model(), q_.cards);
    } else {
      plan.task == Task::training ? check(table.model(), plan.training, problems)
                                  : check(table.model(), plan.serving, problems);
      if (problems.empty()) here = plan;
    }
    if (!here) return add_nothing();
    plan.task == Task::training ? add_training(table, plan, *here)
                                : add_serving(table, buffers, column, *here);
    const std::size_t begin = a_.cells.size();
    a_.cells.resize(begin + cards_.size());
    for (std::size_t c = 0; c < cards_.size(); ++c) a_.cells[begin + c] = cells_[kind_of_[c]];
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

  /// @see FitTableAnswer
  static double cell(Outcome outcome, double fewest) {
    return static_cast<double>(static_cast<int>(outcome)) + 4 * fewest;
  }

  void add_training(const LayerTable& table, const JobPlan& plan, const JobPlan& here) {
    const Needs needs(table, {kInfinity, 0, {}});
    const Need need = needs.of(here);
    for (std::size_t c = 0; c < kClasses; ++c) add_class(need);
    const Spreading spreading = spreading_of(plan, table.model());
    const auto alone = spread(plan, table.model(), spreading.step);
    const double alone_bytes = !alone ? kInfinity : here.gpus == 1 ? need.bytes : needs.of(*alone).bytes;
    std::optional<ShardedRanks> ranks;
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      const double room = room_of(kinds_[k], plan, 0);
      double fewest = 0;
      if (q_.fewest && alone_bytes <= room) {
        fewest = spreading.step;
      } else if (q_.fewest) {
        if (!ranks) ranks.emplace(table, plan, spreading);
        fewest = spreading.step * ranks->fewest(room);
      }
      cells_[k] = cell(outcome_of(need.bytes, need.interval.high, room), fewest);
    }
  }

  void add_serving(const LayerTable& table, GgmlBuffers& buffers, std::size_t column, const JobPlan& here) {
    const JobPlan& plan = columns_[column].plan;
    ServedModel served(table, here.serving, buffers);
    const ClassNeeds needs = class_needs(served);
    const double weights = served.weights_bytes();
    for (const Need& need : needs) add_class(need);
    SplitRanks ranks(table, plan, served, needs);
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      const TableCard& card = kinds_[k];
      const Need& need = needs[card.of_class];
      const auto room_for = [&](double beside) { return room_of(card, plan, beside); };
      const Outcome outcome = outcome_of(need.bytes, need.interval.high, room_for(need.beside_share_bytes));
      const bool one_is_enough = here.gpus == 1 && outcome != Outcome::does_not_fit;
      const double fewest = !q_.fewest ? 0 : one_is_enough ? 1 : ranks.fewest(card.of_class, room_for);
      cells_[k] = cell(outcome, fewest);
      if (outcome != Outcome::does_not_fit && weights > best_[k].weights) {
        best_[k] = {weights, static_cast<double>(column)};
      }
    }
  }

  struct Best {
    double weights = 0, column = -1;
  };
  const FitTableQuestion& q_;
  std::vector<TableMethod> columns_;
  std::vector<TableCard> cards_;
  std::vector<TableCard> kinds_;      ///< cards of different cells: many cards differ in nothing but the name
  std::vector<std::size_t> kind_of_;  ///< by card
  std::vector<double> cells_;         ///< of one model and column, by kind
  std::vector<Best> best_;            ///< by kind
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
