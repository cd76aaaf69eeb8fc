#include "slide_rule/speed/roofline.hpp"

#include <cmath>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;

namespace {

DecodeSpeedQuestion question(const char* model, const char* gpu, Engine engine, WeightFormat format) {
  DecodeSpeedQuestion q;
  q.model.model = find_model(model)->model;
  q.gpu = GpuChoice{*find_gpu(gpu)};
  q.plan.engine = engine;
  q.plan.weight_format = format;
  q.prompt_tokens = 1;
  q.output_tokens = 1024;
  return q;
}

DecodeSpeedAnswer answer_to(const DecodeSpeedQuestion& q) {
  Problems problems;
  const DecodeSpeedAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

}  // namespace

TEST_CASE("published generation rates lie inside the interval", "[speed][reference]") {
  struct Row {
    const char *model, *gpu;
    Engine engine;
    WeightFormat format;
    double generated, tokens_per_second;
  };
  // llama-bench (GPU-Benchmarks-on-LLM-Inference, tg512 to tg4096), Qwen's speed benchmarks.
  for (const Row& r :
       {Row{"llama-3-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m, 512, 130.58},
        Row{"llama-3-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m, 4096, 119.44},
        Row{"llama-3-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::gguf_f16, 512, 54.84},
        Row{"llama-3-8b", "rtx-3070", Engine::llama_cpp, WeightFormat::q4_k_m, 1024, 70.94},
        Row{"qwen2.5-7b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16, 2048, 84.28},
        Row{"qwen2-7b", "a100-sxm-80gb", Engine::vllm, WeightFormat::gptq_int4, 2048, 143.4},
        Row{"qwen2-0.5b", "a100-sxm-80gb", Engine::transformers, WeightFormat::bf16, 2048, 49.94},
        Row{"qwen2.5-7b", "a100-sxm-80gb", Engine::transformers, WeightFormat::bf16, 2048, 40.38}}) {
    CAPTURE(r.model, r.gpu, name_of(r.engine), name_of(r.format));
    DecodeSpeedQuestion q = question(r.model, r.gpu, r.engine, r.format);
    q.output_tokens = r.generated;
    const DecodeSpeedAnswer a = answer_to(q);
    CHECK(a.decode_interval.low <= r.tokens_per_second);
    CHECK(a.decode_interval.high >= r.tokens_per_second);
    CHECK(a.bound == SpeedBound::bandwidth);
  }
}

TEST_CASE("rates open to formulas", "[speed][formula]") {
  for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b", "qwen3.5-9b", "deepseek-v3"}) {
    for (const double batch : {1.0, 300.0}) {
      DecodeSpeedQuestion q = question(model, "h100-sxm", Engine::vllm, WeightFormat::fp8);
      q.plan.batch = batch;
      q.prompt_tokens = 4000;
      const DecodeSpeedAnswer a = answer_to(q);
      CAPTURE(model, batch);
      CHECK(formula_gives(a.decode, a.decode_tokens_per_second, 1e-9));
      CHECK(formula_gives(a.prefill, a.prefill_tokens_per_second, 1e-9));
      CHECK(a.decode_interval.low < a.decode_tokens_per_second);
      CHECK(a.prefill_interval.high > a.prefill_tokens_per_second);
      CHECK(a.time_to_first_token_seconds < a.total_seconds);
    }
  }
}

TEST_CASE("llama.cpp's devices take turns at a prompt's micro-batches", "[speed][reference]") {
  InferencePlan p;
  p.engine = Engine::llama_cpp;
  CHECK(pipeline_speedup(p, 32, 4096) == 1);
  p.gpus = 2;
  // Llama 3 on two cards, prompts of 512 to 8192 tokens over one card: 0.98, 1.58 and 1.53 times as fast; on
  // eight, 2.7 at 4096 (llama-bench, medians of the cards).
  CHECK(pipeline_speedup(p, 32, 512) == 1);
  CHECK_THAT(pipeline_speedup(p, 32, 4096), WithinRel(1.58, 0.05));
  CHECK_THAT(pipeline_speedup(p, 32, 8192), WithinRel(1.53, 0.05));
  p.gpus = 8;
  CHECK_THAT(pipeline_speedup(p, 80, 4096), WithinRel(2.69, 0.1));
  p.gpu_layers = 40;
  CHECK(pipeline_speedup(p, 80, 4096) == 1);
  p.gpu_layers.reset();
  p.engine = Engine::transformers;
  CHECK(pipeline_speedup(p, 80, 4096) == 1);

  DecodeSpeedQuestion q = question("llama-3-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m);
  q.prompt_tokens = 4096;
  q.plan.gpus = 4;
  const DecodeSpeedAnswer a = answer_to(q);
  CHECK(formula_gives(a.prefill, a.prefill_tokens_per_second, 1e-9));
}

TEST_CASE("a step reads active weights once and each sequence's cache", "[speed]") {
  const Model dense = find_model("llama-2-7b")->model;
  InferencePlan p;
  p.context_tokens = 4096;
  // Everything but the embedding table; 2 * 32 * 4096 elements a token.
  CHECK(step_bytes(LayerTable(dense), p, 1000).weights == (6738415616.0 - 32000.0 * 4096) * 2);
  CHECK(step_bytes(LayerTable(dense), p, 1000).cache == 1000.0 * 2 * 32 * 4096 * 2);
  p.batch = 8;
  CHECK(step_bytes(LayerTable(dense), p, 1000).cache == 8000.0 * 2 * 32 * 4096 * 2);

  const Model moe = find_model("qwen3-30b-a3b")->model;
  p.batch = 1;
  const double one = step_bytes(LayerTable(moe), p, 1).weights;
  CHECK_THAT(one, WithinRel((count_parameters(moe).active - 151936.0 * 2048) * 2, 1e-9));
  p.batch = 1000;
  CHECK_THAT(step_bytes(LayerTable(moe), p, 1).weights,
             WithinRel((count_parameters(moe).text - 151936.0 * 2048) * 2, 1e-6));
}

TEST_CASE("more of what is needed is slower, more of what is had is faster", "[speed][property]") {
  const DecodeSpeedQuestion base =
      question("llama-3.1-8b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16);
  const double rate = answer_to(base).decode_tokens_per_second;
  DecodeSpeedQuestion q = base;
  q.prompt_tokens = 50000;
  CHECK(answer_to(q).decode_tokens_per_second < rate);
  q = base;
  q.plan.batch = 16;
  CHECK(answer_to(q).decode_tokens_per_second > rate);
  CHECK(answer_to(q).decode_tokens_per_second < 16 * rate);
  q = base;
  q.plan.gpus = q.plan.tensor_parallel = 2;
  CHECK(answer_to(q).decode_tokens_per_second > rate);
  q = base;
  q.plan.weight_format = WeightFormat::fp8;
  CHECK(answer_to(q).decode_tokens_per_second > rate);
  q = base;
  q.plan.batch = 2000;
  CHECK(answer_to(q).bound == SpeedBound::compute);
  q = base;
  q.plan.engine = Engine::llama_cpp;
  q.plan.gpu_layers = 16;
  CHECK(answer_to(q).decode_tokens_per_second < rate / 3);
}
