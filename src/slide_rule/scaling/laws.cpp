#include "slide_rule/scaling/laws.hpp"

#include <algorithm>
#include <cmath>

#include "catalog/laws.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/hyperparameters.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

LawRow row_of(const Law& law) {
  LawRow row;
  row.id = law.id;
  row.form = law.form;
  row.formula = formula_of(law.form);
  const auto symbols = symbols_of(law.form);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    LawConstant c{symbols[i], law.constants[i], {}, {}};
    if (const ConstantUncertainty* u = uncertainty_of(law.id, symbols[i])) {
      if (u->standard_error > 0) c.standard_error = u->standard_error;
      if (u->level > 0) c.interval = Interval{u->low, u->high, u->level};
    }
    // Of one's own law its covariance tells; published ones print theirs.
    if (law.id == "own") {
      const double error = standard_error_of(law, i);
      if (error > 0) c.standard_error = error;
    }
    row.constants.push_back(c);
  }
  const auto add_input = [&](LawInput input, bool optional) {
    LawInputRow in{input, optional, {}, {}};
    for (const FittedRange& r : law.ranges) {
      if (r.high <= 0 || r.input != input) continue;
      if (r.low > 0) in.fitted_low = r.low;
      in.fitted_high = r.high;
    }
    row.inputs.push_back(in);
  };
  for (LawInput input : inputs_of(law.form)) add_input(input, may_be_absent(input));
  if (on_budget(law.form)) add_input(compute_flop, true);
  row.gives_loss = gives_loss(law.form);
  row.invertible = row.gives_loss;
  row.on_budget = on_budget(law.form);
  row.allocates = allocates_only(law.form) || on_budget(law.form) || law.form == LawForm::kaplan_steps ||
                  !law.allocation.empty();
  row.gives_hyperparameters = has_hyperparameters(law.id);
  if (row.gives_loss) row.unit = law.unit;
  row.floor = floor_of(law);
  row.parameters_mean = law.parameters_mean;
  row.tokens_mean = law.tokens_mean;
  row.compute_means = law.compute_means;
  row.data = law.data;
  row.tokenizer = law.tokenizer;
  row.schedule = law.schedule;
  row.allocation = law.allocation;
  row.source = law.source;
  row.place = law.place;
  row.verification = law.verification;
  row.unverified = law.verification == Verification::unverified;
  row.lacks_range = slide_rule::lacks_range(law);
  for (std::string_view note : law.notes) {
    if (!note.empty()) row.notes.push_back(note);
  }
  return row;
}

}  // namespace

bool require_loss(const Law& law, Problems& problems) {
  if (gives_loss(law.form)) return true;
  add(problems, "law", Code::no_loss);
  return false;
}

bool require_split(double n, double d, Problems& problems) {
  if (n >= amount.min && d >= amount.min) return true;
  add(problems, "computeFlop", Code::below_minimum, 6 * std::max(n, d), n < d ? "tokens" : "parameters");
  return false;
}

bool complete_budget(const Law& law, LawPoint& at, std::vector<Assumption>& assumptions, Problems& problems) {
  const bool n = at.has(parameters), d = at.has(tokens), c = at.has(compute_flop);
  if (n && d) {
    const double flop = 6 * at[parameters] * at[tokens];
    if (c && !(std::abs(at[compute_flop] / flop - 1) <= 1e-6)) {
      add(problems, "computeFlop", Code::contradicts, flop, "tokens");
      return false;
    }
    at[compute_flop] = flop;
  } else if (c && n) {
    at[tokens] = at[compute_flop] / (6 * at[parameters]);
    return require_split(at[parameters], at[tokens], problems);
  } else if (c && d) {
    at[parameters] = at[compute_flop] / (6 * at[tokens]);
    return require_split(at[parameters], at[tokens], problems);
  } else if (c) {
    const Split s = optimal_split(law, at, at[compute_flop], 0);
    at[parameters] = s.parameters;
    at[tokens] = s.tokens;
    assumptions.push_back({"compute-optimal"});
  } else {
    if (!n) add(problems, "parameters", Code::missing);
    if (!d) add(problems, "tokens", Code::missing);
    return false;
  }
  return true;
}

LossAnswer answer(const LossQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  if (!choose(q.law, chosen, problems) || !require_loss(chosen.law, problems)) return {};
  const Law& law = chosen.law;
  LossAnswer a;
  LawPoint at = point_of(law, q.given, problems);
  a.assumptions = assumptions_of(law, at);
  require_settings(law, at, problems);
  if (on_budget(law.form)) {
    if (problems.empty()) complete_budget(law, at, a.assumptions, problems);
  } else {
    for (LawInput input : inputs_of(law.form)) {
      const bool basic = input == parameters || input == tokens || input == compute_flop || input == steps;
      if (basic && !at.has(input)) add(problems, name_of(input), Code::missing);
    }
  }
  if (!problems.empty()) return {};
  a.unit = law.unit;
  a.floor = floor_of(law);
  a.parameters = at.get(parameters);
  a.tokens = at.get(tokens);
  a.compute_flop = at.get(compute_flop);
  if (at.has(unique_tokens)) a.epochs = std::max(1.0, at[tokens] / at[unique_tokens]);
  a.workings = figures_of_loss(law, at);
  a.loss = a.workings.back().value;
  a.extrapolates = extrapolated(law, at);
  a.interval = interval_of_loss(law, at);
  if (const DownstreamError* e = downstream_error_of(law.id)) {
    // Before the loss, which is the last figure.
    const Figure loss = a.workings.back();
    a.workings.pop_back();
    a.downstream_error =
        add(a.workings, law.source, "downstreamError", e->ceiling - e->scale * std::exp(-e->rate * a.loss),
            "epsilon - k * exp(-gamma * L)", {e->ceiling, e->scale, e->rate, a.loss});
    a.workings.push_back(loss);
  }
  return a;
}

LawsAnswer answer(const LawsQuestion& q, Problems& problems) {
  LawsAnswer a;
  if (q.law == "own" || (q.own && q.law.empty())) {
    ChosenLaw chosen;
    if (!choose({"own", q.own}, chosen, problems)) return a;
    a.laws.push_back(row_of(chosen.law));
    if (!q.law.empty()) return a;
  }
  for (const Law& law : all_laws()) {
    if (q.law.empty() || law.id == q.law) a.laws.push_back(row_of(law));
  }
  if (a.laws.empty()) add(problems, "law", Code::unknown_id, 0, nearest_law(q.law));
  return a;
}

}  // namespace slide_rule
