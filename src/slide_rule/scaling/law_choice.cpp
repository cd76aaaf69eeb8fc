#include "slide_rule/scaling/law_choice.hpp"

#include "catalog/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

bool accept_own(const OwnLaw& own, ChosenLaw& chosen, Problems& problems) {
  const std::size_t n = symbols_of(own.form).size();
  const auto count = static_cast<double>(n);
  if (!gives_loss(own.form)) add(problems, "own.form", Code::no_loss);
  if (own.constants.size() < n) add(problems, "own.constants", Code::too_few, count);
  if (own.constants.size() > n) add(problems, "own.constants", Code::too_large, count);
  if (!own.covariance.empty() && own.covariance.size() != n * n) {
    add(problems, "own.covariance", own.covariance.size() < n * n ? Code::too_few : Code::too_large,
        count * count);
  }
  if (!problems.empty()) return false;
  Law& law = chosen.law;
  law = {.id = "own",
         .form = own.form,
         .source = "own-fit",
         .verification = Verification::recomputed,
         .unit = {}};
  for (std::size_t i = 0; i < n; ++i) law.constants[i] = own.constants[i];
  if (own.parameters_high) law.ranges[0] = {parameters, own.parameters_low.value_or(0), *own.parameters_high};
  if (own.tokens_high) law.ranges[1] = {tokens, own.tokens_low.value_or(0), *own.tokens_high};
  if (!own.covariance.empty()) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) chosen.covariance.push_back(own.covariance[i * n + j]);
    }
    law.covariance = chosen.covariance.data();
  }
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
  return list;
}

}  // namespace slide_rule
