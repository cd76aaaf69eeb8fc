#include "slide_rule/fit/slide_rule_question.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"
#include "slide_rule/speed/efficiency.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {
namespace {

using Optional = std::optional<double>;

/// Relative difference over which two given values contradict each other.
constexpr double kAgree = 1e-6;

/// What is given, as the four quantities that the law ties.
struct Given {
  Optional n, d, c, loss;

  bool fixes_parameters() const { return n || (c && d); }
  bool fixes_tokens() const { return d || (c && n); }
  bool fixes_compute() const { return c || (n && d); }
};

/// What goes with one active parameter, which is the law's N, and with one FLOP: all parameters, memory and
/// money are these times N and C.
struct Ties {
  double parameters = 1;
  double bytes = 0;
  Optional cost_per_flop;
};

void contradict(Problems& problems, Scale scale, double follows, Scale other) {
  add(problems, name_of(scale), Code::contradicts, follows, name_of(other));
}

/// Takes what a scale gives for a quantity; adds a problem where another scale gives another value.
void take(Optional& quantity, double value, double per_unit, Scale scale, Scale other, Problems& problems) {
  if (quantity && !(std::abs(value / *quantity - 1) <= kAgree))
    contradict(problems, scale, *quantity * per_unit, other);
  if (!quantity) quantity = value;
}

Given given_by(const SlideRuleQuestion& q, const Ties& ties, Problems& problems) {
  const auto at = [&](Scale s) { return q.given[static_cast<std::size_t>(s)]; };
  Given g{{}, at(Scale::tokens), at(Scale::compute_flop), at(Scale::loss)};
  if (const Optional parameters = at(Scale::parameters)) g.n = *parameters / ties.parameters;
  if (const Optional bytes = at(Scale::required_bytes)) {
    take(g.n, *bytes / ties.bytes, ties.bytes, Scale::required_bytes, Scale::parameters, problems);
  }
  if (const Optional cost = at(Scale::cost)) {
    if (!ties.cost_per_flop)
      add(problems, q.price_per_gpu_hour ? "gpu" : "pricePerGpuHour", Code::missing, 0, name_of(Scale::cost));
    else if (*ties.cost_per_flop <= 0)
      add(problems, "pricePerGpuHour", Code::not_positive, 0, name_of(Scale::cost));
    else
      take(g.c, *cost / *ties.cost_per_flop, *ties.cost_per_flop, Scale::cost, Scale::compute_flop, problems);
  }
  if (problems.empty() && !g.n && !g.d && !g.c && !g.loss)
    add(problems, name_of(Scale::parameters), Code::missing);
  return g;
}

/// The first two of what is given; the rest must follow from them.
Given first_two(Given g) {
  int left = 2;
  for (Optional* x : {&g.n, &g.d, &g.c, &g.loss}) {
    if (*x && left-- <= 0) x->reset();
  }
  return g;
}

/// The split that `g` asks of a law. @pre at most two are given, and the law can meet them
Split split_of(const Law& law, const LawPoint& settings, const Given& g) {
  LawPoint at = settings;
  if (g.n && g.d) return {*g.n, *g.d};
  if (g.n && g.c) return {*g.n, *g.c / (6 * *g.n)};
  if (g.d && g.c) return {*g.c / (6 * *g.d), *g.d};
  if (g.n && g.loss) {
    at[LawInput::parameters] = *g.n;
    return {*g.n, solve_for(law, LawInput::tokens, *g.loss, at).value};
  }
  if (g.d && g.loss) {
    at[LawInput::tokens] = *g.d;
    return {solve_for(law, LawInput::parameters, *g.loss, at).value, *g.d};
  }
  if (g.c && g.loss) return splits_with_compute(law, settings, *g.c, *g.loss).smaller;
  if (g.n) return optimal_split_at(law, settings, LawInput::parameters, *g.n);
  if (g.d) return optimal_split_at(law, settings, LawInput::tokens, *g.d);
  if (g.c) return optimal_split(law, settings, *g.c, 0);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  return cheapest_split(law, settings, *g.loss, 0).value_or(Split{kNone, kNone});
}

GivenInputs inputs_of(const SlideRuleQuestion& q, const Given& g) {
  GivenInputs inputs;
  inputs.values = q.settings;
  inputs.values[static_cast<std::size_t>(LawInput::parameters)] = g.n;
  inputs.values[static_cast<std::size_t>(LawInput::tokens)] = g.d;
  inputs.values[static_cast<std::size_t>(LawInput::compute_flop)] = g.c;
  return inputs;
}

/// What the questions about losses answer.
struct Solved {
  Given all;
  std::optional<Interval> loss_interval;
};

template <class Answer>
void keep(const Answer& from, Solved& solved, SlideRuleAnswer& a) {
  solved.all = {from.parameters, from.tokens, from.compute_flop, from.loss};
  a.floor = from.floor;
  a.workings = from.workings;
  a.assumptions = from.assumptions;
}

Solved solve(const SlideRuleQuestion& q, const Law& law, const LawPoint& settings, const Given& g,
             SlideRuleAnswer& a) {
  Solved solved{g, {}};
  Problems problems;
  if (g.loss) {
    const TargetLossAnswer target = answer(TargetLossQuestion{q.law, *g.loss, inputs_of(q, g), {}}, problems);
    if (problems.empty()) {
      keep(target, solved, a);
    } else {
      a.floor = problems.front().limit;
      a.unmet = std::move(problems);
    }
    return solved;
  }
  Given held = g;
  const bool alone = !g.c && !(g.n && g.d);  // parameters or tokens alone
  if (alone) {
    const Split s = split_of(law, settings, g);
    held.n = s.parameters;
    held.d = s.tokens;
  }
  const LossAnswer loss = answer(LossQuestion{q.law, inputs_of(q, held)}, problems);
  if (!problems.empty()) {
    a.floor = floor_of(law);
    a.unmet = std::move(problems);
    return solved;
  }
  keep(loss, solved, a);
  solved.loss_interval = loss.interval;
  if (alone) a.assumptions.push_back({"compute-optimal"});
  return solved;
}

/// Adds a problem for each that was given besides the two that were solved from, and does not follow.
void check_rest(const Given& g, const Given& solved, Problems& problems) {
  const auto check = [&](const Optional& given, const Optional& follows, Scale scale) {
    if (given && follows && !(std::abs(*given / *follows - 1) <= kAgree))
      contradict(problems, scale, *follows, g.n ? Scale::parameters : Scale::tokens);
  };
  check(g.c, solved.c, Scale::compute_flop);
  check(g.loss, solved.loss, Scale::loss);
}

void set_range(ScaleReading& reading, const FittedRange& range) {
  if (range.low > 0) reading.fitted_low = range.low;
  reading.fitted_high = range.high;
  reading.extrapolates = reading.value && (*reading.value < range.low || *reading.value > range.high);
}

/// The reading of a scale that is `factor` times another; nothing is known of it without the factor.
ScaleReading scaled(Scale scale, const ScaleReading& from, const Optional& factor) {
  ScaleReading r;
  r.scale = scale;
  if (!factor) return r;
  const auto times = [&](const Optional& x) { return x ? Optional(*x * *factor) : x; };
  r.value = times(from.value);
  if (from.interval) {
    const double high = std::min(from.interval->high * *factor, kUnbounded);
    r.interval = Interval{from.interval->low * *factor, high, from.interval->level};
  }
  r.fitted_low = times(from.fitted_low);
  r.fitted_high = times(from.fitted_high);
  r.extrapolates = from.extrapolates;
  return r;
}

/// The losses that the law gives between the corners of the parameters and tokens it was fitted on.
void set_range_of_loss(ScaleReading& reading, const Law& law, LawPoint low, const ScaleReading& n,
                       const ScaleReading& d) {
  reading.extrapolates = n.extrapolates || d.extrapolates;
  if (!n.fitted_low || !d.fitted_low) return;
  LawPoint high = low;
  low[LawInput::parameters] = *n.fitted_low;
  low[LawInput::tokens] = *d.fitted_low;
  high[LawInput::parameters] = *n.fitted_high;
  high[LawInput::tokens] = *d.fitted_high;
  reading.fitted_low = loss_at(law, high);
  reading.fitted_high = loss_at(law, low);
}

/// What is told of a quantity that the law ties; `figure` is what a split says of it.
ScaleReading reading_of(const Law& law, LawInput input, Scale scale, const Optional& value, bool fixed,
                        LawFigure figure) {
  ScaleReading r;
  r.scale = scale;
  r.value = value;
  if (value && !fixed) r.interval = interval_of(law, *value, figure);
  for (const FittedRange& range : law.ranges) {
    if (range.high > 0 && range.input == input) set_range(r, range);
  }
  return r;
}

void read_scales(const Law& law, const LawPoint& settings, const Given& g, const Solved& solved,
                 const Ties& ties, SlideRuleAnswer& a) {
  using enum LawInput;
  const auto split = [&](const Law& m) { return split_of(m, settings, g); };
  const ScaleReading n = reading_of(law, parameters, Scale::parameters, solved.all.n, g.fixes_parameters(),
                                    [&](const Law& m) { return split(m).parameters; });
  const ScaleReading d = reading_of(law, tokens, Scale::tokens, solved.all.d, g.fixes_tokens(),
                                    [&](const Law& m) { return split(m).tokens; });
  const ScaleReading c = reading_of(law, compute_flop, Scale::compute_flop, solved.all.c, g.fixes_compute(),
                                    [&](const Law& m) { return split(m).training_flop(); });
  ScaleReading loss;
  loss.value = solved.all.loss;
  loss.interval = solved.loss_interval;
  set_range_of_loss(loss, law, settings, n, d);
  a.scales = {scaled(Scale::required_bytes, n, ties.bytes),
              scaled(Scale::parameters, n, ties.parameters),
              d,
              c,
              scaled(Scale::cost, c, ties.cost_per_flop),
              loss};
}

void read_fit(const SlideRuleQuestion& q, SlideRuleAnswer& a) {
  const ScaleReading& memory = a.scales.front();
  if (!memory.value || !(q.hardware.gpu || q.hardware.memory_bytes)) return;
  const double each = bytes_per_parameter(q.choice);
  const RuleRow row{{}, q.choice, each, *memory.value, terms_of_rule(q.choice, *memory.value / each), {}};
  a.fit = cell_of(row, {total_bytes(q.hardware), q.hardware.gpus});
  if (a.fit->outcome == Outcome::does_not_fit) {
    add(a.unmet, name_of(memory.scale), Code::above_maximum, a.fit->available_bytes);
  }
}

void read_time(const TrainingMachine& machine, SlideRuleAnswer& a) {
  const Optional& flop = a.scales[static_cast<std::size_t>(Scale::compute_flop)].value;
  if (!flop) return;
  a.pf_days = *flop / kFlopPerPfDay;
  if (machine.peak_flops <= 0) return;
  TrainingTimeAnswer time;
  time_of(*flop, machine, time);
  a.seconds = time.seconds;
  a.gpu_days = time.gpu_hours * kSecondsPerHour / kSecondsPerDay;
  append(a.workings, time.workings);
  a.assumptions.push_back({"attention-not-counted"});
  a.assumptions.push_back({"model-flop-utilisation", machine.mfu});
}

}  // namespace

SlideRuleAnswer answer(const SlideRuleQuestion& q, Problems& problems) {
  ChosenLaw chosen;
  if (choose(q.law, chosen, problems) && require_loss(chosen.law, problems) && !on_budget(chosen.law.form)) {
    add(problems, "law", Code::no_answer);
  }
  check(q.choice, problems);
  if (q.hardware.gpu || q.hardware.memory_bytes || q.hardware.gpu_memory_gb) check(q.hardware, problems);
  if (!problems.empty()) return {};
  const Law& law = chosen.law;
  const LawPoint settings = point_of(law, inputs_of(q, {}), problems);
  require_settings(law, settings, problems);

  const double known_peak = q.hardware.gpu ? peak_flop_per_second(q.hardware.gpu->gpu) : 0;
  const TrainingMachine machine{q.peak_flops.value_or(known_peak), q.hardware.gpus, q.mfu,
                                q.price_per_gpu_hour};
  Ties ties{1 / q.active_share, bytes_per_parameter(q.choice) / q.active_share, {}};
  if (machine.peak_flops > 0) {
    TrainingTimeAnswer one_flop;
    time_of(1, machine, one_flop);
    ties.cost_per_flop = one_flop.cost;
  }
  const Given given = given_by(q, ties, problems);
  if (!problems.empty()) return {};

  SlideRuleAnswer a;
  a.unit = law.unit;
  const Given two = first_two(given);
  const Solved solved = solve(q, law, settings, two, a);
  check_rest(given, solved.all, problems);
  if (!problems.empty()) return {};
  read_scales(law, settings, two, solved, ties, a);
  for (std::size_t i = 0; i < kScales; ++i) a.scales[i].given = q.given[i].has_value();
  read_fit(q, a);
  read_time(machine, a);
  if (solved.all.n && solved.all.d) a.tokens_per_parameter = *solved.all.d / *solved.all.n;
  if (solved.all.n && q.active_share < 1) a.active_parameters = solved.all.n;
  return a;
}

}  // namespace slide_rule
