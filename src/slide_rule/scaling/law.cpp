#include "slide_rule/scaling/law.hpp"

#include <cmath>
#include <limits>

namespace slide_rule {
namespace {

using enum LawInput;

struct FormRow {
  std::string_view formula;
  std::array<std::string_view, kMaxLawConstants> symbols{};
  std::array<LawInput, 4> inputs{};
  std::size_t input_count = 0;
  std::size_t loss_constants = kMaxLawConstants;  ///< constants after these serve the optimum alone
};

// In the order of LawForm.
constexpr FormRow kForms[] = {
    {{}, {}, {}, 0},
    {"(Nc / N)^alphaN", {"Nc", "alphaN"}, {parameters}, 1},
    {"(Dc / D)^alphaD", {"Dc", "alphaD"}, {tokens}, 1},
    {"(Cc / (C / flopPerPfDay))^alphaC", {"Cc", "alphaC"}, {compute_flop}, 1},
    {"k * (C / flopPerPfDay)^-alpha", {"k", "alpha"}, {compute_flop}, 1},
    {"((Nc / N)^(alphaN / alphaD) + Dc / D)^alphaD", {"Nc", "alphaN", "Dc", "alphaD"}, {parameters, tokens}, 2},
    {"(Nc / N)^alphaN + (Sc / Smin)^alphaS",
     {"Nc", "alphaN", "Sc", "alphaS", "Bstar", "alphaB"},
     {parameters, steps},
     2,
     4},
};

const FormRow& row_of(LawForm form) { return kForms[static_cast<std::size_t>(form)]; }

constexpr std::string_view kInputSymbols[kLawInputs] = {"N", "D", "C", "U", "Smin", "experts", "G", "sparsity",
                                                        "Pw", "Pa", "Pkv"};

bool in_pf_days(LawForm form) { return form == LawForm::power_compute || form == LawForm::prefactor_compute; }

}  // namespace

LawPoint::LawPoint() { x.fill(std::numeric_limits<double>::quiet_NaN()); }

std::string_view formula_of(LawForm form) { return row_of(form).formula; }

std::span<const std::string_view> symbols_of(LawForm form) {
  const auto& symbols = row_of(form).symbols;
  std::size_t n = 0;
  while (n < symbols.size() && !symbols[n].empty()) ++n;
  return {symbols.data(), n};
}

std::span<const LawInput> inputs_of(LawForm form) { return {row_of(form).inputs.data(), row_of(form).input_count}; }

double loss_at(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  switch (law.form) {
    case LawForm::allocation_only: break;
    case LawForm::power_parameters: return std::pow(k[0] / at[parameters], k[1]);
    case LawForm::power_tokens: return std::pow(k[0] / at[tokens], k[1]);
    case LawForm::power_compute: return std::pow(k[0] / (at[compute_flop] / kFlopPerPfDay), k[1]);
    case LawForm::prefactor_compute: return k[0] * std::pow(at[compute_flop] / kFlopPerPfDay, -k[1]);
    case LawForm::kaplan_joint:
      return std::pow(std::pow(k[0] / at[parameters], k[1] / k[3]) + k[2] / at[tokens], k[3]);
    case LawForm::kaplan_steps: return std::pow(k[0] / at[parameters], k[1]) + std::pow(k[2] / at[steps], k[3]);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Figures figures_of_loss(const Law& law, const LawPoint& at) {
  Figure loss{"loss", loss_at(law, at), formula_of(law.form), {}, law.source};
  const auto symbols = symbols_of(law.form);
  for (std::size_t i = 0; i < symbols.size() && i < row_of(law.form).loss_constants; ++i) {
    loss.factors.add(symbols[i], law.constants[i]);
  }
  if (in_pf_days(law.form)) loss.factors.add("flopPerPfDay", kFlopPerPfDay);
  for (LawInput i : inputs_of(law.form)) loss.factors.add(kInputSymbols[static_cast<std::size_t>(i)], at[i]);
  return {loss};
}

double floor_of(const Law&) { return 0; }

std::vector<std::string_view> extrapolated(const Law& law, const LawPoint& at) {
  std::vector<std::string_view> outside;
  for (const FittedRange& r : law.ranges) {
    if (r.high > 0 && at.has(r.input) && (at[r.input] < r.low || at[r.input] > r.high)) {
      outside.push_back(name_of(r.input));
    }
  }
  return outside;
}

}  // namespace slide_rule
