#include "slide_rule/scaling/hyperparameters.hpp"

#include <cmath>

#include "catalog/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

enum Base : std::uint8_t { by_nothing, by_parameters, by_tokens, by_compute, by_loss };

/// k x^e y^f.
struct PowerRule {
  double k = 0;
  Base x = by_nothing;
  double e = 0;
  Base y = by_nothing;
  double f = 0;
};

struct HyperparameterLaw {
  std::string_view law;
  PowerRule learning_rate, batch;
  double sequence_tokens = 0;  ///< the batch is in sequences of so many tokens; 0 = in tokens
  std::string_view assumption = {};
};

constexpr HyperparameterLaw kRules[] = {
    {"step-law-2025", {1.79, by_parameters, -0.713, by_tokens, 0.307}, {0.58, by_tokens, 0.571}},
    {"deepseek-2024", {0.3118, by_compute, -0.125}, {0.2920, by_compute, 0.3271}},
    {"porian-2024",
     {3.7, by_parameters, -0.36},
     {0.00037, by_parameters, 0.703},
     2048,
     "constant-learning-rate"},
    {"minicpm-2024", {0.01}, {1.21e9, by_loss, -6.24}, 0, "width-scaled-parametrisation"},
    {"kaplan-2020-steps", {}, {2e8, by_loss, -1 / 0.21}},
};

constexpr std::string_view kFields[] = {"", "parameters", "tokens", "computeFlop", "loss"};

const HyperparameterLaw* find_rule(std::string_view law) {
  for (const HyperparameterLaw& rule : kRules) {
    if (rule.law == law) return &rule;
  }
  return nullptr;
}

// In the order of Base for x; a rule of two bases is the one of N and D.
constexpr std::string_view kFormulas[] = {"k", "k * N^e", "k * D^e", "k * C^e", "k * L^e"};

double evaluate(const PowerRule& r, std::string_view id, const std::array<double, 5>& base,
                std::string_view source, Figures& figures) {
  if (r.x == by_nothing) return add(figures, source, id, r.k, kFormulas[0], {r.k});
  const double x = base[r.x], first = r.k * std::pow(x, r.e);
  if (r.y == by_nothing) return add(figures, source, id, first, kFormulas[r.x], {r.k, x, r.e});
  const double y = base[r.y];
  return add(figures, source, id, first * std::pow(y, r.f), "k * N^e * D^f", {r.k, x, r.e, y, r.f});
}

constexpr std::string_view kKaplan = "kaplan-2020";

}  // namespace

bool has_hyperparameters(std::string_view law) { return find_rule(law) != nullptr; }

HyperparametersAnswer answer(const HyperparametersQuestion& q, Problems& problems) {
  const Law* law = find_law(q.law);
  if (!law) {
    if (q.law.empty())
      add(problems, "law", Code::missing);
    else
      add(problems, "law", Code::unknown_id, 0, nearest_law(q.law));
    return {};
  }
  const HyperparameterLaw* rule = find_rule(q.law);
  if (!rule) {
    add(problems, "law", Code::no_answer);
    return {};
  }
  std::array<std::optional<double>, 5> given{std::nullopt, q.parameters, q.tokens, q.compute_flop, q.loss};
  const auto uses = [&](std::size_t base) {
    return rule->learning_rate.x == base || rule->learning_rate.y == base || rule->batch.x == base ||
           rule->batch.y == base;
  };
  HyperparametersAnswer a;
  if (uses(by_compute) && !q.compute_flop && q.parameters && q.tokens) {
    given[by_compute] = 6 * *q.parameters * *q.tokens;
    add(a.workings, law->source, "computeFlop", *given[by_compute], "6 * N * D", {*q.parameters, *q.tokens});
  }
  std::array<double, 5> base{};
  for (std::size_t i = by_parameters; i < base.size(); ++i) {
    if (uses(i) && !given[i]) add(problems, kFields[i], Code::missing);
    base[i] = given[i].value_or(0);
  }
  if (!problems.empty()) return {};

  if (rule->learning_rate.k > 0) {
    a.learning_rate = evaluate(rule->learning_rate, "learningRate", base, law->source, a.workings);
  }
  const bool in_sequences = rule->sequence_tokens > 0;
  a.batch_tokens =
      evaluate(rule->batch, in_sequences ? "batchSequences" : "batchTokens", base, law->source, a.workings);
  if (in_sequences) {
    a.batch_sequences = a.batch_tokens;
    a.batch_tokens = *a.batch_sequences * rule->sequence_tokens;
    add(a.workings, law->source, "batchTokens", *a.batch_tokens, "sequences * sequenceTokens",
        {*a.batch_sequences, rule->sequence_tokens});
  }
  LawPoint at;
  if (uses(by_parameters)) at[parameters] = base[by_parameters];
  if (uses(by_tokens)) at[tokens] = base[by_tokens];
  if (uses(by_compute)) at[compute_flop] = base[by_compute];
  a.extrapolates = extrapolated(*law, at);
  if (uses(by_parameters) && law->parameters_mean == "non-embedding") {
    a.assumptions.push_back({"parameters-are-non-embedding"});
  }
  if (uses(by_parameters) && law->parameters_mean == "with-head")
    a.assumptions.push_back({"parameters-include-head"});
  if (uses(by_compute) && law->compute_means == "per-token-flop") {
    a.assumptions.push_back({"compute-counts-attention"});
  }
  if (!rule->assumption.empty()) a.assumptions.push_back({rule->assumption});
  if (law->verification == Verification::unverified) a.assumptions.push_back({"constants-unverified"});
  return a;
}

CriticalBatchAnswer answer(const CriticalBatchQuestion& q, Problems& problems) {
  const PowerRule& rule = find_rule("kaplan-2020-steps")->batch;
  if ((q.steps || q.compute_flop) && !q.batch_tokens) add(problems, "batchTokens", Code::missing);
  CriticalBatchAnswer a;
  const double critical = rule.k * std::pow(q.loss, rule.e);
  if (!std::isfinite(critical) || critical <= 0) add(problems, "loss", Code::below_minimum, 1e-10);
  if (!problems.empty()) return {};
  a.critical_batch_tokens = critical;
  const auto give = [&](std::string_view id, double value, std::string_view formula,
                        std::initializer_list<double> values) {
    return add(a.workings, kKaplan, id, value, formula, values);
  };
  give("criticalBatchTokens", critical, "Bstar / L^(1 / alphaB)", {rule.k, q.loss, -1 / rule.e});
  if (q.steps) {
    a.min_steps = give("minSteps", *q.steps / (1 + critical / *q.batch_tokens), "S / (1 + Bcrit / B)",
                       {*q.steps, critical, *q.batch_tokens});
  }
  if (q.compute_flop) {
    a.min_compute_flop = give("minComputeFlop", *q.compute_flop / (1 + *q.batch_tokens / critical),
                              "C / (1 + B / Bcrit)", {*q.compute_flop, *q.batch_tokens, critical});
  }
  return a;
}

OverfittingAnswer answer(const OverfittingQuestion& q, Problems&) {
  const Law& law = *find_law("kaplan-2020-joint");
  const auto& k = law.constants;
  const double size = std::pow(q.parameters / k[0], k[1] / k[3]);
  const double n = q.parameters;
  OverfittingAnswer a;
  LawPoint at;
  at[parameters] = n;
  if (q.tokens) {
    at[tokens] = *q.tokens;
    a.excess =
        add(a.workings, kKaplan, "excess", std::pow(1 + size * k[2] / *q.tokens, k[3]) - 1,
            "(1 + (N / Nc)^(alphaN / alphaD) * Dc / D)^alphaD - 1", {n, k[0], k[1], k[3], k[2], *q.tokens});
  }
  a.tokens_for_excess =
      add(a.workings, kKaplan, "tokensForExcess", k[2] * size / (std::pow(1 + q.excess, 1 / k[3]) - 1),
          "Dc * (N / Nc)^(alphaN / alphaD) / ((1 + excess)^(1 / alphaD) - 1)",
          {k[2], n, k[0], k[1], k[3], q.excess});
  a.tokens_by_rule = add(a.workings, kKaplan, "tokensByRule", 5e3 * std::pow(n, 0.74), "5e3 * N^0.74", {n});
  a.extrapolates = extrapolated(law, at);
  a.assumptions = assumptions_of(law, at);
  return a;
}

}  // namespace slide_rule
