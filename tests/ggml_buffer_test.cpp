#include "slide_rule/memory/ggml_buffer.hpp"

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;

namespace {

GgmlPlan plan_of(const LayerTable& table, double ubatch, double cells, bool flash, double rows) {
  GgmlPlan p;
  p.ubatch = ubatch;
  p.cells = cells;
  p.flash = flash;
  p.output_rows = rows;
  p.layers = ggml_layers(table, 0, table.layers());
  return p;
}

double mib(const char* id, double ubatch, double cells, bool flash = true, double rows = 0) {
  const auto found = find_model(id);
  REQUIRE(found);
  const LayerTable table(found->model);
  return ggml_compute_buffer(table, plan_of(table, ubatch, cells, flash, rows > 0 ? rows : ubatch)).total() /
         kMiB;
}

}  // namespace

TEST_CASE("compute buffers as load logs print them", "[ggml][reference]") {
  // ik_llama.cpp and llama.cpp, public logs. Logits of a whole micro-batch of 512 or 2048 and two hidden
  // states ...
  CHECK(mib("qwen3-235b-a22b", 512, 32768) == 312.75);
  CHECK(mib("qwen3-235b-a22b", 2048, 32768) == 1251);
  CHECK(mib("qwen3-30b-a3b", 512, 32768) == 304.75);
  CHECK(mib("qwen3-32b", 1024, 8192) == 633.5);
  CHECK_THAT(mib("qwen3.5-9b", 512, 32768), WithinAbs(501, 0.01));
  // ... masks in 32 and 16 bits where the context is long ...
  CHECK_THAT(mib("qwen3.5-9b", 512, 262144), WithinRel(808.02, 0.02));
  // ... an MLP's intermediates where only the last token's logits are kept.
  CHECK_THAT(mib("qwen2.5-7b", 512, 4096, true, 1), WithinRel(136, 0.01));
  CHECK_THAT(mib("glm-4-32b-0414", 512, 32768), WithinRel(308, 0.05));
}

TEST_CASE("scores are stored without flash attention", "[ggml]") {
  const auto found = find_model("pythia-2.8b");
  const LayerTable table(found->model);
  const GgmlBuffer b = ggml_compute_buffer(table, plan_of(table, 512, 2048, false, 512));
  CHECK(b.inner >= 32 * 2048.0 * 512 * 4);
  // 162.00 MiB by the log.
  CHECK_THAT(b.total() / kMiB, WithinRel(162, 0.13));
}

TEST_CASE("a streamed expert matrix lies in the buffer", "[ggml][reference]") {
  // Qwen3-235B in Q8_0 with its experts on the host: 1024 MiB by two logs.
  const auto found = find_model("qwen3-235b-a22b");
  const LayerTable table(found->model);
  GgmlPlan p = plan_of(table, 512, 32768, true, 512);
  p.streamed_bytes = 128 * 4096.0 * 1536 * 34 / 32;
  CHECK_THAT(ggml_compute_buffer(table, p).total() / kMiB, WithinRel(1024, 0.10));
}

TEST_CASE("a buffer grows with its micro-batch, context and sequences", "[ggml][property]") {
  for (const char* id :
       {"llama-3.1-8b", "gemma-3-27b", "deepseek-v3", "qwen3.5-9b", "gpt-oss-20b", "qwen3-30b-a3b"}) {
    for (const bool flash : {true, false}) {
      CAPTURE(id, flash);
      CHECK(mib(id, 512, 8192, flash) <= mib(id, 1024, 8192, flash));
      CHECK(mib(id, 512, 8192, flash) <= mib(id, 512, 65536, flash));
      CHECK(mib(id, 512, 8192, flash, 1) <= mib(id, 512, 8192, flash));
    }
    CHECK(mib(id, 512, 65536, true) <= mib(id, 512, 65536, false));
  }
}
