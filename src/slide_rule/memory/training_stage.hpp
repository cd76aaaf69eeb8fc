#pragma once
// One rank of one pipeline stage: every quantity that the phases of training.cpp are sums of.

#include <span>
#include <vector>

#include "slide_rule/memory/activations.hpp"
#include "slide_rule/memory/parameter_states.hpp"

namespace slide_rule {

/// So many elements of so many bytes each.
struct Amount {
  double elements = 0, bytes_each = 0;
  double bytes() const { return elements * bytes_each; }
};

/// Two amounts that one term shows: of embedding and head, and of the layers.
struct TwoAmounts {
  Amount outer, layers;
  double bytes() const { return outer.bytes() + layers.bytes(); }
};

/// One kind of layer on this rank: bytes a token, tensor parallelism applied.
struct LayerBytes {
  double layers = 0;
  double norms = 0, attention = 0, scores = 0, mlp = 0, adapters = 0;
  double kept = 0;       ///< sum of these
  double stored = 0;     ///< of these, what is there between forward and backward; see Recompute
  double temporary = 0;  ///< of this layer's backward, beside what was kept
};

struct LossBytes {
  double vocabulary = 0;        ///< on this rank
  double per_logit = 0;         ///< bytes through the loss
  double held_per_logit = 0;    ///< bytes of logits that stay until the step is over
  double cached_per_logit = 0;  ///< freed before the peak, yet of a size that nothing later fits into
  Amount chunk;                 ///< logits worked on at once
  Amount input_gradient;        ///< of the hidden state, made in forward
  Amount weight_gradient;       ///< of the head's matrix, beside the gradient itself
};

/// Ranks among which each copy is divided.
struct Shards {
  double weights = 1, gradients = 1, optimizer = 1;
};

struct TrainingStage {
  TrainingStage(const Model& m, const TrainingPlan& p) : model(m), plan(p), traits(traits_of(p.framework)) {}

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
  bool parameters_on_host = false, states_on_host = false, gradients_on_host = false;
  bool gradients_persist = false;  ///< alive in forward: accumulated, or in buffers that stay
  double tokens = 0;               ///< of one micro-batch on this rank
  double in_flight = 1;            ///< micro-batches whose activations are alive (1F1B)
  double micro_batches = 1;        ///< that pass through the pipeline in one step
  Shards shards, expert_shards;

  double trained = 0, trained_experts = 0;  ///< before sharding; experts beside
  double copied = 0;  ///< embedding and head trained beside adapters: copies in the base's format
  double frozen = 0;  ///< before sharding

  double stored_per_token = 0;  ///< bytes, over all layers
  double widest_kept = 0;       ///< bytes a token that the layer whose backward needs most makes again
  double widest_temporary = 0;  ///< and needs beside
  double widest_forward = 0;    ///< bytes a token at once in a layer's forward that keeps nothing
  double held_inputs = 0;       ///< bytes a token that the step before still holds, over all layers
  double head_input = 0;        ///< bytes a token kept by the final norm and the head
  double stage_output =
      0;  ///< bytes a token that are kept of what goes to the next stage, and of its gradient

  TwoAmounts gathered;      ///< parameters gathered from their shards
  Amount gathered_at_loss;  ///< of the layers' among them, those that are whole between forward and backward
  Amount gather_buffer;     ///< what FSDP2 gathers into before it copies the parameters out
  Amount gather_pool;       ///< the same as its stream's pool keeps it
  bool reduces_apart = false;  ///< sharded gradients lie in the pool of the stream that reduces them
  TwoAmounts unsharded_start, unsharded_end;  ///< gradients not yet reduced, in the last and first layer
  Amount unsharded_embedding;                 ///< and at the embedding
  Amount buckets;                             ///< communication buffers that stay
  Amount casts, layer_casts;                  ///< 16-bit copies under autocast, of all and of one layer
  Amount unpacked;                            ///< one quantised matrix at compute width
  Amount newest_gradient;                     ///< made before it is added to the one that is there
};

/// Counts stage `index` of plan.pipeline_parallel. Layers are dealt evenly; the first stages get the odd
/// ones. `groups` are those of layer_groups(model, from, to) for the stage's layers; see stage_layers.
TrainingStage training_stage(const Model& model, const TrainingPlan& plan, int index,
                             std::span<const LayerGroup> groups);

/// The layers [from, to) of a stage.
struct StageLayers {
  int from = 0, to = 0;
};
StageLayers stage_layers(const Model& model, const TrainingPlan& plan, int index);

}  // namespace slide_rule
