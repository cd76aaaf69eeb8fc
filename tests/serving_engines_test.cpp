// What each engine does otherwise than the others, by its own logs and code.

#include "catch.hpp"
#include "memory_questions.hpp"
#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;
using namespace memory_questions;

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

TEST_CASE("exllamav2 unpacks its largest matrix to 16 bits", "[inference]") {
  InferenceQuestion q = question("llama-3.1-8b", Engine::exllamav2, 4096);
  q.plan.weight_format = WeightFormat::gptq_int4;
  CHECK(term(answer_to(q), "activations-dequantised") == 4096 * 14336 * 2);
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
