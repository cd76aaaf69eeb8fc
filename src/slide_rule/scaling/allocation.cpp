#include "slide_rule/scaling/allocation.hpp"

#include <algorithm>
#include <cmath>

#include "catalog/laws.hpp"
#include "slide_rule/scaling/solvers.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// No model is smaller than one parameter, no run shorter than one token.
constexpr double kLeast = 1e-3;

double loss_of_split(const Law& law, LawPoint at, double n, double d) {
  at[parameters] = n;
  at[tokens] = d;
  return loss_at(law, at);
}

double optimal_parameters(const Additive& r, double flop) {
  const double sum = r.alpha + r.beta;
  return std::pow(r.alpha * r.A / (r.beta * r.B), 1 / sum) * std::pow(flop / 6, r.beta / sum);
}

/// What the last parameter gains less what the last token gains, for one FLOP of training and serving.
double imbalance(const Additive& r, double n, double d, double inference_tokens) {
  return r.alpha * r.A * std::pow(n, -r.alpha) * d -
         r.beta * r.B * std::pow(d, -r.beta) * (d + inference_tokens / 3);
}

/// The reduced law, where it holds at the point: a data-constrained law must not repeat tokens there.
std::optional<Additive> reduction_at(const Law& law, const LawPoint& settings, double d) {
  if (settings.has(unique_tokens) && d > settings[unique_tokens]) return {};
  return reduce(law, settings);
}

/// The tokens with which n parameters reach the loss, or nothing.
std::optional<double> tokens_for(const Law& law, const LawPoint& settings, double loss, double n) {
  constexpr double kMost = 1e40;
  const auto excess = [&](double d) { return loss_of_split(law, settings, n, d) - loss; };
  if (!(excess(kMost) < 0) || !(excess(kLeast) > 0)) return {};
  return bisect(excess, kLeast, kMost);
}

}  // namespace

Split optimal_split(const Law& law, const LawPoint& settings, double flop, double inference_tokens) {
  const auto tokens_at = [&](double n) { return flop / (6 * n) - inference_tokens / 3; };
  if (const auto r = reduce(law, settings)) {
    Split s;
    if (inference_tokens > 0) {
      const double most = flop / (2 * inference_tokens);
      s.parameters =
          bisect([&](double n) { return imbalance(*r, n, std::max(tokens_at(n), 1e-300), inference_tokens); },
                 most * 1e-30, most);
      s.solved_numerically = true;
    } else {
      s.parameters = optimal_parameters(*r, flop);
    }
    s.tokens = tokens_at(s.parameters);
    if (reduction_at(law, settings, s.tokens)) return s;
  }
  const double most = inference_tokens > 0 ? flop / (2 * inference_tokens) : flop;
  const double n =
      minimise([&](double x) { return loss_of_split(law, settings, x, std::max(tokens_at(x), 1e-300)); },
               std::min(kLeast, most * 1e-6), most);
  return {n, tokens_at(n), true};
}

Split optimal_split_at(const Law& law, const LawPoint& settings, LawInput input, double value) {
  constexpr double kFar = 1e40;
  const auto excess = [&](double flop) {
    const Split s = optimal_split(law, settings, flop, 0);
    return (input == parameters ? s.parameters : s.tokens) - value;
  };
  const double other = bisect(excess, 6 * value / kFar, 6 * value * kFar) / (6 * value);
  return input == parameters ? Split{value, other, true} : Split{other, value, true};
}

TwoSplits splits_with_compute(const Law& law, const LawPoint& settings, double flop, double loss) {
  constexpr double kFar = 1e30;
  const auto split = [&](double n) { return Split{n, flop / (6 * n), true}; };
  const auto excess = [&](double n) { return loss_of_split(law, settings, n, flop / (6 * n)) - loss; };
  const double best = optimal_split(law, settings, flop, 0).parameters;
  const double least_loss = excess(best) + loss;
  if (loss < least_loss) return {{}, {}, least_loss};
  return {split(bisect(excess, best / kFar, best)), split(bisect(excess, best, best * kFar)), least_loss};
}

std::optional<Split> cheapest_split(const Law& law, const LawPoint& settings, double loss,
                                    double inference_tokens) {
  if (const auto r = reduce(law, settings)) {
    if (loss <= r->E) return {};
    const double sum = r->alpha + r->beta;
    Split s;
    if (inference_tokens > 0) {
      const double least = std::pow(r->A / (loss - r->E), 1 / r->alpha);
      const auto tokens_at = [&](double n) {
        return std::pow(r->B / (loss - r->E - r->A * std::pow(n, -r->alpha)), 1 / r->beta);
      };
      s.parameters = bisect([&](double n) { return imbalance(*r, n, tokens_at(n), inference_tokens); },
                            least * (1 + 1e-12), least * 1e12);
      s.tokens = tokens_at(s.parameters);
      s.solved_numerically = true;
    } else {
      const double g = std::pow(r->alpha * r->A / (r->beta * r->B), 1 / sum);
      const double k = r->A * std::pow(g, -r->alpha) + r->B * std::pow(g, r->beta);
      const double flop = 6 * std::pow(k / (loss - r->E), sum / (r->alpha * r->beta));
      s.parameters = optimal_parameters(*r, flop);
      s.tokens = flop / (6 * s.parameters);
    }
    if (reduction_at(law, settings, s.tokens)) return s;
  }
  constexpr double kFar = 1e300;
  const auto cost = [&](double n) {
    const auto d = tokens_for(law, settings, loss, n);
    return d ? 6 * n * *d + 2 * n * inference_tokens : kFar;
  };
  // Sizes from the smallest that reaches the loss with any number of tokens.
  constexpr double kMost = 1e40;
  if (!tokens_for(law, settings, loss, kMost)) return {};
  const double least =
      bisect([&](double n) { return tokens_for(law, settings, loss, n) ? 1.0 : -1.0; }, kLeast, kMost);
  const double n = minimise(cost, least * (1 + 1e-9), least * 1e9);
  const auto d = tokens_for(law, settings, loss, n);
  if (!d) return {};
  return Split{n, *d, true};
}

StepSplit cheapest_steps(const Law& law, double loss) {
  const auto& k = law.constants;
  const double ratio = k[1] / k[3];
  StepSplit s;
  s.parameters = k[0] / std::pow(loss / (1 + ratio), 1 / k[1]);
  s.min_steps = k[2] / std::pow(loss * ratio / (1 + ratio), 1 / k[3]);
  s.critical_batch_tokens = k[4] / std::pow(loss, 1 / k[5]);
  s.min_compute_flop = 6 * s.parameters * s.critical_batch_tokens * s.min_steps;
  return s;
}

void add_figures(Figures& figures, const Law& law, double loss, const StepSplit& s) {
  const auto& k = law.constants;
  add(figures, law.source, "parameters", s.parameters, "Nc / (L / (1 + alphaN / alphaS))^(1 / alphaN)",
      {k[0], loss, k[1], k[3]});
  add(figures, law.source, "minSteps", s.min_steps, "Sc / (L / (1 + alphaS / alphaN))^(1 / alphaS)",
      {k[2], loss, k[3], k[1]});
  add(figures, law.source, "batchTokens", s.critical_batch_tokens, "Bstar / L^(1 / alphaB)",
      {k[4], loss, k[5]});
}

namespace {

void answer_on_budget(const Law& law, const LawPoint& settings, double flop, double served,
                      OptimalAnswer& a) {
  const Split s = optimal_split(law, settings, flop, served);
  a.parameters = s.parameters;
  a.tokens = s.tokens;
  const auto r = reduction_at(law, settings, s.tokens);
  if (r) a.workings = figures_of_reduction(law, settings);
  if (r && !s.solved_numerically) {
    add(a.workings, law.source, "parameters", s.parameters,
        "(alpha * A / (beta * B))^(1 / (alpha + beta)) * (C / 6)^(beta / (alpha + beta))",
        {r->alpha, r->A, r->beta, r->B, flop});
  }
  if (served > 0) {
    a.training_flop = s.training_flop();
    add(a.workings, law.source, "tokens", s.tokens, "C / (6 * N) - Dinf / 3", {flop, s.parameters, served});
    a.inference_flop = add(a.workings, law.source, "inferenceFlop", 2 * s.parameters * served, "2 * N * Dinf",
                           {s.parameters, served});
    a.assumptions.push_back({"budget-includes-inference", served});
  } else {
    add(a.workings, law.source, "tokens", s.tokens, "C / (6 * N)", {flop, s.parameters});
  }
  if (s.solved_numerically) {
    a.assumptions.push_back({"solved-numerically", r ? kRootTolerance : kMinimumTolerance});
  }
  LawPoint at = settings;
  at[parameters] = s.parameters;
  at[tokens] = s.tokens;
  at[compute_flop] = s.training_flop();
  append(a.workings, figures_of_loss(law, at));
  a.loss = a.workings.back().value;
  if (at.has(unique_tokens)) a.epochs = std::max(1.0, s.tokens / at[unique_tokens]);
  a.extrapolates = extrapolated(law, at);
  a.interval = interval_of_loss(law, at);
  a.parameters_interval = interval_of(
      law, s.parameters, [&](const Law& m) { return optimal_split(m, settings, flop, served).parameters; });
}

/// The budget by an allocation-only edition.
void answer_by_allocation(const Law& law, double flop, OptimalAnswer& a) {
  const auto& k = law.constants;
  const auto give = [&](std::string_view id, double value, std::string_view formula,
                        std::initializer_list<double> values) {
    return add(a.workings, law.source, id, value, formula, values);
  };
  // The power law whose coefficient and exponent are constants i and i + 1.
  const auto power = [&](std::string_view id, std::string_view formula, std::size_t i) {
    return give(id, k[i] * std::pow(flop, k[i + 1]), formula, {k[i], flop, k[i + 1]});
  };
  switch (law.form) {
    case LawForm::allocate_powers:
      a.parameters = power("parameters", "kN * C^aN", 0);
      a.tokens = power("tokens", "kD * C^aD", 2);
      break;
    case LawForm::allocate_parameters:
      a.parameters = power("parameters", "kN * C^aN", 0);
      a.tokens = give("tokens", flop / (6 * a.parameters), "C / (6 * N)", {flop, a.parameters});
      break;
    case LawForm::allocate_tokens:
      a.tokens = power("tokens", "kD * C^aD", 0);
      a.parameters = give("parameters", flop / (6 * a.tokens), "C / (6 * D)", {flop, a.tokens});
      break;
    case LawForm::allocate_per_token: {
      const double per_token = power("flop-per-token", "kM * C^aM", 0);
      a.tokens = power("tokens", "kD * C^aD", 2);
      a.parameters = give("parameters", per_token / 6, "M / 6", {per_token});
      break;
    }
    case LawForm::allocate_ratio:
      a.parameters = give("parameters", 1e9 * std::sqrt(k[0] * std::pow(flop / 6e18, 1 + k[1])),
                          formula_of(law.form), {k[0], flop, k[1]});
      a.tokens = give("tokens", flop / (6 * a.parameters), "C / (6 * N)", {flop, a.parameters});
      break;
    case LawForm::allocate_pf_days: {
      const auto in_days = [&](std::string_view id, std::string_view formula, std::size_t i) {
        return give(id, k[i] * std::pow(flop / kFlopPerPfDay, k[i + 1]), formula,
                    {k[i], flop, kFlopPerPfDay, k[i + 1]});
      };
      a.parameters = in_days("parameters", "kN * (Cmin / flopPerPfDay)^aN", 0);
      a.tokens = in_days("tokens", "kD * (Cmin / flopPerPfDay)^aD", 2);
      a.batch_tokens = in_days("batchTokens", "kB * (Cmin / flopPerPfDay)^aB", 4);
      // At the critical batch a run takes twice the minimal steps.
      a.steps = 2 * in_days("minSteps", "kS * (Cmin / flopPerPfDay)^aS", 6);
      break;
    }
    default:
      break;
  }
}

void answer_by_steps(const Law& law, double flop, OptimalAnswer& a) {
  const auto& k = law.constants;
  // C_min is a power of the loss: one point gives the scale.
  const double exponent = 1 / (1 / k[1] + 1 / k[3] + 1 / k[5]);
  const double loss = std::pow(cheapest_steps(law, 1).min_compute_flop / flop, exponent);
  const StepSplit s = cheapest_steps(law, loss);
  add_figures(a.workings, law, loss, s);
  a.parameters = s.parameters;
  a.steps = 2 * s.min_steps;
  a.batch_tokens = s.critical_batch_tokens;
  a.tokens = add(a.workings, law.source, "tokens", 2 * s.min_steps * s.critical_batch_tokens,
                 "2 * Smin * Bcrit", {s.min_steps, s.critical_batch_tokens});
  LawPoint at;
  at[parameters] = s.parameters;
  at[steps] = s.min_steps;
  append(a.workings, figures_of_loss(law, at));
  a.loss = loss;
  a.extrapolates = extrapolated(law, at);
}

/// The budget as the law counts it. In C_min training runs at the critical batch, which takes twice that.
double budget_of(const Law& law, const OptimalQuestion& q, OptimalAnswer& a) {
  if (law.compute_means != "c-min") return q.compute_flop.value_or(q.training_flop.value_or(0));
  a.assumptions.push_back({"trained-at-critical-batch", 2});
  if (q.training_flop) {
    a.training_flop = q.training_flop;
    a.min_compute_flop =
        add(a.workings, law.source, "minComputeFlop", *q.training_flop / 2, "C / 2", {*q.training_flop});
  } else {
    a.min_compute_flop = q.compute_flop;
    a.training_flop =
        add(a.workings, law.source, "trainingFlop", 2 * *q.compute_flop, "2 * Cmin", {*q.compute_flop});
  }
  return *a.min_compute_flop;
}

}  // namespace

OptimalAnswer answer(const OptimalQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  if (!choose(q.law, chosen, problems)) return {};
  const Law& law = chosen.law;
  const Law* allocation = law.allocation.empty() ? nullptr : find_law(law.allocation);
  const bool by_allocation = allocation || allocates_only(law.form);
  const bool budget = on_budget(law.form);
  if (!budget && !by_allocation && law.form != LawForm::kaplan_steps) {
    add(problems, "law", Code::no_answer);
    return {};
  }
  GivenInputs given;
  given.values = q.settings;
  const LawPoint settings = point_of(law, given, problems);
  if (settings.has(steps)) add(problems, "steps", Code::contradicts, 0, "computeFlop");
  if (budget) require_settings(law, settings, problems);
  if (q.inference_tokens && !budget) add(problems, "inferenceTokens", Code::contradicts, 0, "law");
  if (!q.compute_flop && !q.training_flop) add(problems, "computeFlop", Code::missing);
  if (q.compute_flop && q.training_flop) add(problems, "trainingFlop", Code::contradicts, 0, "computeFlop");
  if (q.inference_tokens && q.training_flop) {
    add(problems, "trainingFlop", Code::contradicts, 0, "inferenceTokens");
  }
  // A model of one parameter serves no more with the whole budget.
  const double most_served = q.compute_flop.value_or(0) / 2;
  if (q.compute_flop && q.inference_tokens > most_served) {
    add(problems, "inferenceTokens", Code::above_maximum, most_served);
  }
  if (!problems.empty()) return {};

  OptimalAnswer a;
  a.unit = law.unit;
  a.assumptions = assumptions_of(law, settings);
  const double flop = budget_of(law, q, a);
  if (budget) {
    answer_on_budget(law, settings, flop, served_tokens(q.inference_tokens), a);
  } else if (law.form == LawForm::kaplan_steps) {
    answer_by_steps(law, flop, a);
  } else {
    LawPoint at;
    at[compute_flop] = flop;
    answer_by_allocation(allocation ? *allocation : law, flop, a);
    if (allocation) {
      append(a.workings, figures_of_loss(law, at));
      a.loss = a.workings.back().value;
    } else {
      a.unit = {};
      a.assumptions.push_back({"allocation-only"});
    }
    at[parameters] = a.parameters;
    at[tokens] = a.tokens;
    a.extrapolates = extrapolated(law, at);
  }
  a.tokens_per_parameter = a.tokens / a.parameters;
  return a;
}

}  // namespace slide_rule
