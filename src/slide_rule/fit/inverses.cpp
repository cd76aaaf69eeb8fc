#include "slide_rule/fit/inverses.hpp"

#include <cmath>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/fit/solve.hpp"
#include "slide_rule/plausible_shape.hpp"

namespace slide_rule {
namespace {

/// The edge of `need_at(x)` over whole x in [low, high].
template <class NeedAt>
Edge edge_of(double low, double high, NeedAt need_at) {
  Edge edge;
  edge.largest = last_true(low, high, [&](double x) { return need_at(x).fits(); });
  if (edge.largest < low) return {};
  edge.need = need_at(edge.largest);
  const double certain =
      last_true(low, edge.largest, [&](double x) { return need_at(x).outcome() == Outcome::fits; });
  edge.certain = certain < low ? 0 : certain;
  return edge;
}

/// The edge of one field of a job, which set(plan, x) puts into its plan.
template <class Set>
Edge edge_of(const Job& asked, double low, double high, Set set) {
  JobPlan plan = asked.plan;
  const LayerTable table(asked.model.model);
  const Needs needs(table, asked);
  return edge_of(low, high, [&](double x) {
    set(plan, x);
    return needs.of(plan);
  });
}

std::vector<Assumption> shape_assumptions(const Job& job) {
  std::vector<Assumption> list;
  job.model.add_assumptions(list);
  return list;
}

constexpr double kMostTokens = 1e9, kMostSequences = 1e6, kMostRank = 65536;

/// A parameter count of three digits, which is how one is written, times a power of ten.
struct RoundCount {
  int digits = 999, power = 0;

  double count() const { return digits * std::pow(10.0, power); }
  static RoundCount below(double count) {
    const int power = static_cast<int>(std::floor(std::log10(count))) - 2;
    const int digits = static_cast<int>(count / std::pow(10.0, power));
    return {std::min(digits, 999), power};
  }
  RoundCount less(int steps) const {
    return digits - steps >= 100 ? RoundCount{digits - steps, power} : RoundCount{999, power - 1};
  }
};

/// What a size needs goes up and down with it: widths come in steps, and with them the key-value heads, so
/// that a model may need several times the cache of one that is a little larger. The weights alone go up with
/// it but for so much.
constexpr double kWidthSteps = 1.25;

constexpr double kFar = 1.5;

/// A shape that every plan for dense models suits.
Model any_dense_shape() {
  Model m;
  m.layers = kInfinity;
  return m;
}

class ModelSolve {
 public:
  explicit ModelSolve(const Job& job) : plan_(job.plan), card_(card_of(job.hardware())) {}

  /// The largest count of three digits up to `most` with holds(need); 0 where none has.
  template <class Holds>
  double largest(double most, Holds holds) const {
    const double low = least();
    int step = 1;
    for (RoundCount x = RoundCount::below(most); x.count() >= low; x = x.less(step)) {
      const Need need = need_at(x.count());
      if (holds(need)) {
        while (--step > 0) {
          const RoundCount passed{x.digits + step, x.power};
          if (passed.digits <= 999 && holds(need_at(passed.count()))) return passed.count();
        }
        return x.count();
      }
      // Far from fitting, steps of a hundredth.
      const bool is_far = need.bytes < kInfinity && need.bytes > kFar * need.available_bytes;
      step = is_far ? std::max(1, x.digits / 100) : 1;
    }
    return 0;
  }

  /// No larger count fits: not even with one token of one sequence.
  double bound() const {
    JobPlan shortest = plan_;
    shortest.serving.context_tokens = shortest.serving.batch = 1;
    shortest.serving.prompt_tokens = {};
    shortest.training.sequence_tokens = shortest.training.micro_batch = 1;
    const double edge =
        last_true(least(), kMaxPlausibleParameters, [&](double x) { return need_at(x, shortest).fits(); });
    return std::min(kMaxPlausibleParameters, edge * kWidthSteps);
  }

  /// Without end where the plan's degrees do not divide the shape.
  Need need_at(double parameters) const {
    Problems problems;
    plan_.task == Task::training ? check(plausible_shape(parameters), plan_.training, problems)
                                 : check(plausible_shape(parameters), plan_.serving, problems);
    if (!problems.empty()) return {kInfinity, card_.available_bytes, {kInfinity, kInfinity}};
    return need_at(parameters, plan_);
  }

 private:
  Need need_at(double parameters, const JobPlan& plan) const {
    const Model model = plausible_shape(parameters);
    return Needs(LayerTable(model), card_).of(plan);
  }

  /// Each stage of a split needs a layer; see plausible_shape.
  double least() const {
    const auto stages = [&](const Model& model) {
      return plan_.task == Task::training ? plan_.training.pipeline_parallel
                                          : with_split(plan_.serving, model).stages();
    };
    const auto is_short = [&](const Model& model) { return model.layers < stages(model); };
    double low = kMinPlausibleParameters;
    while (low < kMaxPlausibleParameters && is_short(plausible_shape(low))) low *= 1.1;
    return std::ceil(low);
  }

  const JobPlan& plan_;
  Card card_;
};

LargestModelAnswer by_rule(const LargestModelQuestion& q, Problems& problems) {
  const JobPlan& plan = q.job.plan;
  MaxParametersQuestion asked;
  asked.hardware = q.job.hardware();
  asked.choice.task = plan.task;
  asked.choice.rule = q.rule == SizeRule::article_2024 ? Rule::article_2024 : Rule::eleutherai;
  if (plan.weight_format) {
    asked.choice.format = value_of<RuleFormat>(name_of(*plan.weight_format));
    if (!asked.choice.format) add(problems, "weightFormat", Code::contradicts, 0, "rule");
  }
  if (plan.training.optimizer != Optimizer::adamw) {
    asked.choice.optimizer = value_of<RuleOptimizer>(name_of(plan.training.optimizer));
    if (!asked.choice.optimizer) add(problems, "optimizer", Code::contradicts, 0, "rule");
  }
  const MaxParametersAnswer found = answer(asked, problems);
  LargestModelAnswer a;
  a.parameters = found.parameters;
  a.available_bytes = found.available_bytes;
  a.required_bytes = found.parameters * found.bytes_per_parameter;
  a.bytes_per_parameter = found.bytes_per_parameter;
  a.workings = found.workings;
  return a;
}

}  // namespace

MaxContextAnswer answer(const MaxContextQuestion& q, Problems& problems) {
  Job job = q.job;
  const bool training = job.plan.task == Task::training;
  const double least = job.plan.serving.prompt_tokens.value_or(1);
  (training ? job.plan.sequence_tokens : job.plan.context_tokens) = least;
  settle(job, problems);
  if (!problems.empty()) return {};
  MaxContextAnswer a;
  a.edge = edge_of(job, least, kMostTokens, [&](JobPlan& plan, double tokens) {
    (training ? plan.training.sequence_tokens : plan.serving.context_tokens) = tokens;
  });
  a.model_context_tokens = job.model.model.max_context;
  a.assumptions = shape_assumptions(job);
  return a;
}

MaxBatchAnswer answer(const MaxBatchQuestion& q, Problems& problems) {
  Job job = q.job;
  settle(job, problems);
  if (!problems.empty()) return {};
  MaxBatchAnswer a;
  a.edge = edge_of(job, 1, kMostSequences, [](JobPlan& plan, double batch) {
    (plan.task == Task::training ? plan.training.micro_batch : plan.serving.batch) = batch;
  });
  a.assumptions = shape_assumptions(job);
  return a;
}

MaxRankAnswer answer(const MaxRankQuestion& q, Problems& problems) {
  Job job = q.job;
  job.plan.lora_rank = 1;
  settle(job, problems);
  if (job.plan.task == Task::training && job.plan.training.method == Method::full) {
    add(problems, "loraRank", Code::contradicts, 0, "method");
  }
  if (!problems.empty()) return {};
  MaxRankAnswer a;
  a.edge = edge_of(job, 1, kMostRank, [](JobPlan& plan, double rank) {
    (plan.task == Task::training ? plan.training.lora_rank : plan.serving.lora_rank) = rank;
  });
  a.assumptions = shape_assumptions(job);
  return a;
}

LargestModelAnswer answer(const LargestModelQuestion& q, Problems& problems) {
  if (q.rule != SizeRule::exact) return by_rule(q, problems);
  Job job = q.job;
  settle(job.plan, problems);
  check(job.hardware(), problems);
  if (job.plan.task == Task::inference) {
    check(job.plan.serving, problems);
  } else {
    check(any_dense_shape(), job.plan.training, problems);
  }
  if (!problems.empty()) return {};
  const ModelSolve solve(job);
  LargestModelAnswer a;
  a.parameters = solve.largest(solve.bound(), [](const Need& need) { return need.fits(); });
  a.certain_parameters =
      solve.largest(a.parameters, [](const Need& need) { return need.outcome() == Outcome::fits; });
  a.available_bytes = card_of(job.hardware()).available_bytes;
  if (a.parameters == 0) return a;
  const Need need = solve.need_at(a.parameters);
  a.required_bytes = need.bytes;
  a.available_bytes = need.available_bytes;
  a.assumptions.push_back({"shape-estimated", count_parameters(plausible_shape(a.parameters)).text});
  return a;
}

}  // namespace slide_rule
