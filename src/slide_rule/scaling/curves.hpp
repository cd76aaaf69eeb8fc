#pragma once
// Points for the plots, many at once: a law along one input, iso-loss contours with the compute-optimal line,
// and IsoFLOP curves.

#include <optional>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

enum class CurveVariable { parameters, tokens, compute_flop, steps };
SLIDE_RULE_NAMES(CurveVariable, "parameters", "tokens", "computeFlop", "steps")

struct CurveQuestion {
  LawChoice law;
  CurveVariable variable = CurveVariable::compute_flop;
  double from = 0, to = 0;
  double points = 64;
  GivenInputs held;

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    v.field("variable", q.variable);
    v.field("from", q.from, positive.required());
    v.field("to", q.to, positive.required());
    v.field("points", q.points, count(2, 2000));
    GivenInputs::describe_fields(v, q.held);
  }
};

struct CurveAnswer {
  std::vector<double> x, loss;
  std::vector<double> low, high;           ///< the 90 % band; empty where no covariance is published
  std::vector<double> parameters, tokens;  ///< of laws that C = 6 N D ties
  std::optional<double> fitted_low, fitted_high;
  double floor = 0;
  std::string_view unit;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("x", a.x);
    v.field("loss", a.loss);
    v.field("low", a.low);
    v.field("high", a.high);
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("fittedLow", a.fitted_low);
    v.field("fittedHigh", a.fitted_high);
    v.field("floor", a.floor);
    v.field("unit", a.unit);
    v.field("assumptions", a.assumptions);
  }
};

/// The loss along one input, at points evenly spaced in its logarithm from `from` to `to`, the others held.
/// Of a law that C = 6 N D ties, computeFlop with nothing held goes along the compute-optimal splits.
CurveAnswer answer(const CurveQuestion& q, Problems& problems);

struct ContoursQuestion {
  LawChoice law;
  std::vector<double> levels;   ///< losses
  std::vector<double> budgets;  ///< FLOP, for iso-FLOP lines
  double parameters_from = 0, parameters_to = 0, tokens_from = 0, tokens_to = 0;
  double points = 48;
  std::array<std::optional<double>, kLawInputs> settings;

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    v.field("levels", q.levels, positive);
    v.field("budgets", q.budgets, positive);
    v.field("parametersFrom", q.parameters_from, positive.required());
    v.field("parametersTo", q.parameters_to, positive.required());
    v.field("tokensFrom", q.tokens_from, positive.required());
    v.field("tokensTo", q.tokens_to, positive.required());
    v.field("points", q.points, count(2, 500));
    for (std::size_t i = static_cast<std::size_t>(LawInput::unique_tokens); i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], q.settings[i], limits_of(static_cast<LawInput>(i)));
    }
  }
};

/// A line in the plane of parameters and tokens.
struct PlaneLine {
  std::optional<double> loss;          ///< of a contour
  std::optional<double> compute_flop;  ///< of an iso-FLOP line
  std::vector<double> parameters, tokens;

  static constexpr void describe(auto& v, auto& l) {
    v.field("loss", l.loss);
    v.field("computeFlop", l.compute_flop);
    v.field("parameters", l.parameters);
    v.field("tokens", l.tokens);
  }
};

struct OptimalLine {
  std::vector<double> compute_flop, parameters, tokens, loss;

  static constexpr void describe(auto& v, auto& l) {
    v.field("computeFlop", l.compute_flop);
    v.field("parameters", l.parameters);
    v.field("tokens", l.tokens);
    v.field("loss", l.loss);
  }
};

struct ContoursAnswer {
  std::vector<PlaneLine> contours;  ///< one a level; empty where the level is not in the window
  std::vector<PlaneLine> iso_flop;  ///< one a budget
  std::optional<OptimalLine> optimal;
  std::string_view unit;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("contours", a.contours);
    v.field("isoFlop", a.iso_flop);
    v.field("optimal", a.optimal);
    v.field("unit", a.unit);
    v.field("assumptions", a.assumptions);
  }
};

/// Lines of equal loss inside the window, ordered by parameters, with the compute-optimal line and lines of
/// equal compute where C = 6 N D ties the law. Problems: no-answer for a law that does not take both N and D.
ContoursAnswer answer(const ContoursQuestion& q, Problems& problems);

struct IsoflopQuestion {
  LawChoice law;
  std::vector<double> budgets;
  double spread = 30;  ///< each curve goes from N_opt/spread to N_opt*spread
  double points = 41;
  std::array<std::optional<double>, kLawInputs> settings;

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    v.field("budgets", q.budgets, positive);
    v.field("spread", q.spread, Number{1.01, 1e6});
    v.field("points", q.points, count(2, 500));
    for (std::size_t i = static_cast<std::size_t>(LawInput::unique_tokens); i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], q.settings[i], limits_of(static_cast<LawInput>(i)));
    }
  }
};

struct IsoflopCurve {
  double compute_flop = 0;
  std::vector<double> parameters, tokens, loss;
  double best_parameters = 0, best_tokens = 0, best_loss = 0;

  static constexpr void describe(auto& v, auto& c) {
    v.field("computeFlop", c.compute_flop);
    v.field("parameters", c.parameters);
    v.field("tokens", c.tokens);
    v.field("loss", c.loss);
    v.field("bestParameters", c.best_parameters);
    v.field("bestTokens", c.best_tokens);
    v.field("bestLoss", c.best_loss);
  }
};

struct IsoflopAnswer {
  std::vector<IsoflopCurve> curves;
  std::string_view unit;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("curves", a.curves);
    v.field("unit", a.unit);
    v.field("assumptions", a.assumptions);
  }
};

/// The loss over model size at fixed compute, each curve with its minimum.
IsoflopAnswer answer(const IsoflopQuestion& q, Problems& problems);

}  // namespace slide_rule
