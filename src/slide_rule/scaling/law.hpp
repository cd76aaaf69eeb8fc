#pragma once
// A scaling law as an edition: its form, its constants as published, what its inputs mean, where it was fitted and
// where it stands. The rows are in src/catalog/laws.cpp; the questions about them in laws.hpp and allocation.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/estimate.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// What a law may take. The words are field names of the questions.
enum class LawInput {
  parameters,       ///< in the law's own sense: see Law::parameters_mean
  tokens,           ///< training tokens; unique dataset tokens where Law::tokens_mean says so
  compute_flop,     ///< always FLOP; a law in PF-days converts
  unique_tokens,    ///< distinct tokens; the rest of `tokens` are repeats
  steps,            ///< optimizer steps
  experts,          ///< experts a layer (1 = dense)
  granularity,      ///< how many times an expert is split
  sparsity,         ///< inactive share of the experts, 0 (dense) to below 1
  weight_bits,      ///< precision of the weights in training
  activation_bits,  ///< precision of the activations in training
  kv_bits,          ///< precision of the KV cache in training
};
SLIDE_RULE_NAMES(LawInput, "parameters", "tokens", "computeFlop", "uniqueTokens", "steps", "experts", "granularity",
                 "sparsity", "weightBits", "activationBits", "kvBits")
inline constexpr std::size_t kLawInputs = Names<LawInput>::words.size();

/// The value of each input; NaN where it is absent.
struct LawPoint {
  LawPoint();
  double& operator[](LawInput i) { return x[static_cast<std::size_t>(i)]; }
  double operator[](LawInput i) const { return x[static_cast<std::size_t>(i)]; }
  bool has(LawInput i) const { return (*this)[i] == (*this)[i]; }

  std::array<double, kLawInputs> x;
};

/// The shapes of loss that the catalogue knows; formula, symbols and inputs of each stand in kForms (law.cpp).
enum class LawForm {
  allocation_only,   ///< says how to divide a budget, not what loss it buys
  power_parameters,  ///< (Nc/N)^alphaN
  power_tokens,      ///< (Dc/D)^alphaD
  power_compute,     ///< (Cc/C)^alphaC, C in PF-days
  prefactor_compute, ///< k C^-alpha, C in PF-days
  kaplan_joint,      ///< ((Nc/N)^(alphaN/alphaD) + Dc/D)^alphaD
  kaplan_steps,      ///< (Nc/N)^alphaN + (Sc/Smin)^alphaS
};
SLIDE_RULE_NAMES(LawForm, "allocation-only", "power-parameters", "power-tokens", "power-compute", "prefactor-compute",
                 "kaplan-joint", "kaplan-steps")

/// How far the constants were checked against their source.
enum class Verification {
  paper,       ///< read in the paper itself
  recomputed,  ///< recomputed from the authors' code or data
  secondary,   ///< transcription by others, two copies agreeing
  unverified,  ///< not checked against the source
};
SLIDE_RULE_NAMES(Verification, "paper", "recomputed", "secondary", "unverified")

/// The values of one input that the law was fitted on.
struct FittedRange {
  LawInput input = LawInput::parameters;
  double low = 0;
  double high = 0;
};

inline constexpr std::size_t kMaxLawConstants = 11;

struct Law {
  std::string_view id;
  LawForm form = LawForm::allocation_only;
  std::array<double, kMaxLawConstants> constants{};  ///< as published, in the order of the form's symbols
  std::string_view source = {};                      ///< key into src/catalog/references.json
  std::string_view place = {};                       ///< where in the source
  Verification verification = Verification::paper;
  std::string_view unit = "nats-per-token";
  std::string_view parameters_mean = {};  ///< ids: what N, D and C count
  std::string_view tokens_mean = {};
  std::string_view compute_means = {};
  std::string_view data = {};       ///< id of the corpus the loss is measured on
  std::string_view tokenizer = {};  ///< id
  std::array<FittedRange, 4> ranges{};          ///< low = high = 0 where unpublished
  std::array<std::string_view, 3> notes{};      ///< ids of errata and warnings
};

/// One figure that an answer opens to: the formula evaluates to the value.
struct Figure {
  std::string_view id;
  double value = 0;
  std::string_view formula = {};
  Factors factors = {};
  std::string_view source = {};

  static void describe(auto& v, auto& f) {
    v.field("id", f.id);
    v.field("value", f.value);
    v.field("formula", f.formula);
    v.field("factors", f.factors);
    v.field("source", f.source);
  }
};
using Figures = std::vector<Figure>;

std::string_view formula_of(LawForm form);
std::span<const std::string_view> symbols_of(LawForm form);
/// Inputs that a form needs for a loss, in the order in which they are asked for.
std::span<const LawInput> inputs_of(LawForm form);
inline bool takes(LawForm form, LawInput input) {
  for (LawInput i : inputs_of(form)) {
    if (i == input) return true;
  }
  return false;
}

/// The loss of `law` at `at`, in the law's own unit. Every input of the form must be there and positive.
double loss_at(const Law& law, const LawPoint& at);

/// The loss as the law's own formula with its constants; the last figure is the loss, figures before it are
/// values that the formula uses.
Figures figures_of_loss(const Law& law, const LawPoint& at);

/// What no amount of the inputs gets below.
double floor_of(const Law& law);

/// Inputs that lie outside the range the law was fitted on.
std::vector<std::string_view> extrapolated(const Law& law, const LawPoint& at);

}  // namespace slide_rule
