#include "slide_rule/memory/kv_cache.hpp"

#include <algorithm>
#include <utility>

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

TEST_CASE("bytes of every cache format", "[kv-cache][reference]") {
  // 2 x 8 heads x 128 x 32 layers x 8192 tokens are 512 Mi elements. ggml's blocks hold 32 elements in 34
  // (q8_0), 24, 22, 20 and 18 bytes; exllamav2 has a 16-bit scale for 32 elements; int8 16-bit scale and zero
  // for 128.
  struct Row {
    Engine engine;
    KvFormat format;
    double mib;
  };
  for (const Row& row :
       {Row{Engine::llama_cpp, KvFormat::fp32, 2048}, Row{Engine::llama_cpp, KvFormat::fp16, 1024},
        Row{Engine::llama_cpp, KvFormat::bf16, 1024}, Row{Engine::llama_cpp, KvFormat::q8_0, 544},
        Row{Engine::llama_cpp, KvFormat::q5_1, 384}, Row{Engine::llama_cpp, KvFormat::q5_0, 352},
        Row{Engine::llama_cpp, KvFormat::q4_1, 320}, Row{Engine::llama_cpp, KvFormat::q4_0, 288},
        Row{Engine::llama_cpp, KvFormat::iq4_nl, 288}, Row{Engine::vllm, KvFormat::fp8, 512},
        Row{Engine::vllm, KvFormat::int8, 528}, Row{Engine::exllamav2, KvFormat::q8, 544},
        Row{Engine::exllamav2, KvFormat::q6, 416}, Row{Engine::exllamav2, KvFormat::q4, 288}}) {
    CAPTURE(name_of(row.format));
    CHECK(cache_of("llama-3.1-8b", plan_of(row.engine, 8192, row.format)) == row.mib * kMiB);
  }
}

TEST_CASE("each sequence's cells are padded to the engine's pages", "[kv-cache]") {
  // 5,001 tokens: pages of 16 make 5,008, of 256 5,120. A window of 1,000: 1,008, or less where fewer tokens
  // are.
  const auto cells = [](Engine engine, double tokens, double year = 2026) {
    InferencePlan p = plan_of(engine, tokens);
    p.batch = 3;
    p.software_year = year;
    const CacheCells c = cache_cells(p, 1000, tokens, 2048);
    return std::pair{c.full, c.window};
  };
  CHECK(cells(Engine::transformers, 5001) == std::pair{3 * 5001.0, 3 * 1000.0});
  CHECK(cells(Engine::litgpt, 5001) == std::pair{3 * 5001.0, 3 * 5001.0});
  CHECK(cells(Engine::vllm, 5001, 2024) == std::pair{3 * 5008.0, 3 * 5008.0});
  // 999 tokens before a step of 2,048: 5,045 in 316 pages, and a page more a sequence.
  CHECK(cells(Engine::vllm, 5001) == std::pair{3 * 5008.0, (316 + 3) * 16.0});
  CHECK(cells(Engine::exllamav2, 5001) == std::pair{3 * 5120.0, 3 * 5120.0});
  CHECK(cells(Engine::mlc, 5001) == std::pair{3 * 5008.0, 3 * 1008.0});
  CHECK(cells(Engine::mlc, 501) == std::pair{3 * 512.0, 3 * 512.0});
}

TEST_CASE("tensor parallelism splits heads and state, and repeats what it cannot split", "[kv-cache]") {
  const auto widths = [](const char* id, double tensor_parallel) {
    const auto found = find_model(id);
    REQUIRE(found);
    const LayerTable table(found->model);
    return cache_widths(table, 0, table.layers(), tensor_parallel);
  };
  // One latent of 512 + 64 in 61 layers, on every device.
  for (const double t : {1, 8}) CHECK(widths("deepseek-v3", t).full_keys == 61 * 576);
  // 8 heads of 128 in 32 layers: one on each of 8 devices, and on each of 16.
  for (const double t : {1, 2, 8, 16}) {
    CHECK(widths("llama-3.1-8b", t).full_keys == 32 * 8 * 128 / std::min(t, 8.0));
    CHECK(widths("llama-3.1-8b", t).full_values == 32 * 8 * 128 / std::min(t, 8.0));
  }
  // 24 Mamba-2 layers of 8,192 channels and a state of 128; the convolution keeps 3 tokens of the channels
  // and of B and C, 8 groups of 128 each.
  for (const double t : {1, 2}) {
    CHECK(widths("nemotron-h-8b", t).state == 24 * 8192 * 128 / t);
    CHECK(widths("nemotron-h-8b", t).convolution == 24 * 3 * (8192 + 2 * 8 * 128) / t);
  }
}
