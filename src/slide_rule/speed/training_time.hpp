#pragma once
// Compute to time and money.

#include <optional>
#include <vector>

#include "slide_rule/estimate.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/figure.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// The shape that the attention term needs: FLOP that grow with the sequence and not with the parameters.
struct AttentionShape {
  double layers = 0, heads = 0, head_dimension = 0, sequence_tokens = 0;
};

/// FLOP of training a token.
///
///   6 N                      forward 2 N, backward 4 N
///   + 12 L s a d             scores and weighted values of s tokens, forward and backward; all s, as model
///   FLOP
///                            utilisation counts them, though a causal mask needs half
///
/// @see [kaplan-2020] section 2.1, [chowdhery-2022] appendix B
double training_flop_per_token(double parameters, const std::optional<AttentionShape>& attention);

/// Model FLOP of training as a share of the peak where neither question nor device says more.
constexpr double kDefaultUtilisation = 0.4;

struct TrainingTimeQuestion {
  std::optional<double> parameters, tokens, compute_flop;
  std::optional<double> layers, heads, head_dimension,
      sequence_tokens;  ///< all four: with the attention term
  double peak_flops = 0;
  double gpus = 1;
  std::optional<double> mfu;  ///< kDefaultUtilisation
  std::optional<double> price_per_gpu_hour;

  static constexpr void describe(auto& v, auto& q) {
    describe_fields(v, q);
    v.field("peakFlops", q.peak_flops, positive.required());
  }

  /// All but the peak, which other questions take from a GPU.
  static constexpr void describe_fields(auto& v, auto& q) {
    v.field("parameters", q.parameters, amount);
    v.field("tokens", q.tokens, amount);
    v.field("computeFlop", q.compute_flop, amount);
    v.field("layers", q.layers, count(1, 1e6));
    v.field("heads", q.heads, count(1, 1e6));
    v.field("headDimension", q.head_dimension, count(1, 1e6));
    v.field("sequenceTokens", q.sequence_tokens, count(1, 1e9));
    v.field("gpus", q.gpus, count(1, 1e9));
    v.field("mfu", q.mfu, positive_fraction);
    v.field("pricePerGpuHour", q.price_per_gpu_hour, not_negative);
  }
};

struct TrainingTimeAnswer {
  double flop = 0;
  double seconds = 0;
  double gpu_hours = 0;
  std::optional<double> cost;  ///< in the currency of the price
  double mfu = 0;
  std::optional<double> flop_per_token, tokens_per_second;
  std::optional<Interval> seconds_interval;  ///< where the utilisation is one of measured runs
  std::vector<Figure> workings;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("flop", a.flop);
    v.field("seconds", a.seconds);
    v.field("gpuHours", a.gpu_hours);
    v.field("cost", a.cost);
    v.field("mfu", a.mfu);
    v.field("flopPerToken", a.flop_per_token);
    v.field("tokensPerSecond", a.tokens_per_second);
    v.field("secondsInterval", a.seconds_interval);
    v.field("workings", a.workings);
    v.field("assumptions", a.assumptions);
  }
};

/// The machine that a training runs on, whatever it was named by.
struct TrainingMachine {
  double peak_flops = 0;  ///< of one GPU, FLOP/s
  double gpus = 1;
  double mfu = 0;
  std::optional<double> price_per_gpu_hour;
};

/// seconds = flop/(gpus peak mfu); gpuHours = gpus seconds/3600; cost = gpuHours price. Fills the answer's
/// figures.
void time_of(double flop, const TrainingMachine& machine, TrainingTimeAnswer& a);

/// Time and cost of a compute that is given, or of parameters and tokens. Problems: missing parameters and
/// tokens (or computeFlop), contradicts where all three are given, missing parts of the shape.
TrainingTimeAnswer answer(const TrainingTimeQuestion& q, Problems& problems);

}  // namespace slide_rule
