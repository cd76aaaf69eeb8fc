#include "slide_rule/scaling/law_choice.hpp"

#include "catalog/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

LawForm form_of(FitForm form) {
  switch (form) {
    case FitForm::kaplan_joint:
      return LawForm::kaplan_joint;
    case FitForm::power_law_n:
      return LawForm::floor_parameters;
    case FitForm::power_law_d:
      return LawForm::floor_tokens;
    case FitForm::power_law_c:
      return LawForm::floor_compute;
    default:
      return LawForm::additive;
  }
}

std::optional<double> constant_of(const PerConstant<double>& c, std::string_view symbol) {
  const std::pair<std::string_view, const std::optional<double>&> all[] = {
      {"E", c.E},   {"A", c.A},         {"alpha", c.alpha},   {"B", c.B},   {"beta", c.beta},    {"K", c.K},
      {"Nc", c.Nc}, {"gamma", c.gamma}, {"alphaN", c.alphaN}, {"Dc", c.Dc}, {"alphaD", c.alphaD}};
  for (const auto& [name, value] : all) {
    if (name == symbol) return value;
  }
  return {};
}

bool accept_own(const OwnLaw& own, ChosenLaw& chosen, Problems& problems) {
  Law& law = chosen.law;
  law = {.id = "own",
         .form = form_of(own.form),
         .source = "own-fit",
         .verification = Verification::recomputed,
         .unit = own.unit == OwnUnit::nats_per_token ? name_of(own.unit) : std::string_view()};
  const auto symbols = symbols_of(law.form);
  const std::size_t n = own.covariance_of.size();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto value = constant_of(own.constants, symbols[i]);
    if (!value) add(problems, "own.constants." + std::string(symbols[i]), Code::missing);
    law.constants[i] = value.value_or(0);
  }
  const auto check_size = [&](const std::string& field, std::size_t size) {
    if (size != n) add(problems, field, size < n ? Code::too_few : Code::too_large, static_cast<double>(n));
  };
  check_size("own.logCovariance", own.log_covariance.size());
  for (std::size_t i = 0; i < own.log_covariance.size(); ++i) {
    check_size(element_of("own.logCovariance", i), own.log_covariance[i].size());
  }
  if (!problems.empty()) return false;
  if (own.parameters_high) law.ranges[0] = {parameters, own.parameters_low.value_or(0), *own.parameters_high};
  if (own.tokens_high) law.ranges[1] = {tokens, own.tokens_low.value_or(0), *own.tokens_high};
  if (n == 0) return true;
  // Rows of the form's symbols; a constant that was held has none and does not vary.
  const auto row_of = [&](std::string_view symbol) {
    std::size_t i = 0;
    while (i < n && own.covariance_of[i] != symbol) ++i;
    return i;
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const std::size_t row = row_of(symbols[i]), column = row_of(symbols[j]);
      chosen.covariance.push_back(row < n && column < n ? own.log_covariance[row][column] : 0);
    }
  }
  law.covariance = chosen.covariance.data();
  return true;
}

}  // namespace

bool choose(const LawChoice& choice, ChosenLaw& chosen, Problems& problems) {
  const bool is_own = choice.id == "own";
  if (choice.id.empty())
    add(problems, "law", Code::missing);
  else if (is_own && !choice.own)
    add(problems, "own", Code::missing);
  else if (is_own)
    return accept_own(*choice.own, chosen, problems);
  else if (choice.own)
    add(problems, "own", Code::contradicts, 0, "law");
  else if (const Law* law = find_law(choice.id)) {
    chosen.law = *law;
    return true;
  } else {
    add(problems, "law", Code::unknown_id, 0, nearest_law(choice.id));
  }
  return false;
}

LawPoint point_of(const Law& law, const GivenInputs& given, Problems& problems) {
  LawPoint at;
  for (std::size_t i = 0; i < kLawInputs; ++i) {
    if (!given.values[i]) continue;
    const auto input = static_cast<LawInput>(i);
    if (takes(law.form, input))
      at[input] = *given.values[i];
    else
      add(problems, name_of(input), Code::contradicts, 0, "law");
  }
  return at;
}

void require_settings(const Law& law, const LawPoint& at, Problems& problems) {
  for (LawInput input : inputs_of(law.form)) {
    if (input == parameters || input == tokens || input == compute_flop || input == steps) continue;
    if (!at.has(input) && !may_be_absent(input)) add(problems, name_of(input), Code::missing);
  }
}

std::vector<Assumption> assumptions_of(const Law& law, const LawPoint& at) {
  std::vector<Assumption> list;
  const auto when = [&](bool holds, std::string_view id, double value = 0) {
    if (holds) list.push_back({id, value});
  };
  const bool has_parameters = takes(law.form, parameters) || allocates_only(law.form);
  when(has_parameters && law.parameters_mean == "total", "parameters-are-total");
  when(has_parameters && law.parameters_mean == "active", "parameters-are-active");
  when(law.parameters_mean == "dense-equivalent", "parameters-are-dense-equivalent");
  when(law.parameters_mean == "non-embedding", "parameters-are-non-embedding");
  when(law.parameters_mean == "with-head", "parameters-include-head");
  when(law.tokens_mean == "unique-early-stopped", "tokens-are-unique");
  when(law.tokens_mean == "fixed-130e9", "tokens-are-fixed", 130e9);
  when(law.compute_means == "c-min", "compute-is-c-min");
  when(law.compute_means == "fixed-batch", "compute-at-fixed-batch", 524288);
  when(law.compute_means == "own-count", "compute-is-own-count");
  when(law.compute_means == "per-token-flop", "compute-counts-attention");
  when(law.form == LawForm::power_compute || law.form == LawForm::prefactor_compute ||
           law.form == LawForm::allocate_pf_days,
       "pf-days", kFlopPerPfDay);
  when(on_budget(law.form), "six-n-d");
  when(law.form == LawForm::data_constrained && !at.has(unique_tokens), "all-tokens-unique");
  when(law.form == LawForm::precision && !(at.has(weight_bits) && at.has(activation_bits) && at.has(kv_bits)),
       "bits-default", 16);
  when(law.covariance != nullptr, "interval-is-of-the-curve");
  when(law.verification == Verification::unverified, "constants-unverified");
  when(lacks_range(law), "range-unpublished");
  return list;
}

}  // namespace slide_rule
