#pragma once
// How a model is served: everything that a question about inference memory says beside the model.

#include <optional>

#include "slide_rule/fields.hpp"
#include "slide_rule/memory/weight_format.hpp"
#include "slide_rule/names.hpp"

namespace slide_rule {

enum class Engine { transformers, vllm, llama_cpp, exllamav2, mlc, litgpt };
SLIDE_RULE_NAMES(Engine, "transformers", "vllm", "llama.cpp", "exllamav2", "mlc", "litgpt")

/// Cache formats. q8_0 to iq4_nl are llama.cpp's, q8, q6 and q4 exllamav2's.
enum class KvFormat { bf16, fp16, fp32, fp8, int8, q8_0, q5_1, q5_0, q4_1, q4_0, iq4_nl, q8, q6, q4 };
SLIDE_RULE_NAMES(KvFormat, "bf16", "fp16", "fp32", "fp8", "int8", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0",
                 "iq4_nl", "q8", "q6", "q4")

/// Bytes of one cached element, its share of the block's scales included:
///   bf16, fp16 2; fp32 4; fp8 1; int8 1 and a 16-bit scale and zero for a vector of 128;
///   llama.cpp blocks of 32: q8_0 34, q5_1 24, q5_0 22, q4_1 20, q4_0 and iq4_nl 18;
///   exllamav2 a 16-bit scale for 32: 8, 6 or 4 bits + 0.5
double bytes_per_element(KvFormat format);

/// Which tokens of a prompt the head is applied to.
enum class PromptLogits {
  last,
  all,
};
SLIDE_RULE_NAMES(PromptLogits, "last", "all")

enum class ServingAttention {
  flash,  ///< FlashAttention: no scores are stored
  sdpa,   ///< PyTorch's fused attention: none either; keys and values repeated to the queries' heads
  eager,  ///< scores of every head and pair of tokens
};
SLIDE_RULE_NAMES(ServingAttention, "flash", "sdpa", "eager")

/// A way to serve a model. Optional fields left empty take what the engine does by itself. A field that an
/// engine has no use for does nothing: ubatchTokens, gpuLayers and cpuMoeLayers are llama.cpp's,
/// gpuMemoryUtilization and maxBatchedTokens vLLM's.
struct InferencePlan {
  Engine engine = Engine::transformers;
  WeightFormat weight_format = WeightFormat::bf16;
  std::optional<double> bits_per_weight;  ///< of the whole file, where its recipe is not the format's own
  std::optional<bool> importance_matrix;  ///< GGUF files made with one; empty: where the type needs it
  /// Weights that share a scale in GPTQ, AWQ and AQLM; empty: 128, AQLM 8; 0: a row's
  std::optional<double> group_size;
  KvFormat kv_format = KvFormat::bf16;
  std::optional<KvFormat> kv_value_format;    ///< of the values, where it is not the keys'
  double context_tokens = 0;                  ///< prompt and answer of one sequence
  double batch = 1;                           ///< sequences at once, each of context_tokens
  std::optional<double> prompt_tokens;        ///< processed in one pass; empty: context_tokens - 1
  std::optional<PromptLogits> prompt_logits;  ///< empty: the last token; llama.cpp: the micro-batch
  /// Sequences that the engine keeps room for. vLLM: 1024 on devices of 70 GiB and more or unknown, else 256;
  /// llama.cpp: `batch`, and where it is larger than `batch`, they share the context.
  std::optional<double> max_num_seqs;
  std::optional<double> max_batched_tokens;  ///< vLLM's prefill: 8192 on such devices, else 2048
  double gpu_memory_utilization = 0.9;
  double ubatch_tokens = 512;
  std::optional<double> gpu_layers;  ///< the last so many layers, and the head after them; empty: all
  double cpu_moe_layers = 0;         ///< the first so many layers keep their experts on the host
  ServingAttention attention = ServingAttention::flash;
  double gpus = 1;
  /// gpus / tensor_parallel groups split the layers among them; empty: see with_split() in inference.hpp.
  std::optional<double> tensor_parallel;
  double lora_rank = 0, lora_adapters = 1;  ///< adapters on linear layers, 16-bit; rank 0: none
  std::optional<double> software_year;      ///< of the engine
  bool engine_fork = false;                 ///< ik_llama.cpp in llama.cpp's place

  static constexpr void describe(auto& v, auto& p) {
    v.field("contextTokens", p.context_tokens, count(1, 1e9).required());
    v.field("promptTokens", p.prompt_tokens, count(1, 1e9));
    describe_engine(v, p);
  }

  /// Everything but the tokens.
  static constexpr void describe_engine(auto& v, auto& p) {
    v.field("engine", p.engine);
    v.field("weightFormat", p.weight_format);
    v.field("bitsPerWeight", p.bits_per_weight, between(0.5, 64));
    v.field("importanceMatrix", p.importance_matrix);
    v.field("groupSize", p.group_size, count(0, 65536));
    v.field("kvFormat", p.kv_format);
    v.field("kvValueFormat", p.kv_value_format);
    v.field("batch", p.batch, count(1, 1e6));
    v.field("promptLogits", p.prompt_logits);
    v.field("maxNumSeqs", p.max_num_seqs, count(1, 1e6));
    v.field("maxBatchedTokens", p.max_batched_tokens, count(1, 1e9));
    v.field("gpuMemoryUtilization", p.gpu_memory_utilization, fraction);
    v.field("ubatchTokens", p.ubatch_tokens, count(1, 1e6));
    v.field("gpuLayers", p.gpu_layers, count(0, 1e4));
    v.field("cpuMoeLayers", p.cpu_moe_layers, count(0, 1e4));
    v.field("attention", p.attention);
    v.field("gpus", p.gpus, count(1, 1e6));
    v.field("tensorParallel", p.tensor_parallel, count(1, 1e4));
    v.field("loraRank", p.lora_rank, count(0, 65536));
    v.field("loraAdapters", p.lora_adapters, count(1, 1e5));
    v.field("softwareYear", p.software_year, between(2018, 2100));
    v.field("engineFork", p.engine_fork);
  }

  double prompt() const { return prompt_tokens.value_or(context_tokens > 1 ? context_tokens - 1 : 1); }
  /// Devices that split each tensor among them.
  double ranks() const { return tensor_parallel.value_or(1); }
  /// Groups that the layers are split among.
  double stages() const { return gpus / ranks(); }
};

}  // namespace slide_rule
