#include "slide_rule/memory/inference.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "memory_questions.hpp"
#include "slide_rule/plausible_shape.hpp"
#include "slide_rule/units.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;
using namespace memory_questions;

namespace {

const std::vector<const char*> kModels = {"llama-3.1-8b", "gemma-3-27b",  "deepseek-v3",  "qwen3.5-9b",
                                          "gpt-oss-20b",  "qwen2.5-0.5b", "qwen3-30b-a3b"};
const std::vector<Engine> kEngines = {Engine::transformers, Engine::vllm, Engine::llama_cpp,
                                      Engine::exllamav2,    Engine::mlc,  Engine::litgpt};

bool on_host(std::string_view id) { return id.size() > 5 && id.substr(id.size() - 5) == "-host"; }

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
