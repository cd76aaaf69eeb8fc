#pragma once
// One rank of one pipeline stage: every quantity that the phases of training.cpp are sums of.

#include <vector>

#include "slide_rule/memory/activations.hpp"
#include "slide_rule/memory/parameter_states.hpp"

namespace slide_rule {

/// One kind of layer on this rank: bytes a token, tensor parallelism applied.
struct LayerBytes {
  double layers = 0;
  double norms = 0, attention = 0, scores = 0, mlp = 0, adapters = 0;
  double kept = 0;       ///< sum of these
  double stored = 0;     ///< of these, what is there between forward and backward; see Recompute
  double temporary = 0;  ///< of this layer's backward, beside what was kept
};

struct LossBytes {
  double logits = 0;            ///< on this rank: tokens * vocabulary / tensor parallel
  double vocabulary = 0;        ///< on this rank
  double per_logit = 0;         ///< bytes that each keeps through the loss
  double held_per_logit = 0;    ///< of logits that stay until the step is over
  double chunk_logits = 0;      ///< logits worked on at once
  double per_chunk_logit = 0;   ///< bytes of temporaries of each of these
  double input_gradient = 0;    ///< of the hidden state, made in forward (fused)
  double weight_gradient = 0;   ///< of the head's matrix, beside the gradient itself
  double unshared = 0;          ///< freed before the peak, yet of a size that nothing later fits into
};

struct TrainingStage {
  const Model& model;
  const TrainingPlan& plan;
  const FrameworkTraits& traits;
  ParameterScheme scheme;
  StageParameters parameters;
  OptimizerBytes optimizer;
  LossBytes loss;
  std::vector<LayerBytes> layers;

  bool full = true, mixed = false;
  bool first = true, last = true;
  bool gradients_on_host = false;
  bool gradients_persist = false;   ///< alive in forward: accumulated, or in buffers that stay
  double tokens = 0;                ///< of one micro-batch on this rank
  double in_flight = 1;             ///< micro-batches whose activations are alive (1F1B)
  double shards = 1, expert_shards = 1;  ///< ranks that share one copy
  double weight_shards = 1, gradient_shards = 1, optimizer_shards = 1;
  double expert_weight_shards = 1, expert_gradient_shards = 1, expert_optimizer_shards = 1;

  double trained = 0, trained_experts = 0;  ///< trained parameters (experts beside) before sharding
  double copied = 0;  ///< embedding and head trained beside adapters: copies in the base's format
  double frozen = 0, frozen_bytes = 0;      ///< frozen ones, with their quantised bytes
  double stored_per_token = 0;              ///< over all layers
  double widest_kept = 0, widest_temporary = 0;  ///< of the layer whose backward needs most
  double widest_forward = 0;                 ///< bytes a token at once in a layer's forward that keeps nothing
  double head_input = 0;                    ///< bytes a token kept by the final norm and the head

  double gathered_root = 0, gathered_layers = 0;     ///< parameters gathered from shards, bytes
  double unsharded_gradients_start = 0, unsharded_gradients_end = 0, unsharded_gradients_embedding = 0;
  double buckets = 0;                       ///< communication buffers that stay
  double casts = 0, layer_casts = 0;        ///< 16-bit copies under autocast
  double unpacked = 0;                      ///< one quantised matrix at compute width
  double accumulation = 0;  ///< the newest gradient, before it is added to the one that is there
};

/// Counts stage `index` of plan.pipeline_parallel. Layers are dealt evenly, the first stages get the odd ones.
TrainingStage training_stage(const Model& model, const TrainingPlan& plan, int index);

}  // namespace slide_rule
