#include "slide_rule/scaling/law.hpp"

#include <algorithm>
#include <cmath>
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
  std::uint16_t plain = 0;  ///< bit i: constant i is a floor or an exponent, not a coefficient
  std::uint8_t loss_constants = kMaxLawConstants;  ///< constants after these serve the optimum alone
};

// In the order of LawForm.
constexpr FormRow kForms[] = {
    {"(Nc / N)^alphaN", {"Nc", "alphaN"}, {parameters}, 1, false, 2},
    {"(Dc / D)^alphaD", {"Dc", "alphaD"}, {tokens}, 1, false, 2},
    {"(Cc / (C / flopPerPfDay))^alphaC", {"Cc", "alphaC"}, {compute_flop}, 1, false, 2},
    {"k * (C / flopPerPfDay)^-alpha", {"k", "alpha"}, {compute_flop}, 1, false, 2},
    {"(C / C0)^-alpha + E", {"C0", "alpha", "E"}, {compute_flop}, 1, false, 2 | 4},
    {"E + A / N^alpha", {"E", "A", "alpha"}, {parameters}, 1, false, 1 | 4},
    {"E + B / D^beta", {"E", "B", "beta"}, {tokens}, 1, false, 1 | 4},
    {"E + K / C^gamma", {"E", "K", "gamma"}, {compute_flop}, 1, false, 1 | 4},
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
    {"E + A / N^alpha + B / D^beta",
     {"E", "A", "alpha", "B", "beta"},
     {parameters, tokens},
     2,
     true,
     1 | 4 | 16},
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
     1 | 8},
    {"10^(a * log(N) / log(10) + b * log(Ehat) / log(10) + c * log(N) * log(Ehat) / log(10)^2 + d)",
     {"a", "b", "c", "d", "Estart", "Emax"},
     {parameters, experts},
     2,
     false,
     15},
    {"c + (g / G^gamma + a) / N^alpha + b / D^beta",
     {"c", "g", "gamma", "a", "alpha", "b", "beta"},
     {parameters, tokens, granularity},
     3,
     false,
     1 | 4 | 16 | 64},
    {"a * Ehat^delta * N^(alpha + gamma * log(Ehat)) + b * Ehat^omega * D^(beta + zeta * log(Ehat)) + c",
     {"a", "delta", "alpha", "gamma", "b", "omega", "beta", "zeta", "c", "Estart", "Emax"},
     {parameters, tokens, experts},
     3,
     true,
     2 | 4 | 8 | 32 | 64 | 128 | 256},
    {"a / N^alpha + b / D^beta + c / (1 - sparsity)^lambda + d / ((1 - sparsity)^delta * N^gamma) + e",
     {"a", "alpha", "b", "beta", "c", "lambda", "d", "delta", "gamma", "e"},
     {parameters, tokens, sparsity},
     3,
     false,
     2 | 8 | 32 | 128 | 256 | 512},
    {"A / Neff^alpha + B / D^beta + E",
     {"A", "alpha", "B", "beta", "E", "gammaW", "gammaA", "gammaKv"},
     {parameters, tokens, weight_bits, activation_bits, kv_bits},
     5,
     true,
     2 | 8 | 16},
    {"kN * C^aN", {"kN", "aN", "kD", "aD"}, {compute_flop}, 1},
    {"kN * C^aN", {"kN", "aN"}, {compute_flop}, 1},
    {"kD * C^aD", {"kD", "aD"}, {compute_flop}, 1},
    {"kN * (Cmin / flopPerPfDay)^aN", {"kN", "aN", "kD", "aD", "kB", "aB", "kS", "aS"}, {compute_flop}, 1},
    {"kM * C^aM / 6", {"kM", "aM", "kD", "aD"}, {compute_flop}, 1},
    {"1e9 * sqrt(K2 * (C / 6e18)^(1 + eta))", {"K2", "eta"}, {compute_flop}, 1},
    {{}, {}, {}, 0},
};

const FormRow& row_of(LawForm form) { return kForms[static_cast<std::size_t>(form)]; }

constexpr std::string_view kInputSymbols[kLawInputs] = {"N", "D",        "C",  "U",  "Smin", "experts",
                                                        "G", "sparsity", "Pw", "Pa", "Pkv"};

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

void add_effective_experts(Figures& figures, const Law& law, const LawPoint& at) {
  const std::size_t n = symbols_of(law.form).size();
  add(figures, law.source, "effective-experts", effective_experts(law, at),
      "1 / (1 / (experts - 1 + 1 / (1 / Estart - 1 / Emax)) + 1 / Emax)",
      {at[experts], law.constants[n - 2], law.constants[n - 1]});
}

/// Muennighoff et al. 2023, Eq. 16-17: the k-th repeat of data, and parameters beyond what the unique data
/// can feed, are worth exponentially less.
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
  return at[parameters] * kept(at[weight_bits], k[5]) * kept(at[activation_bits], k[6]) *
         kept(at[kv_bits], k[7]);
}

double additive_loss(const Additive& r, double n, double d) {
  return r.E + r.A / std::pow(n, r.alpha) + r.B / std::pow(d, r.beta);
}

}  // namespace

LawPoint::LawPoint() { x.fill(std::numeric_limits<double>::quiet_NaN()); }

std::string_view formula_of(LawForm form) { return row_of(form).formula; }

std::span<const std::string_view> symbols_of(LawForm form) {
  const auto& symbols = row_of(form).symbols;
  std::size_t n = 0;
  while (n < symbols.size() && !symbols[n].empty()) ++n;
  return {symbols.data(), n};
}

std::span<const LawInput> inputs_of(LawForm form) {
  return {row_of(form).inputs.data(), row_of(form).input_count};
}

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

bool is_plain(LawForm form, std::size_t constant) { return (row_of(form).plain >> constant) & 1; }

double loss_at(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  const double n = at[parameters], d = at[tokens], c = at[compute_flop];
  switch (law.form) {
    case LawForm::power_parameters:
      return std::pow(k[0] / n, k[1]);
    case LawForm::power_tokens:
      return std::pow(k[0] / d, k[1]);
    case LawForm::power_compute:
      return std::pow(k[0] / (c / kFlopPerPfDay), k[1]);
    case LawForm::prefactor_compute:
      return k[0] * std::pow(c / kFlopPerPfDay, -k[1]);
    case LawForm::power_floor_compute:
      return std::pow(c / k[0], -k[1]) + k[2];
    case LawForm::floor_parameters:
      return k[0] + k[1] / std::pow(n, k[2]);
    case LawForm::floor_tokens:
      return k[0] + k[1] / std::pow(d, k[2]);
    case LawForm::floor_compute:
      return k[0] + k[1] / std::pow(c, k[2]);
    case LawForm::kaplan_joint:
      return std::pow(std::pow(k[0] / n, k[1] / k[3]) + k[2] / d, k[3]);
    case LawForm::kaplan_steps:
      return std::pow(k[0] / n, k[1]) + std::pow(k[2] / at[steps], k[3]);
    case LawForm::data_constrained: {
      const Effective e = effective(law, at);
      return additive_loss({std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[2]}, e.parameters,
                           e.tokens);
    }
    case LawForm::over_training:
      return k[0] +
             (k[1] * std::pow(d / n, k[3]) + k[2] * std::pow(d / n, -k[3])) * std::pow(6 * n * d, -k[3]);
    case LawForm::routed: {
      const double log_n = std::log10(n), log_e = std::log10(effective_experts(law, at));
      return std::pow(10, k[0] * log_n + k[1] * log_e + k[2] * log_n * log_e + k[3]);
    }
    case LawForm::sparse_moe: {
      const double active = 1 - at[sparsity];
      return k[0] / std::pow(n, k[1]) + k[2] / std::pow(d, k[3]) + k[4] / std::pow(active, k[5]) +
             k[6] / (std::pow(active, k[7]) * std::pow(n, k[8])) + k[9];
    }
    default:
      break;
  }
  if (const auto r = reduce(law, at)) return additive_loss(*r, n, d);
  return std::numeric_limits<double>::quiet_NaN();
}

std::optional<Additive> reduce(const Law& law, const LawPoint& at) {
  const auto& k = law.constants;
  switch (law.form) {
    case LawForm::additive:
      return Additive{k[0], k[1], k[2], k[3], k[4]};
    case LawForm::additive_log:
      return Additive{std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[4]};
    case LawForm::data_constrained:
      return Additive{std::exp(k[0]), std::exp(k[1]), k[2], std::exp(k[3]), k[2]};
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
    default:
      return {};
  }
}

Figures figures_of_reduction(const Law& law, const LawPoint& at) {
  Figures figures;
  const auto reduced = reduce(law, at);
  if (!reduced || law.form == LawForm::additive) return figures;
  const Additive& r = *reduced;
  const auto& k = law.constants;
  const auto give = [&](std::string_view id, double value, std::string_view formula,
                        std::initializer_list<double> values) {
    add(figures, law.source, id, value, formula, values);
  };
  switch (law.form) {
    case LawForm::additive_log:
    case LawForm::data_constrained:
      give("E", r.E, "exp(e)", {k[0]});
      give("A", r.A, "exp(a)", {k[1]});
      give("B", r.B, "exp(b)", {k[3]});
      break;
    case LawForm::over_training:
      give("A", r.A, "a * 6^-eta", {k[1], k[3]});
      give("B", r.B, "b * 6^-eta", {k[2], k[3]});
      give("alpha", r.alpha, "2 * eta", {k[3]});
      give("beta", r.beta, "2 * eta", {k[3]});
      break;
    case LawForm::fine_grained:
      give("A", r.A, "g / G^gamma + a", {k[1], at[granularity], k[2], k[3]});
      break;
    case LawForm::joint_moe: {
      const double e = effective_experts(law, at);
      add_effective_experts(figures, law, at);
      give("A", r.A, "a * Ehat^delta", {k[0], e, k[1]});
      give("alpha", r.alpha, "-(alpha + gamma * log(Ehat))", {k[2], k[3], e});
      give("B", r.B, "b * Ehat^omega", {k[4], e, k[5]});
      give("beta", r.beta, "-(beta + zeta * log(Ehat))", {k[6], k[7], e});
      break;
    }
    case LawForm::precision:
      give("A", r.A,
           "A * ((1 - exp(-Pw / gammaW)) * (1 - exp(-Pa / gammaA)) * (1 - exp(-Pkv / gammaKv)))^-alpha",
           {k[0], bits_or_default(at[weight_bits]), k[5], bits_or_default(at[activation_bits]), k[6],
            bits_or_default(at[kv_bits]), k[7], k[1]});
      break;
    default:
      break;
  }
  return figures;
}

Figures figures_of_loss(const Law& law, const LawPoint& at) {
  const FormRow& row = row_of(law.form);
  const auto& k = law.constants;
  Figures figures;
  const auto give = [&](std::string_view id, double value, std::string_view formula,
                        std::initializer_list<double> values) {
    return add(figures, law.source, id, value, formula, values);
  };
  const double n = at[parameters], d = at[tokens], loss = loss_at(law, at);
  switch (law.form) {
    case LawForm::power_compute:
    case LawForm::prefactor_compute:
      give("loss", loss, row.formula, {k[0], at[compute_flop], kFlopPerPfDay, k[1]});
      break;
    case LawForm::data_constrained: {
      const Effective e = effective(law, at);
      give("unique-parameters", e.unique_parameters, "min(N, U * exp((a - b) / alpha))",
           {n, e.unique_tokens, k[1], k[3], k[2]});
      give("effective-parameters", e.parameters, "UN + UN * RNstar * (1 - exp(-(N / UN - 1) / RNstar))",
           {e.unique_parameters, k[4], n});
      give("effective-tokens", e.tokens, "U + U * RDstar * (1 - exp(-(D / U - 1) / RDstar))",
           {e.unique_tokens, k[5], d});
      give("loss", loss, row.formula, {k[0], k[1], e.parameters, k[2], k[3], e.tokens});
      break;
    }
    case LawForm::routed:
      add_effective_experts(figures, law, at);
      give("loss", loss, row.formula, {k[0], n, k[1], figures[0].value, k[2], k[3]});
      break;
    case LawForm::joint_moe:
      add_effective_experts(figures, law, at);
      give("loss", loss, row.formula,
           {k[0], figures[0].value, k[1], n, k[2], k[3], k[4], k[5], d, k[6], k[7], k[8]});
      break;
    case LawForm::sparse_moe: {
      const double s = at[sparsity];
      const double term =
          give("sparsity-term", k[4] / std::pow(1 - s, k[5]), "c / (1 - sparsity)^lambda", {k[4], s, k[5]});
      give("loss", loss, "a / N^alpha + b / D^beta + T + d / ((1 - sparsity)^delta * N^gamma) + e",
           {k[0], n, k[1], k[2], d, k[3], term, k[6], s, k[7], k[8], k[9]});
      break;
    }
    case LawForm::precision:
      give("effective-parameters", surviving_parameters(law, at),
           "N * (1 - exp(-Pw / gammaW)) * (1 - exp(-Pa / gammaA)) * (1 - exp(-Pkv / gammaKv))",
           {n, bits_or_default(at[weight_bits]), k[5], bits_or_default(at[activation_bits]), k[6],
            bits_or_default(at[kv_bits]), k[7]});
      give("loss", loss, row.formula, {k[0], figures[0].value, k[1], k[2], d, k[3], k[4]});
      break;
    default: {
      // The constants that the loss uses, then the inputs.
      Figure f{"loss", loss, row.formula, {}, law.source};
      const auto symbols = symbols_of(law.form);
      for (std::size_t i = 0; i < symbols.size() && i < row.loss_constants; ++i)
        f.factors.add(symbols[i], k[i]);
      for (LawInput i : inputs_of(law.form)) f.factors.add(kInputSymbols[static_cast<std::size_t>(i)], at[i]);
      figures.push_back(f);
    }
  }
  return figures;
}

double floor_of(const Law& law) {
  const auto& k = law.constants;
  switch (law.form) {
    case LawForm::power_floor_compute:
      return k[2];
    case LawForm::floor_parameters:
    case LawForm::floor_tokens:
    case LawForm::floor_compute:
    case LawForm::additive:
    case LawForm::over_training:
    case LawForm::fine_grained:
      return k[0];
    case LawForm::additive_log:
    case LawForm::data_constrained:
      return std::exp(k[0]);
    case LawForm::joint_moe:
      return k[8];
    case LawForm::sparse_moe:
      return k[9];
    case LawForm::precision:
      return k[4];
    default:
      return 0;
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

bool lacks_range(const Law& law) {
  const auto is_ranged = [&](LawInput input) {
    for (const FittedRange& r : law.ranges) {
      if (r.high > 0 && r.input == input) return true;
    }
    return false;
  };
  if (allocates_only(law.form)) return !is_ranged(LawInput::compute_flop);
  for (LawInput input : inputs_of(law.form)) {
    if (input <= LawInput::compute_flop && !is_ranged(input)) return true;
  }
  return false;
}

double log_deviation(const Law& law, LawFigure value) {
  if (!law.covariance) return 0;
  const std::size_t n = symbols_of(law.form).size();
  constexpr double kStep = 1e-5;
  std::array<double, kMaxLawConstants> gradient{};
  Law moved = law;
  for (std::size_t i = 0; i < n; ++i) {
    const auto log_value = [&](double step) {
      moved.constants[i] =
          is_plain(law.form, i) ? law.constants[i] + step : law.constants[i] * std::exp(step);
      return std::log(value(moved));
    };
    gradient[i] = (log_value(kStep) - log_value(-kStep)) / (2 * kStep);
    moved.constants[i] = law.constants[i];
  }
  double variance = 0;
  const double* c = law.covariance;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) variance += (i == j ? 1 : 2) * gradient[i] * gradient[j] * *c++;
  }
  return variance > 0 ? std::sqrt(variance) : 0;
}

double standard_error_of(const Law& law, std::size_t i) {
  if (!law.covariance) return 0;
  const double deviation = std::sqrt(law.covariance[i * (i + 3) / 2]);  // on the lower triangle's diagonal
  return is_plain(law.form, i) ? deviation : law.constants[i] * deviation;
}

std::optional<Interval> interval_of(const Law& law, double value, LawFigure figure) {
  const double deviation = log_deviation(law, figure);
  if (!(deviation > 0)) return {};
  constexpr double kQuantile95 = 1.6448536269514722;  // of the standard normal: 5 % on either side
  const double factor = std::exp(kQuantile95 * deviation);
  constexpr double kMostTold = 1e6;
  if (!(factor <= kMostTold)) return Interval{0, kUnbounded, 0.9};
  return Interval{value / factor, value * factor, 0.9};
}

std::optional<Interval> interval_of_loss(const Law& law, const LawPoint& at) {
  return interval_of(law, loss_at(law, at), [&](const Law& m) { return loss_at(m, at); });
}

}  // namespace slide_rule
