#include "slide_rule/memory/intervals.hpp"

#include "catch.hpp"

using namespace slide_rule;

TEST_CASE("Each kind of run has measured factors that enclose the estimate", "[intervals]") {
  for (std::size_t i = 0; i < Names<MeasuredGroup>::words.size(); ++i) {
    const auto group = static_cast<MeasuredGroup>(i);
    for (const bool reserved : {false, true}) {
      const IntervalFactors& f = interval_factors(group, reserved);
      INFO(name_of(group) << " reserved " << reserved);
      CHECK(f.group == group);
      CHECK(f.low > 0);
      CHECK(f.low <= 1);
      CHECK(f.high >= 1);
    }
  }
}

TEST_CASE("What is known to the byte is not stretched", "[intervals]") {
  const IntervalFactors& f = interval_factors(MeasuredGroup::inference_llamacpp);
  const Interval i = interval_around(MeasuredGroup::inference_llamacpp, 100, 1000);
  CHECK(i.low == 1000 + f.low * 100);
  CHECK(i.high == 1000 + f.high * 100);
  CHECK(i.level == 0.9);
  const Interval exact = interval_around(MeasuredGroup::lora, 0, 5);
  CHECK(exact.low == 5);
  CHECK(exact.high == 5);
}
