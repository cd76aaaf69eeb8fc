#include "slide_rule/fit/slide_rule_question.hpp"

#include "slide_rule/catalogue.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"
#include "slide_rule/speed/training_time.hpp"
#include "tools/laws.hpp"

using namespace slide_rule;

namespace {

using Givens = std::initializer_list<std::pair<Scale, double>>;

SlideRuleQuestion question(Givens given, const char* law = "besiroglu-2024") {
  SlideRuleQuestion q;
  q.law.id = law;
  q.hardware.gpu.emplace().gpu = *find_gpu("h100-sxm");
  q.hardware.gpus = 8;
  q.price_per_gpu_hour = 2;
  for (const auto& [scale, x] : given) q.given[static_cast<std::size_t>(scale)] = x;
  return q;
}

SlideRuleAnswer solved(const SlideRuleQuestion& q) {
  Problems problems;
  auto a = answer(q, problems);
  for (const auto& p : problems) FAIL(p.field << " " << name_of(p.code));
  REQUIRE(a.scales.size() == kScales);
  return a;
}
SlideRuleAnswer solved(Givens given) { return solved(question(given)); }

Problems problems_of(const SlideRuleQuestion& q) {
  Problems problems;
  answer(q, problems);
  return problems;
}

const ScaleReading& at(const SlideRuleAnswer& a, Scale scale) {
  const ScaleReading& r = a.scales[static_cast<std::size_t>(scale)];
  REQUIRE(r.scale == scale);
  return r;
}
double value(const SlideRuleAnswer& a, Scale scale) {
  REQUIRE(at(a, scale).value);
  return *at(a, scale).value;
}

LossAnswer loss_by_kind(const char* law, std::initializer_list<std::pair<LawInput, double>> given) {
  LossQuestion q;
  q.law.id = law;
  for (const auto& [input, x] : given) q.given.values[static_cast<std::size_t>(input)] = x;
  Problems problems;
  const auto a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

OptimalAnswer optimal_by_kind(double flop) {
  OptimalQuestion q;
  q.law.id = "besiroglu-2024";
  q.compute_flop = flop;
  Problems problems;
  return answer(q, problems);
}

constexpr Scale kAll[] = {Scale::required_bytes, Scale::parameters, Scale::tokens,
                          Scale::compute_flop,   Scale::cost,       Scale::loss};

}  // namespace

TEST_CASE("the slide rule says what the other questions say", "[slide-rule]") {
  SECTION("loss") {
    const auto a = solved({{Scale::parameters, 70e9}, {Scale::tokens, 1.4e12}});
    const auto b = loss_by_kind("besiroglu-2024", {{LawInput::parameters, 70e9}, {LawInput::tokens, 1.4e12}});
    CHECK(value(a, Scale::loss) == b.loss);
    CHECK(value(a, Scale::compute_flop) == *b.compute_flop);
    REQUIRE(b.interval);
    CHECK(at(a, Scale::loss).interval->low == b.interval->low);
    CHECK(at(a, Scale::loss).interval->high == b.interval->high);
    CHECK(at(a, Scale::parameters).extrapolates);
    CHECK(at(a, Scale::tokens).extrapolates);
    CHECK(*at(a, Scale::parameters).fitted_high == 1.62e10);
  }
  SECTION("target-loss, with every input held in turn") {
    for (const LawInput held : {LawInput::parameters, LawInput::tokens, LawInput::compute_flop}) {
      const double x = held == LawInput::parameters ? 7e9 : held == LawInput::tokens ? 1e12 : 5e22;
      const auto scale = static_cast<Scale>(static_cast<int>(held) + 1);
      INFO(name_of(held) << " " << name_of(scale));
      REQUIRE(name_of(held) == name_of(scale));
      const auto a = solved({{scale, x}, {Scale::loss, 2.2}});
      const auto b = target("besiroglu-2024", 2.2, {{held, x}});
      CHECK(value(a, Scale::parameters) == *b.parameters);
      CHECK(value(a, Scale::tokens) == *b.tokens);
      CHECK(value(a, Scale::compute_flop) == *b.compute_flop);
      for (const FieldInterval& i : b.intervals) {
        const Scale s = i.field == "tokens" ? Scale::tokens : Scale::parameters;
        CHECK_THAT(at(a, s).interval->low, WithinRel(i.low, 1e-12));
        CHECK_THAT(at(a, s).interval->high, WithinRel(i.high, 1e-12));
      }
    }
  }
  SECTION("target-loss with nothing held: the least compute") {
    const auto a = solved({{Scale::loss, 2.1}});
    const auto b = target("besiroglu-2024", 2.1);
    CHECK(value(a, Scale::parameters) == *b.parameters);
    CHECK(value(a, Scale::compute_flop) == *b.compute_flop);
    REQUIRE(b.intervals.size() == 1);
    CHECK_THAT(at(a, Scale::compute_flop).interval->high, WithinRel(b.intervals[0].high, 1e-12));
    CHECK(at(a, Scale::tokens).interval);
  }
  SECTION("optimal") {
    const auto a = solved({{Scale::compute_flop, 1e22}});
    const auto b = optimal_by_kind(1e22);
    CHECK(value(a, Scale::parameters) == b.parameters);
    CHECK(value(a, Scale::tokens) == b.tokens);
    CHECK(value(a, Scale::loss) == *b.loss);
    CHECK_THAT(*a.tokens_per_parameter, WithinRel(b.tokens_per_parameter, 1e-15));
    CHECK_THAT(at(a, Scale::parameters).interval->low, WithinRel(b.parameters_interval->low, 1e-12));
    CHECK(!at(a, Scale::compute_flop).interval);
  }
  SECTION("training-time") {
    const auto a = solved({{Scale::parameters, 7e9}, {Scale::tokens, 2e12}});
    TrainingTimeQuestion q;
    q.parameters = 7e9;
    q.tokens = 2e12;
    q.peak_flops = find_gpu("h100-sxm")->bf16_tflops * 1e12;
    q.gpus = 8;
    q.price_per_gpu_hour = 2;
    Problems problems;
    const auto b = answer(q, problems);
    CHECK(*a.seconds == b.seconds);
    CHECK_THAT(value(a, Scale::cost), WithinRel(*b.cost, 1e-14));
    CHECK_THAT(*a.gpu_days, WithinRel(b.gpu_hours / 24, 1e-14));
    CHECK_THAT(*a.pf_days, WithinRel(b.flop / 8.64e19, 1e-14));
  }
  SECTION("rule-of-thumb and the fit table: the article's example") {
    SlideRuleQuestion q = question({{Scale::parameters, 2e9}});
    q.hardware.gpu.reset();
    q.hardware.memory_bytes = 48e9;
    q.hardware.gpus = 1;
    auto a = solved(q);
    CHECK(value(a, Scale::required_bytes) == 48e9);
    CHECK(a.fit->outcome == Outcome::tight);
    CHECK(a.unmet.empty());
    q.hardware.memory_bytes = 20e9;
    a = solved(q);
    CHECK(a.fit->outcome == Outcome::does_not_fit);
    CHECK(a.fit->min_gpus == 3);
    REQUIRE(a.unmet.size() == 1);
    CHECK(a.unmet[0].field == "requiredBytes");
    CHECK(a.unmet[0].code == Code::above_maximum);
    CHECK(a.unmet[0].limit == 20e9);
  }
}

TEST_CASE("a card without fast 16-bit products is reckoned at its fp32 rate", "[slide-rule]") {
  SlideRuleQuestion q = question({{Scale::parameters, 7e9}, {Scale::tokens, 1e11}});
  q.hardware.gpu->gpu = *find_gpu("gtx-1080");  // 8.873 TFLOP/s in fp32, a 64th of it in fp16
  q.hardware.gpus = 1;
  q.mfu = 0.4;
  CHECK_THAT(*solved(q).seconds, WithinRel(6 * 7e9 * 1e11 / (8.873e12 * 0.4), 1e-3));
}

TEST_CASE("every pair of the slide rule's scales gives back the others", "[slide-rule][property]") {
  for (const char* law : {"besiroglu-2024", "hoffmann-2022", "gadre-2024-c4", "muennighoff-2023"}) {
    // Away from the optimum, where compute and a loss leave two models: the smaller of them.
    for (const auto& [n, d] : {std::pair{1e9, 3e11}, {2e8, 1e10}, {13e9, 6e12}}) {
      const auto a = solved(question({{Scale::parameters, n}, {Scale::tokens, d}}, law));
      for (const Scale first : kAll) {
        for (const Scale second : kAll) {
          INFO(law << " " << n << " " << d << ": " << name_of(first) << " " << name_of(second));
          const auto class_of = [](Scale s) {
            return s == Scale::required_bytes ? Scale::parameters
                   : s == Scale::cost         ? Scale::compute_flop
                                              : s;
          };
          if (class_of(first) == class_of(second)) continue;
          const auto b = solved(question({{first, value(a, first)}, {second, value(a, second)}}, law));
          for (const Scale s : kAll) {
            CHECK_THAT(value(b, s), WithinRel(value(a, s), 1e-7));
            CHECK(at(b, s).given == (s == first || s == second));
          }
        }
      }
    }
  }
}

TEST_CASE("a mixture of experts is trained by its active parameters and held with all", "[slide-rule]") {
  // 671e9 parameters of which 37e9 are active, 20 tokens an active one: C = 6 * 37e9 * 740e9.
  SlideRuleQuestion q = question({{Scale::parameters, 671e9}, {Scale::tokens, 740e9}});
  q.active_share = 37.0 / 671;
  const auto a = solved(q);
  CHECK(value(a, Scale::parameters) == Approx(671e9));
  CHECK(value(a, Scale::compute_flop) == Approx(6 * 37e9 * 740e9));
  CHECK(a.active_parameters == Approx(37e9));
  CHECK(a.tokens_per_parameter == Approx(20));
  const auto dense = solved({{Scale::parameters, 671e9}, {Scale::tokens, 740e9}});
  CHECK(value(a, Scale::required_bytes) == Approx(value(dense, Scale::required_bytes)));
  CHECK(a.fit->min_gpus == dense.fit->min_gpus);
  CHECK_FALSE(dense.active_parameters);
  const auto of_active = solved({{Scale::parameters, 37e9}, {Scale::tokens, 740e9}});
  for (const Scale s : {Scale::compute_flop, Scale::cost, Scale::loss})
    CHECK(value(a, s) == Approx(value(of_active, s)));
  CHECK(*a.seconds == Approx(*of_active.seconds));
  // The other way round, from what it takes and what it costs.
  SlideRuleQuestion back = question(
      {{Scale::required_bytes, value(a, Scale::required_bytes)}, {Scale::cost, value(a, Scale::cost)}});
  back.active_share = q.active_share;
  CHECK(value(solved(back), Scale::parameters) == Approx(671e9));
  CHECK(value(solved(back), Scale::tokens) == Approx(740e9));
}

TEST_CASE("one scale alone trains compute-optimally", "[slide-rule][property]") {
  const auto a = solved({{Scale::compute_flop, 3e21}});
  CHECK_THAT(value(a, Scale::compute_flop),
             WithinRel(6 * value(a, Scale::parameters) * value(a, Scale::tokens), 1e-14));
  for (const Scale s : kAll) {
    INFO(name_of(s));
    const auto b = solved({{s, value(a, s)}});
    for (const Scale other : kAll) CHECK_THAT(value(b, other), WithinRel(value(a, other), 1e-10));
  }
  // What follows has an interval, what is given and what is tied to it has none.
  const auto b = solved({{Scale::parameters, 1e9}});
  CHECK(!at(b, Scale::parameters).interval);
  CHECK(!at(b, Scale::required_bytes).interval);
  CHECK(at(b, Scale::tokens).interval->low < value(b, Scale::tokens));
  CHECK(at(b, Scale::cost).interval->high > value(b, Scale::cost));
  CHECK_THAT(at(b, Scale::cost).interval->high / value(b, Scale::cost),
             WithinRel(at(b, Scale::compute_flop).interval->high / value(b, Scale::compute_flop), 1e-12));
}

TEST_CASE("a loss that cannot be met is said on its scale, beside what is known", "[slide-rule]") {
  SECTION("under the law's floor") {
    const auto a = solved({{Scale::loss, 1.5}});
    REQUIRE(a.unmet.size() == 1);
    CHECK(a.unmet[0].field == "loss");
    CHECK(a.unmet[0].code == Code::below_floor);
    CHECK_THAT(a.unmet[0].limit, WithinAbs(1.8172, 1e-3));
    CHECK(value(a, Scale::loss) == 1.5);
    CHECK(!at(a, Scale::parameters).value);
    CHECK(!a.fit);
  }
  SECTION("under what a pinned model reaches with any number of tokens") {
    const auto a = solved({{Scale::parameters, 1e8}, {Scale::loss, 2.1}});
    REQUIRE(a.unmet.size() == 1);
    CHECK(a.unmet[0].code == Code::below_floor);
    CHECK(a.unmet[0].limit > 2.1);
    CHECK(value(a, Scale::required_bytes) == 24e8);
    CHECK(a.fit->outcome == Outcome::fits);
    CHECK(!at(a, Scale::tokens).value);
  }
  SECTION("under what a pinned budget reaches: the optimal question's loss") {
    const auto a = solved({{Scale::compute_flop, 1e21}, {Scale::loss, 2.0}});
    REQUIRE(a.unmet.size() == 1);
    CHECK_THAT(a.unmet[0].limit, WithinRel(*optimal_by_kind(1e21).loss, 1e-12));
    CHECK(at(a, Scale::cost).value);
  }
}

TEST_CASE("pins that contradict each other are problems", "[slide-rule][bad-input]") {
  const auto only = [](const SlideRuleQuestion& q) {
    const Problems problems = problems_of(q);
    REQUIRE(problems.size() == 1);
    return problems.front();
  };
  SECTION("memory and parameters") {
    const Problem p = only(question({{Scale::required_bytes, 50e9}, {Scale::parameters, 2e9}}));
    CHECK(p.field == "requiredBytes");
    CHECK(p.code == Code::contradicts);
    CHECK(p.limit == 48e9);
    CHECK(p.nearest == "parameters");
    CHECK(problems_of(question({{Scale::required_bytes, 48e9}, {Scale::parameters, 2e9}})).empty());
  }
  SECTION("a third scale that does not follow from two") {
    const Problem p =
        only(question({{Scale::parameters, 1e9}, {Scale::tokens, 2e10}, {Scale::compute_flop, 1e20}}));
    CHECK(p.field == "computeFlop");
    CHECK_THAT(p.limit, WithinRel(1.2e20, 1e-12));
    CHECK(problems_of(
              question({{Scale::parameters, 1e9}, {Scale::tokens, 2e10}, {Scale::compute_flop, 1.2e20}}))
              .empty());
    const Problem loss = only(question({{Scale::parameters, 1e9}, {Scale::tokens, 2e10}, {Scale::loss, 2}}));
    CHECK(loss.field == "loss");
    CHECK(loss.limit > 2);
  }
  SECTION("a cost without a price or a card") {
    SlideRuleQuestion q = question({{Scale::cost, 1e6}});
    q.price_per_gpu_hour.reset();
    CHECK(only(q).field == "pricePerGpuHour");
    q.price_per_gpu_hour = 0;
    CHECK(only(q).code == Code::not_positive);
    q.price_per_gpu_hour = 2;
    q.hardware.gpu.reset();
    q.hardware.memory_bytes = 80e9;
    CHECK(only(q).field == "gpu");
    q.peak_flops = 989e12;
    CHECK(problems_of(q).empty());
  }
  SECTION(
      "nothing given; a law that does not take a budget; one without a loss; a format that the rule has "
      "not") {
    CHECK(only(question({})).code == Code::missing);
    CHECK(only(question({{Scale::loss, 2}}, "kaplan-2020-data")).code == Code::no_answer);
    CHECK(only(question({{Scale::loss, 2}}, "hoffmann-2022-approach-1")).code == Code::no_loss);
    CHECK(only(question({{Scale::loss, 2}}, "ludziejewski-2025")).field == "experts");
    SlideRuleQuestion q = question({{Scale::loss, 2.5}});
    q.choice.format = RuleFormat::int4;
    CHECK(only(q).field == "weightFormat");
  }
}

TEST_CASE("a slide rule without a card still ties memory, parameters and loss", "[slide-rule]") {
  SlideRuleQuestion q = question({{Scale::required_bytes, 24e9}});
  q.hardware = {};
  const auto a = solved(q);
  CHECK(value(a, Scale::parameters) == 1e9);
  CHECK(!a.fit);
  CHECK(!a.gpu_days);
  CHECK(!at(a, Scale::cost).value);
  CHECK(*a.pf_days > 0);
}

TEST_CASE("a loss so near the floor that its own error hides it has intervals without bounds",
          "[slide-rule]") {
  const auto interval = [](double loss, Scale scale) {
    const auto a = solved({{Scale::loss, loss}});
    REQUIRE(at(a, scale).interval);
    return *at(a, scale).interval;
  };
  for (Scale scale : {Scale::parameters, Scale::tokens, Scale::compute_flop, Scale::cost}) {
    INFO(name_of(scale));
    // The floor is 1.8172; its standard error 0.03.
    const Interval near = interval(1.8175, scale), far = interval(2.2, scale);
    CHECK(near.low == 0);
    CHECK(near.high <= kUnbounded);
    CHECK(near.high > 1e100);
    CHECK(far.low > 0);
    CHECK(far.high < 10 * far.low);
  }
}
