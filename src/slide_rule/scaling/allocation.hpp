#pragma once
// Compute-optimal points: how to divide a budget between parameters and tokens, and the least compute for a
// loss; with the tokens served after training counted in, and with a cap on distinct tokens.

#include <optional>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

/// A model size and the tokens it is trained on.
struct Split {
  double parameters = 0;
  double tokens = 0;
  bool solved_numerically = false;  ///< else in closed form

  double training_flop() const { return 6 * parameters * tokens; }
};

/// What is served counts from one token on: of less, sums of so unlike sizes tell nothing.
inline double served_tokens(std::optional<double> inference_tokens) {
  return inference_tokens.value_or(0) < 1 ? 0 : *inference_tokens;
}

/// The split that minimises the loss under 6 N D + 2 N Dinf = flop, Dinf tokens being served after training.
///
///   Dinf = 0:  N = G (C/6)^(beta/(alpha+beta)),  D = C/(6N),  G = (alpha A/(beta B))^(1/(alpha+beta))
///              [hoffmann-2022] Eq. 4
///   Dinf > 0:  the root of alpha A N^-alpha D = beta B D^-beta (D + Dinf/3), D = C/(6N) - Dinf/3
///              [sardana-2024] Eq. 3, with the budget in place of the loss fixed
///
/// A cap on distinct tokens that binds (data-constrained form) is minimised by golden section
/// (kMinimumTolerance).
/// @pre on_budget(law.form); `settings` holds the form's other inputs.
Split optimal_split(const Law& law, const LawPoint& settings, double flop, double inference_tokens);

/// The compute-optimal split that has so many parameters (or tokens): the budget is bisected (kRootTolerance)
/// until optimal_split gives them. @pre input is parameters or tokens
Split optimal_split_at(const Law& law, const LawPoint& settings, LawInput input, double value);

/// The two models that reach `loss` with so much compute, one smaller than the compute-optimal model, one
/// larger. Where loss < least_loss there are none, and neither means anything.
struct TwoSplits {
  Split smaller, larger;
  double least_loss = 0;  ///< of the compute-optimal split
};
TwoSplits splits_with_compute(const Law& law, const LawPoint& settings, double flop, double loss);

/// The split of least 6 N D + 2 N Dinf that reaches `loss`; nothing where no size reaches it.
///
///   Dinf = 0:  C = 6 (K/(L-E))^((alpha+beta)/(alpha beta)),  K = A G^-alpha + B G^beta
///   Dinf > 0:  as above along the curve of that loss; [sardana-2024] Eq. 3
std::optional<Split> cheapest_split(const Law& law, const LawPoint& settings, double loss,
                                    double inference_tokens);

/// Kaplan's law in parameters and steps: the N and S_min of least C_min = 6 N B_crit(L) S_min for a loss.
/// Training stops where (Sc/S)^alphaS is alphaN/alphaS of (Nc/N)^alphaN. [kaplan-2020] Appendix B
struct StepSplit {
  double parameters = 0, min_steps = 0, critical_batch_tokens = 0, min_compute_flop = 0;
};
StepSplit cheapest_steps(const Law& law, double loss);

/// How the parts of the above follow from the law's constants.
void add_figures(Figures& figures, const Law& law, double loss, const StepSplit& split);

struct OptimalQuestion {
  LawChoice law;
  std::optional<double> compute_flop;   ///< as the law counts it, as for its loss
  std::optional<double> training_flop;  ///< instead: what training spends, which is no law's own
  std::optional<double> inference_tokens;
  std::array<std::optional<double>, kLawInputs> settings;  ///< those after computeFlop in LawInput

  static constexpr void describe(auto& v, auto& q) {
    LawChoice::describe_fields(v, q.law);
    v.field("computeFlop", q.compute_flop, amount);
    v.field("trainingFlop", q.training_flop, amount);
    v.field("inferenceTokens", q.inference_tokens, not_negative);
    for (std::size_t i = static_cast<std::size_t>(LawInput::unique_tokens); i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], q.settings[i], limits_of(static_cast<LawInput>(i)));
    }
  }
};

struct OptimalAnswer {
  double parameters = 0;
  double tokens = 0;
  std::optional<double> loss;
  double tokens_per_parameter = 0;
  std::string_view unit;
  /// Of the budget, where tokens are served or the law counts C_min, which is half of what training spends.
  std::optional<double> training_flop, inference_flop;
  std::optional<double> epochs;                                 ///< where distinct tokens are capped
  std::optional<double> min_compute_flop, steps, batch_tokens;  ///< Kaplan: C_min, steps and critical batch
  std::vector<Figure> workings;
  std::vector<std::string_view> extrapolates;
  std::optional<Interval> interval;             ///< of the loss
  std::optional<Interval> parameters_interval;  ///< of the parameters
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("tokens", a.tokens);
    v.field("loss", a.loss);
    v.field("tokensPerParameter", a.tokens_per_parameter);
    v.field("unit", a.unit);
    v.field("trainingFlop", a.training_flop);
    v.field("inferenceFlop", a.inference_flop);
    v.field("epochs", a.epochs);
    v.field("minComputeFlop", a.min_compute_flop);
    v.field("steps", a.steps);
    v.field("batchTokens", a.batch_tokens);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("interval", a.interval);
    v.field("parametersInterval", a.parameters_interval);
    v.field("assumptions", a.assumptions);
  }
};

/// The compute-optimal point of a budget. For laws in C_min training runs at the critical batch and spends
/// trainingFlop = 2 C_min; computeFlop is C_min there, what is spent elsewhere, with inferenceTokens on
/// training and serving together. Problems: no-answer on "law" for laws that do not divide a budget, missing
/// where neither budget is given, contradicts where both are or trainingFlop with inferenceTokens.
OptimalAnswer answer(const OptimalQuestion& q, Problems& problems);

}  // namespace slide_rule
