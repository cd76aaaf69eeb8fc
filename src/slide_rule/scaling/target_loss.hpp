#pragma once
// The way back: what reaches a wanted loss.

#include <optional>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

struct TargetLossQuestion {
  LawChoice law;
  double loss = 0;
  GivenInputs held;
  std::optional<double> inference_tokens;

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    v.field("loss", q.loss, positive.required());
    GivenInputs::describe_fields(v, q.held);
    v.field("inferenceTokens", q.inference_tokens, not_negative);
  }
};

struct FieldInterval {
  std::string_view field;
  double low = 0, high = 0, level = 0.9;

  static constexpr void describe(auto& v, auto& i) {
    v.field("field", i.field);
    v.field("low", i.low);
    v.field("high", i.high);
    v.field("level", i.level);
  }
};

struct AlternativeSplit {
  double parameters = 0, tokens = 0;

  static constexpr void describe(auto& v, auto& s) {
    v.field("parameters", s.parameters);
    v.field("tokens", s.tokens);
  }
};

struct TargetLossAnswer {
  std::optional<double> parameters, tokens, compute_flop, steps, batch_tokens;
  std::optional<double> training_flop, inference_flop;  ///< where tokens are served
  std::optional<double> epochs;
  std::optional<AlternativeSplit>
      alternative;  ///< compute held: the larger model that reaches the loss as well
  double loss = 0;
  std::string_view unit;
  double floor = 0;  ///< what no value of the asked inputs gets below, the held ones held
  std::vector<Figure> workings;
  std::vector<std::string_view> extrapolates;
  std::vector<FieldInterval> intervals;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("computeFlop", a.compute_flop);
    v.field("steps", a.steps);
    v.field("batchTokens", a.batch_tokens);
    v.field("trainingFlop", a.training_flop);
    v.field("inferenceFlop", a.inference_flop);
    v.field("epochs", a.epochs);
    v.field("alternative", a.alternative);
    v.field("loss", a.loss);
    v.field("unit", a.unit);
    v.field("floor", a.floor);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("intervals", a.intervals);
    v.field("assumptions", a.assumptions);
  }
};

/// What reaches a loss. Of a law of one input, that input. Of a law that C = 6 N D ties: with parameters or
/// tokens held the other; with computeFlop held the smaller of the two models that reach it (the larger is
/// `alternative`); with nothing held the compute-optimal pair, or with inferenceTokens the pair of least
/// training and serving together. Of Kaplan's law in steps: with nothing held the pair of least C_min. Of
/// other laws of two inputs, one must be held. A loss at or below what can be reached is below-floor with the
/// floor as limit; of a law without a floor, a loss that would take more than 1e60 is below-minimum.
TargetLossAnswer answer(const TargetLossQuestion& q, Problems& problems);

/// The value of `input` with which the law gives `loss` at `at` (its other inputs), in closed form where the
/// form has one, and how it was computed; an empty formula where it was solved by bisection (kRootTolerance).
/// @pre the loss lies between the law's values at 1e-60 and 1e60 of the input.
Figure solve_for(const Law& law, LawInput input, double loss, const LawPoint& at);

}  // namespace slide_rule
