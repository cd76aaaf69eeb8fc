#pragma once
// The fit turned round on the same model: the longest context, the largest batch, rank and model that fit.
//
// Every answer x is on the edge: the job with x does not run out of memory by the estimate (its outcome is
// fits or tight), with x + 1 it does. `certain` is the same for the outcome "fits": the interval's upper end
// fits, too. 0 where not even the least does.

#include "slide_rule/fit/need.hpp"

namespace slide_rule {

/// What a solve found, and what the job needs there.
struct Edge {
  double largest = 0, certain = 0;
  Need need;  ///< at `largest`
};

struct MaxContextQuestion {
  Job job;  ///< the tokens it names are not looked at
  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};
struct MaxContextAnswer {
  Edge edge;
  double model_context_tokens = 0;  ///< what the model was made for; 0: not known
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("contextTokens", a.edge.largest);  ///< of training: sequenceTokens
    v.field("certainContextTokens", a.edge.certain);
    v.field("modelContextTokens", a.model_context_tokens);
    v.field("requiredBytes", a.edge.need.bytes);
    v.field("availableBytes", a.edge.need.available_bytes);
    v.field("assumptions", a.assumptions);
  }
};
MaxContextAnswer answer(const MaxContextQuestion& q, Problems& problems);

struct MaxBatchQuestion {
  Job job;
  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};
struct MaxBatchAnswer {
  Edge edge;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("batch", a.edge.largest);  ///< of training: microBatch
    v.field("certainBatch", a.edge.certain);
    v.field("requiredBytes", a.edge.need.bytes);
    v.field("availableBytes", a.edge.need.available_bytes);
    v.field("assumptions", a.assumptions);
  }
};
MaxBatchAnswer answer(const MaxBatchQuestion& q, Problems& problems);

struct MaxRankQuestion {
  Job job;
  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};
struct MaxRankAnswer {
  Edge edge;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("loraRank", a.edge.largest);
    v.field("certainLoraRank", a.edge.certain);
    v.field("requiredBytes", a.edge.need.bytes);
    v.field("availableBytes", a.edge.need.available_bytes);
    v.field("assumptions", a.assumptions);
  }
};
MaxRankAnswer answer(const MaxRankQuestion& q, Problems& problems);

enum class SizeRule {
  exact,  ///< the estimate of the shape that plausible_shape() gives a count
  article_2024,
  eleutherai,
};
SLIDE_RULE_NAMES(SizeRule, "exact", "article-2024", "eleutherai")

/// The largest parameter count: by the estimate, or by a rule of thumb as in solve.hpp. By the estimate it is
/// of three digits, and fits as it is written; a smaller one may need more, as its shape may have more
/// key-value heads.
struct LargestModelQuestion {
  SizeRule rule = SizeRule::exact;
  Job job;  ///< its model is not looked at

  static constexpr void describe(auto& v, auto& q) {
    v.field("rule", q.rule);
    v.field("task", q.job.plan.task);
    Job::describe_hardware(v, q.job);
    JobPlan::describe_plan(v, q.job.plan);
  }
};

struct LargestModelAnswer {
  double parameters = 0;
  std::optional<double> certain_parameters;
  double required_bytes = 0;   ///< by rule: of all cards together, as the rule counts; exact: of the busiest
  double available_bytes = 0;  ///< by rule: of all cards; exact: of one
  std::optional<double> bytes_per_parameter;  ///< by rule
  std::optional<Workings> workings;           ///< by rule
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("certainParameters", a.certain_parameters);
    v.field("requiredBytes", a.required_bytes);
    v.field("availableBytes", a.available_bytes);
    v.field("bytesPerParameter", a.bytes_per_parameter);
    v.field("workings", a.workings);
    v.field("assumptions", a.assumptions);
  }
};
LargestModelAnswer answer(const LargestModelQuestion& q, Problems& problems);

}  // namespace slide_rule
