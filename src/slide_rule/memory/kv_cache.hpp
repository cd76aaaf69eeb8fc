#pragma once
// What an engine allocates for keys, values and recurrent state.

#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

/// Cached tokens of all sequences together ("cells"), as the engine allocates them for `tokens` a sequence:
///
///   transformers   full layers: batch * tokens; sliding layers: batch * min(tokens, window)
///   vllm           pages of 16: batch * 16 ceil(tokens / 16); sliding layers keep the window before a step
///   and
///                  the step's tokens, each sequence a page more, for a window may begin inside one:
///                  16 (min(full / 16, ceil((batch * (window - 1) + step) / 16)) + batch); before 2025 as
///                  full
///   llama.cpp      256 ceil(batch * tokens / 256); min(full, 256 ceil((sequences * window + ubatch) / 256))
///   exllamav2      batch * 256 ceil(tokens / 256); the same
///   mlc            batch * 16 ceil(tokens / 16); batch * 16 ceil(min(tokens, window) / 16)
///   litgpt         batch * tokens; the same
///
/// where sequences = max(batch, maxNumSeqs) and `step_tokens` is what vLLM computes at most in one step
/// (maxBatchedTokens); no other engine asks for it.
/// @see [llama-cpp-iswa-cache], [vllm-hybrid-cache] in src/catalog/references.json
struct CacheCells {
  double full = 0, window = 0;
};
CacheCells cache_cells(const InferencePlan& plan, double window, double tokens, double step_tokens = 0);
/// Whether vLLM keeps pages of sliding layers for the window alone: its hybrid cache manager, since 2025.
bool keeps_window_pages(const InferencePlan& plan);

/// Elements a token that the layers [first, last) cache on one of the tensor-parallel devices. Key-value
/// heads are split, and repeated where there are fewer of them than devices; MLA's latent is on every device.
struct CacheWidths {
  double full_keys = 0, full_values = 0, window_keys = 0, window_values = 0;
  double largest_keys = 0;  ///< of one layer
  double full_layers = 0, window_layers = 0;
  double state = 0, convolution = 0;  ///< a sequence: recurrent state, and the tail of its convolution
};
CacheWidths cache_widths(const LayerTable& table, int first, int last, double tensor_parallel);

/// (full_keys * k + full_values * v) * full + (window_keys * k + window_values * v) * window
double cache_bytes(const CacheWidths& widths, const CacheCells& cells, const InferencePlan& plan);

/// Recurrent state of `sequences`: fp32; the convolution's tail 16-bit, in llama.cpp fp32.
double state_bytes(const CacheWidths& widths, Engine engine, double sequences);

}  // namespace slide_rule
