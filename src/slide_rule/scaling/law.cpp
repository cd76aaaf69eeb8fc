#include "slide_rule/scaling/law.hpp"

#include <algorithm>
#include <limits>

namespace slide_rule {
namespace {

using enum LawInput;

struct FormRow {
  std::string_view formula;
  std::array<std::string_view, kMaxLawConstants> symbols{};
  std::array<LawInput, 5> inputs{};
  std::uint8_t input_count = 0;
  bool on_budget = false;
  std::uint16_t exponents = 0;                     ///< bit i: constant i is an exponent
  std::uint8_t loss_constants = kMaxLawConstants;  ///< constants after these serve the optimum alone
};

// In the order of LawForm.
constexpr FormRow kForms[] = {
    {"(Nc / N)^alphaN", {"Nc", "alphaN"}, {parameters}, 1, false, 2},
    {"(Dc / D)^alphaD", {"Dc", "alphaD"}, {tokens}, 1, false, 2},
    {"(Cc / (C / flopPerPfDay))^alphaC", {"Cc", "alphaC"}, {compute_flop}, 1, false, 2},
    {"k * (C / flopPerPfDay)^-alpha", {"k", "alpha"}, {compute_flop}, 1, false, 2},
    {"(C / C0)^-alpha + E", {"C0", "alpha", "E"}, {compute_flop}, 1, false, 2},
    {"E + A / N^alpha", {"E", "A", "alpha"}, {parameters}, 1, false, 4},
    {"E + B / D^beta", {"E", "B", "beta"}, {tokens}, 1, false, 4},
    {"E + A / C^alpha", {"E", "A", "alpha"}, {compute_flop}, 1, false, 4},
    {"((Nc / N)^(alphaN / alphaD) + Dc / D)^alphaD",
     {"Nc", "alphaN", "Dc", "alphaD"},
     {parameters, tokens},
     2,
     false,
     2 | 8},
    {"(Nc / N)^alphaN + (Sc / Smin)^alphaS",
     {"Nc", "alphaN", "Sc", "alphaS", "Bstar", "alphaB"},
     {parameters, steps},
     2,
     false,
     2 | 8 | 32,
     4},
    {"E + A / N^alpha + B / D^beta", {"E", "A", "alpha", "B", "beta"}, {parameters, tokens}, 2, true, 4 | 16},
    {"exp(e) + exp(a) / N^alpha + exp(b) / D^beta",
     {"e", "a", "alpha", "b", "beta"},
     {parameters, tokens},
     2,
     true,
     31},
    {"exp(e) + exp(a) / Neff^alpha + exp(b) / Deff^alpha",
     {"e", "a", "alpha", "b", "RNstar", "RDstar"},
     {parameters, tokens, unique_tokens},
     3,
     true,
     15},
    {"E + (a * (D / N)^eta + b * (D / N)^-eta) * (6 * N * D)^-eta",
     {"E", "a", "b", "eta"},
     {parameters, tokens},
     2,
     true,
     8},
    {"10^(a * log(N) / log(10) + b * log(Ehat) / log(10) + c * log(N) * log(Ehat) / log(10)^2 + d)",
     {"a", "b", "c", "d", "Estart", "Emax"},
     {parameters, experts},
     2,
     false,
     15,
     4},
    {"c + (g / G^gamma + a) / N^alpha + b / D^beta",
     {"c", "g", "gamma", "a", "alpha", "b", "beta"},
     {parameters, tokens, granularity},
     3,
     false,
     4 | 16 | 64},
    {"a * Ehat^delta * N^(alpha + gamma * log(Ehat)) + b * Ehat^omega * D^(beta + zeta * log(Ehat)) + c",
     {"a", "delta", "alpha", "gamma", "b", "omega", "beta", "zeta", "c", "Estart", "Emax"},
     {parameters, tokens, experts},
     3,
     true,
     2 | 4 | 8 | 32 | 64 | 128,
     9},
    {"a / N^alpha + b / D^beta + c / (1 - sparsity)^lambda + d / ((1 - sparsity)^delta * N^gamma) + e",
     {"a", "alpha", "b", "beta", "c", "lambda", "d", "delta", "gamma", "e"},
     {parameters, tokens, sparsity},
     3,
     false,
     2 | 8 | 32 | 128 | 256,
     0},
    {"A / Neff^alpha + B / D^beta + E",
     {"A", "alpha", "B", "beta", "E", "gammaW", "gammaA", "gammaKv"},
     {parameters, tokens, weight_bits, activation_bits, kv_bits},
     5,
     true,
     2 | 8,
     5},
    {"kN * C^aN", {"kN", "aN", "kD", "aD"}, {compute_flop}, 1},
    {"kN * C^aN", {"kN", "aN"}, {compute_flop}, 1},
    {"kD * C^aD", {"kD", "aD"}, {compute_flop}, 1},
    {"kN * (Cmin / flopPerPfDay)^aN", {"kN", "aN", "kD", "aD", "kB", "aB", "kS", "aS"}, {compute_flop}, 1},
    {"kM * C^aM / 6", {"kM", "aM", "kD", "aD"}, {compute_flop}, 1},
    {"1e9 * sqrt(K2 * (C / 6e18)^(1 + eta))", {"K2", "eta"}, {compute_flop}, 1},
    {{}, {}, {}, 0},
};

const FormRow& row_of(LawForm form) { return kForms[static_cast<std::size_t>(form)]; }

constexpr std::string_view kInputSymbols[kLawInputs] = {"N",       "D", "C",        "U",  "Smin", "experts",
                                                        "G", "sparsity", "Pw", "Pa",   "Pkv"};

/// Bits where none are given: training in 16-bit floats.
constexpr double kDefaultBits = 16;

double bits_or_default(double bits) { return bits == bits ? bits : kDefaultBits; }

/// Experts with saturation: Estart for a dense model, Emax for infinitely many. Clark et al. 2022, Eq. 4.
double effective_experts(double experts_a_layer, double start, double max) {
  return 1 / (1 / (experts_a_layer - 1 + 1 / (1 / start - 1 / max)) + 1 / max);
}

/// Effective experts of a form that has Estart and Emax as its last two constants.
double effective_experts(const Law& law, const LawPoint& at) {
  const std::size_t n = symbols_of(law.form).size();
  return effective_experts(at[experts], law.constants[n - 2], law.constants[n - 1]);
}

Figure effective_experts_figure(const Law& law, const LawPoint& at) {
  const std::size_t n = symbols_of(law.form).size();
  return {"effective-experts",
          effective_experts(law, at),
          "1 / (1 / (experts - 1 + 1 / (1 / Estart - 1 / Emax)) + 1 / Emax)",
          {{"experts", at[experts]}, {"Estart", law.constants[n - 2]}, {"Emax", law.constants[n - 1]}},
          law.source};
}

/// Muennighoff et al. 2023, Eq. 16-17: the k-th repeat of data, and parameters beyond what the unique data can
/// feed, are worth exponentially less.
struct Effective {
  double unique_tokens, unique_parameters, tokens, parameters;
};

double decayed(double unique, double total, double half_life) {
  return unique + unique * half_life * (1 - std::exp(-(total / unique - 1) / half_life));
}

Effective effective(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  Effective e{};
  e.unique_tokens = at.has(unique_tokens) ? std::min(at[unique_tokens], at[tokens]) : at[tokens];
  e.unique_parameters = std::min(at[parameters], e.unique_tokens * std::exp((k[1] - k[3]) / k[2]));
  e.parameters = decayed(e.unique_parameters, at[parameters], k[4]);
  e.tokens = decayed(e.unique_tokens, at[tokens], k[5]);
  return e;
}

double surviving_parameters(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  const auto kept = [](double bits, double gamma) { return 1 - std::exp(-bits_or_default(bits) / gamma); };
  return at[parameters] * kept(at[weight_bits], k[5]) * kept(at[activation_bits], k[6]) * kept(at[kv_bits], k[7]);
}

double additive_loss(const Additive& r, double n, double d) {
  return r.E + r.A / std::pow(n, r.alpha) + r.B / std::pow(d, r.beta);
}

}  // namespace

LawPoint::LawPoint() { x.fill(std::numeric_limits<double>::quiet_NaN()); }

void append(Figures& figures, const Figures& more) {
  for (const Figure& f : more) {
    const auto same = [&](const Figure& g) { return g.id == f.id; };
    if (std::none_of(figures.begin(), figures.end(), same)) figures.push_back(f);
  }
}

std::string_view formula_of(LawForm form) { return row_of(form).formula; }

std::span<const std::string_view> symbols_of(LawForm form) {
  const auto& symbols = row_of(form).symbols;
  std::size_t n = 0;
  while (n < symbols.size() && !symbols[n].empty()) ++n;
  return {symbols.data(), n};
}

std::span<const LawInput> inputs_of(LawForm form) { return {row_of(form).inputs.data(), row_of(form).input_count}; }

bool takes(LawForm form, LawInput input) {
  for (LawInput i : inputs_of(form)) {
    if (i == input) return true;
  }
  return on_budget(form) && input == compute_flop;
}

bool may_be_absent(LawInput i) {
  return i == unique_tokens || i == weight_bits || i == activation_bits || i == kv_bits;
}

bool on_budget(LawForm form) { return row_of(form).on_budget; }

bool is_exponent(LawForm form, std::size_t constant) { return (row_of(form).exponents >> constant) & 1; }

double loss_at(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  const double n = at[parameters], d = at[tokens], c = at[compute_flop];
  switch (law.form) {
    case LawForm::power_parameters: return std::pow(k[0] / n, k[1]);
    case LawForm::power_tokens: return std::pow(k[0] / d, k[1]);
    case LawForm::power_compute: return std::pow(k[0] / (c / kFlopPerPfDay), k[1]);
    case LawForm::prefactor_compute: return k[0] * std::pow(c / kFlopPerPfDay, -k[1]);
    case LawForm::power_floor_compute: return std::pow(c / k[0], -k[1]) + k[2];
    case LawForm::floor_parameters: return k[0] + k[1] / std::pow(n, k[2]);
    case LawForm::floor_tokens: return k[0] + k[1] / std::pow(d, k[2]);
    case LawForm::floor_compute: return k[0] + k[1] / std::pow(c, k[2]);
    case LawForm::kaplan_joint: return std::pow(std::pow(k[0] / n, k[1] / k[3]) + k[2] / d, k[3]);
    case LawForm::kaplan_steps: return std::pow(k[0] / n, k[1]) + std::pow(k[2] / at[steps], k[3]);
    case LawForm::data_constrained: {
      const Effective e = effective(law, at);
      return additive_loss({std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[2]}, e.parameters, e.tokens);
    }
    case LawForm::over_training:
      return k[0] + (k[1] * std::pow(d / n, k[3]) + k[2] * std::pow(d / n, -k[3])) * std::pow(6 * n * d, -k[3]);
    case LawForm::routed: {
      const double log_n = std::log10(n), log_e = std::log10(effective_experts(law, at));
      return std::pow(10, k[0] * log_n + k[1] * log_e + k[2] * log_n * log_e + k[3]);
    }
    case LawForm::sparse_moe: {
      const double active = 1 - at[sparsity];
      return k[0] / std::pow(n, k[1]) + k[2] / std::pow(d, k[3]) + k[4] / std::pow(active, k[5]) +
             k[6] / (std::pow(active, k[7]) * std::pow(n, k[8])) + k[9];
    }
    default: break;
  }
  if (const auto r = reduce(law, at)) return additive_loss(*r, n, d);
  return std::numeric_limits<double>::quiet_NaN();
}

std::optional<Additive> reduce(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  switch (law.form) {
    case LawForm::additive: return Additive{k[0], k[1], k[2], k[3], k[4]};
    case LawForm::additive_log: return Additive{std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[4]};
    case LawForm::data_constrained: return Additive{std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[2]};
    case LawForm::over_training: {
      const double six = std::pow(6, -k[3]);
      return Additive{k[0], k[1] * six, 2 * k[3], k[2] * six, 2 * k[3]};
    }
    case LawForm::fine_grained:
      return Additive{k[0], k[1] / std::pow(at[granularity], k[2]) + k[3], k[4], k[5], k[6]};
    case LawForm::joint_moe: {
      const double e = effective_experts(law, at), log_e = std::log(e);
      return Additive{k[8], k[0] * std::pow(e, k[1]), -(k[2] + k[3] * log_e), k[4] * std::pow(e, k[5]),
                      -(k[6] + k[7] * log_e)};
    }
    case LawForm::precision: {
      LawPoint one = at;
      one[parameters] = 1;
      const double kept = surviving_parameters(law, one);
      return Additive{k[4], k[0] * std::pow(kept, -k[1]), k[1], k[2], k[3]};
    }
    default: return {};
  }
}

Figures figures_of_reduction(const Law& law, const LawPoint& at) {
  const auto r = reduce(law, at);
  if (!r || law.form == LawForm::additive) return {};
  const auto& k = law.constants;
  const auto figure = [&](std::string_view id, double value, std::string_view formula, Factors factors) {
    return Figure{id, value, formula, factors, law.source};
  };
  switch (law.form) {
    case LawForm::additive_log:
    case LawForm::data_constrained:
      return {figure("E", r->E, "exp(e)", {{"e", k[0]}}), figure("A", r->A, "exp(a)", {{"a", k[1]}}),
              figure("B", r->B, "exp(b)", {{"b", k[3]}})};
    case LawForm::over_training:
      return {figure("A", r->A, "a * 6^-eta", {{"a", k[1]}, {"eta", k[3]}}),
              figure("B", r->B, "b * 6^-eta", {{"b", k[2]}, {"eta", k[3]}}),
              figure("alpha", r->alpha, "2 * eta", {{"eta", k[3]}}),
              figure("beta", r->beta, "2 * eta", {{"eta", k[3]}})};
    case LawForm::fine_grained:
      return {figure("A", r->A, "g / G^gamma + a",
                     {{"g", k[1]}, {"G", at[granularity]}, {"gamma", k[2]}, {"a", k[3]}})};
    case LawForm::joint_moe: {
      const double e = effective_experts(law, at);
      return {effective_experts_figure(law, at),
              figure("A", r->A, "a * Ehat^delta", {{"a", k[0]}, {"Ehat", e}, {"delta", k[1]}}),
              figure("alpha", r->alpha, "-(alpha + gamma * log(Ehat))",
                     {{"alpha", k[2]}, {"gamma", k[3]}, {"Ehat", e}}),
              figure("B", r->B, "b * Ehat^omega", {{"b", k[4]}, {"Ehat", e}, {"omega", k[5]}}),
              figure("beta", r->beta, "-(beta + zeta * log(Ehat))", {{"beta", k[6]}, {"zeta", k[7]}, {"Ehat", e}})};
    }
    case LawForm::precision:
      return {figure("A", r->A,
                     "A * ((1 - exp(-Pw / gammaW)) * (1 - exp(-Pa / gammaA)) * (1 - exp(-Pkv / gammaKv)))^-alpha",
                     {{"A", k[0]},
                      {"alpha", k[1]},
                      {"Pw", bits_or_default(at[weight_bits])},
                      {"gammaW", k[5]},
                      {"Pa", bits_or_default(at[activation_bits])},
                      {"gammaA", k[6]},
                      {"Pkv", bits_or_default(at[kv_bits])},
                      {"gammaKv", k[7]}})};
    default: return {};
  }
}

Figures figures_of_loss(const Law& law, const LawPoint& at) {
  const FormRow& row = row_of(law.form);
  Figures figures;
  Figure loss{"loss", loss_at(law, at), row.formula, {}, law.source};
  const auto symbols = symbols_of(law.form);
  const std::size_t in_loss = law.form == LawForm::data_constrained ? 4 : row.loss_constants;
  for (std::size_t i = 0; i < symbols.size() && i < in_loss; ++i) loss.factors.add(symbols[i], law.constants[i]);
  const auto add_input = [&](LawInput i) { loss.factors.add(kInputSymbols[static_cast<std::size_t>(i)], at[i]); };

  switch (law.form) {
    case LawForm::power_compute:
    case LawForm::prefactor_compute:
      loss.factors.add("flopPerPfDay", kFlopPerPfDay);
      add_input(compute_flop);
      break;
    case LawForm::data_constrained: {
      const auto& k = law.constants;
      const Effective e = effective(law, at);
      figures.push_back({"unique-parameters",
                         e.unique_parameters,
                         "min(N, U * exp((a - b) / alpha))",
                         {{"N", at[parameters]}, {"U", e.unique_tokens}, {"a", k[1]}, {"b", k[3]}, {"alpha", k[2]}},
                         law.source});
      figures.push_back({"effective-parameters",
                         e.parameters,
                         "UN + UN * RNstar * (1 - exp(-(N / UN - 1) / RNstar))",
                         {{"UN", e.unique_parameters}, {"RNstar", k[4]}, {"N", at[parameters]}},
                         law.source});
      figures.push_back({"effective-tokens",
                         e.tokens,
                         "U + U * RDstar * (1 - exp(-(D / U - 1) / RDstar))",
                         {{"U", e.unique_tokens}, {"RDstar", k[5]}, {"D", at[tokens]}},
                         law.source});
      loss.factors.add("Neff", e.parameters);
      loss.factors.add("Deff", e.tokens);
      break;
    }
    case LawForm::routed:
    case LawForm::joint_moe:
      figures.push_back(effective_experts_figure(law, at));
      loss.factors.add("Ehat", figures[0].value);
      add_input(parameters);
      if (law.form == LawForm::joint_moe) add_input(tokens);
      break;
    case LawForm::sparse_moe: {
      const auto& k = law.constants;
      const double term = k[4] / std::pow(1 - at[sparsity], k[5]);
      figures.push_back({"sparsity-term", term, "c / (1 - sparsity)^lambda",
                         {{"c", k[4]}, {"sparsity", at[sparsity]}, {"lambda", k[5]}}, law.source});
      loss.formula = "a / N^alpha + b / D^beta + T + d / ((1 - sparsity)^delta * N^gamma) + e";
      loss.factors = {{"a", k[0]},     {"alpha", k[1]}, {"b", k[2]}, {"beta", k[3]},       {"T", term},
                      {"d", k[6]},     {"delta", k[7]}, {"gamma", k[8]}, {"e", k[9]}, {"N", at[parameters]},
                      {"D", at[tokens]}, {"sparsity", at[sparsity]}};
      break;
    }
    case LawForm::precision: {
      const auto& k = law.constants;
      figures.push_back({"effective-parameters",
                         surviving_parameters(law, at),
                         "N * (1 - exp(-Pw / gammaW)) * (1 - exp(-Pa / gammaA)) * (1 - exp(-Pkv / gammaKv))",
                         {{"N", at[parameters]},
                          {"Pw", bits_or_default(at[weight_bits])},
                          {"gammaW", k[5]},
                          {"Pa", bits_or_default(at[activation_bits])},
                          {"gammaA", k[6]},
                          {"Pkv", bits_or_default(at[kv_bits])},
                          {"gammaKv", k[7]}},
                         law.source});
      loss.factors.add("Neff", figures[0].value);
      add_input(tokens);
      break;
    }
    default:
      for (LawInput i : inputs_of(law.form)) add_input(i);
  }
  figures.push_back(loss);
  return figures;
}

double floor_of(const Law& law) {
  const auto& k = law.constants;
  switch (law.form) {
    case LawForm::power_floor_compute: return k[2];
    case LawForm::floor_parameters:
    case LawForm::floor_tokens:
    case LawForm::floor_compute:
    case LawForm::additive:
    case LawForm::over_training:
    case LawForm::fine_grained: return k[0];
    case LawForm::additive_log:
    case LawForm::data_constrained: return std::exp(k[0]);
    case LawForm::joint_moe: return k[8];
    case LawForm::sparse_moe: return k[9];
    case LawForm::precision: return k[4];
    default: return 0;
  }
}

std::vector<std::string_view> extrapolated(const Law& law, const LawPoint& at) {
  std::vector<std::string_view> outside;
  for (const FittedRange& r : law.ranges) {
    if (r.high > 0 && at.has(r.input) && (at[r.input] < r.low || at[r.input] > r.high)) {
      outside.push_back(name_of(r.input));
    }
  }
  return outside;
}

std::optional<Interval> interval_of(double value, double log_deviation) {
  if (!(log_deviation > 0)) return {};
  constexpr double kQuantile95 = 1.6448536269514722;  // of the standard normal: 5 % on either side
  const double factor = std::exp(kQuantile95 * log_deviation);
  return Interval{value / factor, value * factor, 0.9};
}

}  // namespace slide_rule
