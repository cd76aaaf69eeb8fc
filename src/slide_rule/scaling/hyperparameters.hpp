#pragma once
// Learning rate and batch from the laws that fitted them, Kaplan's critical batch, and his bound on
// overfitting.

#include <optional>
#include <string>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

bool has_hyperparameters(std::string_view law);

struct HyperparametersQuestion {
  std::string law;
  std::optional<double> parameters, tokens, compute_flop, loss;

  static constexpr void describe(auto& v, auto& q) {
    v.field("law", q.law, required_text);
    v.field("parameters", q.parameters, amount);
    v.field("tokens", q.tokens, amount);
    v.field("computeFlop", q.compute_flop, amount);
    v.field("loss", q.loss, positive);
  }
};

struct HyperparametersAnswer {
  std::optional<double> learning_rate, batch_tokens;
  std::optional<double> batch_sequences;  ///< where the source counts sequences
  std::vector<Figure> workings;
  std::vector<std::string_view> extrapolates;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("learningRate", a.learning_rate);
    v.field("batchTokens", a.batch_tokens);
    v.field("batchSequences", a.batch_sequences);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("assumptions", a.assumptions);
  }
};

/// Learning rate and batch in tokens.
///
///   step-law-2025:  lr = 1.79 N^-0.713 D^0.307,  B = 0.58 D^0.571              N non-embedding
///   deepseek-2024:  lr = 0.3118 C^-0.125,        B = 0.2920 C^0.3271           C = M D
///   porian-2024:    lr = 3.7 N^-0.36,            B = 0.00037 N^0.703 sequences of 2,048
///   minicpm-2024:   lr = 0.01 (with its width-scaled parametrisation), B = 1.21e9 / L^6.24, L on C4
///   kaplan-2020-steps: B_crit = 2e8 / L^(1/0.21)
///
/// Problems: unknown-id, no-answer for a law without such a rule, missing inputs.
HyperparametersAnswer answer(const HyperparametersQuestion& q, Problems& problems);

/// Kaplan's critical batch at a loss, and what a run at another batch would have needed at least.
struct CriticalBatchQuestion {
  double loss = 0;
  std::optional<double> batch_tokens, steps, compute_flop;

  static constexpr void describe(auto& v, auto& q) {
    v.field("loss", q.loss, positive.required());
    v.field("batchTokens", q.batch_tokens, amount);
    v.field("steps", q.steps, amount);
    v.field("computeFlop", q.compute_flop, amount);
  }
};

struct CriticalBatchAnswer {
  double critical_batch_tokens = 0;
  std::optional<double> min_steps, min_compute_flop;
  std::vector<Figure> workings;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("criticalBatchTokens", a.critical_batch_tokens);
    v.field("minSteps", a.min_steps);
    v.field("minComputeFlop", a.min_compute_flop);
    v.field("workings", a.workings);
    v.field("assumptions", a.assumptions);
  }
};

/// B_crit = B*/L^(1/alphaB), B* = 2e8 tokens, alphaB = 0.21; S_min = S/(1 + B_crit/B); C_min = C/(1 +
/// B/B_crit). steps and computeFlop need batchTokens. [kaplan-2020] Eq. 5.3-5.5
CriticalBatchAnswer answer(const CriticalBatchQuestion& q, Problems& problems);

/// Kaplan's bound: how much the loss rises above that of infinite data, and the data that keep the rise
/// small.
struct OverfittingQuestion {
  double parameters = 0;
  std::optional<double> tokens;
  double excess = 0.02;

  static constexpr void describe(auto& v, auto& q) {
    v.field("parameters", q.parameters, amount.required());
    v.field("tokens", q.tokens, amount);
    v.field("excess", q.excess, Number{1e-6, 10});
  }
};

struct OverfittingAnswer {
  std::optional<double> excess;  ///< L(N, D)/L(N, infinity) - 1
  double tokens_for_excess = 0;  ///< distinct tokens with which the rise is what was asked
  double tokens_by_rule = 0;     ///< 5e3 N^0.74, the paper's rounded rule for 0.02
  std::vector<Figure> workings;
  std::vector<std::string_view> extrapolates;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("excess", a.excess);
    v.field("tokensForExcess", a.tokens_for_excess);
    v.field("tokensByRule", a.tokens_by_rule);
    v.field("workings", a.workings);
    v.field("extrapolates", a.extrapolates);
    v.field("assumptions", a.assumptions);
  }
};

/// dL = (1 + (N/Nc)^(alphaN/alphaD) Dc/D)^alphaD - 1 with the constants of kaplan-2020-joint. [kaplan-2020]
/// Eq. 4.3-4.4
OverfittingAnswer answer(const OverfittingQuestion& q, Problems& problems);

}  // namespace slide_rule
