#pragma once
// How a question names a law and gives its inputs.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "slide_rule/scaling/law.hpp"
#include "slide_rule/scaling/law_fit.hpp"

namespace slide_rule {

/// The unit of the losses that an own law was fitted to, where it is the published laws'.
enum class OwnUnit { unknown, nats_per_token };
SLIDE_RULE_NAMES(OwnUnit, "unknown", "nats-per-token")

/// A law that the asker brings, such as one fitted to own runs: {"law": "own", "own": {...}}.
/// The fields are those of the answer to "fit-law", so that it can be passed on as it is.
struct OwnLaw {
  FitForm form = FitForm::chinchilla;
  PerConstant<double>
      constants;  ///< all of the form's: E, A, alpha, B, beta; Nc, alphaN, Dc, alphaD; E, K, gamma
  std::vector<std::string> covariance_of;           ///< names of the rows and columns of log_covariance
  std::vector<std::vector<double>> log_covariance;  ///< row by row; optional
  std::optional<double> parameters_low, parameters_high, tokens_low, tokens_high;  ///< what it was fitted on
  OwnUnit unit = OwnUnit::unknown;  ///< unknown: its loss is not set against other laws'

  static constexpr void describe(auto& v, auto& o) {
    v.field("form", o.form);
    v.field("constants", o.constants);
    v.field("covarianceOf", o.covariance_of);
    v.field("logCovariance", o.log_covariance, any_number);
    v.field("parametersLow", o.parameters_low, positive);
    v.field("parametersHigh", o.parameters_high, positive);
    v.field("tokensLow", o.tokens_low, positive);
    v.field("tokensHigh", o.tokens_high, positive);
    v.field("unit", o.unit);
  }
};

struct LawChoice {
  std::string id;
  std::optional<OwnLaw> own;

  static constexpr void describe_fields(auto& v, auto& c) {
    v.field("law", c.id, required_text);
    v.field("own", c.own);
  }
};

/// A law that was found, and the covariance of one's own.
struct ChosenLaw {
  Law law;
  std::vector<double> covariance;
};

/// The law that a question names; false adds a problem: missing, unknown-id with the nearest, or what is
/// wrong with one's own.
bool choose(const LawChoice& choice, ChosenLaw& chosen, Problems& problems);

/// The values that an input may take in a question.
constexpr Number limits_of(LawInput input) {
  switch (input) {
    case LawInput::experts:
    case LawInput::granularity:
      return between(1, 1e6);
    case LawInput::sparsity:
      return between(0, 0.9999);
    case LawInput::weight_bits:
    case LawInput::activation_bits:
    case LawInput::kv_bits:
      return between(1, 64);
    default:
      return amount;
  }
}

/// The inputs that a question names; every one is optional, the law says which it needs.
struct GivenInputs {
  std::array<std::optional<double>, kLawInputs> values;

  const std::optional<double>& operator[](LawInput i) const { return values[static_cast<std::size_t>(i)]; }

  static constexpr void describe_fields(auto& v, auto& g) {
    for (std::size_t i = 0; i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], g.values[i], limits_of(static_cast<LawInput>(i)));
    }
  }
};

/// What was given, as a point. What the law does not take is a problem (contradicts, nearest "law").
LawPoint point_of(const Law& law, const GivenInputs& given, Problems& problems);

/// Adds `missing` for each input other than N, D and C that the law needs and the point lacks.
void require_settings(const Law& law, const LawPoint& at, Problems& problems);

/// What is taken for granted whatever is asked of the law: the meaning of N, D and C, units, unverified
/// constants.
std::vector<Assumption> assumptions_of(const Law& law, const LawPoint& at);

}  // namespace slide_rule
