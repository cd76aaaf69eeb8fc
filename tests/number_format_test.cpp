#include "slide_rule/number_format.hpp"

#include "catch.hpp"

using namespace slide_rule;

TEST_CASE("bytes per weight are those of the formats", "[format][reference]") {
  CHECK(bytes_per_weight(NumberFormat::fp32) == 4);
  CHECK(bytes_per_weight(NumberFormat::bf16) == 2);
  CHECK(bytes_per_weight(NumberFormat::fp8) == 1);
  CHECK(bytes_per_weight(NumberFormat::nf4) == 0.5625);
  CHECK_THAT(bytes_per_weight(NumberFormat::nf4_double), WithinAbs(0.5 + 0.0159, 5e-5));
  CHECK_THAT(bytes_per_weight(NumberFormat::gptq_int4), WithinAbs(0.5 + 0.0195, 5e-5));
  CHECK(bytes_per_weight(NumberFormat::mxfp4) == 17.0 / 32);
  CHECK(bytes_per_weight(NumberFormat::q4_k) == 144.0 / 256);
  CHECK(bytes_per_weight(NumberFormat::q6_k) * 8 == 6.5625);
  CHECK(bytes_per_weight(NumberFormat::q8_0) * 8 == 8.5);
  CHECK(name_of(NumberFormat::tq2_0) == "TQ2_0");
}

TEST_CASE("a matrix is whole blocks, and its scales are counted once", "[format]") {
  CHECK(bytes_of(NumberFormat::q4_k, 4096, 4096) == 4096.0 * 16 * 144);
  CHECK(bytes_of(NumberFormat::q4_k, 4000, 1) == 16 * 144);
  CHECK(bytes_of(NumberFormat::fp8_block, 7168, 2048) == 7168.0 * 2048 + 56 * 16 * 4);
  CHECK(bytes_of(NumberFormat::fp8_block, 7168, 576) == 7168.0 * 576 + 56 * 5 * 4);
  CHECK(bytes_of(NumberFormat::bnb_int8, 4096, 11008) == 4096.0 * 11008 + 4 * 11008);
  CHECK(bytes_of(NumberFormat::gptq_int4, 4096, 4096) == 4096.0 * 32 * 66.5 + 4 * 4096);
  for (std::size_t i = 0; i < kFormatLayouts.size(); ++i) {
    const auto format = static_cast<NumberFormat>(i);
    INFO(name_of(format));
    CHECK_FALSE(layout_of(format).source.empty());
    CHECK(bytes_of(format, 16384, 16384) >= 16384.0 * 16384 * bytes_per_weight(format));
    CHECK_THAT(bytes_of(format, 16384, 16384), WithinRel(16384.0 * 16384 * bytes_per_weight(format), 1e-3));
  }
}
