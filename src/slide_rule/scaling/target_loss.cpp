#include "slide_rule/scaling/target_loss.hpp"

#include <algorithm>

#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/solvers.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// No answer of a law is taken seriously beyond these; they also keep every power finite.
constexpr double kSmallestInput = 1e-60, kLargestInput = 1e60;

std::optional<double> optional_at(const LawPoint& at, LawInput input) {
  if (!at.has(input)) return {};
  return at[input];
}

double loss_with(const Law& law, LawPoint at, LawInput input, double x) {
  at[input] = x;
  return loss_at(law, at);
}

/// Adds a problem and returns false where no value of the input gives the loss.
bool reachable(const Law& law, const LawPoint& at, LawInput input, double loss, double& floor, Problems& problems) {
  floor = loss_with(law, at, input, kLargestInput);
  const double ceiling = loss_with(law, at, input, kSmallestInput);
  const bool has_floor = floor_of(law) > 0 || inputs_of(law.form).size() > 1;
  if (!has_floor && loss < floor) {
    problems.push_back({"loss", Code::below_minimum, floor});
    return false;
  }
  if (has_floor && loss <= floor) {
    problems.push_back({"loss", Code::below_floor, floor});
    return false;
  }
  if (!has_floor) floor = 0;
  if (loss > ceiling) {
    problems.push_back({"loss", Code::above_ceiling, ceiling});
    return false;
  }
  return true;
}

void note_interval(TargetLossAnswer& a, std::string_view field, double value, double deviation) {
  if (const auto i = interval_of(value, deviation)) a.intervals.push_back({field, i->low, i->high, i->level});
}

/// One input wanted, the others held.
void answer_for_one(const Law& law, LawInput input, LawPoint& at, double loss, TargetLossAnswer& a,
                    Problems& problems) {
  if (!reachable(law, at, input, loss, a.floor, problems)) return;
  const Figure f = solve_for(law, input, loss, at);
  if (f.formula.empty()) {
    a.assumptions.push_back({"solved-numerically", kRootTolerance});
  } else {
    if (law.form != LawForm::data_constrained) a.workings = figures_of_reduction(law, at);
    a.workings.push_back(f);
  }
  at[input] = f.value;
  note_interval(a, name_of(input), f.value,
                log_deviation(law, [&](const Law& m) { return solve_for(m, input, loss, at).value; }));
}

/// Compute held: the two models that reach the loss with it.
void answer_with_compute(const Law& law, LawPoint& at, double loss, TargetLossAnswer& a, Problems& problems) {
  const double flop = at[compute_flop];
  const auto excess = [&](double n) {
    LawPoint p = at;
    p[parameters] = n;
    p[tokens] = flop / (6 * n);
    return loss_at(law, p) - loss;
  };
  const Split best = optimal_split(law, at, flop, 0);
  a.floor = excess(best.parameters) + loss;
  if (loss < a.floor) {
    problems.push_back({"loss", Code::below_floor, a.floor});
    return;
  }
  constexpr double kFar = 1e30;
  at[parameters] = bisect(excess, best.parameters / kFar, best.parameters);
  at[tokens] = flop / (6 * at[parameters]);
  const double larger = bisect(excess, best.parameters, best.parameters * kFar);
  a.alternative = AlternativeSplit{larger, flop / (6 * larger)};
  a.assumptions.push_back({"solved-numerically", kRootTolerance});
  a.assumptions.push_back({"smaller-of-two-models"});
}

/// Nothing held: the pair of least compute.
void answer_at_least_compute(const Law& law, LawPoint& at, const TargetLossQuestion& q, TargetLossAnswer& a,
                             Problems& problems) {
  const double served = q.inference_tokens.value_or(0);
  a.floor = floor_of(law);
  if (at.has(unique_tokens)) {  // the worth of repeats is bounded
    LawPoint far = at;
    far[parameters] = far[tokens] = kLargestInput;
    a.floor = loss_at(law, far);
  }
  const auto s = q.loss > a.floor ? cheapest_split(law, at, q.loss, served) : std::nullopt;
  if (!s) {
    problems.push_back({"loss", Code::below_floor, a.floor});
    return;
  }
  at[parameters] = s->parameters;
  at[tokens] = s->tokens;
  const auto r = reduce(law, at);
  const bool by_reduction = r && (!at.has(unique_tokens) || s->tokens <= at[unique_tokens]);
  if (by_reduction) a.workings = figures_of_reduction(law, at);
  if (by_reduction && !s->solved_numerically) {
    const double g = std::pow(r->alpha * r->A / (r->beta * r->B), 1 / (r->alpha + r->beta));
    const Factors factors{{"alpha", r->alpha}, {"A", r->A}, {"beta", r->beta}, {"B", r->B}};
    a.workings.push_back({"size-scale", g, "(alpha * A / (beta * B))^(1 / (alpha + beta))", factors, law.source});
    Factors all{{"L", q.loss}, {"E", r->E}, {"G", g}};
    for (const Factor& f : factors) all.add(f.symbol, f.value);
    a.workings.push_back({"computeFlop", s->training_flop(),
                          "6 * ((A * G^-alpha + B * G^beta) / (L - E))^((alpha + beta) / (alpha * beta))", all,
                          law.source});
    a.workings.push_back({"parameters", s->parameters, "G * (C / 6)^(beta / (alpha + beta))",
                          {{"G", g}, {"C", s->training_flop()}, {"alpha", r->alpha}, {"beta", r->beta}}, law.source});
    note_interval(a, "computeFlop", s->training_flop(), log_deviation(law, [&](const Law& m) {
                    const auto moved = cheapest_split(m, at, q.loss, 0);
                    return moved ? moved->training_flop() : s->training_flop();
                  }));
  }
  if (s->solved_numerically) {
    a.assumptions.push_back({"solved-numerically", by_reduction ? kRootTolerance : kMinimumTolerance});
  }
  if (served > 0) {
    a.training_flop = s->training_flop();
    a.inference_flop = 2 * s->parameters * served;
    a.assumptions.push_back({"least-training-and-inference", served});
  } else {
    a.assumptions.push_back({"compute-optimal"});
  }
}

/// Kaplan's law in parameters and steps, nothing held.
void answer_at_least_c_min(const Law& law, LawPoint& at, double loss, TargetLossAnswer& a) {
  const auto& k = law.constants;
  const StepSplit s = cheapest_steps(law, loss);
  at[parameters] = s.parameters;
  at[steps] = s.min_steps;
  a.compute_flop = s.min_compute_flop;
  a.batch_tokens = s.critical_batch_tokens;
  const Factors factors{{"Nc", k[0]}, {"alphaN", k[1]}, {"Sc", k[2]}, {"alphaS", k[3]}, {"L", loss}};
  a.workings.push_back(
      {"parameters", s.parameters, "Nc / (L / (1 + alphaN / alphaS))^(1 / alphaN)", factors, law.source});
  a.workings.push_back({"steps", s.min_steps, "Sc / (L / (1 + alphaS / alphaN))^(1 / alphaS)", factors, law.source});
  a.workings.push_back({"batchTokens", s.critical_batch_tokens, "Bstar / L^(1 / alphaB)",
                        {{"Bstar", k[4]}, {"L", loss}, {"alphaB", k[5]}}, law.source});
  a.workings.push_back({"computeFlop", s.min_compute_flop, "6 * N * Smin * Bcrit",
                        {{"N", s.parameters}, {"Smin", s.min_steps}, {"Bcrit", s.critical_batch_tokens}}, law.source});
  a.assumptions.push_back({"compute-optimal"});
  a.assumptions.push_back({"compute-is-c-min"});
}

}  // namespace

Figure solve_for(const Law& law, LawInput input, double loss, const LawPoint& at) {
  const auto& k = law.constants;
  Figure f{name_of(input), 0, {}, {{"L", loss}}, law.source};
  const auto symbols = symbols_of(law.form);
  const auto use = [&](std::size_t constants, std::string_view formula, double value) {
    for (std::size_t i = 0; i < constants; ++i) f.factors.add(symbols[i], k[i]);
    f.formula = formula;
    f.value = value;
  };
  const double n = at[parameters], d = at[tokens];
  switch (law.form) {
    case LawForm::power_parameters: use(2, "Nc / L^(1 / alphaN)", k[0] / std::pow(loss, 1 / k[1])); return f;
    case LawForm::power_tokens: use(2, "Dc / L^(1 / alphaD)", k[0] / std::pow(loss, 1 / k[1])); return f;
    case LawForm::power_compute:
      use(2, "flopPerPfDay * Cc / L^(1 / alphaC)", kFlopPerPfDay * k[0] / std::pow(loss, 1 / k[1]));
      f.factors.add("flopPerPfDay", kFlopPerPfDay);
      return f;
    case LawForm::prefactor_compute:
      use(2, "flopPerPfDay * (k / L)^(1 / alpha)", kFlopPerPfDay * std::pow(k[0] / loss, 1 / k[1]));
      f.factors.add("flopPerPfDay", kFlopPerPfDay);
      return f;
    case LawForm::power_floor_compute:
      use(3, "C0 / (L - E)^(1 / alpha)", k[0] / std::pow(loss - k[2], 1 / k[1]));
      return f;
    case LawForm::floor_parameters:
    case LawForm::floor_compute:
      use(3, "(A / (L - E))^(1 / alpha)", std::pow(k[1] / (loss - k[0]), 1 / k[2]));
      return f;
    case LawForm::floor_tokens:
      use(3, "(B / (L - E))^(1 / beta)", std::pow(k[1] / (loss - k[0]), 1 / k[2]));
      return f;
    case LawForm::kaplan_joint:
      if (input == tokens) {
        use(4, "Dc / (L^(1 / alphaD) - (Nc / N)^(alphaN / alphaD))",
            k[2] / (std::pow(loss, 1 / k[3]) - std::pow(k[0] / n, k[1] / k[3])));
        f.factors.add("N", n);
      } else {
        use(4, "Nc / (L^(1 / alphaD) - Dc / D)^(alphaD / alphaN)",
            k[0] / std::pow(std::pow(loss, 1 / k[3]) - k[2] / d, k[3] / k[1]));
        f.factors.add("D", d);
      }
      return f;
    case LawForm::kaplan_steps:
      if (input == steps) {
        use(4, "Sc / (L - (Nc / N)^alphaN)^(1 / alphaS)",
            k[2] / std::pow(loss - std::pow(k[0] / n, k[1]), 1 / k[3]));
        f.factors.add("N", n);
      } else {
        use(4, "Nc / (L - (Sc / Smin)^alphaS)^(1 / alphaN)",
            k[0] / std::pow(loss - std::pow(k[2] / at[steps], k[3]), 1 / k[1]));
        f.factors.add("Smin", at[steps]);
      }
      return f;
    case LawForm::routed: {
      const double e = figures_of_loss(law, at)[0].value;
      const double log_e = std::log10(e);
      use(4, "10^((log(L) / log(10) - b * log(Ehat) / log(10) - d) / (a + c * log(Ehat) / log(10)))",
          std::pow(10, (std::log10(loss) - k[1] * log_e - k[3]) / (k[0] + k[2] * log_e)));
      f.factors.add("Ehat", e);
      return f;
    }
    default: break;
  }
  const auto r = reduce(law, at);
  if (r && law.form != LawForm::data_constrained) {
    for (const Factor& x : Factors{{"E", r->E}, {"A", r->A}, {"alpha", r->alpha}, {"B", r->B}, {"beta", r->beta}}) {
      f.factors.add(x.symbol, x.value);
    }
    if (input == tokens) {
      f.factors.add("N", n);
      f.formula = "(B / (L - E - A / N^alpha))^(1 / beta)";
      f.value = std::pow(r->B / (loss - r->E - r->A / std::pow(n, r->alpha)), 1 / r->beta);
    } else {
      f.factors.add("D", d);
      f.formula = "(A / (L - E - B / D^beta))^(1 / alpha)";
      f.value = std::pow(r->A / (loss - r->E - r->B / std::pow(d, r->beta)), 1 / r->alpha);
    }
    return f;
  }
  f.value = bisect([&](double x) { return loss_with(law, at, input, x) - loss; }, kSmallestInput, kLargestInput);
  return f;
}

TargetLossAnswer answer(const TargetLossQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  if (!choose(q.law, chosen, problems) || !require_loss(chosen.law, problems)) return {};
  const Law& law = chosen.law;
  const bool budget = on_budget(law.form);
  LawPoint at = point_of(law, q.held, problems);
  require_settings(law, at, problems);
  std::vector<LawInput> wanted;
  for (LawInput input : {parameters, tokens, steps, compute_flop}) {
    if (takes(law.form, input) && !(budget && input == compute_flop) && !at.has(input)) wanted.push_back(input);
  }
  const bool compute_held = budget && at.has(compute_flop);
  // Two held inputs leave nothing to ask for.
  if (wanted.empty() || (compute_held && wanted.size() < 2)) {
    const LawInput first = at.has(parameters) ? parameters : inputs_of(law.form)[0];
    problems.push_back({std::string(name_of(first)), Code::contradicts, 0, "loss"});
  }
  if (!budget && law.form != LawForm::kaplan_steps && wanted.size() > 1) {
    problems.push_back({std::string(name_of(wanted[0])), Code::missing, 0, std::string(name_of(wanted[1]))});
  }
  if (q.inference_tokens && (!budget || wanted.size() < 2 || compute_held)) {
    problems.push_back({"inferenceTokens", Code::contradicts, 0, budget ? "parameters" : "law"});
  }
  if (!problems.empty()) return {};

  TargetLossAnswer a;
  a.loss = q.loss;
  a.unit = law.unit;
  a.assumptions = assumptions_of(law, at);
  if (compute_held) answer_with_compute(law, at, q.loss, a, problems);
  else if (wanted.size() == 1) answer_for_one(law, wanted[0], at, q.loss, a, problems);
  else if (budget) answer_at_least_compute(law, at, q, a, problems);
  else answer_at_least_c_min(law, at, q.loss, a);
  if (!problems.empty()) return {};

  if (budget && !compute_held) {
    at[compute_flop] = 6 * at[parameters] * at[tokens];
    if (wanted.size() == 1) {
      a.workings.push_back({"computeFlop", at[compute_flop], "6 * N * D",
                            {{"N", at[parameters]}, {"D", at[tokens]}}, law.source});
    }
  }
  a.parameters = optional_at(at, parameters);
  a.tokens = optional_at(at, tokens);
  if (at.has(compute_flop)) a.compute_flop = at[compute_flop];
  a.steps = optional_at(at, steps);
  if (at.has(unique_tokens)) a.epochs = std::max(1.0, at[tokens] / at[unique_tokens]);
  append(a.workings, figures_of_loss(law, at));
  a.extrapolates = extrapolated(law, at);
  return a;
}

}  // namespace slide_rule
