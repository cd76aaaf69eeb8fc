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
  CHECK(bytes_per_weight(NumberFormat::gptq_int3) == (3 + 19.0 / 128) / 8);
  CHECK(bytes_per_weight(NumberFormat::mxfp8) == 33.0 / 32);
  CHECK(bytes_per_weight(NumberFormat::mxfp4) == 17.0 / 32);
  CHECK(bytes_per_weight(NumberFormat::q4_k) == 144.0 / 256);
  CHECK(bytes_per_weight(NumberFormat::q6_k) * 8 == 6.5625);
  CHECK(bytes_per_weight(NumberFormat::q8_0) * 8 == 8.5);
  CHECK(name_of(NumberFormat::tq2_0) == "TQ2_0");
}

TEST_CASE("groups of another size", "[format]") {
  using F = NumberFormat;
  CHECK(bytes_of(F::awq_int4, 4096, 512, 64.0) == 512.0 * 64 * (32 + 2.5));
  CHECK(bytes_of(F::awq_int4, 4096, 512, 128.0) == bytes_of(F::awq_int4, 4096, 512));
  CHECK(bytes_of(F::gptq_int3, 4096, 512, 0.0) == 512.0 * (4096 * 3 + 19) / 8 + 4 * 4096);
  CHECK(bytes_of(F::q4_k, 4096, 512, 64.0) == bytes_of(F::q4_k, 4096, 512));
  // [egiazarian-2024]: one code of 16 bits for 8 weights, a codebook of 65,536 entries of 8 numbers.
  CHECK(bytes_of(F::aqlm_1x16, 4096, 4096) == 4096.0 * 4096 / 4 + 2 * 4096 + 65536.0 * 8 * 2);
  CHECK(bytes_of(F::aqlm_1x16, 4096, 4096, 16.0) == 4096.0 * 4096 / 8 + 2 * 4096 + 65536.0 * 16 * 2);
  CHECK(bytes_of(F::aqlm_2x8, 4096, 4096) == 4096.0 * 4096 / 4 + 2 * 4096 + 2 * 256.0 * 8 * 2);
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
    CHECK_THAT(bytes_of(format, 16384, 16384), WithinRel(16384.0 * 16384 * bytes_per_weight(format),
                                                         format == NumberFormat::aqlm_1x16 ? 0.02 : 1e-3));
  }
}
