#pragma once
// A scaling law as an edition: its form, its constants as published, what its inputs mean, where it was
// fitted and where it stands. The rows are in src/catalog/laws.cpp; the questions about them in laws.hpp and
// allocation.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/figure.hpp"
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
SLIDE_RULE_NAMES(LawInput, "parameters", "tokens", "computeFlop", "uniqueTokens", "steps", "experts",
                 "granularity", "sparsity", "weightBits", "activationBits", "kvBits")
inline constexpr std::size_t kLawInputs = Names<LawInput>::words.size();

/// The value of each input; NaN where it is absent.
struct LawPoint {
  LawPoint();
  double& operator[](LawInput i) { return x[static_cast<std::size_t>(i)]; }
  double operator[](LawInput i) const { return x[static_cast<std::size_t>(i)]; }
  bool has(LawInput i) const { return (*this)[i] == (*this)[i]; }
  std::optional<double> get(LawInput i) const { return has(i) ? std::optional((*this)[i]) : std::nullopt; }

  std::array<double, kLawInputs> x;
};

/// The shapes of law that the catalogue knows; formula, symbols and inputs of each stand in kForms (law.cpp).
enum class LawForm {
  power_parameters,      ///< (Nc/N)^alphaN
  power_tokens,          ///< (Dc/D)^alphaD
  power_compute,         ///< (Cc/C)^alphaC, C in PF-days
  prefactor_compute,     ///< k C^-alpha, C in PF-days
  power_floor_compute,   ///< (C/C0)^-alpha + E
  floor_parameters,      ///< E + A/N^alpha
  floor_tokens,          ///< E + B/D^beta
  floor_compute,         ///< E + K/C^gamma
  kaplan_joint,          ///< ((Nc/N)^(alphaN/alphaD) + Dc/D)^alphaD
  kaplan_steps,          ///< (Nc/N)^alphaN + (Sc/Smin)^alphaS; its optimum needs B_crit's constants as well
  additive,              ///< E + A/N^alpha + B/D^beta
  additive_log,          ///< the same, E, A and B given as logarithms
  data_constrained,      ///< additive_log with repeated tokens and excess parameters decaying
  over_training,         ///< E + (a M^eta + b M^-eta) C^-eta, M = D/N
  routed,                ///< log10 L bilinear in log N and log of the effective experts
  fine_grained,          ///< c + (g/G^gamma + a)/N^alpha + b/D^beta
  joint_moe,             ///< additive, coefficients and exponents moving with the effective experts
  sparse_moe,            ///< additive with two terms of sparsity
  precision,             ///< additive in the parameters that survive the precision
  allocate_powers,       ///< N = kN C^aN and D = kD C^aD; from here on: allocation without a loss
  allocate_parameters,   ///< N = kN C^aN, D = C/(6N)
  allocate_tokens,       ///< D = kD C^aD, N = C/(6D)
  allocate_pf_days,      ///< allocate_powers in C_min and PF-days, with critical batch and steps
  allocate_per_token,    ///< M = kM C^aM FLOP a token and D = kD C^aD; N = M/6
  allocate_ratio,        ///< N/D = K2 (C/6)^eta, N and D in billions
  hyperparameters_only,  ///< learning rate and batch: see hyperparameters.hpp
};
SLIDE_RULE_NAMES(LawForm, "power-parameters", "power-tokens", "power-compute", "prefactor-compute",
                 "power-floor-compute", "floor-parameters", "floor-tokens", "floor-compute", "kaplan-joint",
                 "kaplan-steps", "additive", "additive-log", "data-constrained", "over-training", "routed",
                 "fine-grained", "joint-moe", "sparse-moe", "precision", "allocate-powers",
                 "allocate-parameters", "allocate-tokens", "allocate-pf-days", "allocate-per-token",
                 "allocate-ratio", "hyperparameters-only")

inline bool gives_loss(LawForm form) { return form < LawForm::allocate_powers; }
inline bool allocates_only(LawForm form) {
  return form >= LawForm::allocate_powers && form < LawForm::hyperparameters_only;
}

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
  LawForm form = LawForm::additive;
  std::array<double, kMaxLawConstants> constants{};  ///< as published, in the order of the form's symbols
  std::string_view source = {};                      ///< key into src/catalog/references.json
  std::string_view place = {};                       ///< where in the source
  Verification verification = Verification::paper;
  std::string_view unit = "nats-per-token";
  std::string_view parameters_mean = {};  ///< ids: what N, D and C count
  std::string_view tokens_mean = {};
  std::string_view compute_means = {};
  std::string_view data = {};               ///< id of the corpus the loss is measured on
  std::string_view tokenizer = {};          ///< id
  std::string_view schedule = {};           ///< id of the learning-rate schedule of the runs
  std::array<FittedRange, 4> ranges{};      ///< high = 0 where unpublished
  std::array<std::string_view, 3> notes{};  ///< ids of errata and warnings
  std::string_view allocation = {};  ///< id of the edition that divides a budget, where it is another one
  /// Lower triangle of the covariance of the form's constants: floors and exponents as they are, coefficients
  /// by their logarithms (a coefficient moves with the exponential of its exponent, almost exactly); nullptr
  /// where none is published.
  const double* covariance = nullptr;
};

std::string_view formula_of(LawForm form);
std::span<const std::string_view> symbols_of(LawForm form);

/// Inputs that a form takes for a loss, in the order in which they are asked for. uniqueTokens and the bits
/// may be left out (all tokens unique; 16 bits).
std::span<const LawInput> inputs_of(LawForm form);
bool takes(LawForm form, LawInput input);
bool may_be_absent(LawInput input);

/// True where C = 6 N D ties the law's inputs, so that any two of parameters, tokens and computeFlop give the
/// third.
bool on_budget(LawForm form);

/// The loss of `law` at `at`, in the law's own unit. Needs the form's inputs, positive.
double loss_at(const Law& law, const LawPoint& at);

/// The loss as the law's own formula with its constants; the last figure is the loss, figures before it are
/// values that the formula uses.
Figures figures_of_loss(const Law& law, const LawPoint& at);

/// What no amount of parameters, tokens and compute gets below.
double floor_of(const Law& law);

/// E + A/N^alpha + B/D^beta: what most forms come to once everything but N and D is fixed. Inverses and
/// optima are closed forms in it.
struct Additive {
  double E = 0, A = 0, alpha = 0, B = 0, beta = 0;
};

/// `law` as an Additive with the other inputs of `at` fixed; nothing where it has not that shape. A
/// data-constrained law is taken without repeats and without excess parameters.
std::optional<Additive> reduce(const Law& law, const LawPoint& at);

/// How E, A, alpha, B and beta follow from the law's own constants; empty where they are its constants.
Figures figures_of_reduction(const Law& law, const LawPoint& at);

/// A reference to something that maps a law to a figure; lives as long as what it refers to.
class LawFigure {
 public:
  template <class F>
  LawFigure(const F& f)  // NOLINT: converts on purpose
      : object_(&f), call_([](const void* object, const Law& law) -> double {
          return (*static_cast<const F*>(object))(law);
        }) {}
  double operator()(const Law& law) const { return call_(object_, law); }

 private:
  const void* object_;
  double (*call_)(const void*, const Law&);
};

/// Standard deviation of the logarithm of `value(law)` from the covariance of the law's constants (first
/// order, central differences); 0 where the law has none.
double log_deviation(const Law& law, LawFigure value);

/// The standard error of constant i by the law's covariance; 0 where there is none or the constant was held.
double standard_error_of(const Law& law, std::size_t i);

/// The high end of an interval that has no bounds; its low end is 0.
constexpr double kUnbounded = std::numeric_limits<double>::max();

/// The 90 % interval of a figure of a law whose value is `value`: value exp(-+1.645 log_deviation); nothing
/// where the law has no covariance. No bounds where they would be more than a millionfold off: so near its
/// floor, whose error is as large as the way to it, the law tells none.
std::optional<Interval> interval_of(const Law& law, double value, LawFigure figure);
std::optional<Interval> interval_of_loss(const Law& law, const LawPoint& at);

/// Which constants are floors and exponents: their covariance is taken as it is, that of coefficients by
/// logarithm.
bool is_plain(LawForm form, std::size_t constant);

/// Inputs that lie outside the range the law was fitted on.
std::vector<std::string_view> extrapolated(const Law& law, const LawPoint& at);

/// True where nobody published which N, D or C, of those that the law takes, it was fitted on: there
/// `extrapolated` cannot tell.
bool lacks_range(const Law& law);

}  // namespace slide_rule
