#include "slide_rule/scaling/laws.hpp"

#include <cmath>

#include "catalog/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// No answer of a law is taken seriously beyond these; they also keep every power finite.
constexpr double kSmallestInput = 1e-60, kLargestInput = 1e60;

const Law* law_or_problem(const std::string& id, Problems& problems) {
  if (id.empty()) {
    problems.push_back({"law", Code::missing});
    return nullptr;
  }
  const Law* law = find_law(id);
  if (!law) problems.push_back({"law", Code::unknown_id, 0, std::string(nearest_law(id))});
  return law;
}

std::vector<Assumption> assumptions_of(const Law& law) {
  std::vector<Assumption> list;
  const auto add = [&](std::string_view id, double value = 0) {
    if (!id.empty()) list.push_back({id, value});
  };
  add(law.parameters_mean == "non-embedding" ? "parameters-are-non-embedding" : "");
  add(law.tokens_mean == "unique-early-stopped" ? "tokens-are-unique" : "");
  add(law.compute_means == "c-min" ? "compute-is-c-min" : "");
  if (law.form == LawForm::power_compute || law.form == LawForm::prefactor_compute) add("pf-days", kFlopPerPfDay);
  if (law.verification == Verification::unverified) add("constants-unverified");
  return list;
}

/// Reads what the question gave into a point; what the law does not take is a problem.
LawPoint point_of(const Law& law, const GivenInputs& given, Problems& problems) {
  LawPoint at;
  for (std::size_t i = 0; i < kLawInputs; ++i) {
    if (!given.values[i]) continue;
    const auto input = static_cast<LawInput>(i);
    if (takes(law.form, input)) at[input] = *given.values[i];
    else problems.push_back({std::string(name_of(input)), Code::contradicts, 0, "law"});
  }
  return at;
}

std::optional<double> optional_at(const LawPoint& at, LawInput input) {
  if (!at.has(input)) return {};
  return at[input];
}

/// Formula and value of `input` for a loss, the other inputs held.
Figure solve_for(const Law& law, LawInput input, double loss, const LawPoint& at) {
  const auto& k = law.constants;
  Figure f{name_of(input), 0, {}, {{"L", loss}}, law.source};
  const auto symbols = symbols_of(law.form);
  const auto constants = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) f.factors.add(symbols[i], k[i]);
  };
  switch (law.form) {
    case LawForm::allocation_only: break;
    case LawForm::power_parameters:
      constants(2);
      f.formula = "Nc / L^(1 / alphaN)";
      f.value = k[0] / std::pow(loss, 1 / k[1]);
      break;
    case LawForm::power_tokens:
      constants(2);
      f.formula = "Dc / L^(1 / alphaD)";
      f.value = k[0] / std::pow(loss, 1 / k[1]);
      break;
    case LawForm::power_compute:
      constants(2);
      f.factors.add("flopPerPfDay", kFlopPerPfDay);
      f.formula = "flopPerPfDay * Cc / L^(1 / alphaC)";
      f.value = kFlopPerPfDay * k[0] / std::pow(loss, 1 / k[1]);
      break;
    case LawForm::prefactor_compute:
      constants(2);
      f.factors.add("flopPerPfDay", kFlopPerPfDay);
      f.formula = "flopPerPfDay * (k / L)^(1 / alpha)";
      f.value = kFlopPerPfDay * std::pow(k[0] / loss, 1 / k[1]);
      break;
    case LawForm::kaplan_joint:
      constants(4);
      if (input == tokens) {
        f.factors.add("N", at[parameters]);
        f.formula = "Dc / (L^(1 / alphaD) - (Nc / N)^(alphaN / alphaD))";
        f.value = k[2] / (std::pow(loss, 1 / k[3]) - std::pow(k[0] / at[parameters], k[1] / k[3]));
      } else {
        f.factors.add("D", at[tokens]);
        f.formula = "Nc / (L^(1 / alphaD) - Dc / D)^(alphaD / alphaN)";
        f.value = k[0] / std::pow(std::pow(loss, 1 / k[3]) - k[2] / at[tokens], k[3] / k[1]);
      }
      break;
    case LawForm::kaplan_steps:
      constants(4);
      if (input == steps) {
        f.factors.add("N", at[parameters]);
        f.formula = "Sc / (L - (Nc / N)^alphaN)^(1 / alphaS)";
        f.value = k[2] / std::pow(loss - std::pow(k[0] / at[parameters], k[1]), 1 / k[3]);
      } else {
        f.factors.add("Smin", at[steps]);
        f.formula = "Nc / (L - (Sc / Smin)^alphaS)^(1 / alphaN)";
        f.value = k[0] / std::pow(loss - std::pow(k[2] / at[steps], k[3]), 1 / k[1]);
      }
      break;
  }
  return f;
}

double loss_with(const Law& law, LawPoint at, LawInput input, double x) {
  at[input] = x;
  return loss_at(law, at);
}

}  // namespace

LossAnswer answer(const LossQuestion& q, Problems& problems) {
  const Law* law = law_or_problem(q.law, problems);
  if (!law) return {};
  if (law->form == LawForm::allocation_only) {
    problems.push_back({"law", Code::no_loss});
    return {};
  }
  const LawPoint at = point_of(*law, q.given, problems);
  for (LawInput input : inputs_of(law->form)) {
    if (!at.has(input)) problems.push_back({std::string(name_of(input)), Code::missing});
  }
  if (!problems.empty()) return {};
  LossAnswer a;
  a.loss = loss_at(*law, at);
  a.unit = law->unit;
  a.floor = floor_of(*law);
  a.parameters = optional_at(at, parameters);
  a.tokens = optional_at(at, tokens);
  a.compute_flop = optional_at(at, compute_flop);
  a.workings = figures_of_loss(*law, at);
  a.extrapolates = extrapolated(*law, at);
  a.assumptions = assumptions_of(*law);
  return a;
}

TargetLossAnswer answer(const TargetLossQuestion& q, Problems& problems) {
  const Law* law = law_or_problem(q.law, problems);
  if (!law) return {};
  if (law->form == LawForm::allocation_only) {
    problems.push_back({"law", Code::no_loss});
    return {};
  }
  LawPoint at = point_of(*law, q.held, problems);
  if (!problems.empty()) return {};
  std::vector<LawInput> wanted;
  for (LawInput input : inputs_of(law->form)) {
    if (!at.has(input)) wanted.push_back(input);
  }
  if (wanted.empty()) problems.push_back({std::string(name_of(inputs_of(law->form)[0])), Code::contradicts, 0, "loss"});
  if (wanted.size() > 1) problems.push_back({std::string(name_of(wanted[0])), Code::missing});
  if (!problems.empty()) return {};

  const double floor = loss_with(*law, at, wanted[0], kLargestInput);
  const double ceiling = loss_with(*law, at, wanted[0], kSmallestInput);
  if (q.loss <= floor) problems.push_back({"loss", Code::below_floor, floor});
  if (q.loss > ceiling) problems.push_back({"loss", Code::above_ceiling, ceiling});
  if (!problems.empty()) return {};

  TargetLossAnswer a;
  a.workings.push_back(solve_for(*law, wanted[0], q.loss, at));
  at[wanted[0]] = a.workings[0].value;
  a.loss = q.loss;
  a.unit = law->unit;
  a.floor = floor;
  a.parameters = optional_at(at, parameters);
  a.tokens = optional_at(at, tokens);
  a.compute_flop = optional_at(at, compute_flop);
  a.steps = optional_at(at, steps);
  a.extrapolates = extrapolated(*law, at);
  a.assumptions = assumptions_of(*law);
  return a;
}

LawsAnswer answer(const LawsQuestion& q, Problems& problems) {
  LawsAnswer a;
  if (!q.law.empty() && !law_or_problem(q.law, problems)) return a;
  for (const Law& law : all_laws()) {
    if (!q.law.empty() && law.id != q.law) continue;
    LawRow row;
    row.id = law.id;
    row.form = law.form;
    row.formula = formula_of(law.form);
    const auto symbols = symbols_of(law.form);
    for (std::size_t i = 0; i < symbols.size(); ++i) row.constants.push_back({symbols[i], law.constants[i]});
    for (LawInput input : inputs_of(law.form)) {
      LawInputRow in{input, {}, {}};
      for (const FittedRange& r : law.ranges) {
        if (r.high > 0 && r.input == input) {
          in.fitted_low = r.low;
          in.fitted_high = r.high;
        }
      }
      row.inputs.push_back(in);
    }
    row.gives_loss = law.form != LawForm::allocation_only;
    row.invertible = row.gives_loss;
    row.unit = law.unit;
    row.floor = floor_of(law);
    row.parameters_mean = law.parameters_mean;
    row.tokens_mean = law.tokens_mean;
    row.compute_means = law.compute_means;
    row.data = law.data;
    row.tokenizer = law.tokenizer;
    row.source = law.source;
    row.place = law.place;
    row.verification = law.verification;
    row.unverified = law.verification == Verification::unverified;
    for (std::string_view note : law.notes) {
      if (!note.empty()) row.notes.push_back(note);
    }
    a.laws.push_back(row);
  }
  return a;
}

}  // namespace slide_rule
