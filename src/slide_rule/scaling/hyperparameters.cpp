#include "slide_rule/scaling/hyperparameters.hpp"

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
    {"porian-2024", {3.7, by_parameters, -0.36}, {0.00037, by_parameters, 0.703}, 2048, "constant-learning-rate"},
    {"minicpm-2024", {0.01}, {1.21e9, by_loss, -6.24}, 0, "width-scaled-parametrisation"},
    {"kaplan-2020-steps", {}, {2e8, by_loss, -1 / 0.21}},
};

constexpr std::string_view kSymbols[] = {"", "N", "D", "C", "L"};
constexpr std::string_view kFields[] = {"", "parameters", "tokens", "computeFlop", "loss"};

const HyperparameterLaw* find_rule(std::string_view law) {
  for (const HyperparameterLaw& rule : kRules) {
    if (rule.law == law) return &rule;
  }
  return nullptr;
}

// In the order of Base for x; a rule of two bases is the one of N and D.
constexpr std::string_view kFormulas[] = {"k", "k * N^e", "k * D^e", "k * C^e", "k * L^e"};

Figure evaluate(const PowerRule& r, std::string_view id, const std::array<double, 5>& base, std::string_view source) {
  Figure f{id, r.k, kFormulas[r.x], {{"k", r.k}}, source};
  if (r.x != by_nothing) {
    f.value *= std::pow(base[r.x], r.e);
    f.factors.add("e", r.e);
    f.factors.add(kSymbols[r.x], base[r.x]);
  }
  if (r.y != by_nothing) {
    f.formula = "k * N^e * D^f";
    f.value *= std::pow(base[r.y], r.f);
    f.factors.add("f", r.f);
    f.factors.add(kSymbols[r.y], base[r.y]);
  }
  return f;
}

constexpr std::string_view kKaplan = "kaplan-2020";

}  // namespace

bool has_hyperparameters(std::string_view law) { return find_rule(law) != nullptr; }

HyperparametersAnswer answer(const HyperparametersQuestion& q, Problems& problems) {
  const Law* law = find_law(q.law);
  if (!law) {
    problems.push_back(q.law.empty() ? Problem{"law", Code::missing}
                                     : Problem{"law", Code::unknown_id, 0, std::string(nearest_law(q.law))});
    return {};
  }
  const HyperparameterLaw* rule = find_rule(q.law);
  if (!rule) {
    problems.push_back({"law", Code::no_answer});
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
    a.workings.push_back(
        {"computeFlop", *given[by_compute], "6 * N * D", {{"N", *q.parameters}, {"D", *q.tokens}}, law->source});
  }
  std::array<double, 5> base{};
  for (std::size_t i = by_parameters; i < base.size(); ++i) {
    if (uses(i) && !given[i]) problems.push_back({std::string(kFields[i]), Code::missing});
    base[i] = given[i].value_or(0);
  }
  if (!problems.empty()) return {};

  if (rule->learning_rate.k > 0) {
    a.workings.push_back(evaluate(rule->learning_rate, "learningRate", base, law->source));
    a.learning_rate = a.workings.back().value;
  }
  a.workings.push_back(evaluate(rule->batch, "batchTokens", base, law->source));
  a.batch_tokens = a.workings.back().value;
  if (rule->sequence_tokens > 0) {
    a.workings.back().id = "batchSequences";
    a.batch_sequences = a.batch_tokens;
    a.batch_tokens = *a.batch_sequences * rule->sequence_tokens;
    a.workings.push_back({"batchTokens", *a.batch_tokens, "sequences * sequenceTokens",
                          {{"sequences", *a.batch_sequences}, {"sequenceTokens", rule->sequence_tokens}},
                          law->source});
  }
  LawPoint at;
  if (uses(by_parameters)) at[parameters] = base[by_parameters];
  if (uses(by_tokens)) at[tokens] = base[by_tokens];
  if (uses(by_compute)) at[compute_flop] = base[by_compute];
  a.extrapolates = extrapolated(*law, at);
  if (uses(by_parameters) && law->parameters_mean == "non-embedding") {
    a.assumptions.push_back({"parameters-are-non-embedding"});
  }
  if (uses(by_parameters) && law->parameters_mean == "with-head") a.assumptions.push_back({"parameters-include-head"});
  if (uses(by_compute) && law->compute_means == "per-token-flop") {
    a.assumptions.push_back({"compute-counts-attention"});
  }
  if (!rule->assumption.empty()) a.assumptions.push_back({rule->assumption});
  if (law->verification == Verification::unverified) a.assumptions.push_back({"constants-unverified"});
  return a;
}

CriticalBatchAnswer answer(const CriticalBatchQuestion& q, Problems& problems) {
  const PowerRule& rule = find_rule("kaplan-2020-steps")->batch;
  if ((q.steps || q.compute_flop) && !q.batch_tokens) problems.push_back({"batchTokens", Code::missing});
  CriticalBatchAnswer a;
  const double critical = rule.k * std::pow(q.loss, rule.e);
  if (!std::isfinite(critical) || critical <= 0) problems.push_back({"loss", Code::below_minimum, 1e-10});
  if (!problems.empty()) return {};
  a.critical_batch_tokens = critical;
  a.workings.push_back({"criticalBatchTokens", critical, "Bstar / L^(1 / alphaB)",
                        {{"Bstar", rule.k}, {"L", q.loss}, {"alphaB", -1 / rule.e}}, kKaplan});
  if (q.steps) {
    a.min_steps = *q.steps / (1 + critical / *q.batch_tokens);
    a.workings.push_back({"minSteps", *a.min_steps, "S / (1 + Bcrit / B)",
                          {{"S", *q.steps}, {"Bcrit", critical}, {"B", *q.batch_tokens}}, kKaplan});
  }
  if (q.compute_flop) {
    a.min_compute_flop = *q.compute_flop / (1 + *q.batch_tokens / critical);
    a.workings.push_back({"minComputeFlop", *a.min_compute_flop, "C / (1 + B / Bcrit)",
                          {{"C", *q.compute_flop}, {"B", *q.batch_tokens}, {"Bcrit", critical}}, kKaplan});
  }
  return a;
}

OverfittingAnswer answer(const OverfittingQuestion& q, Problems&) {
  const Law& law = *find_law("kaplan-2020-joint");
  const auto& k = law.constants;
  const double size = std::pow(q.parameters / k[0], k[1] / k[3]);
  const Factors constants{{"N", q.parameters}, {"Nc", k[0]}, {"alphaN", k[1]}, {"Dc", k[2]}, {"alphaD", k[3]}};
  OverfittingAnswer a;
  LawPoint at;
  at[parameters] = q.parameters;
  if (q.tokens) {
    at[tokens] = *q.tokens;
    a.excess = std::pow(1 + size * k[2] / *q.tokens, k[3]) - 1;
    Factors f = constants;
    f.add("D", *q.tokens);
    a.workings.push_back(
        {"excess", *a.excess, "(1 + (N / Nc)^(alphaN / alphaD) * Dc / D)^alphaD - 1", f, kKaplan});
  }
  a.tokens_for_excess = k[2] * size / (std::pow(1 + q.excess, 1 / k[3]) - 1);
  Factors f = constants;
  f.add("excess", q.excess);
  a.workings.push_back({"tokensForExcess", a.tokens_for_excess,
                        "Dc * (N / Nc)^(alphaN / alphaD) / ((1 + excess)^(1 / alphaD) - 1)", f, kKaplan});
  a.tokens_by_rule = 5e3 * std::pow(q.parameters, 0.74);
  a.workings.push_back({"tokensByRule", a.tokens_by_rule, "5e3 * N^0.74", {{"N", q.parameters}}, kKaplan});
  a.extrapolates = extrapolated(law, at);
  a.assumptions = assumptions_of(law, at);
  return a;
}

}  // namespace slide_rule
