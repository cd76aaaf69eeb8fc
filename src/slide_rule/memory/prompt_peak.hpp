#pragma once
// The intermediates of a prompt in engines built on PyTorch: what is alive at the highest moment of one
// layer.

#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

/// Which moment of which kind of layer is the highest.
enum class PromptMoment {
  mlp,        ///< gate and up done, their product being written
  attention,  ///< queries rotated, or the attention's output being written
  scores,     ///< eager attention: scores, their fp32 softmax, its 16-bit copy
  experts,    ///< the routed experts' intermediates
  recurrent,  ///< inputs of the recurrence spread out
};
SLIDE_RULE_NAMES(PromptMoment, "mlp", "attention", "scores", "experts", "recurrent")

/// Elements alive a token:
///
///   hidden_copies * hidden_size + wide_copies * width / tensor_parallel + other      (each element_bytes)
///   + score_bytes * heads / tensor_parallel * tokens                                 (eager attention)
///
/// hidden_copies counts what the caller of the layer holds: the embeddings (`inputs_embeds`), the layer's
/// input, the residual and the normed input. Gated MLP: 4 h + 3 f (activated gate, up, product); plain: 4 h +
/// 2 f. Measured against 74 published peaks of Qwen2.5 (0.5B to 72B, 1 to 30,720 tokens): 0.3 % median on the
/// slope.
struct PromptPeak {
  PromptMoment moment = PromptMoment::mlp;
  double hidden_copies = 0, wide_copies = 0, width = 0, other = 0;
  double heads = 0, score_bytes = 0;

  /// Bytes for `tokens` a sequence.
  double bytes(double hidden_size, double tokens, double batch, double tensor_parallel,
               double element_bytes) const;
};

/// The highest moment over the layers [first, last). @param held  hidden states that the caller holds: 2
/// where the embeddings stay alive beside the layer's input (the first device of transformers), else 1
PromptPeak prompt_peak(const LayerTable& table, int first, int last, const InferencePlan& plan, double tokens,
                       double held);

}  // namespace slide_rule
