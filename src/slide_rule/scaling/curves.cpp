#include "slide_rule/scaling/curves.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// More lines than any picture holds.
constexpr double kMostLines = 100;

/// The i-th of n values evenly spaced in the logarithm; the ends are exact.
double spaced(double from, double to, std::size_t i, std::size_t n) {
  if (i == 0) return from;
  if (i + 1 == n) return to;
  return from * std::exp(std::log(to / from) * static_cast<double>(i) / static_cast<double>(n - 1));
}

bool ordered(std::string_view low_field, double low, double high, Problems& problems) {
  if (low < high) return true;
  add(problems, low_field, Code::above_maximum, high);
  return false;
}

LawInput input_of(CurveVariable v) {
  switch (v) {
    case CurveVariable::parameters:
      return parameters;
    case CurveVariable::tokens:
      return tokens;
    case CurveVariable::compute_flop:
      return compute_flop;
    case CurveVariable::steps:
      return steps;
  }
  return compute_flop;
}

void add_point(PlaneLine& line, double n, double d) {
  line.parameters.push_back(n);
  line.tokens.push_back(d);
}

/// The chosen law and its settings; false adds problems.
bool prepare(const LawChoice& choice, const std::array<std::optional<double>, kLawInputs>& values,
             ChosenLaw& chosen, LawPoint& at, Problems& problems) {
  if (!choose(choice, chosen, problems) || !require_loss(chosen.law, problems)) return false;
  GivenInputs given;
  given.values = values;
  at = point_of(chosen.law, given, problems);
  require_settings(chosen.law, at, problems);
  return problems.empty();
}

}  // namespace

CurveAnswer answer(const CurveQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  LawPoint held;
  if (!prepare(q.law, q.held.values, chosen, held, problems)) return {};
  const Law& law = chosen.law;
  const LawInput variable = input_of(q.variable);
  if (!takes(law.form, variable)) add(problems, "variable", Code::contradicts, 0, "law");
  if (held.has(variable)) add(problems, name_of(variable), Code::contradicts, 0, "variable");
  ordered("from", q.from, q.to, problems);
  if (!problems.empty()) return {};

  CurveAnswer a;
  a.unit = law.unit;
  a.floor = floor_of(law);
  a.assumptions = assumptions_of(law, held);
  for (const FittedRange& r : law.ranges) {
    if (r.high <= 0 || r.input != variable) continue;
    if (r.low > 0) a.fitted_low = r.low;
    a.fitted_high = r.high;
  }
  const auto n = static_cast<std::size_t>(q.points);
  const bool budget = on_budget(law.form);
  for (std::size_t i = 0; i < n; ++i) {
    LawPoint at = held;
    at[variable] = spaced(q.from, q.to, i, n);
    std::vector<Assumption> found;
    if (budget) {
      if (!complete_budget(law, at, found, problems)) return {};
      a.parameters.push_back(at[parameters]);
      a.tokens.push_back(at[tokens]);
    } else {
      for (LawInput input : inputs_of(law.form)) {
        if (!at.has(input) && !may_be_absent(input)) add(problems, name_of(input), Code::missing);
      }
      if (!problems.empty()) return {};
    }
    if (i == 0) a.assumptions.insert(a.assumptions.end(), found.begin(), found.end());
    a.x.push_back(at[variable]);
    a.loss.push_back(loss_at(law, at));
    const auto band = interval_of_loss(law, at);
    if (band) {
      a.low.push_back(band->low);
      a.high.push_back(band->high);
    }
  }
  return a;
}

ContoursAnswer answer(const ContoursQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  LawPoint settings;
  if (!prepare(q.law, q.settings, chosen, settings, problems)) return {};
  const Law& law = chosen.law;
  if (!takes(law.form, parameters) || !takes(law.form, tokens)) add(problems, "law", Code::no_answer);
  ordered("parametersFrom", q.parameters_from, q.parameters_to, problems);
  ordered("tokensFrom", q.tokens_from, q.tokens_to, problems);
  if (static_cast<double>(q.levels.size()) > kMostLines) add(problems, "levels", Code::too_large, kMostLines);
  if (static_cast<double>(q.budgets.size()) > kMostLines)
    add(problems, "budgets", Code::too_large, kMostLines);
  if (!problems.empty()) return {};

  const auto n = static_cast<std::size_t>(q.points);
  ContoursAnswer a;
  a.unit = law.unit;
  a.assumptions = assumptions_of(law, settings);
  const auto inside = [&](double p, double t) {
    return p >= q.parameters_from && p <= q.parameters_to && t >= q.tokens_from && t <= q.tokens_to;
  };
  const auto loss = [&](double p, double t) {
    LawPoint at = settings;
    at[parameters] = p;
    at[tokens] = t;
    return loss_at(law, at);
  };
  // A contour is steep at one end and flat at the other: points at evenly spaced sizes and at evenly spaced
  // tokens, together, follow it everywhere.
  // Both lists run from the smallest model to the largest, so that one pass merges them.
  for (double level : q.levels) {
    PlaneLine by_size, by_tokens, contour;
    for (std::size_t i = 0; i < n; ++i) {
      LawPoint at = settings;
      at[parameters] = spaced(q.parameters_from, q.parameters_to, i, n);
      if (loss(at[parameters], q.tokens_from) >= level && loss(at[parameters], q.tokens_to) <= level) {
        add_point(by_size, at[parameters], solve_for(law, tokens, level, at).value);
      }
      at = settings;
      at[tokens] = spaced(q.tokens_from, q.tokens_to, n - 1 - i, n);
      if (loss(q.parameters_from, at[tokens]) >= level && loss(q.parameters_to, at[tokens]) <= level) {
        add_point(by_tokens, solve_for(law, parameters, level, at).value, at[tokens]);
      }
    }
    contour.loss = level;
    for (std::size_t i = 0, j = 0; i < by_size.tokens.size() || j < by_tokens.tokens.size();) {
      const bool first = j == by_tokens.tokens.size() ||
                         (i < by_size.tokens.size() && by_size.parameters[i] <= by_tokens.parameters[j]);
      const PlaneLine& from = first ? by_size : by_tokens;
      const std::size_t k = first ? i++ : j++;
      add_point(contour, from.parameters[k], from.tokens[k]);
    }
    a.contours.push_back(std::move(contour));
  }
  if (!on_budget(law.form)) return a;

  for (double flop : q.budgets) {
    PlaneLine line;
    line.compute_flop = flop;
    const double low = std::max(q.parameters_from, flop / (6 * q.tokens_to));
    const double high = std::min(q.parameters_to, flop / (6 * q.tokens_from));
    if (low < high) {
      line.parameters = {low, high};
      line.tokens = {flop / (6 * low), flop / (6 * high)};
    }
    a.iso_flop.push_back(std::move(line));
  }
  OptimalLine line;
  const double from = 6 * q.parameters_from * q.tokens_from, to = 6 * q.parameters_to * q.tokens_to;
  for (std::size_t i = 0; i < n; ++i) {
    const double flop = spaced(from, to, i, n);
    const Split s = optimal_split(law, settings, flop, 0);
    if (!inside(s.parameters, s.tokens)) continue;
    line.compute_flop.push_back(flop);
    line.parameters.push_back(s.parameters);
    line.tokens.push_back(s.tokens);
    line.loss.push_back(loss(s.parameters, s.tokens));
  }
  a.optimal = std::move(line);
  return a;
}

IsoflopAnswer answer(const IsoflopQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  LawPoint settings;
  if (!prepare(q.law, q.settings, chosen, settings, problems)) return {};
  const Law& law = chosen.law;
  if (!on_budget(law.form)) add(problems, "law", Code::no_answer);
  if (q.budgets.empty()) add(problems, "budgets", Code::missing);
  if (static_cast<double>(q.budgets.size()) > kMostLines)
    add(problems, "budgets", Code::too_large, kMostLines);
  if (!problems.empty()) return {};

  const auto n = static_cast<std::size_t>(q.points);
  IsoflopAnswer a;
  a.unit = law.unit;
  a.assumptions = assumptions_of(law, settings);
  for (double flop : q.budgets) {
    const auto loss = [&](double p) {
      LawPoint at = settings;
      at[parameters] = p;
      at[tokens] = flop / (6 * p);
      return loss_at(law, at);
    };
    const Split best = optimal_split(law, settings, flop, 0);
    IsoflopCurve curve;
    curve.compute_flop = flop;
    curve.best_parameters = best.parameters;
    curve.best_tokens = best.tokens;
    curve.best_loss = loss(best.parameters);
    for (std::size_t i = 0; i < n; ++i) {
      const double p = spaced(best.parameters / q.spread, best.parameters * q.spread, i, n);
      curve.parameters.push_back(p);
      curve.tokens.push_back(flop / (6 * p));
      curve.loss.push_back(loss(p));
    }
    a.curves.push_back(std::move(curve));
  }
  return a;
}

}  // namespace slide_rule
