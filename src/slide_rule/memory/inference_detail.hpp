#pragma once
// What the estimate of inference memory, the answer that shows it and the fit table share. Not for other
// callers.

#include <algorithm>

#include "slide_rule/memory/file_weights.hpp"
#include "slide_rule/memory/inference.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule::detail {

/// cuBLAS keeps a workspace a handle, allocated through PyTorch: 2 x 4 MiB and 8 x 16 KiB; 32 MiB from Hopper
/// on.
inline constexpr double kWorkspaceBytes = 8.125 * kMiB, kLargeWorkspaceBytes = 32 * kMiB;

/// vLLM's defaults are larger from here on.
inline constexpr double kLargeDeviceBytes = 70 * kGiB;

/// Logits of a prompt in transformers: 16-bit, and their fp32 copy.
inline constexpr double kPromptLogitBytes = 6, kReturnedLogitBytes = 4;

/// Sampling with top-p: 16-bit logits 2, fp32 4, sorted 4 with 64-bit indices 8, and what the sort itself
/// takes, 20. vLLM's profiles of five vocabularies at 1024 sequences (4.76 to 5.64 GiB) and one at 256 (1.26
/// GiB) agree to 1 %.
inline constexpr double kSamplerBytes = 38;

/// CUDA graphs: bytes for each layer and captured batch size. 0.21 GiB of 16 layers x 35 sizes and 1.03 GiB
/// of 36 x 67 were measured: 0.38 and 0.44 MiB.
inline constexpr double kGraphLayerBytes = 0.41 * kMiB;

/// Batch sizes that vLLM captures: 1, 2, 4, then every eighth to min(512, 2 * sequences).
inline double vllm_graph_sizes(double sequences) {
  return 3 + std::floor(std::min(512.0, 2 * sequences) / 8);
}

/// What vLLM's profile finds outside PyTorch: 0.13 to 0.16 GiB on one device; 0.41 GiB more where several
/// talk.
inline constexpr double kVllmContextBytes = 0.13 * kGiB, kNcclBytes = 0.41 * kGiB;

/// Weights that share one 8-bit scale in MXFP4.
inline constexpr double kMxfp4Block = layout_of(NumberFormat::mxfp4).block;

/// llama.cpp loads fewer libraries than PyTorch: 150 to 250 MiB.
inline constexpr double kLlamaCppContextBytes = 200 * kMiB, kLlamaCppContextSpread = 50 * kMiB;

/// exllamav2 and MLC process a prompt in chunks of this many tokens.
inline constexpr double kChunkTokens = 2048;

/// Until 2024 each layer of transformers' models kept its own rotary tables, for the longest context but no
/// more than 32,768 positions (longer ones were reached by scaling, whose tables grow on demand).
inline double rotary_positions(const Model& m) { return std::min(m.max_context, 32768.0); }
inline double rotary_dim(const Model& m) { return m.mla.kv_rank > 0 ? m.mla.rope_dim : m.head_dim; }

/// Tokens in transformers' cache when the prompt's intermediates peak. A context of one token more is told
/// whole.
inline double prompt_cache_tokens(const InferencePlan& p) {
  return p.context_tokens - p.prompt() <= 1 ? p.context_tokens : p.prompt();
}

bool stored_as_gguf(const InferencePlan& plan);
WeightFormat stored_format(const InferencePlan& plan);
/// llama.cpp: layers before it stay on the host. gpuLayers counts the head as a layer after the last.
int first_device_layer(const InferencePlan& plan, int layers);
WeightPlan weight_plan(const LayerTable& table, const InferencePlan& plan, const Stage& stage);
Storage stored_file(const LayerTable& table, const InferencePlan& plan);
/// Bytes of the file over what its format's own recipe gives: of the model's own file, at bitsPerWeight where
/// that is given, else 1.
double recipe_scale(const LayerTable& table, const InferencePlan& plan);
/// Whether the bytes of the model's file are the weights, and not the format's recipe. bitsPerWeight goes
/// before.
bool loads_own_file(const LayerTable& table, const InferencePlan& plan);
double sequences_kept(const InferencePlan& plan);
double vllm_sequences(const InferencePlan& plan, const ServingDevice& device);
double vllm_batched_tokens(const InferencePlan& plan, const ServingDevice& device);
double element_bytes(const InferencePlan& plan);
/// softwareYear, 0 where not given: releases whose habits are older are then assumed where they take more.
double recent_year(const InferencePlan& plan);
bool keeps_rotary_tables(const InferencePlan& plan, const Model& model);
/// A 16-bit copy of the largest matrix is kept as scratch: exllama's kernels.
bool keeps_dequantised(const InferencePlan& plan);
/// Whether adapters reach the experts. vLLM (0.11.2, November 2025) keeps room beside all of them;
/// transformers and llama.cpp hold what `all-linear` trained, which leaves out experts that are one
/// parameter.
/// @see [vllm-expert-adapters], [bitsandbytes-experts]
bool adapts_experts(const InferencePlan& plan, const Model& model);
/// in + out of every module that an adapter is put on: attention, recurrent mixers, MLPs, experts.
double adapter_channels(const LayerTable& table, const InferencePlan& plan, const Stage& stage);
double hidden_states_held(const Stage& stage);
/// LitGPT: 16-bit copies of a quantised matrix while it is multiplied, 0 where none is quantised.
double litgpt_unpacked_copies(const InferencePlan& plan);
/// What a token of these layers adds to the cache, as the engine lays it out.
/// vLLM's pages span a group of layers, as many of each kind; what the last group lacks is padded.
/// @see [vllm-hybrid-cache] in src/catalog/references.json
CacheWidths cache_widths(const LayerTable& table, const InferencePlan& plan, int first, int last);
CacheCells cache_cells(const InferencePlan& plan, const ServingDevice& device, double window, double tokens);
GgmlPlan ggml_plan(const LayerTable& table, const InferencePlan& plan, const Stage& stage,
                   double streamed_bytes);

}  // namespace slide_rule::detail
