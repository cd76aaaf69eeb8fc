#pragma once
// Loss from a law's inputs, and the list of laws. The way back, from a loss to inputs, is in target_loss.hpp.

#include <optional>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

struct LossQuestion {
  LawChoice law;
  GivenInputs given;

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    GivenInputs::describe_fields(v, q.given);
  }
};

struct LossAnswer {
  double loss = 0;
  std::string_view unit;
  double floor = 0;                                        ///< what the law never gets below
  std::optional<double> parameters, tokens, compute_flop;  ///< the point, with what followed from the others
  std::optional<double> epochs;                            ///< where distinct tokens are given
  std::vector<Figure> workings;                            ///< the last is the loss
  std::vector<std::string_view> extrapolates;              ///< inputs outside the fitted range
  std::optional<Interval> interval;
  std::optional<double>
      downstream_error;  ///< average top-1 error that the law's source predicts from the loss
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("loss", a.loss);
    v.field("unit", a.unit);
    v.field("floor", a.floor);
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("computeFlop", a.compute_flop);
    v.field("epochs", a.epochs);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("interval", a.interval);
    v.field("downstreamError", a.downstream_error);
    v.field("assumptions", a.assumptions);
  }
};

/// The loss that a law gives. Of a law that C = 6 N D ties, any two of parameters, tokens and computeFlop are
/// enough, and computeFlop alone takes the compute-optimal split. Problems: an unknown law, a missing input,
/// an input that the law does not take (contradicts, nearest "law"), no-loss for a law that only allocates.
LossAnswer answer(const LossQuestion& q, Problems& problems);

/// Completes N, D and C of a law that C = 6 N D ties; says in `assumptions` when C alone was split optimally.
/// False adds problems: what is missing, or computeFlop contradicting the other two (relative difference over
/// 1e-6).
bool complete_budget(const Law& law, LawPoint& at, std::vector<Assumption>& assumptions, Problems& problems);

/// Adds a problem and returns false where what compute leaves for tokens (or parameters) is less than one of
/// them, which no question takes.
bool require_split(double parameters, double tokens, Problems& problems);

/// Adds a problem and returns false where the law gives no loss.
bool require_loss(const Law& law, Problems& problems);

/// Every edition with its constants, units, ranges and source, so that no page repeats a fact.
struct LawsQuestion {
  std::string law;            ///< one only; all where empty
  std::optional<OwnLaw> own;  ///< the law that "own" names; with no `law` it stands first

  static constexpr void describe(auto& v, auto& q) {
    v.field("law", q.law);
    v.field("own", q.own);
  }
};

struct LawConstant {
  std::string_view symbol;
  double value = 0;
  std::optional<double> standard_error;
  std::optional<Interval> interval;

  static constexpr void describe(auto& v, auto& c) {
    v.field("symbol", c.symbol);
    v.field("value", c.value);
    v.field("standardError", c.standard_error);
    v.field("interval", c.interval);
  }
};

struct LawInputRow {
  LawInput field = LawInput::parameters;
  bool optional = false;
  std::optional<double> fitted_low, fitted_high;  ///< absent where unpublished

  static constexpr void describe(auto& v, auto& r) {
    v.field("field", r.field);
    v.field("optional", r.optional);
    v.field("fittedLow", r.fitted_low);
    v.field("fittedHigh", r.fitted_high);
  }
};

struct LawRow {
  std::string_view id;
  LawForm form = LawForm::additive;
  std::string_view formula;
  std::vector<LawConstant> constants;
  std::vector<LawInputRow> inputs;
  bool gives_loss = false;
  bool invertible = false;
  bool on_budget =
      false;  ///< any two of parameters, tokens, computeFlop; computeFlop alone is split optimally
  bool allocates = false;
  bool gives_hyperparameters = false;
  std::string_view unit;
  double floor = 0;
  std::string_view parameters_mean, tokens_mean, compute_means, data, tokenizer, schedule, allocation, source,
      place;
  Verification verification = Verification::paper;
  bool unverified = false;
  bool lacks_range = false;  ///< nobody published which inputs it was fitted on
  std::vector<std::string_view> notes;

  static constexpr void describe(auto& v, auto& r) {
    v.field("id", r.id);
    v.field("form", r.form);
    v.field("formula", r.formula);
    v.field("constants", r.constants);
    v.field("inputs", r.inputs);
    v.field("givesLoss", r.gives_loss);
    v.field("invertible", r.invertible);
    v.field("onBudget", r.on_budget);
    v.field("allocates", r.allocates);
    v.field("givesHyperparameters", r.gives_hyperparameters);
    v.field("unit", r.unit);
    v.field("floor", r.floor);
    v.field("parametersMean", r.parameters_mean);
    v.field("tokensMean", r.tokens_mean);
    v.field("computeMeans", r.compute_means);
    v.field("data", r.data);
    v.field("tokenizer", r.tokenizer);
    v.field("schedule", r.schedule);
    v.field("allocation", r.allocation);
    v.field("source", r.source);
    v.field("place", r.place);
    v.field("verification", r.verification);
    v.field("unverified", r.unverified);
    v.field("lacksRange", r.lacks_range);
    v.field("notes", r.notes);
  }
};

struct LawsAnswer {
  std::vector<LawRow> laws;

  static constexpr void describe(auto& v, auto& a) { v.field("laws", a.laws); }
};

LawsAnswer answer(const LawsQuestion& q, Problems& problems);

}  // namespace slide_rule
