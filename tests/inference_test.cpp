#include "slide_rule/memory/inference.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/plausible_shape.hpp"
#include "slide_rule/units.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;

namespace {

const std::vector<const char*> kModels = {"llama-3.1-8b", "gemma-3-27b",  "deepseek-v3",  "qwen3.5-9b",
                                          "gpt-oss-20b",  "qwen2.5-0.5b", "qwen3-30b-a3b"};
const std::vector<Engine> kEngines = {Engine::transformers, Engine::vllm, Engine::llama_cpp,
                                      Engine::exllamav2,    Engine::mlc,  Engine::litgpt};

InferenceQuestion question(const char* id, Engine engine, double tokens) {
  const auto found = find_model(id);
  REQUIRE(found);
  InferenceQuestion q;
  q.model.model = found->model;
  q.plan.engine = engine;
  q.plan.context_tokens = tokens;
  return q;
}

InferenceAnswer answer_to(const InferenceQuestion& q) {
  Problems problems;
  const InferenceAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

bool on_host(std::string_view id) { return id.size() > 5 && id.substr(id.size() - 5) == "-host"; }

double term(const InferenceAnswer& a, std::string_view id) {
  double bytes = 0;
  for (const Term& t : a.terms) bytes += t.id == id ? t.bytes : 0;
  return bytes;
}

/// Plans that between them reach every term.
std::vector<InferenceQuestion> many_questions() {
  std::vector<InferenceQuestion> list;
  for (const char* id : kModels) {
    for (const Engine engine : kEngines) {
      for (const WeightFormat format :
           {WeightFormat::bf16, WeightFormat::nf4, WeightFormat::gptq_int4, WeightFormat::q4_k_m}) {
        InferenceQuestion q = question(id, engine, 5000);
        q.plan.weight_format = format;
        list.push_back(q);
        q.plan.prompt_logits = PromptLogits::all;
        q.plan.attention = ServingAttention::eager;
        q.plan.batch = 3;
        q.plan.lora_rank = 16;
        q.plan.kv_value_format = KvFormat::fp8;
        list.push_back(q);
        q.plan.gpus = 4;
        q.plan.tensor_parallel = 2;
        q.plan.bits_per_weight = 5;
        list.push_back(q);
        q.plan.tensor_parallel = q.plan.gpus = 1;
        q.plan.gpu_layers = 10;
        q.plan.cpu_moe_layers = 4;
        q.gpu = GpuChoice{*find_gpu("rtx-4090")};
        q.draft_model = ModelChoice{find_model("qwen2.5-0.5b")->model};
        list.push_back(q);
      }
    }
  }
  return list;
}

}  // namespace

TEST_CASE("terms open to formulas, and sum to what is shown", "[inference][formula][property]") {
  std::ifstream file(std::string(SLIDE_RULE_REFERENCE_DIR) + "/../../src/catalog/references.json");
  const std::string references{std::istreambuf_iterator<char>(file), {}};
  for (const InferenceQuestion& q : many_questions()) {
    CAPTURE(q.model.model.id, name_of(q.plan.engine), name_of(q.plan.weight_format), q.plan.gpus,
            q.plan.batch);
    const InferenceAnswer a = answer_to(q);
    double device = 0, host = 0, context = 0;
    for (const Term& t : a.terms) {
      CAPTURE(t.id, t.formula, t.bytes);
      CHECK(std::isfinite(t.bytes));
      CHECK(formula_gives(t, t.bytes, 1e-9));
      CHECK(references.find("\"key\": \"" + std::string(t.source) + "\"") != std::string::npos);
      (on_host(t.id) ? host : device) += t.bytes;
      if (t.id == "context" || t.id == "process-context" || t.id == "cache-fragments") context += t.bytes;
    }
    CHECK_THAT(device, WithinRel(a.device_bytes, 1e-12));
    CHECK_THAT(device - context, WithinRel(a.peak_bytes, 1e-12));
    CHECK_THAT(host, WithinRel(a.host_bytes, 1e-12) || WithinAbs(0, 1));
    CHECK(a.interval.low <= a.peak_bytes);
    CHECK(a.interval.high >= a.peak_bytes);
    CHECK(a.all_gpus_bytes >= a.peak_bytes * (1 - 1e-12));
  }
}

TEST_CASE("so they do where the head is the peak, and in fp32", "[inference][formula]") {
  InferenceQuestion q;
  q.model.model = find_model("llama-3.1-8b")->model;
  q.plan.weight_format = WeightFormat::nf4;
  q.plan.context_tokens = 3;
  const InferenceAnswer shortest = answer_to(q);
  double sum = 0;
  bool has_dequantised = false;
  for (const Term& t : shortest.terms) {
    if (!on_host(t.id)) sum += t.bytes;
    has_dequantised = has_dequantised || t.id == "activations-dequantised";
  }
  CHECK(has_dequantised);
  CHECK_THAT(sum, WithinRel(shortest.device_bytes, 1e-12));
  q.model.model = find_model("gpt2-xl")->model;
  q.plan = {};
  q.plan.engine = Engine::vllm;
  q.plan.weight_format = WeightFormat::fp32;
  q.plan.context_tokens = 512;
  for (const Term& t : answer_to(q).terms) {
    CAPTURE(t.id, t.formula);
    CHECK(formula_gives(t, t.bytes, 1e-9));
  }
}

TEST_CASE("a split's busiest device is that of all its stages, and all of them are their sum",
          "[inference][property]") {
  for (const char* id : {"qwen3-8b", "gemma-3-27b", "gemma-3-12b", "nemotron-nano-9b-v2",
                         "qwen3-next-80b-a3b", "llama-4-scout", "qwen3-30b-a3b"}) {
    const auto known = find_model(id);
    CAPTURE(id);
    REQUIRE(known);
    for (const Engine engine : {Engine::transformers, Engine::llama_cpp}) {
      for (const double gpus : {2.0, 3.0, 5.0, 7.0, 8.0, 10.0}) {
        InferenceQuestion q;
        q.model.model = known->model;
        q.plan.engine = engine;
        q.plan.weight_format = engine == Engine::llama_cpp ? WeightFormat::q4_k_m : WeightFormat::bf16;
        q.plan.context_tokens = 65536;
        q.plan.prompt_tokens = 512;
        q.plan.batch = 8;
        q.plan.gpus = gpus;
        CAPTURE(name_of(engine), gpus);
        const InferenceAnswer a = answer_to(q);
        const LayerTable table(q.model.model);
        double highest = 0, sum = 0;
        for (int i = 0; i < static_cast<int>(gpus); ++i) {
          const Stage stage = stage_of(q.plan, table.layers(), static_cast<int>(gpus), i);
          const double peak = inference_parts(table, q.plan, serving_device(), stage).peak_bytes();
          highest = std::max(highest, peak);
          sum += peak;
        }
        CHECK(a.peak_bytes == highest);
        CHECK_THAT(a.all_gpus_bytes, WithinRel(sum, 1e-12));
      }
    }
  }
}

TEST_CASE("the third of eight stages of Gemma 3 27B has two global layers", "[inference][reference]") {
  InferenceQuestion q;
  q.model.model = find_model("gemma-3-27b")->model;
  q.plan.context_tokens = 131072;
  q.plan.prompt_tokens = 512;
  q.plan.batch = 8;
  q.plan.gpus = 8;
  double cache = 0;
  for (const Term& t : answer_to(q).terms) cache += t.id == "kv-cache" ? t.bytes : 0;
  // 16 KV heads of 128: two global layers over the context, six over a window of 1,024.
  CHECK(cache == (2 * 131072.0 + 6 * 1024.0) * 8 * (2 * 16 * 128) * 2);
}

TEST_CASE("vLLM's pages of sliding layers hold the window and one step", "[inference][reference]") {
  const auto cache = [](const char* id, double tokens, double step, double batch = 1) {
    InferenceQuestion q;
    q.model.model = find_model(id)->model;
    q.plan.engine = Engine::vllm;
    q.plan.context_tokens = tokens;
    q.plan.max_batched_tokens = step;
    q.plan.batch = batch;
    for (const Term& t : answer_to(q).terms) {
      if (t.id == "kv-cache") return t.bytes;
    }
    return 0.0;
  };
  // "max seq len (131072), (4.54 GiB KV cache is needed": vllm-project/vllm issue 27508.
  CHECK_THAT(cache("gpt-oss-120b", 131072, 1024) / kGiB, WithinAbs(4.54, 0.005));
  const double layer = 2 * 8 * 64 * 2;  // bytes a token
  CHECK(cache("gpt-oss-120b", 131072, 1024) == 18 * layer * (131072 + 73 * 16));
  // Each sequence keeps its window, one step's tokens are shared: ceil((4 * 127 + 1024) / 16) + 4 pages.
  CHECK(cache("gpt-oss-120b", 131072, 1024, 4) == 18 * layer * (4 * 131072 + 100 * 16));
  // Ten full layers of 62 make groups of ten: one full, six sliding, the last of two filled up with eight.
  CHECK(cache("gemma-3-27b", 131072, 8192) == 10 * 2 * 16 * 128 * 2.0 * (131072 + 6 * (9216 + 16)));
  // A window that is never left takes a page more than the context.
  CHECK(cache("gpt-oss-20b", 64, 2048) == 12 * layer * (64 + 80));
}

TEST_CASE("vLLM's share holds as many sequences whatever number is asked for", "[inference]") {
  for (const char* id : {"gemma-3-27b", "mistral-7b-v0.1", "nemotron-h-8b", "llama-3.1-8b"}) {
    CAPTURE(id);
    const auto sequences = [&](double batch) {
      InferenceQuestion q;
      q.model.model = find_model(id)->model;
      q.plan.engine = Engine::vllm;
      q.plan.context_tokens = 8192;
      q.plan.batch = batch;
      q.gpu = GpuChoice{*find_gpu("h100-sxm")};
      return answer_to(q).taken->sequences;
    };
    CHECK_THAT(sequences(16), WithinRel(sequences(1), 1e-3));
  }
  // 2 * 2 * (20480 * 8192 b + 122880 * (1023 b + 8192 + 16 b)) = 11.64 GB.
  InferenceQuestion q;
  q.model.model = find_model("gemma-3-27b")->model;
  q.plan.engine = Engine::vllm;
  q.plan.context_tokens = 8192;
  q.gpu = GpuChoice{*find_gpu("h100-sxm")};
  CHECK_THAT(answer_to(q).taken->sequences, WithinAbs(6.4, 0.1));
}

TEST_CASE("a bare count is stored in as many bits a weight as models of that size", "[inference][gguf]") {
  for (double billions = 1; billions <= 100; ++billions) {
    InferenceQuestion q;
    q.model.model = plausible_shape(billions * 1e9);
    q.plan.engine = Engine::llama_cpp;
    q.plan.context_tokens = 4096;
    CAPTURE(billions);
    const auto bits = [&](WeightFormat format) {
      q.plan.weight_format = format;
      return answer_to(q).file_bytes * 8 / (billions * 1e9);
    };
    // Llama 3.1 8B and 70B: 4.89 and 4.82, 8.51 and 8.50, 3.77 and 3.63; small ones have a larger share of
    // embeddings (Llama 3.2 1B: 5.2).
    CHECK_THAT(bits(WeightFormat::q4_k_m), WithinAbs(4.9, billions < 4 ? 0.4 : 0.15));
    CHECK_THAT(bits(WeightFormat::q8_0), WithinAbs(8.51, 0.08));
    CHECK_THAT(bits(WeightFormat::iq3_m), WithinAbs(3.75, billions < 4 ? 0.6 : 0.2));
  }
}

TEST_CASE("a draft keeps its state, takes room from vLLM's cache, and is known", "[inference]") {
  InferenceQuestion q;
  q.model.model = find_model("nemotron-h-8b")->model;
  q.plan.context_tokens = 1024;
  q.plan.batch = 64;
  q.draft_model = ModelChoice{find_model("nemotron-h-4b")->model};
  InferenceQuestion alone = q;
  alone.model = *q.draft_model;
  alone.draft_model.reset();
  const auto state = [](const InferenceAnswer& a, std::string_view id) {
    for (const Term& t : a.terms) {
      if (t.id == id) return t.bytes;
    }
    return 0.0;
  };
  CHECK(state(answer_to(q), "recurrent-state-draft") == state(answer_to(alone), "recurrent-state"));
  CHECK(state(answer_to(alone), "recurrent-state") > 5e9);

  q = {};
  q.model.model = find_model("llama-3.1-70b")->model;
  q.plan.engine = Engine::vllm;
  q.plan.context_tokens = 4096;
  q.plan.tensor_parallel = q.plan.gpus = 4;
  q.gpu = GpuChoice{*find_gpu("h100-sxm")};
  const InferenceAnswer without = answer_to(q);
  q.draft_model = ModelChoice{find_model("llama-3.1-8b")->model};
  const InferenceAnswer with = answer_to(q);
  const double draft = with.peak_bytes - without.peak_bytes;
  CHECK(draft > 3e9);
  // Its cache grows with the sequences, as the model's: what is left for both lacks its weights.
  const double weights = draft - state(with, "kv-cache-draft");
  CHECK_THAT(with.taken->cache_bytes, WithinRel(without.taken->cache_bytes - weights, 1e-12));
  const double both = state(with, "kv-cache") + state(with, "kv-cache-draft");
  CHECK_THAT(with.taken->sequences, WithinRel(with.taken->cache_bytes / both, 1e-4));
  CHECK_THAT(with.interval.low - without.interval.low, WithinRel(draft, 1e-9));
}

TEST_CASE("the fast path gives the answer's bytes", "[inference][property]") {
  for (InferenceQuestion q : many_questions()) {
    q.gpu.reset();
    q.draft_model.reset();
    CAPTURE(q.model.model.id, name_of(q.plan.engine), name_of(q.plan.weight_format), q.plan.gpus);
    CHECK(inference_bytes(q.model.model, q.plan) == answer_to(q).device_bytes);
  }
}

TEST_CASE("peaks of transformers on an A100, Qwen2.5", "[inference][reference]") {
  // max_memory_allocated of transformers 4.46, 0.5B to 72B, prompts of 1 to 30,720 tokens.
  std::vector<double> errors;
  for (const CsvRow& row : read_csv("transformers-peaks.csv")) {
    InferenceQuestion q =
        question(row.at("model").c_str(), Engine::transformers, std::stod(row.at("contextTokens")));
    q.plan.prompt_tokens = std::stod(row.at("promptTokens"));
    for (std::size_t i = 0; i < Names<WeightFormat>::words.size(); ++i) {
      if (Names<WeightFormat>::words[i] == row.at("weightFormat"))
        q.plan.weight_format = static_cast<WeightFormat>(i);
    }
    const double error = answer_to(q).peak_bytes / kGiB / std::stod(row.at("gib")) - 1;
    CAPTURE(row.at("id"), error);
    CHECK(std::abs(error) < 0.06);
    errors.push_back(std::abs(error));
  }
  REQUIRE(errors.size() > 50);
  std::sort(errors.begin(), errors.end());
  CHECK(errors[errors.size() / 2] < 0.01);
  CHECK(errors[errors.size() * 9 / 10] < 0.025);
}

TEST_CASE("a whole prompt's logits outweigh the model", "[inference][reference]") {
  // Qwen2-0.5B, transformers 4.38: 27.61 GiB at 30,720 tokens, where Qwen2.5-0.5B of the same shape
  // takes 2.34.
  InferenceQuestion q = question("qwen2-0.5b", Engine::transformers, 32768);
  q.plan.prompt_tokens = 30720;
  q.plan.prompt_logits = PromptLogits::all;
  const InferenceAnswer a = answer_to(q);
  CHECK_THAT(a.peak_bytes / kGiB, WithinRel(27.61, 0.01));
  CHECK(term(a, "logits") == 30720.0 * 151936 * 6);
}

TEST_CASE("a split model's peaks sum to those measured over two GPUs", "[inference][reference]") {
  // Qwen2.5-72B in GPTQ-Int8 on two A100: 82.55 GiB at 14,336 tokens, 94.75 at 30,720, summed over both.
  InferenceQuestion q = question("qwen2.5-72b", Engine::transformers, 16384);
  q.plan.weight_format = WeightFormat::gptq_int8;
  q.plan.prompt_tokens = 14336;
  q.plan.gpus = 2;
  CHECK_THAT(answer_to(q).all_gpus_bytes / kGiB, WithinRel(82.55, 0.01));
  q.plan.context_tokens = 32768;
  q.plan.prompt_tokens = 30720;
  CHECK_THAT(answer_to(q).all_gpus_bytes / kGiB, WithinRel(94.75, 0.01));
}

TEST_CASE("a cache grown token by token is there twice at the driver", "[inference][reference]") {
  // Qwen-7B-Chat, whose published figures read as GiB of the device: 16.3 for 1,024 generated tokens, 31.7
  // for a batch of 16, 48.7 for one of 32.
  const auto device = [](double batch) {
    InferenceQuestion q = question("qwen1.5-7b", Engine::transformers, 1024);
    q.plan.prompt_tokens = 8;
    q.plan.batch = batch;
    return answer_to(q).device_bytes / kGiB;
  };
  CHECK_THAT(device(1), WithinRel(16.3, 0.03));
  CHECK_THAT(device(16), WithinRel(31.7, 0.03));
  CHECK_THAT(device(32), WithinRel(48.7, 0.05));
}

TEST_CASE("vLLM's profile: sampler logits at 1024 and at 256 sequences", "[inference][reference]") {
  const auto profile = [](const char* id, double sequences) {
    InferenceQuestion q = question(id, Engine::vllm, 16000);
    q.plan.max_num_seqs = sequences;
    const InferenceAnswer a = answer_to(q);
    return (term(a, "activations") + term(a, "logits") + term(a, "workspace")) / kGiB;
  };
  CHECK_THAT(profile("llama-3.1-8b", 1024), WithinRel(4.76, 0.01));
  CHECK_THAT(profile("qwen3-0.6b", 1024), WithinRel(5.56, 0.01));
  CHECK_THAT(profile("qwen3-32b", 1024), WithinRel(5.64, 0.01));
  CHECK_THAT(profile("llama-3-8b", 256), WithinRel(1.26, 0.01));
}

TEST_CASE("vLLM on Hopper keeps the scales of MXFP4 experts as loaded", "[inference][reference]") {
  // vLLM 0.11 on H100, "Model loading took": 13.47 and 64.38 GiB. Its Triton kernels take scales in an order
  // of their own, made beside those that the layer holds; other devices' kernels replace them.
  const auto loaded = [](const char* id, const char* gpu) {
    InferenceQuestion q = question(id, Engine::vllm, 16000);
    q.plan.weight_format = WeightFormat::mxfp4;
    q.gpu = GpuChoice{*find_gpu(gpu)};
    const InferenceAnswer a = answer_to(q);
    return std::pair{(term(a, "weights") + term(a, "weights-scales")) / kGiB, term(a, "weights-scales")};
  };
  CHECK_THAT(loaded("gpt-oss-20b", "h100-sxm").first, WithinRel(13.47, 0.01));
  CHECK_THAT(loaded("gpt-oss-120b", "h100-sxm").first, WithinRel(64.38, 0.01));
  CHECK(loaded("gpt-oss-20b", "h100-sxm").second == 24.0 * 32 * 3 * 2880 * 2880 / 32);
  CHECK(loaded("gpt-oss-20b", "a100-sxm-80gb").second == 0);
}

TEST_CASE("LitGPT's peaks: quantised heads unpacked, whole caches, blocks alone split",
          "[inference][reference]") {
  // tutorials/quantize.md and resource-tables.md of LitGPT, A100-40GB, decimal GB of max_memory_allocated.
  const auto peak = [](const char* id, WeightFormat format, double gpus, double tensor_parallel) {
    InferenceQuestion q = question(id, Engine::litgpt, 260);
    q.plan.weight_format = format;
    q.plan.prompt_tokens = 8;
    q.plan.gpus = gpus;
    q.plan.tensor_parallel = tensor_parallel;
    return answer_to(q).peak_bytes / 1e9;
  };
  CHECK_THAT(peak("falcon-7b", WeightFormat::bf16, 1, 1), WithinRel(14.50, 0.005));
  CHECK_THAT(peak("falcon-7b", WeightFormat::nf4, 1, 1), WithinRel(5.72, 0.015));
  CHECK_THAT(peak("falcon-7b", WeightFormat::nf4_dq, 1, 1), WithinRel(5.38, 0.015));
  CHECK_THAT(peak("falcon-7b", WeightFormat::int8, 1, 1), WithinRel(8.70, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::bf16, 4, 1), WithinRel(35.64, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::bf16, 8, 1), WithinRel(18.35, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::bf16, 4, 4), WithinRel(35.46, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::nf4_dq, 2, 2), WithinRel(19.79, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::nf4_dq, 4, 4), WithinRel(10.73, 0.015));
  CHECK_THAT(peak("llama-2-70b", WeightFormat::nf4_dq, 4, 1), WithinRel(10.80, 0.015));
}

TEST_CASE("LitGPT's cache: a key and value a query head until 2025", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::litgpt, 1000);
  CHECK(term(answer_to(q), "kv-cache") == 1000.0 * 32 * 2 * 32 * 128 * 2);
  q.plan.software_year = 2025;
  CHECK(term(answer_to(q), "kv-cache") == 1000.0 * 32 * 2 * 8 * 128 * 2);
}

TEST_CASE("vLLM takes its share of the card whatever the model needs", "[inference]") {
  InferenceQuestion q = question("qwen3-0.6b", Engine::vllm, 4096);
  q.gpu = GpuChoice{*find_gpu("h100-sxm")};
  const InferenceAnswer a = answer_to(q);
  REQUIRE(a.taken);
  CHECK_THAT(a.taken->bytes, WithinRel(0.9 * usable_bytes(q.gpu->gpu), 1e-12));
  CHECK(a.taken->bytes > 5 * a.peak_bytes);
  CHECK_THAT(
      a.taken->cache_bytes + a.peak_bytes - term(a, "kv-cache") - term(a, "cuda-graphs") + term(a, "context"),
      WithinRel(a.taken->bytes, 1e-12));
  CHECK(a.taken->sequences > 100);
}

TEST_CASE("llama.cpp: what is not on the device is on the host", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::llama_cpp, 8192);
  q.plan.weight_format = WeightFormat::q4_k_m;
  const InferenceAnswer all = answer_to(q);
  // The token embedding in Q4_K, by Ollama's log: 281.81 MiB.
  CHECK_THAT(term(all, "weights-host") / kMiB, WithinAbs(281.81, 0.005));
  CHECK(term(all, "kv-cache") == 1024 * kMiB);
  q.plan.gpu_layers = 17;  // the head and the last sixteen layers
  const InferenceAnswer half = answer_to(q);
  CHECK(term(half, "kv-cache") == 512 * kMiB);
  CHECK(term(half, "kv-cache-host") == 512 * kMiB);
  CHECK_THAT(term(half, "weights") + term(half, "weights-host"),
             WithinRel(term(all, "weights") + term(all, "weights-host"), 1e-12));
  q.plan.gpu_layers = 0;
  CHECK(answer_to(q).device_bytes == 0);
}

TEST_CASE("layers that stay on the host are copied in one matrix at a time, tables are not", "[inference]") {
  // Gemma's embedding is larger than any of its matrices, but is looked up where it lies.
  InferenceQuestion q = question("gemma-2b", Engine::llama_cpp, 4096);
  const double whole = term(answer_to(q), "compute-buffer");
  q.plan.gpu_layers = 10;
  const double largest_matrix = 2048.0 * 16384 * 2;
  const double streamed = term(answer_to(q), "compute-buffer");
  CHECK(streamed <= whole + largest_matrix);
}

TEST_CASE("estimates grow with tokens, batch, layers, rank and adapters", "[inference][property]") {
  for (const char* id : kModels) {
    for (const Engine engine : kEngines) {
      CAPTURE(id, name_of(engine));
      const InferenceQuestion base = question(id, engine, 4096);
      const double bytes = inference_bytes(base.model.model, base.plan);
      const auto with = [&](auto change) {
        InferenceQuestion q = base;
        change(q);
        return inference_bytes(q.model.model, q.plan);
      };
      CHECK(with([](auto& q) { q.plan.context_tokens = 9000; }) >= bytes);
      CHECK(with([](auto& q) { q.plan.batch = 4; }) >= bytes);
      CHECK(with([](auto& q) { q.plan.lora_rank = 8; }) > bytes);
      CHECK(with([](auto& q) { q.plan.weight_format = WeightFormat::q8_0; }) < bytes);
      // llama.cpp's flash attention stores no scores, but has a 16-bit copy of the mask beside it.
      const double masks = engine == Engine::llama_cpp ? 4096 * 512 * (4 + 2) : 0;
      CHECK(with([](auto& q) { q.plan.attention = ServingAttention::eager; }) >= bytes - masks);
      CHECK(with([](auto& q) { q.plan.gpus = 2, q.plan.tensor_parallel = 2; }) <= bytes * 1.2);
      InferenceQuestion deeper = base;
      if (deeper.model.model.layer_heads.empty() && deeper.model.model.kv_shared_layers == 0) {
        deeper.model.model.layers += 4;
        CHECK(inference_bytes(deeper.model.model, deeper.plan) > bytes);
      }
    }
  }
}

TEST_CASE("every word of every choice gives an answer without NaN", "[inference][property]") {
  for (std::size_t f = 0; f < Names<WeightFormat>::words.size(); ++f) {
    for (std::size_t k = 0; k < Names<KvFormat>::words.size(); ++k) {
      InferenceQuestion q = question("qwen3-30b-a3b", static_cast<Engine>(f % 5), 1000);
      q.plan.weight_format = static_cast<WeightFormat>(f);
      q.plan.kv_format = static_cast<KvFormat>(k);
      const InferenceAnswer a = answer_to(q);
      CAPTURE(f, k);
      CHECK(a.peak_bytes > 1e9);
      CHECK(std::isfinite(a.device_bytes));
    }
  }
}

TEST_CASE("a plan that cannot be is refused", "[inference]") {
  const auto problem = [](auto change) {
    InferenceQuestion q = question("llama-3.1-8b", Engine::vllm, 4096);
    change(q);
    Problems problems;
    answer(q, problems);
    return problems.empty() ? std::string() : problems[0].field;
  };
  CHECK(problem([](auto&) {}) == "");
  CHECK(problem([](auto& q) { q.plan.gpus = 3, q.plan.tensor_parallel = 2; }) == "tensorParallel");
  CHECK(problem([](auto& q) { q.plan.prompt_tokens = 5000; }) == "promptTokens");
  CHECK(problem([](auto& q) { q.gpu = GpuChoice{*find_gpu("l4")}, q.memory_bytes = 1e9; }) == "memoryBytes");
}

namespace {

double factor_of(const InferenceAnswer& a, std::string_view id, std::string_view symbol) {
  for (const Term& t : a.terms) {
    if (t.id != id) continue;
    for (const Factor& f : t.factors) {
      if (f.symbol == symbol) return f.value;
    }
  }
  return -1;
}

}  // namespace

TEST_CASE("the highest moment of a prompt, element by element", "[inference]") {
  struct Row {
    const char* model;
    PromptMoment moment;
    double elements;
  };
  // Beside what the caller holds (2 hidden states) a layer has its residual and, before it is used, its
  // normed input.
  for (const Row& row :
       {// Activated gate, up and product.
        Row{"llama-3.1-8b", PromptMoment::mlp, 4 * 4096 + 3 * 14336},
        // Halves of a fused gate and up stay beside it.
        Row{"phi-3-mini", PromptMoment::mlp, 4 * 3072 + 4 * 8192},
        // A sum of the experts' outputs more. Each of 8 experts has its share of the tokens, two of 8, in and
        // out and three of its width; for each 64-bit rows of the two choices, and 16-bit and fp32 logits.
        Row{"mixtral-8x7b", PromptMoment::experts,
            5 * 4096 + 2 / 8.0 * (2 * 4096 + 3 * 14336) + 8 * (2 * 8 + 2 + 4) / 2.0},
        // Four of the queries of 128 heads x 192 while they are rotated; their keys, and keys and values of
        // 192 and 128 that the latent was expanded to.
        Row{"deepseek-v2", PromptMoment::attention, 3 * 5120 + 4 * 128 * 192 + 128 * 192 + 128 * (192 + 128)},
        // Gated delta net: 2 x 16 keys and 32 values of 128 are mixed, three times; three of the values'
        // size.
        Row{"qwen3-next-80b-a3b", PromptMoment::recurrent,
            3 * 2048 + 3 * (2 * 16 * 128 + 32 * 128) + 3 * 32 * 128},
        // Mamba-2: 128 x 64 channels, and B and C of 8 groups x 128.
        Row{"nemotron-h-8b", PromptMoment::recurrent, 3 * 4096 + 3 * (8192 + 2 * 8 * 128) + 3 * 8192}}) {
    CAPTURE(row.model);
    const auto found = find_model(row.model);
    REQUIRE(found);
    const LayerTable table(found->model);
    const PromptPeak peak = prompt_peak(table, 0, table.layers(), InferencePlan{}, 1000, 2);
    CHECK(peak.moment == row.moment);
    CHECK(peak.bytes(found->model.hidden_size, 1000, 1, 1, 2) == 2 * 1000 * row.elements);
  }
}

TEST_CASE("eager attention holds scores of 16 bits, their fp32 softmax and its 16-bit copy", "[inference]") {
  // Falcon 7B, 71 heads of 64: its hidden state, queries and attention's output are all 4,544 wide.
  InferenceQuestion q = question("falcon-7b", Engine::transformers, 8192);
  q.plan.attention = ServingAttention::eager;
  const InferenceAnswer a = answer_to(q);
  CHECK(term(a, "activations") == 8191 * ((3 + 2 + 1) * 4544 * 2.0 + (2 + 4 + 2) * 71 * 8191.0));
  CHECK(factor_of(a, "activations", "scoreBytes") == 8);
}

TEST_CASE("cuBLAS's workspace is 32 MiB from Hopper on", "[inference]") {
  for (const auto& [gpu, mib] : {std::pair{"a100-sxm-80gb", 8.125}, std::pair{"l40s", 8.125},
                                 std::pair{"h100-sxm", 32.0}, std::pair{"b200-sxm", 32.0}}) {
    CAPTURE(gpu);
    InferenceQuestion q = question("llama-3.1-8b", Engine::transformers, 4096);
    q.gpu = GpuChoice{*find_gpu(gpu)};
    CHECK(factor_of(answer_to(q), "workspace", "workspaceBytes") == mib * kMiB);
  }
}

TEST_CASE("served adapters lie on every linear layer, and tensor parallelism splits one of each pair",
          "[inference]") {
  // In and out of q and o 8,192 each, of k and v 5,120, of the MLP's three 18,432; rank 16, 16 bits.
  const double channels = 2 * 8192 + 2 * 5120 + 3 * 18432, whole = 32 * channels * 16 * 2;
  InferenceQuestion q = question("llama-3.1-8b", Engine::transformers, 4096);
  q.plan.lora_rank = 16;
  CHECK(term(answer_to(q), "adapters") == whole);
  q.plan.lora_adapters = 3;
  CHECK(term(answer_to(q), "adapters") == 3 * whole);
  q.plan.lora_adapters = 1;
  q.plan.tensor_parallel = q.plan.gpus = 2;
  // Split are the outputs of q, k, v, gate and up, and the inputs of o and down: 4096 + 2 * 1024 + 2 * 14336
  // and 4096 + 14336 channels, in 32 layers.
  const double split = 4096.0 + 2 * 1024 + 2 * 14336 + 4096 + 14336;
  CHECK(term(answer_to(q), "adapters") == whole - 32 * 16 * 2 * split / 2);
}

TEST_CASE("vLLM captures 1, 2, 4 and every eighth up to twice the sequences, or 512", "[inference]") {
  CHECK(detail::vllm_graph_sizes(64) == 3 + 128 / 8);
  CHECK(detail::vllm_graph_sizes(256) == 3 + 512 / 8);
  CHECK(detail::vllm_graph_sizes(1024) == 3 + 512 / 8);
}

TEST_CASE("what of a card vLLM leaves to the cache does not depend on the batch", "[inference]") {
  // An L40S of 46,068 MiB is no large device: 256 sequences and 2,048 tokens. Of 90 % of it the weights, the
  // profile's logits at 38 bytes and hidden state, cuBLAS's workspace and 0.13 GiB outside PyTorch go off; a
  // token takes 2 x 8 x 128 x 32 elements of 16 bits.
  const double logits = 256.0 * 128256 * 38, hidden = 2048.0 * 4096 * 2;
  const double cache = 0.9 * 46068 * kMiB - 2 * 8030261248.0 - logits - hidden - 8.125 * kMiB - 0.13 * kGiB;
  for (const double batch : {1, 4}) {
    CAPTURE(batch);
    InferenceQuestion q = question("llama-3.1-8b", Engine::vllm, 4096);
    q.gpu = GpuChoice{*find_gpu("l40s")};
    q.plan.batch = batch;
    const InferenceAnswer a = answer_to(q);
    CHECK(term(a, "logits") == logits);
    CHECK(factor_of(a, "logits", "bytesPerLogit") == 38);
    CHECK(term(a, "activations") == hidden);
    REQUIRE(a.taken);
    CHECK_THAT(a.taken->cache_bytes, WithinRel(cache, 1e-12));
    CHECK(a.taken->cache_tokens == 198380);
    CHECK_THAT(a.taken->sequences, WithinRel(198380 / 4096.0, 1e-12));
  }
}

TEST_CASE("bytes that a token caches are of all layers, windows left out", "[inference]") {
  CHECK(answer_to(question("gemma-3-27b", Engine::vllm, 4096)).kv_bytes_per_token == 62 * 2 * 16 * 128 * 2);
  CHECK(answer_to(question("deepseek-v3", Engine::vllm, 4096)).kv_bytes_per_token == 61 * 576 * 2);
}

TEST_CASE("a GGUF file is its tensors and a header", "[inference][gguf]") {
  // Q4_K_M: 4.5 bits; 6.5625 for the head, and for attn_v and ffn_down of the first and last four layers and
  // every third of the 24 between; norms in fp32. The header: 38 bytes a token and 80 a tensor, of which 9 in
  // a layer and 3 outside.
  const double head = 128256.0 * 4096, in_six = 1024.0 * 4096 + 14336.0 * 4096, layers = 6979321856.0;
  const double tensors = head * (4.5 + 6.5625) / 8 + (layers - 16 * in_six) * 4.5 / 8 +
                         16 * in_six * 6.5625 / 8 + 65 * 4096 * 4.0;
  InferenceQuestion q = question("llama-3.1-8b", Engine::llama_cpp, 4096);
  q.plan.weight_format = WeightFormat::q4_k_m;
  const InferenceAnswer a = answer_to(q);
  CHECK(a.file_bytes == tensors + 38 * 128256 + 80 * (9 * 32 + 3));
  double stored = 0;
  for (const StoredFormat& f : a.storage) stored += f.bytes;
  CHECK(stored == tensors);
}

TEST_CASE("exllamav2 unpacks its largest matrix to 16 bits", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::exllamav2, 4096);
  q.plan.weight_format = WeightFormat::gptq_int4;
  CHECK(term(answer_to(q), "activations-dequantised") == 4096 * 14336 * 2);
}

TEST_CASE("factors that a term shows are the format's and the engine's own", "[inference][formula]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::transformers, 4096);
  CHECK(factor_of(answer_to(q), "weights", "weights") == 8030261248);
  CHECK(factor_of(answer_to(q), "weights", "bytesPerWeight") == 2);
  // 4 bits and an fp32 scale for 64; embedding, head and 65 norms stay in 16 bits.
  q.plan.weight_format = WeightFormat::nf4;
  CHECK(factor_of(answer_to(q), "weights", "quantisedWeights") == 6979321856);
  CHECK(factor_of(answer_to(q), "weights", "bitsPerWeight") == 4.5);
  CHECK(factor_of(answer_to(q), "weights", "otherWeights") == 2 * 128256.0 * 4096 + 65 * 4096);
  CHECK(factor_of(answer_to(q), "weights", "bytesPerOtherWeight") == 2);
  // Logits of a prompt: 16 bits and their fp32 copy; LitGPT leaves them in 16 bits.
  q = question("qwen2-0.5b", Engine::transformers, 30720);
  q.plan.prompt_logits = PromptLogits::all;
  CHECK(factor_of(answer_to(q), "logits", "bytesPerLogit") == 6);
  q.plan.engine = Engine::litgpt;
  CHECK(factor_of(answer_to(q), "logits", "bytesPerLogit") == 2);
  // One 8-bit scale for 32 weights of the experts, a second time.
  q = question("gpt-oss-20b", Engine::vllm, 4096);
  q.plan.weight_format = WeightFormat::mxfp4;
  CHECK(factor_of(answer_to(q), "weights-scales", "quantisedWeights") == 24.0 * 32 * 3 * 2880 * 2880);
  CHECK(factor_of(answer_to(q), "weights-scales", "blockWeights") == 32);
}

TEST_CASE("served adapters lie on MLA's projections and shared experts, not on routed ones", "[inference]") {
  // DeepSeek-V2: q over 1,536 to 128 x 192, the latent of 512 + 64 from 5,120 and to 128 x 256, o; a dense
  // MLP of 12,288 in the first layer, shared experts of 3,072 in 59.
  const double attention =
      (5120 + 1536) + (1536 + 128 * 192) + (5120 + 576) + (512 + 128 * 256) + (128 * 128 + 5120);
  InferenceQuestion q = question("deepseek-v2", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  CHECK(term(answer_to(q), "adapters") ==
        8 * 2 * (60 * attention + 3 * (5120 + 12288) + 59 * 3 * (5120 + 3072)));
}

TEST_CASE("served adapters lie on recurrent mixers and on gates", "[inference]") {
  // Qwen3.5 9B: in 24 layers the projections of q, k and v, of the gate, of steps and decays of 32 heads, and
  // out; in 8 q with its gate, k, v and o; MLPs of 12,288.
  const double recurrent = (4096 + 8192) + 2 * (4096 + 4096) + 2 * (4096 + 32);
  const double attention = (4096 + 2 * 4096) + 2 * (4096 + 1024) + (4096 + 4096);
  InferenceQuestion q = question("qwen3.5-9b", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  CHECK(term(answer_to(q), "adapters") ==
        8 * 2 * (24 * recurrent + 8 * attention + 32 * 3 * (4096 + 12288.0)));
  // Kimi Linear's gates are pairs of rank 128, of which tensor parallelism splits the second.
  q = question("kimi-linear-48b-a3b", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  const double whole = term(answer_to(q), "adapters");
  q.plan.tensor_parallel = q.plan.gpus = 2;
  // Outputs of q, k, v, both gates' second and the step, inputs of o; of MLA q and the latent's projection;
  // a dense MLP of 9,216 and 26 shared experts of 1,024.
  const double split =
      20 * ((3 + 2 + 1) * 4096.0 + 32) + 7 * (32 * 192 + 32 * 256 + 32 * 128) + 3 * (9216 + 26 * 1024.0);
  CHECK_THAT(whole - term(answer_to(q), "adapters"), WithinRel(8 * 2 * split / 2, 1e-12));
}

TEST_CASE("devices beyond the key heads hold copies of them, adapters' outputs as matrices", "[inference]") {
  // Llama 3.1 70B has 8: of 16 devices two share one.
  InferenceQuestion q = question("llama-3.1-70b", Engine::vllm, 4096);
  q.plan.lora_rank = 16;
  q.plan.tensor_parallel = q.plan.gpus = 16;
  const double each = (8192 + 8192 / 16) + 2 * (8192 + 1024 / 8) + (8192 / 16 + 8192) +
                      2 * (8192 + 28672 / 16) + (28672 / 16 + 8192);
  CHECK(term(answer_to(q), "adapters") == 80 * each * 16 * 2);
  // Of a fused projection too: 12 query and 2 key heads on 4 devices are 3 and 1 + 1 heads' rows on each.
  LayerSpec spec;
  spec.heads = 12;
  spec.kv_heads = 2;
  spec.head_dim = spec.value_dim = 64;
  CHECK_THAT(tensor_share({Role::attn_qkv}, &spec, 4), WithinRel((3 + 1 + 1) / 16.0, 1e-12));
}

TEST_CASE("a GGUF file's tensors are counted as they lie in it", "[inference][gguf]") {
  // As llama.cpp's loader counts them: two norms a layer are two, biases of q, k and v three, experts of a
  // kind one, MLA's keys and values apart, a LayerNorm's scale and shift two.
  struct File {
    const char* model;
    double tensors;
  };
  for (const File& f :
       {File{"llama-3.1-8b", 291}, File{"qwen2.5-7b", 339}, File{"qwen3-8b", 399}, File{"gpt-oss-20b", 459},
        File{"deepseek-v3", 1086}, File{"olmo-2-7b", 355}, File{"gpt2-xl", 48 * 12 + 4}}) {
    CAPTURE(f.model);
    const auto found = find_model(f.model);
    REQUIRE(found);
    CHECK(gguf_header_bytes(LayerTable(found->model)) == 38 * found->model.vocabulary + 80 * f.tensors);
  }
}

TEST_CASE("bits a weight are of the whole file", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::vllm, 4096);
  q.plan.weight_format = WeightFormat::awq_int4;
  q.plan.bits_per_weight = 5;
  CHECK_THAT(answer_to(q).file_bytes, WithinRel(5 / 8.0 * 8030261248, 1e-12));
  CHECK_THAT(term(answer_to(q), "weights"), WithinRel(5 / 8.0 * 8030261248, 1e-12));
}

TEST_CASE("transformers' cache grows by a copy of one layer's keys", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::transformers, 8192);
  q.plan.prompt_tokens = 1;
  q.plan.batch = 2;
  CHECK(term(answer_to(q), "cache-growth") == 2 * 8192.0 * 8 * 128 * 2);
}

TEST_CASE("llama.cpp's last layers are on the device, byte by byte", "[inference]") {
  // Matrices in F16, two norms a layer in fp32; the last 16 layers, the last norm and the head.
  InferenceQuestion q = question("llama-3.1-8b", Engine::llama_cpp, 4096);
  q.plan.weight_format = WeightFormat::fp16;
  q.plan.gpu_layers = 17;
  const double half = 16 * (2 * 6979321856.0 / 32 + 4 * 2 * 4096), table = 2 * 128256.0 * 4096;
  const InferenceAnswer a = answer_to(q);
  CHECK(term(a, "weights") == half + 4 * 4096 + table);
  CHECK(term(a, "weights-host") == half + table);
}

TEST_CASE("chunks of exllamav2 and vLLM's prefill: one hidden state is held beside the layer's own",
          "[inference]") {
  // Its input, residual and normed input; activated gate, up and product; 2,048 tokens in 16 bits.
  const double chunk = 2048 * 2 * (3 * 4096.0 + 3 * 14336);
  InferenceQuestion q = question("llama-3.1-8b", Engine::exllamav2, 8192);
  CHECK(term(answer_to(q), "activations") == chunk);
  q.plan.engine = Engine::vllm;
  q.plan.max_num_seqs = 1;
  q.plan.max_batched_tokens = 2048;
  CHECK(term(answer_to(q), "activations") == chunk);
}

TEST_CASE("llama.cpp's inputs on the host: embeddings and the masks of each kind of cache", "[inference]") {
  // A micro-batch of 512 in fp32; 4,096 cells, and 1,024 + 512 of sliding layers.
  CHECK(term(answer_to(question("llama-3.1-8b", Engine::llama_cpp, 4096)), "inputs-host") ==
        512 * 4 * (4096.0 + 4096));
  CHECK(term(answer_to(question("gemma-3-27b", Engine::llama_cpp, 4096)), "inputs-host") ==
        512 * 4 * (5376.0 + 4096 + 1536));
}

TEST_CASE("towers are loaded by the engines that use them", "[inference]") {
  // Gemma 3 27B's checkpoint has 27,432,406,640 parameters, 423,060,336 of them its vision tower's.
  CHECK(term(answer_to(question("gemma-3-27b", Engine::vllm, 4096)), "weights") == 2 * 27432406640.0);
  CHECK(term(answer_to(question("gemma-3-27b", Engine::mlc, 4096)), "weights") ==
        2 * (27432406640.0 - 423060336));
}

TEST_CASE("vLLM's collectives lie outside PyTorch where several GPUs talk", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::vllm, 4096);
  CHECK_THAT(term(answer_to(q), "context"), WithinRel(0.13 * kGiB, 1e-12));
  q.plan.tensor_parallel = q.plan.gpus = 2;
  CHECK_THAT(term(answer_to(q), "context"), WithinRel((0.13 + 0.41) * kGiB, 1e-12));
}
