#include "slide_rule/speed/roofline.hpp"

#include <algorithm>
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

TEST_CASE("published generation rates lie inside the interval, give or take 1 %", "[speed][reference]") {
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
    q.plan.software_year = 2024.3;
    q.output_tokens = r.generated;
    const DecodeSpeedAnswer a = answer_to(q);
    CHECK(a.decode_interval.low <= r.tokens_per_second * 1.01);
    CHECK(a.decode_interval.high >= r.tokens_per_second * 0.99);
    CHECK(a.bound == SpeedBound::bandwidth);
  }
}

TEST_CASE("today's llama.cpp launches a step as one graph", "[speed][reference]") {
  struct Row {
    const char *model, *gpu;
    WeightFormat format;
    double prompt, tokens_per_second;
  };
  // [llama-cpp-community]: builds of 2025 and 2026.
  for (const Row& r : {Row{"qwen3-8b", "rtx-5090", WeightFormat::q4_k_m, 72, 227.1},
                       Row{"qwen3-8b", "rtx-3090-ti", WeightFormat::q4_k_m, 512, 133.01},
                       Row{"qwen2.5-0.5b", "rtx-3060-12gb", WeightFormat::q8_0, 1, 401.36},
                       Row{"gemma-3-1b", "rtx-3060-12gb", WeightFormat::q4_k_m, 1, 209.0},
                       Row{"gemma-4-e2b", "rtx-3060-12gb", WeightFormat::q4_0, 1, 132.7},
                       Row{"qwen3.6-35b-a3b", "rtx-5090", WeightFormat::q4_k_m, 512, 230.73}}) {
    CAPTURE(r.model, r.gpu);
    DecodeSpeedQuestion q = question(r.model, r.gpu, Engine::llama_cpp, r.format);
    q.prompt_tokens = r.prompt;
    q.output_tokens = 128;
    const DecodeSpeedAnswer today = answer_to(q);
    CHECK(today.decode_interval.low <= r.tokens_per_second);
    CHECK(today.decode_interval.high >= r.tokens_per_second);
    q.plan.software_year = 2024.3;
    CHECK(answer_to(q).decode_tokens_per_second < today.decode_tokens_per_second);
  }
}

TEST_CASE("what no rate was measured of is said, with the widest interval", "[speed]") {
  const auto says = [](const DecodeSpeedAnswer& a, std::string_view id) {
    return std::any_of(a.assumptions.begin(), a.assumptions.end(),
                       [&](const Assumption& x) { return x.id == id; });
  };
  const auto width = [](const Interval& i) { return i.high / i.low; };
  const DecodeSpeedAnswer known =
      answer_to(question("llama-3.1-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m));
  CHECK_FALSE(says(known, "decode-not-measured"));
  // The makers' cards, and releases since CUDA graphs on stacked memory.
  for (const char* gpu : {"arc-a770-16gb", "rx-7900-xtx", "mi300x", "ryzen-ai-max-395", "h100-sxm"}) {
    CAPTURE(gpu);
    const DecodeSpeedAnswer a =
        answer_to(question("llama-3.1-8b", gpu, Engine::llama_cpp, WeightFormat::q4_k_m));
    CHECK(says(a, "decode-not-measured"));
    CHECK_FALSE(says(a, "engine-not-on-device"));
    CHECK(width(a.decode_interval) > 1.3 * width(known.decode_interval));
  }
  DecodeSpeedQuestion other =
      question("qwen3.6-35b-a3b", "rx-7900-xtx", Engine::llama_cpp, WeightFormat::iq4_xs);
  other.plan.kv_format = KvFormat::q4_0;
  other.prompt_tokens = 512;
  CHECK(answer_to(other).decode_interval.low <= 85.6);
  for (const char* gpu : {"tpu-v5e", "trainium2", "inferentia2", "gaudi3"}) {
    CAPTURE(gpu);
    const auto on = [&](Engine engine, WeightFormat format) {
      return says(answer_to(question("llama-3.1-8b", gpu, engine, format)), "engine-not-on-device");
    };
    CHECK(on(Engine::llama_cpp, WeightFormat::q4_k_m));
    CHECK_FALSE(on(Engine::vllm, WeightFormat::bf16));
  }
  // Several sequences: QwQ-32B on A100 by vLLM 0.7.2, 200 tokens (vLLM issue 16300).
  DecodeSpeedQuestion q = question("qwen2.5-32b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16);
  q.output_tokens = 200;
  struct Row {
    double devices, sequences, tokens_per_second;
  };
  for (const Row& r :
       {Row{2, 1, 36.2}, {4, 1, 50}, {8, 1, 63}, {2, 16, 528}, {4, 16, 660}, {8, 16, 760}, {2, 128, 2300}}) {
    CAPTURE(r.devices, r.sequences);
    q.plan.tensor_parallel = q.plan.gpus = r.devices;
    q.plan.batch = r.sequences;
    const DecodeSpeedAnswer a = answer_to(q);
    CHECK(says(a, "decode-not-measured") == (r.sequences > 1));
    CHECK(a.decode_interval.low <= r.tokens_per_second);
    CHECK(a.decode_interval.high >= r.tokens_per_second);
  }
  q.plan.tensor_parallel = q.plan.gpus = 1;
  CHECK(says(answer_to(q), "decode-not-measured"));
  // The M5's accelerators: Mistral 7B Q4_0, 608 tokens/s of prompts (llama.cpp pull request 16634).
  q = question("mistral-7b-v0.1", "apple-m5", Engine::llama_cpp, WeightFormat::q4_0);
  q.prompt_tokens = 512;
  const DecodeSpeedAnswer m5 = answer_to(q);
  CHECK(says(m5, "prefill-not-measured"));
  CHECK(m5.prefill_interval.high >= 608);
  q.gpu = GpuChoice{*find_gpu("apple-m4")};
  CHECK_FALSE(says(answer_to(q), "prefill-not-measured"));
}

TEST_CASE("published rates of whole answers lie inside the interval", "[speed][reference]") {
  struct Row {
    const char* model;
    const char* gpu;
    Engine engine;
    WeightFormat format;
    double year, gpus, prompt, tokens, tokens_per_second;
  };
  // Qwen's speed benchmarks: 2048 tokens generated; Qwen3's count the prompt's, too.
  for (const Row& r :
       {Row{"qwen2-72b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16, 2024, 2, 1, 2048, 17.68},
        Row{"qwen2-72b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16, 2024, 4, 1, 2048, 30.01},
        Row{"qwen2.5-72b", "a100-sxm-80gb", Engine::vllm, WeightFormat::gptq_int8, 2024, 2, 30720, 2048,
            23.32},
        Row{"qwen2.5-7b", "a100-sxm-80gb", Engine::transformers, WeightFormat::gptq_int4, 2024, 1, 30720,
            2048, 18.45},
        Row{"qwen2.5-32b", "a100-sxm-80gb", Engine::transformers, WeightFormat::gptq_int4, 2024, 1, 30720,
            2048, 5.79},
        Row{"qwen2-57b-a14b", "a100-sxm-80gb", Engine::transformers, WeightFormat::bf16, 2024, 1, 6144, 2048,
            4.90},
        Row{"qwen3-30b-a3b", "h20", Engine::transformers, WeightFormat::bf16, 2025, 1, 30720, 32768, 27.03},
        Row{"qwen3-1.7b", "h20", Engine::transformers, WeightFormat::bf16, 2025, 1, 14336, 16384, 352.59}}) {
    CAPTURE(r.model, r.gpu, name_of(r.engine), name_of(r.format), r.prompt);
    DecodeSpeedQuestion q = question(r.model, r.gpu, r.engine, r.format);
    q.plan.software_year = r.year;
    q.plan.tensor_parallel = q.plan.gpus = r.gpus;
    q.prompt_tokens = r.prompt;
    q.output_tokens = 2048;
    const DecodeSpeedAnswer a = answer_to(q);
    const double rate = r.tokens / *a.total_seconds;
    const auto [low, high, level] = a.decode_interval;
    CHECK(r.tokens_per_second >= rate * low / a.decode_tokens_per_second);
    CHECK(r.tokens_per_second <= rate * high / a.decode_tokens_per_second);
  }
}

TEST_CASE("an interpreted engine waits for the longer of launches and device", "[speed]") {
  const DecodeSpeedQuestion small =
      question("qwen2.5-0.5b", "a100-sxm-80gb", Engine::transformers, WeightFormat::bf16);
  DecodeSpeedQuestion q = small;
  // 24 layers' launches, however fast the memory is read.
  CHECK_THAT(answer_to(q).decode_tokens_per_second, WithinRel(1 / (24 * 720e-6), 1e-12));
  q.gpu = GpuChoice{*find_gpu("h100-sxm")};
  CHECK_THAT(answer_to(q).decode_tokens_per_second, WithinRel(1 / (24 * 720e-6), 1e-12));
  // Until 2026 the cache was repeated for the 7 query heads that share keys: 2 + 14 copies of it, then 2.
  const LayerTable table(small.model.model);
  InferencePlan p = small.plan;
  p.context_tokens = 1000;
  const double cache = step_bytes(table, p, 1000).cache;
  CHECK(step_bytes(table, p, 1000).copied == 2 * cache);
  p.software_year = 2024;
  CHECK(step_bytes(table, p, 1000).copied == 16 * cache);
  p.engine = Engine::vllm;
  CHECK(step_bytes(table, p, 1000).copied == 0);
  // All 64 experts one after another: 1 + 64 / 8 times the launches.
  q = question("qwen2-57b-a14b", "a100-sxm-80gb", Engine::transformers, WeightFormat::bf16);
  const double grouped = answer_to(q).decode_tokens_per_second;
  q.plan.software_year = 2025;
  CHECK_THAT(answer_to(q).decode_tokens_per_second, WithinRel(1 / (28 * 720e-6 * 9), 1e-12));
  CHECK(grouped > 5 * answer_to(q).decode_tokens_per_second);
}

TEST_CASE("tensor-parallel devices read every weight once together", "[speed]") {
  const Model m = find_model("llama-3.1-70b")->model;
  const LayerTable table(m);
  InferencePlan p;
  p.engine = Engine::vllm;
  p.context_tokens = 4096;
  const StepBytes one = step_bytes(table, p, 1000);
  p.tensor_parallel = p.gpus = 4;
  const StepBytes four = step_bytes(table, p, 1000);
  CHECK(four.cache == one.cache);
  CHECK_THAT(four.weights, WithinRel(one.weights, 1e-3));  // each device has norms of its own
  CHECK(four.weights >= one.weights);
}

TEST_CASE("llama.cpp's prompts: sums in fp16, and scores through memory without FlashAttention",
          "[speed][reference]") {
  InferencePlan p;
  p.engine = Engine::llama_cpp;
  // [nvidia-ga102]: RTX 3090 142 TFLOPS with 16-bit sums, 71 with 32-bit ones; RTX A6000 154.8 either way.
  CHECK_THAT(prompt_flop_per_second(*find_gpu("rtx-3090"), p), WithinRel(142.3e12, 1e-3));
  CHECK_THAT(prompt_flop_per_second(*find_gpu("rtx-a6000"), p), WithinRel(154.8e12, 1e-3));
  p.engine = Engine::vllm;
  CHECK_THAT(prompt_flop_per_second(*find_gpu("rtx-3090"), p), WithinRel(71.16e12, 1e-3));

  const Model m = find_model("llama-3-8b")->model;
  p.engine = Engine::llama_cpp;
  CHECK(score_bytes(LayerTable(m), p, 8192) == 0);
  p.attention = ServingAttention::eager;
  CHECK(score_bytes(LayerTable(m), p, 8192) == 24.0 * 32 * 32 * 8192 * 4096);

  // llama-bench, May 2024: a prompt of 8192 tokens on an RTX 4090.
  DecodeSpeedQuestion q = question("llama-3-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m);
  q.plan.attention = ServingAttention::eager;
  for (const auto& [tokens, measured] : {std::pair{512.0, 7139.0}, {4096.0, 5266.0}, {8192.0, 4040.0}}) {
    q.prompt_tokens = tokens;
    CHECK_THAT(answer_to(q).prefill_tokens_per_second, WithinRel(measured, 0.1));
  }
}

TEST_CASE("rates open to formulas", "[speed][formula]") {
  const std::pair<Engine, WeightFormat> ways[] = {{Engine::vllm, WeightFormat::fp8},
                                                  {Engine::transformers, WeightFormat::bf16},
                                                  {Engine::llama_cpp, WeightFormat::q4_k_m}};
  for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b", "qwen3.5-9b", "deepseek-v3"}) {
    for (int i = 0; i < 6; ++i) {
      const auto& [engine, format] = ways[i / 2];
      DecodeSpeedQuestion q = question(model, "h100-sxm", engine, format);
      q.plan.batch = i % 2 == 0 ? 1 : 300;
      q.plan.software_year = 2025;
      q.plan.attention = ServingAttention::eager;
      q.prompt_tokens = 4000;
      const DecodeSpeedAnswer a = answer_to(q);
      CAPTURE(model, q.plan.batch, name_of(engine));
      CHECK(formula_gives(a.decode, a.decode_tokens_per_second, 1e-9));
      CHECK(formula_gives(a.prefill, a.prefill_tokens_per_second, 1e-9));
      CHECK(a.decode_interval.low < a.decode_tokens_per_second);
      CHECK(a.prefill_interval.high > a.prefill_tokens_per_second);
      CHECK(*a.time_to_first_token_seconds < *a.total_seconds);
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

TEST_CASE("a step of text reads neither tables of rows nor towers", "[speed][reference]") {
  const Model m = find_model("gemma-4-e2b")->model;
  const LayerTable table(m);
  const ParameterCount count = count_parameters(m);
  // The head is the table of tokens; the table by layer gives a row of 35 * 256.
  const double streamed = count.text - m.per_layer_embedding.vocabulary * 256 * 35;
  InferencePlan p;
  for (const Engine engine : {Engine::transformers, Engine::vllm, Engine::llama_cpp}) {
    p.engine = engine;
    p.weight_format = engine == Engine::llama_cpp ? WeightFormat::gguf_f16 : WeightFormat::bf16;
    CAPTURE(name_of(engine));
    // Norms of GGUF are in 32 bits.
    CHECK_THAT(step_bytes(table, p, 1).weights, WithinRel(2 * streamed, 1e-3));
    CHECK(step_bytes(table, p, 1).host_weights == 0);
  }
  p.gpu_layers = 0;
  CHECK(step_bytes(table, p, 1).weights == 0);
  CHECK_THAT(step_bytes(table, p, 1).host_weights, WithinRel(2 * streamed, 1e-3));
  // Not tied, and quantised lower than its table is.
  p = {};
  p.engine = Engine::llama_cpp;
  p.weight_format = WeightFormat::q4_k_m;
  const Model llama = find_model("llama-3.1-8b")->model;
  const double file = stored_weights(LayerTable(llama), p.weight_format, true).total_bytes();
  CHECK_THAT(step_bytes(LayerTable(llama), p, 1).weights, WithinRel(file - 128256 * 4096 * 4.5 / 8, 1e-9));
}

TEST_CASE("of the host's weights a step reads neither the looked-up table nor idle experts", "[speed]") {
  InferencePlan p;
  p.engine = Engine::llama_cpp;
  p.weight_format = WeightFormat::gguf_f16;
  p.cpu_moe_layers = 48;
  const Model moe = find_model("qwen3-30b-a3b")->model;
  // Eight experts of three matrices in each of 48 layers.
  CHECK_THAT(step_bytes(LayerTable(moe), p, 1).host_weights, WithinRel(48 * 8 * 3 * 2048.0 * 768 * 2, 2e-3));
  p.cpu_moe_layers = 0;
  p.gpu_layers = 17;  // the head and 16 layers of 32
  const Model dense = find_model("llama-3.1-8b")->model;
  const double layer = 2 * 4096.0 * 4096 + 2 * 4096.0 * 1024 + 3 * 4096.0 * 14336 + 2 * 4096;
  CHECK_THAT(step_bytes(LayerTable(dense), p, 1).host_weights, WithinRel(16 * layer * 2, 2e-3));
}

TEST_CASE("a cache is read where it lies, and by every rank that holds it", "[speed]") {
  InferencePlan p;
  p.engine = Engine::llama_cpp;
  p.weight_format = WeightFormat::q4_k_m;
  p.kv_format = KvFormat::fp16;
  p.gpu_layers = 0;
  const Model llama = find_model("llama-3.1-8b")->model;
  const double whole = 2.0 * 8 * 128 * 32 * 2 * 1000;
  CHECK(step_bytes(LayerTable(llama), p, 1000).cache == 0);
  CHECK(step_bytes(LayerTable(llama), p, 1000).host_cache == whole);
  p.gpu_layers = 17;
  CHECK(step_bytes(LayerTable(llama), p, 1000).cache == whole / 2);
  // A latent lies whole on each of eight ranks, and eight key heads twice on sixteen.
  p = {};
  p.engine = Engine::vllm;
  p.gpus = 8;
  p.tensor_parallel = 8;
  CHECK(step_bytes(LayerTable(find_model("deepseek-v3")->model), p, 1000).cache == 8 * 576.0 * 61 * 2 * 1000);
  CHECK(step_bytes(LayerTable(llama), p, 1000).cache == whole);
  p.gpus = 16;
  p.tensor_parallel = 16;
  CHECK(step_bytes(LayerTable(llama), p, 1000).cache == 2 * whole);
}

TEST_CASE("fp32 weights are multiplied at the card's fp32 rate", "[speed]") {
  InferencePlan p;
  p.weight_format = WeightFormat::fp32;
  CHECK_THAT(prompt_flop_per_second(*find_gpu("h100-sxm"), p), WithinRel(66.9e12, 1e-12));
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
  q.plan.tensor_parallel = q.plan.gpus = 2;
  CHECK(answer_to(q).decode_tokens_per_second > rate);
  CHECK(answer_to(q).decode_tokens_per_second < 2 * rate);
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

TEST_CASE("a prompt's micro-batches read every expert that a token of theirs chose", "[speed]") {
  DecodeSpeedQuestion q = question("gpt-oss-120b", "dgx-spark-gb10", Engine::llama_cpp, WeightFormat::mxfp4);
  q.prompt_tokens = 512;
  const auto factor = [&](std::string_view symbol) {
    for (const Factor& f : answer_to(q).prefill.factors) {
      if (f.symbol == symbol) return f.value;
    }
    return 0.0;
  };
  // 512 tokens choose 4 of 128 experts each: all are read.
  CHECK(answer_to(q).prefill_tokens_per_second < 512 / (62.8e9 / 273e9));
  // Experts on the host are read once a micro-batch.
  q.plan.cpu_moe_layers = 36;
  q.prompt_tokens = 2048;
  const double of_four = factor("hostBytes");
  q.plan.ubatch_tokens = 2048;
  CHECK_THAT(of_four, WithinRel(4 * factor("hostBytes"), 1e-6));
  // vLLM on a card of less than 70 GiB: 2048 tokens a step, unless others are asked for.
  q = question("qwen3-30b-a3b", "rtx-6000-ada", Engine::vllm, WeightFormat::bf16);
  q.prompt_tokens = 8192;
  const double of_steps = factor("bytesRead");
  q.plan.max_batched_tokens = 8192;
  CHECK_THAT(of_steps, WithinRel(4 * factor("bytesRead"), 1e-6));
}

TEST_CASE("published rates of llama.cpp on a GB10 lie inside the interval", "[speed][reference]") {
  struct Row {
    const char* model;
    WeightFormat format;
    double prompt, batch, prefill, decode;
  };
  // [llama-cpp-dgx-spark], micro-batches of 2048 tokens, FlashAttention.
  for (const Row& r : {Row{"gpt-oss-20b", WeightFormat::mxfp4, 2048, 1, 3782.76, 84.10},
                       Row{"gpt-oss-20b", WeightFormat::mxfp4, 512, 8, 3994.63, 254.09},
                       Row{"gpt-oss-120b", WeightFormat::mxfp4, 2048, 1, 1937.54, 59.02},
                       Row{"gpt-oss-120b", WeightFormat::mxfp4, 8192, 1, 1747.28, 51.01},
                       Row{"qwen3-30b-a3b", WeightFormat::q8_0, 2048, 1, 3175.62, 60.92},
                       Row{"qwen2.5-7b", WeightFormat::q8_0, 512, 1, 2379.83, 29.24}}) {
    CAPTURE(r.model, r.prompt, r.batch);
    DecodeSpeedQuestion q = question(r.model, "dgx-spark-gb10", Engine::llama_cpp, r.format);
    q.plan.ubatch_tokens = 2048;
    q.plan.batch = r.batch;
    q.prompt_tokens = r.prompt;
    q.output_tokens = 32;
    const DecodeSpeedAnswer a = answer_to(q);
    CHECK(a.prefill_interval.low <= r.prefill);
    CHECK(a.prefill_interval.high >= r.prefill);
    CHECK(a.decode_interval.low <= r.decode);
    CHECK(a.decode_interval.high >= r.decode);
    CHECK(std::any_of(a.assumptions.begin(), a.assumptions.end(),
                      [](const Assumption& x) { return x.id == "prefill-not-measured"; }));
  }
}

TEST_CASE("where a prompt's rate is not known, neither is the time that it takes", "[speed]") {
  DecodeSpeedQuestion q = question("llama-3.1-8b", "gaudi2", Engine::vllm, WeightFormat::fp32);
  q.prompt_tokens = 128;
  const DecodeSpeedAnswer a = answer_to(q);
  CHECK(a.decode_tokens_per_second > 0);
  CHECK(a.prefill_tokens_per_second == 0);
  CHECK_FALSE(a.time_to_first_token_seconds);
  CHECK_FALSE(a.total_seconds);
}

TEST_CASE("the first token is sampled from the prompt's logits", "[speed]") {
  DecodeSpeedQuestion q = question("llama-3.1-8b", "a100-sxm-80gb", Engine::vllm, WeightFormat::bf16);
  q.prompt_tokens = 1000;
  q.output_tokens = 100;
  const DecodeSpeedAnswer a = answer_to(q);
  CHECK_THAT(*a.time_to_first_token_seconds, WithinRel(1000 / a.prefill_tokens_per_second, 1e-12));
  CHECK_THAT(*a.total_seconds - *a.time_to_first_token_seconds,
             WithinRel(99 / a.decode_tokens_per_second, 1e-9));
  q.output_tokens = 1;
  const DecodeSpeedAnswer one = answer_to(q);
  CHECK(one.total_seconds == one.time_to_first_token_seconds);
}

TEST_CASE("vLLM multiplies NVFP4 in FP4 and MXFP8 in FP8 where the card can", "[speed][reference]") {
  const auto rate = [](const char* gpu, WeightFormat format) {
    InferencePlan p;
    p.engine = Engine::vllm;
    p.weight_format = format;
    return prompt_flop_per_second(*find_gpu(gpu), p);
  };
  const Gpu b200 = *find_gpu("b200-sxm"), h100 = *find_gpu("h100-sxm");
  CHECK(rate("b200-sxm", WeightFormat::nvfp4) == b200.fp4_tflops * 1e12);
  CHECK(rate("b200-sxm", WeightFormat::mxfp8) == b200.fp8_tflops * 1e12);
  CHECK(rate("b200-sxm", WeightFormat::gptq_int4) == b200.bf16_tflops * 1e12);
  // Marlin unpacks both to 16 bits on cards before Blackwell.
  CHECK(rate("h100-sxm", WeightFormat::nvfp4) == h100.bf16_tflops * 1e12);
  CHECK(rate("h100-sxm", WeightFormat::mxfp8) == h100.bf16_tflops * 1e12);
  CHECK(rate("h100-sxm", WeightFormat::fp8) == h100.fp8_tflops * 1e12);
}

TEST_CASE("a card of unknown bandwidth asks for it", "[speed]") {
  DecodeSpeedQuestion q =
      question("llama-3.1-8b", "rtx-5060-laptop", Engine::llama_cpp, WeightFormat::q4_k_m);
  Problems problems;
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "bandwidthGbPerSecond");
  CHECK(problems[0].code == Code::missing);
  q.bandwidth_gb_per_second = 384;
  CHECK(answer_to(q).decode_tokens_per_second > 0);
}
