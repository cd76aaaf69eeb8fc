#include "slide_rule/scaling/target_loss.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/solvers.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// Nothing is less than one parameter, token, step or FLOP; and no answer of a law is taken seriously beyond
/// the largest, which also keeps every power finite.
constexpr double kSmallestInput = amount.min, kLargestInput = amount.max;

double loss_with(const Law& law, LawPoint at, LawInput input, double x) {
  at[input] = x;
  return loss_at(law, at);
}

/// Adds a problem and returns false where no value of the input gives the loss.
bool reachable(const Law& law, const LawPoint& at, LawInput input, double loss, double& floor,
               Problems& problems) {
  // Far enough for every exponent in the catalogue, near enough for every product to stay finite.
  constexpr double kInfinite = 1e240, kNothing = 1e-9;
  floor = loss_with(law, at, input, kInfinite);
  if (floor < kNothing) floor = 0;
  const double least = loss_with(law, at, input, kLargestInput);
  const double most = loss_with(law, at, input, kSmallestInput);
  if (loss <= floor)
    add(problems, "loss", Code::below_floor, floor);
  else if (loss < least)
    add(problems, "loss", Code::below_minimum, least);
  else if (loss > most)
    add(problems, "loss", Code::above_ceiling, most);
  return problems.empty();
}

void note_interval(TargetLossAnswer& a, const Law& law, std::string_view field, double value,
                   LawFigure figure) {
  if (const auto i = interval_of(law, value, figure))
    a.intervals.push_back({field, i->low, i->high, i->level});
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
  note_interval(a, law, name_of(input), f.value,
                [&](const Law& m) { return solve_for(m, input, loss, at).value; });
}

/// Compute held: the two models that reach the loss with it.
void answer_with_compute(const Law& law, LawPoint& at, double loss, TargetLossAnswer& a, Problems& problems) {
  const TwoSplits two = splits_with_compute(law, at, at[compute_flop], loss);
  a.floor = two.least_loss;
  if (loss < a.floor) {
    add(problems, "loss", Code::below_floor, a.floor);
    return;
  }
  at[parameters] = two.smaller.parameters;
  at[tokens] = two.smaller.tokens;
  a.alternative = AlternativeSplit{two.larger.parameters, two.larger.tokens};
  a.assumptions.push_back({"solved-numerically", kRootTolerance});
  a.assumptions.push_back({"smaller-of-two-models"});
}

/// Nothing held: the pair of least compute.
void answer_at_least_compute(const Law& law, LawPoint& at, const TargetLossQuestion& q, TargetLossAnswer& a,
                             Problems& problems) {
  const double served = served_tokens(q.inference_tokens);
  a.floor = floor_of(law);
  if (at.has(unique_tokens)) {  // the worth of repeats is bounded
    LawPoint far = at;
    far[parameters] = far[tokens] = kLargestInput;
    a.floor = loss_at(law, far);
  }
  LawPoint near = at;
  near[parameters] = near[tokens] = kSmallestInput;
  if (const double most = loss_at(law, near); q.loss > most)
    return add(problems, "loss", Code::above_ceiling, most);
  const auto s = q.loss > a.floor ? cheapest_split(law, at, q.loss, served) : std::nullopt;
  if (!s) return add(problems, "loss", Code::below_floor, a.floor);
  at[parameters] = s->parameters;
  at[tokens] = s->tokens;
  const auto r = reduce(law, at);
  const bool by_reduction = r && (!at.has(unique_tokens) || s->tokens <= at[unique_tokens]);
  if (by_reduction) a.workings = figures_of_reduction(law, at);
  if (by_reduction && !s->solved_numerically) {
    const double flop = s->training_flop();
    const double g = add(a.workings, law.source, "size-scale",
                         std::pow(r->alpha * r->A / (r->beta * r->B), 1 / (r->alpha + r->beta)),
                         "(alpha * A / (beta * B))^(1 / (alpha + beta))", {r->alpha, r->A, r->beta, r->B});
    add(a.workings, law.source, "computeFlop", flop,
        "6 * ((A * G^-alpha + B * G^beta) / (L - E))^((alpha + beta) / (alpha * beta))",
        {r->A, g, r->alpha, r->B, r->beta, q.loss, r->E});
    add(a.workings, law.source, "parameters", s->parameters, "G * (C / 6)^(beta / (alpha + beta))",
        {g, flop, r->beta, r->alpha});
    note_interval(a, law, "computeFlop", flop, [&](const Law& m) {
      const auto moved = cheapest_split(m, at, q.loss, 0);
      return moved ? moved->training_flop() : flop;
    });
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
void answer_at_least_c_min(const Law& law, LawPoint& at, double loss, TargetLossAnswer& a,
                           Problems& problems) {
  // The loss whose cheapest model has n parameters.
  const auto& k = law.constants;
  const auto loss_of = [&](double n) { return (1 + k[1] / k[3]) * std::pow(k[0] / n, k[1]); };
  if (loss < loss_of(kLargestInput))
    return add(problems, "loss", Code::below_minimum, loss_of(kLargestInput));
  if (loss > loss_of(kSmallestInput))
    return add(problems, "loss", Code::above_ceiling, loss_of(kSmallestInput));
  const StepSplit s = cheapest_steps(law, loss);
  at[parameters] = s.parameters;
  at[steps] = s.min_steps;
  a.batch_tokens = s.critical_batch_tokens;
  add_figures(a.workings, law, loss, s);
  a.compute_flop = add(a.workings, law.source, "computeFlop", s.min_compute_flop, "6 * N * Smin * Bcrit",
                       {s.parameters, s.min_steps, s.critical_batch_tokens});
  a.assumptions.push_back({"compute-optimal"});
}

}  // namespace

Figure solve_for(const Law& law, LawInput input, double loss, const LawPoint& at) {
  const auto& k = law.constants;
  const auto give = [&](double value, std::string_view formula, std::initializer_list<double> values) {
    return figure(law.source, name_of(input), value, formula, values);
  };
  const double n = at[parameters], d = at[tokens], s = at[steps];
  switch (law.form) {
    case LawForm::power_parameters:
      return give(k[0] / std::pow(loss, 1 / k[1]), "Nc / L^(1 / alphaN)", {k[0], loss, k[1]});
    case LawForm::power_tokens:
      return give(k[0] / std::pow(loss, 1 / k[1]), "Dc / L^(1 / alphaD)", {k[0], loss, k[1]});
    case LawForm::power_compute:
      return give(kFlopPerPfDay * k[0] / std::pow(loss, 1 / k[1]), "flopPerPfDay * Cc / L^(1 / alphaC)",
                  {kFlopPerPfDay, k[0], loss, k[1]});
    case LawForm::prefactor_compute:
      return give(kFlopPerPfDay * std::pow(k[0] / loss, 1 / k[1]), "flopPerPfDay * (k / L)^(1 / alpha)",
                  {kFlopPerPfDay, k[0], loss, k[1]});
    case LawForm::power_floor_compute:
      return give(k[0] / std::pow(loss - k[2], 1 / k[1]), "C0 / (L - E)^(1 / alpha)",
                  {k[0], loss, k[2], k[1]});
    case LawForm::floor_parameters:
    case LawForm::floor_tokens:
    case LawForm::floor_compute:
      return give(std::pow(k[1] / (loss - k[0]), 1 / k[2]),
                  law.form == LawForm::floor_tokens    ? "(B / (L - E))^(1 / beta)"
                  : law.form == LawForm::floor_compute ? "(K / (L - E))^(1 / gamma)"
                                                       : "(A / (L - E))^(1 / alpha)",
                  {k[1], loss, k[0], k[2]});
    case LawForm::kaplan_joint:
      if (input == tokens) {
        return give(k[2] / (std::pow(loss, 1 / k[3]) - std::pow(k[0] / n, k[1] / k[3])),
                    "Dc / (L^(1 / alphaD) - (Nc / N)^(alphaN / alphaD))", {k[2], loss, k[3], k[0], n, k[1]});
      }
      return give(k[0] / std::pow(std::pow(loss, 1 / k[3]) - k[2] / d, k[3] / k[1]),
                  "Nc / (L^(1 / alphaD) - Dc / D)^(alphaD / alphaN)", {k[0], loss, k[3], k[2], d, k[1]});
    case LawForm::kaplan_steps:
      if (input == steps) {
        return give(k[2] / std::pow(loss - std::pow(k[0] / n, k[1]), 1 / k[3]),
                    "Sc / (L - (Nc / N)^alphaN)^(1 / alphaS)", {k[2], loss, k[0], n, k[1], k[3]});
      }
      return give(k[0] / std::pow(loss - std::pow(k[2] / s, k[3]), 1 / k[1]),
                  "Nc / (L - (Sc / Smin)^alphaS)^(1 / alphaN)", {k[0], loss, k[2], s, k[3], k[1]});
    case LawForm::routed: {
      const double e = figures_of_loss(law, at)[0].value, log_e = std::log10(e);
      return give(std::pow(10, (std::log10(loss) - k[1] * log_e - k[3]) / (k[0] + k[2] * log_e)),
                  "10^((log(L) / log(10) - b * log(Ehat) / log(10) - d) / (a + c * log(Ehat) / log(10)))",
                  {loss, k[1], e, k[3], k[0], k[2]});
    }
    default:
      break;
  }
  const auto r = reduce(law, at);
  if (r && law.form != LawForm::data_constrained) {
    if (input == tokens) {
      return give(std::pow(r->B / (loss - r->E - r->A / std::pow(n, r->alpha)), 1 / r->beta),
                  "(B / (L - E - A / N^alpha))^(1 / beta)", {r->B, loss, r->E, r->A, n, r->alpha, r->beta});
    }
    return give(std::pow(r->A / (loss - r->E - r->B / std::pow(d, r->beta)), 1 / r->alpha),
                "(A / (L - E - B / D^beta))^(1 / alpha)", {r->A, loss, r->E, r->B, d, r->beta, r->alpha});
  }
  return give(
      bisect([&](double x) { return loss_with(law, at, input, x) - loss; }, kSmallestInput, kLargestInput),
      {}, {});
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
    if (takes(law.form, input) && !(budget && input == compute_flop) && !at.has(input))
      wanted.push_back(input);
  }
  const bool compute_held = budget && at.has(compute_flop);
  // Two held inputs leave nothing to ask for.
  if (wanted.empty() || (compute_held && wanted.size() < 2)) {
    const LawInput first = at.has(parameters) ? parameters : inputs_of(law.form)[0];
    add(problems, name_of(first), Code::contradicts, 0, "loss");
  }
  if (!budget && law.form != LawForm::kaplan_steps && wanted.size() > 1) {
    add(problems, name_of(wanted[0]), Code::missing, 0, name_of(wanted[1]));
  }
  if (q.inference_tokens && (!budget || wanted.size() < 2 || compute_held)) {
    add(problems, "inferenceTokens", Code::contradicts, 0, budget ? "parameters" : "law");
  }
  if (!problems.empty()) return {};

  TargetLossAnswer a;
  a.loss = q.loss;
  a.unit = law.unit;
  a.assumptions = assumptions_of(law, at);
  if (compute_held)
    answer_with_compute(law, at, q.loss, a, problems);
  else if (wanted.size() == 1)
    answer_for_one(law, wanted[0], at, q.loss, a, problems);
  else if (budget)
    answer_at_least_compute(law, at, q, a, problems);
  else
    answer_at_least_c_min(law, at, q.loss, a, problems);
  if (!problems.empty()) return {};

  if (budget && !compute_held) {
    at[compute_flop] = 6 * at[parameters] * at[tokens];
    if (wanted.size() == 1) {
      add(a.workings, law.source, "computeFlop", at[compute_flop], "6 * N * D", {at[parameters], at[tokens]});
    }
  }
  a.parameters = at.get(parameters);
  a.tokens = at.get(tokens);
  if (at.has(compute_flop)) a.compute_flop = at[compute_flop];
  a.steps = at.get(steps);
  if (at.has(unique_tokens)) a.epochs = std::max(1.0, at[tokens] / at[unique_tokens]);
  append(a.workings, figures_of_loss(law, at));
  a.extrapolates = extrapolated(law, at);
  return a;
}

}  // namespace slide_rule
