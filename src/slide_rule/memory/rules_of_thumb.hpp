#pragma once
// Rules of thumb: bytes a parameter, as the seed article and EleutherAI state them. Kept exactly; the
// estimates from a model's shape stand in training.hpp and inference.hpp.

#include <optional>
#include <vector>

#include "slide_rule/estimate.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

enum class Rule { article_2024, eleutherai };
SLIDE_RULE_NAMES(Rule, "article-2024", "eleutherai")

enum class Task { inference, training };
SLIDE_RULE_NAMES(Task, "inference", "training")

enum class RuleFormat { fp32, bf16, int8, int4 };
SLIDE_RULE_NAMES(RuleFormat, "fp32", "bf16", "int8", "int4")

enum class RuleOptimizer { adamw, adamw_8bit, sgd_momentum };
SLIDE_RULE_NAMES(RuleOptimizer, "adamw", "adamw-8bit", "sgd-momentum")

/// Which rule, for what. The article's training rule is fp32 AdamW and takes neither a format nor an
/// optimizer.
struct RuleChoice {
  Rule rule = Rule::article_2024;
  Task task = Task::training;
  std::optional<RuleFormat> format;        ///< of the weights; article-2024: fp32, eleutherai: bf16
  std::optional<RuleOptimizer> optimizer;  ///< eleutherai training only; adamw
};

/// Bytes a parameter, part by part, in the order weights, optimizer, gradients (training) or weights,
/// overhead (inference: 20 % of the weights).
///
///   article-2024, training:  4 + 16 + 4 = 24
///   eleutherai, training:    w + {12 AdamW, 6 8-bit, 8 SGD with momentum} + w,  w = 4 (fp32) or 2 (bf16)
///   both, inference:         1.2 w,  w = 4, 2, 1, 0.5
///
/// EleutherAI's activations need a model's shape and are not part of this rule.
/// @see [article-2024], [eleutherai-2023] in src/catalog/references.json
std::vector<Term> terms_of_rule(const RuleChoice& choice, double parameters);

/// The sum of terms_of_rule for one parameter. Exact.
double bytes_per_parameter(const RuleChoice& choice);

/// What a choice contradicts: the article's training rule with another format or optimizer, EleutherAI's
/// training in int8 or int4, an optimizer for inference.
void check(const RuleChoice& choice, Problems& problems);

struct RuleOfThumbQuestion {
  RuleChoice choice;
  double parameters = 0;

  static constexpr void describe(auto& v, auto& q) {
    v.field("rule", q.choice.rule);
    v.field("parameters", q.parameters, amount.required());
    v.field("task", q.choice.task);
    v.field("weightFormat", q.choice.format);
    v.field("optimizer", q.choice.optimizer);
  }
};

struct RuleOfThumbAnswer {
  double total_bytes = 0;
  double bytes_per_parameter = 0;
  std::vector<Term> terms;

  static constexpr void describe(auto& v, auto& a) {
    v.field("totalBytes", a.total_bytes);
    v.field("bytesPerParameter", a.bytes_per_parameter);
    v.field("terms", a.terms);
  }
};

RuleOfThumbAnswer answer(const RuleOfThumbQuestion& q, Problems& problems);

}  // namespace slide_rule
