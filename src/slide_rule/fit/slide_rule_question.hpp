#pragma once
// The slide rule itself: memory, parameters, tokens, compute, money and loss on one instrument. Some are
// given, the others follow from the solves of memory/, scaling/ and speed/.

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "slide_rule/fit/rule_table.hpp"
#include "slide_rule/memory/device.hpp"
#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

enum class Scale { required_bytes, parameters, tokens, compute_flop, cost, loss };
SLIDE_RULE_NAMES(Scale, "requiredBytes", "parameters", "tokens", "computeFlop", "cost", "loss")
inline constexpr std::size_t kScales = Names<Scale>::words.size();

struct SlideRuleQuestion {
  Hardware hardware;  ///< may be left out: then nothing is said of what fits
  RuleChoice choice;  ///< what a parameter takes in memory
  LawChoice law;
  std::array<std::optional<double>, kLawInputs> settings;  ///< those after computeFlop in LawInput
  double active_share = 1;  ///< of the parameters, those that a token passes through
  double mfu = 0.4;
  std::optional<double> peak_flops;  ///< of one GPU; that of peak_flop_per_second(gpu) where absent
  std::optional<double> price_per_gpu_hour;
  std::array<std::optional<double>, kScales> given;

  static constexpr void describe(auto& v, auto& q) {
    Hardware::describe(v, q.hardware);
    v.field("task", q.choice.task);
    v.field("rule", q.choice.rule);
    v.field("weightFormat", q.choice.format);
    v.field("optimizer", q.choice.optimizer);
    LawChoice::describe_fields(v, q.law);
    for (std::size_t i = static_cast<std::size_t>(LawInput::unique_tokens); i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], q.settings[i], limits_of(static_cast<LawInput>(i)));
    }
    v.field("activeShare", q.active_share, positive_fraction);
    v.field("mfu", q.mfu, positive_fraction);
    v.field("peakFlops", q.peak_flops, positive);
    v.field("pricePerGpuHour", q.price_per_gpu_hour, not_negative);
    for (std::size_t i = 0; i < kScales; ++i) {
      const bool is_amount = i < static_cast<std::size_t>(Scale::cost);
      v.field(Names<Scale>::words[i], q.given[i], is_amount ? amount : positive);
    }
  }
};

/// Where one scale stands under the hairline.
struct ScaleReading {
  Scale scale = Scale::loss;
  std::optional<double> value;  ///< absent where what is given does not tell it
  bool given = false;
  std::optional<Interval> interval;  ///< of what follows, from the covariance of the law's constants
  std::optional<double> fitted_low, fitted_high;  ///< what the law was fitted on, as this scale has it
  bool extrapolates = false;

  static constexpr void describe(auto& v, auto& r) {
    v.field("scale", r.scale);
    v.field("value", r.value);
    v.field("given", r.given);
    v.field("interval", r.interval);
    v.field("fittedLow", r.fitted_low);
    v.field("fittedHigh", r.fitted_high);
    v.field("extrapolates", r.extrapolates);
  }
};

struct SlideRuleAnswer {
  std::vector<ScaleReading> scales;  ///< one a scale, in the order of Scale
  Problems unmet;                    ///< what is given and cannot be met, scale by scale
  std::optional<RuleCell> fit;       ///< of the required bytes on the hardware
  std::optional<double> pf_days, gpu_days, seconds, tokens_per_parameter;
  std::optional<double> active_parameters;  ///< where they are not all
  std::string_view unit;                    ///< of the loss
  double floor = 0;                         ///< the loss that nothing that is still free gets below
  std::vector<Figure> workings;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("scales", a.scales);
    v.field("unmet", a.unmet);
    v.field("fit", a.fit);
    v.field("pfDays", a.pf_days);
    v.field("gpuDays", a.gpu_days);
    v.field("seconds", a.seconds);
    v.field("tokensPerParameter", a.tokens_per_parameter);
    v.field("activeParameters", a.active_parameters);
    v.field("unit", a.unit);
    v.field("floor", a.floor);
    v.field("workings", a.workings);
    v.field("assumptions", a.assumptions);
  }
};

/// Six scales, four ties between them, so two of them fix the rest:
///
///   requiredBytes = bytes a parameter x parameters       rules_of_thumb.hpp
///   computeFlop = 6 active parameters tokens             [kaplan-2020] section 2.1
///   cost = computeFlop / (peak mfu) / 3600 x price       training_time.hpp
///   loss = the law at active parameters and tokens       laws.hpp, target_loss.hpp
///
/// Of a mixture of experts memory holds all parameters, and a token passes through the active ones: by these
/// its compute is 6 N D (N_act in [ludziejewski-2025]), and by these the law's N, which is of dense models,
/// can only say too high a loss. tokensPerParameter counts these, too.
///
/// Where only one is given, training is compute-optimal (allocation.hpp). What is given and cannot be met is
/// `unmet`, beside what is known all the same: a loss below the floor, or required bytes above
/// what the hardware has. Problems of the question: nothing given (missing, "parameters"), given scales that
/// do not go together (contradicts, limit = what follows from the others), a cost without a price or a GPU,
/// and no-answer on "law" for laws that C = 6 N D does not tie.
SlideRuleAnswer answer(const SlideRuleQuestion& q, Problems& problems);

}  // namespace slide_rule
