#include "slide_rule/memory/rules_of_thumb.hpp"

namespace slide_rule {
namespace {

RuleFormat format_of(const RuleChoice& c) {
  if (c.format) return *c.format;
  return c.rule == Rule::eleutherai ? RuleFormat::bf16 : RuleFormat::fp32;
}

double weight_bytes(RuleFormat format) {
  switch (format) {
    case RuleFormat::fp32:
      return 4;
    case RuleFormat::bf16:
      return 2;
    case RuleFormat::int8:
      return 1;
    case RuleFormat::int4:
      return 0.5;
  }
  return 4;
}

double eleutherai_optimizer_bytes(RuleOptimizer optimizer) {
  switch (optimizer) {
    case RuleOptimizer::adamw:
      return 12;  // fp32 copy of the weights, two fp32 moments
    case RuleOptimizer::adamw_8bit:
      return 6;  // fp32 copy, two 8-bit moments
    case RuleOptimizer::sgd_momentum:
      return 8;  // fp32 copy, one fp32 momentum
  }
  return 12;
}

std::string_view source_of(Rule rule) {
  return rule == Rule::article_2024 ? "article-2024" : "eleutherai-2023";
}

Term part(std::string_view id, double parameters, double bytes_each, Rule rule) {
  return {id,
          parameters * bytes_each,
          "parameters * bytesPerParameter",
          {{"parameters", parameters}, {"bytesPerParameter", bytes_each}},
          source_of(rule)};
}

}  // namespace

std::vector<Term> terms_of_rule(const RuleChoice& c, double parameters) {
  const double weight = weight_bytes(format_of(c));
  if (c.task == Task::inference) {
    // 0.2 x weights is kept apart so that weights + overhead = 1.2 x weights.
    return {part("weights", parameters, weight, c.rule), part("overhead", parameters, 0.2 * weight, c.rule)};
  }
  if (c.rule == Rule::article_2024) {
    return {part("weights", parameters, 4, c.rule), part("optimizer", parameters, 16, c.rule),
            part("gradients", parameters, 4, c.rule)};
  }
  const double optimizer = eleutherai_optimizer_bytes(c.optimizer.value_or(RuleOptimizer::adamw));
  return {part("weights", parameters, weight, c.rule), part("optimizer", parameters, optimizer, c.rule),
          part("gradients", parameters, weight, c.rule)};
}

double bytes_per_parameter(const RuleChoice& choice) { return sum_of(terms_of_rule(choice, 1)); }

void check(const RuleChoice& c, Problems& problems) {
  const bool training = c.task == Task::training;
  const auto contradiction = [&](const char* field, const char* with) {
    problems.push_back({field, Code::contradicts, 0, with});
  };
  if (c.optimizer && !training) contradiction("optimizer", "task");
  if (!training) return;
  if (c.rule == Rule::article_2024) {
    if (c.format && *c.format != RuleFormat::fp32) contradiction("weightFormat", "rule");
    if (c.optimizer && *c.optimizer != RuleOptimizer::adamw) contradiction("optimizer", "rule");
  } else if (c.format == RuleFormat::int8 || c.format == RuleFormat::int4) {
    contradiction("weightFormat", "task");
  }
}

RuleOfThumbAnswer answer(const RuleOfThumbQuestion& q, Problems& problems) {
  check(q.choice, problems);
  if (!problems.empty()) return {};
  RuleOfThumbAnswer a;
  a.terms = terms_of_rule(q.choice, q.parameters);
  a.total_bytes = sum_of(a.terms);
  a.bytes_per_parameter = bytes_per_parameter(q.choice);
  return a;
}

}  // namespace slide_rule
