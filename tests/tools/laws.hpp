#pragma once
// Points at which every law of the catalogue can be asked, and short ways to ask.

#include <initializer_list>
#include <string>
#include <utility>

#include "catalog/laws.hpp"
#include "catch.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"

inline slide_rule::LawPoint point(std::initializer_list<std::pair<slide_rule::LawInput, double>> values) {
  slide_rule::LawPoint at;
  for (const auto& [input, x] : values) at[input] = x;
  return at;
}

inline double loss_of(const char* law,
                      std::initializer_list<std::pair<slide_rule::LawInput, double>> values) {
  const slide_rule::Law* found = slide_rule::find_law(law);
  REQUIRE(found);
  return slide_rule::loss_at(*found, point(values));
}

inline slide_rule::TargetLossAnswer target(
    const char* law, double loss, std::initializer_list<std::pair<slide_rule::LawInput, double>> held = {}) {
  slide_rule::TargetLossQuestion q;
  q.law.id = law;
  q.loss = loss;
  for (const auto& [input, x] : held) q.held.values[static_cast<std::size_t>(input)] = x;
  slide_rule::Problems problems;
  const auto a = slide_rule::answer(q, problems);
  for (const auto& p : problems) FAIL(law << ": " << p.field << " " << slide_rule::name_of(p.code));
  return a;
}

/// The inputs besides N, D, C and steps, where a form asks for them.
inline double typical_setting(slide_rule::LawInput input) {
  using enum slide_rule::LawInput;
  switch (input) {
    case unique_tokens:
      return 2e10;
    case experts:
      return 8;
    case granularity:
      return 4;
    case sparsity:
      return 0.75;
    case weight_bits:
      return 8;
    case activation_bits:
      return 8;
    case kv_bits:
      return 16;
    default:
      return 0;
  }
}

inline std::array<std::optional<double>, slide_rule::kLawInputs> typical_settings(
    const slide_rule::Law& law) {
  std::array<std::optional<double>, slide_rule::kLawInputs> settings;
  for (slide_rule::LawInput i : slide_rule::inputs_of(law.form)) {
    if (typical_setting(i) > 0) settings[static_cast<std::size_t>(i)] = typical_setting(i);
  }
  return settings;
}

inline slide_rule::LawPoint typical_settings_point(const slide_rule::Law& law) {
  slide_rule::LawPoint at;
  const auto settings = typical_settings(law);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (settings[i]) at.x[i] = *settings[i];
  }
  return at;
}

/// n parameters on 20 tokens each, with C = 6 N D.
inline slide_rule::LawPoint typical_point(const slide_rule::Law& law, double n) {
  using enum slide_rule::LawInput;
  slide_rule::LawPoint at = typical_settings_point(law);
  for (slide_rule::LawInput i : slide_rule::inputs_of(law.form)) {
    if (i == parameters) at[i] = n;
    if (i == tokens) at[i] = 20 * n;
    if (i == compute_flop) at[i] = 120 * n * n;
    if (i == steps) at[i] = 1e4;
  }
  return at;
}
