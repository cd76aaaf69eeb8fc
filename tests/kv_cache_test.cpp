#include "slide_rule/memory/kv_cache.hpp"

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;

namespace {

double cache_of(const char* id, InferencePlan plan) {
  const auto found = find_model(id);
  REQUIRE(found);
  const LayerTable table(found->model);
  return cache_bytes(cache_widths(table, 0, table.layers(), plan.ranks()),
                     cache_cells(plan, found->model.window, plan.context_tokens, 2048), plan);
}

InferencePlan plan_of(Engine engine, double tokens, KvFormat format = KvFormat::bf16) {
  InferencePlan p;
  p.engine = engine;
  p.context_tokens = tokens;
  p.kv_format = format;
  return p;
}

}  // namespace

TEST_CASE("caches at 131,072 tokens", "[kv-cache][reference]") {
  // 2 * 8 heads * 128 * 32 layers * 2 bytes; 576 elements of latent and rotary key in 61 layers.
  CHECK(cache_of("llama-3.1-8b", plan_of(Engine::vllm, 131072)) == 16 * kGiB);
  CHECK(cache_of("deepseek-v3", plan_of(Engine::vllm, 131072)) == 576.0 * 61 * 131072 * 2);
  CHECK_THAT(cache_of("deepseek-v3", plan_of(Engine::vllm, 131072)) / kGiB, WithinAbs(8.58, 0.005));
  // Ten full layers of 62; llama.cpp's windows hold 1,024 + 512 cells, vLLM's pages of 2024 the whole
  // context.
  CHECK_THAT(cache_of("gemma-3-27b", plan_of(Engine::llama_cpp, 131072)) / kGiB, WithinAbs(10.6, 0.1));
  InferencePlan before = plan_of(Engine::vllm, 131072);
  before.software_year = 2024;
  CHECK_THAT(cache_of("gemma-3-27b", before) / kGiB, WithinAbs(62.0, 0.01));
}

TEST_CASE("caches as load logs of llama.cpp print them", "[kv-cache][reference]") {
  const auto mib = [](const char* id, double tokens, KvFormat format) {
    return cache_of(id, plan_of(Engine::llama_cpp, tokens, format)) / kMiB;
  };
  CHECK(mib("deepseek-v3", 32768, KvFormat::fp16) == 2196);
  CHECK(mib("deepseek-v3", 32768, KvFormat::q8_0) == 1166.625);
  CHECK(mib("deepseek-v3", 2048, KvFormat::fp16) == 137.25);
  CHECK(mib("qwen3-235b-a22b", 32768, KvFormat::q8_0) == 3196);
  CHECK(mib("qwen3-235b-a22b", 32768, KvFormat::fp16) == 6016);
  CHECK(mib("qwen3-32b", 8192, KvFormat::fp16) == 2048);
  CHECK(mib("pythia-2.8b", 2048, KvFormat::fp16) == 640);
  CHECK(mib("qwen3.5-9b", 262144, KvFormat::q8_0) == 4352);
}

TEST_CASE("recurrent state as llama.cpp prints it", "[kv-cache][reference]") {
  const auto found = find_model("qwen3.5-9b");
  const LayerTable table(found->model);
  const CacheWidths w = cache_widths(table, 0, table.layers(), 1);
  CHECK(state_bytes(w, Engine::llama_cpp, 2) / kMiB == 100.5);
  CHECK(state_bytes(w, Engine::llama_cpp, 4) / kMiB == 201);
}

TEST_CASE("llama.cpp pads cells to 256 and lets sequences share the context", "[kv-cache]") {
  InferencePlan p = plan_of(Engine::llama_cpp, 8000);
  CHECK(cache_cells(p, 0, 8000).full == 8192);
  p.max_num_seqs = 4;
  CHECK(cache_cells(p, 1024, 8000).full == 8192);
  CHECK(cache_cells(p, 1024, 8000).window == 4608);  // 4 * 1024 + 512
  p.max_num_seqs.reset();
  p.batch = 3;
  CHECK(cache_cells(p, 1024, 8000).full == 24064);
  CHECK(cache_cells(p, 1024, 8000).window == 3584);
}

TEST_CASE("keys and values may have formats of their own", "[kv-cache]") {
  InferencePlan p = plan_of(Engine::llama_cpp, 4096, KvFormat::q8_0);
  const double both = cache_of("llama-3.1-8b", p);
  p.kv_value_format = KvFormat::q4_0;
  CHECK_THAT(cache_of("llama-3.1-8b", p), WithinRel(both * (34 + 18) / 68, 1e-12));
}

TEST_CASE("a cache grows with tokens, batch and bits", "[kv-cache][property]") {
  for (const char* id : {"llama-3.1-8b", "gemma-3-27b", "deepseek-v3", "qwen3.5-9b", "gpt-oss-20b"}) {
    for (const Engine engine :
         {Engine::transformers, Engine::vllm, Engine::llama_cpp, Engine::exllamav2, Engine::mlc}) {
      double before = 0;
      for (double tokens = 1; tokens < 300000; tokens = tokens * 3 + 1) {
        CAPTURE(id, name_of(engine), tokens);
        const double now = cache_of(id, plan_of(engine, tokens));
        CHECK(now >= before);
        InferencePlan twice = plan_of(engine, tokens);
        twice.batch = 2;
        CHECK(cache_of(id, twice) >= now);
        CHECK(cache_of(id, plan_of(engine, tokens, KvFormat::fp8)) == now / 2);
        before = now;
      }
    }
  }
}
