#pragma once
// Loss from a law's inputs, the inputs for a wanted loss, and the list of laws.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "slide_rule/scaling/law.hpp"

namespace slide_rule {

/// The inputs that a question names; every one is optional, the law says which it needs.
struct GivenInputs {
  std::array<std::optional<double>, kLawInputs> values;

  static void describe_fields(auto& v, auto& g) {
    for (std::size_t i = 0; i < kLawInputs; ++i) v.field(Names<LawInput>::words[i], g.values[i], positive);
  }
};

struct LossQuestion {
  std::string law;
  GivenInputs given;

  static void describe(auto& v, auto& q) {
    v.field("law", q.law, required_text);
    GivenInputs::describe_fields(v, q.given);
  }
};

struct LossAnswer {
  double loss = 0;
  std::string_view unit;
  double floor = 0;  ///< what the law never gets below with the inputs that were given held
  std::optional<double> parameters, tokens, compute_flop;  ///< the point, with what followed from the others
  std::vector<Figure> workings;                            ///< the last is the loss
  std::vector<std::string_view> extrapolates;              ///< inputs outside the fitted range
  std::optional<Interval> interval;
  std::vector<Assumption> assumptions;

  static void describe(auto& v, auto& a) {
    v.field("loss", a.loss);
    v.field("unit", a.unit);
    v.field("floor", a.floor);
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("computeFlop", a.compute_flop);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("interval", a.interval);
    v.field("assumptions", a.assumptions);
  }
};

/// The loss that a law gives. Problems: an unknown law, a missing input, an input that the law does not take
/// (`contradicts`, nearest "law"), no-loss for a law that only allocates.
LossAnswer answer(const LossQuestion& q, Problems& problems);

struct TargetLossQuestion {
  std::string law;
  double loss = 0;
  GivenInputs held;

  static void describe(auto& v, auto& q) {
    v.field("law", q.law, required_text);
    v.field("loss", q.loss, positive.required());
    GivenInputs::describe_fields(v, q.held);
  }
};

struct TargetLossAnswer {
  std::optional<double> parameters, tokens, compute_flop, steps;
  double loss = 0;
  std::string_view unit;
  double floor = 0;
  std::vector<Figure> workings;
  std::vector<std::string_view> extrapolates;
  std::vector<Assumption> assumptions;

  static void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("computeFlop", a.compute_flop);
    v.field("steps", a.steps);
    v.field("loss", a.loss);
    v.field("unit", a.unit);
    v.field("floor", a.floor);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("assumptions", a.assumptions);
  }
};

/// What reaches a loss: of a law of one input, that input; of others the ones that are not held. A loss at or below
/// what the law can reach is `below-floor` with the floor as limit.
TargetLossAnswer answer(const TargetLossQuestion& q, Problems& problems);

/// Every edition with its constants, units, ranges and source, so that no page repeats a fact.
struct LawsQuestion {
  std::string law;  ///< one only; all where empty

  static void describe(auto& v, auto& q) { v.field("law", q.law); }
};

struct LawConstant {
  std::string_view symbol;
  double value = 0;

  static void describe(auto& v, auto& c) {
    v.field("symbol", c.symbol);
    v.field("value", c.value);
  }
};

struct LawInputRow {
  LawInput field = LawInput::parameters;
  std::optional<double> fitted_low, fitted_high;  ///< absent where unpublished

  static void describe(auto& v, auto& r) {
    v.field("field", r.field);
    v.field("fittedLow", r.fitted_low);
    v.field("fittedHigh", r.fitted_high);
  }
};

struct LawRow {
  std::string_view id;
  LawForm form = LawForm::allocation_only;
  std::string_view formula;
  std::vector<LawConstant> constants;
  std::vector<LawInputRow> inputs;
  bool gives_loss = false;
  bool invertible = false;
  bool allocates = false;
  std::string_view unit;
  double floor = 0;
  std::string_view parameters_mean, tokens_mean, compute_means, data, tokenizer, source, place;
  Verification verification = Verification::paper;
  bool unverified = false;
  std::vector<std::string_view> notes;

  static void describe(auto& v, auto& r) {
    v.field("id", r.id);
    v.field("form", r.form);
    v.field("formula", r.formula);
    v.field("constants", r.constants);
    v.field("inputs", r.inputs);
    v.field("givesLoss", r.gives_loss);
    v.field("invertible", r.invertible);
    v.field("allocates", r.allocates);
    v.field("unit", r.unit);
    v.field("floor", r.floor);
    v.field("parametersMean", r.parameters_mean);
    v.field("tokensMean", r.tokens_mean);
    v.field("computeMeans", r.compute_means);
    v.field("data", r.data);
    v.field("tokenizer", r.tokenizer);
    v.field("source", r.source);
    v.field("place", r.place);
    v.field("verification", r.verification);
    v.field("unverified", r.unverified);
    v.field("notes", r.notes);
  }
};

struct LawsAnswer {
  std::vector<LawRow> laws;

  static void describe(auto& v, auto& a) { v.field("laws", a.laws); }
};

LawsAnswer answer(const LawsQuestion& q, Problems& problems);

}  // namespace slide_rule
