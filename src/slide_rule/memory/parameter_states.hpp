#pragma once
// The copies of each parameter that training keeps: weights, gradients, master copy, optimizer moments.

#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/framework.hpp"
#include "slide_rule/model.hpp"

namespace slide_rule {

/// Bytes of each trained parameter, and of a frozen one that is not quantised.
///
///   fp32                        4 + 4 + 0 + 2 x 4
///   mixed, autocast, sharded    4 + 4 + 0 + 2 x 4   (and 2 a matrix element while it is cast or gathered)
///   mixed, megatron             2 + 4 + 4 + 2 x 4
///   mixed, deepspeed            2 + 2 + 4 + 2 x 4   (and 4 a stepped parameter: its gradient in fp32)
///   bf16                        2 + 2 + 0 + 2 x 2
///   adapters                    fp32 where the framework keeps them so, else as above
///
/// @see [rajbhandari-2020], [megatron-lm], [deepspeed], [pytorch-amp]
struct ParameterScheme {
  double weight = 4, gradient = 4, master = 0, moment = 4;
  double step_gradient = 0;  ///< fp32 copy of the gradients that a step works on
  double compute = 2;        ///< what matrix products see
  double frozen = 2;         ///< of frozen parameters that stay unquantised
  double cast = 0;           ///< beside each trained matrix element while autocast is open
};
ParameterScheme parameter_scheme(const TrainingPlan& plan);

/// What frozen matrices of the layers are stored in.
NumberFormat frozen_format(const TrainingPlan& plan);

/// Whether frozen experts are not in frozen_format.
bool keeps_experts(const Model& model, const TrainingPlan& plan);

/// The plan's targets, or all linear modules. Attention's output is called out_proj too, unless it stands in
/// layers between a recurrent mixer's: of those LFM2's alone is.
LoraTargets lora_targets(const Model& model, const TrainingPlan& plan);

/// Adapters beside each of a layer's experts.
struct ExpertAdapters {
  std::uint32_t matrices = 0;   ///< of LoraTargets' gate, up and down
  bool gate_up_is_one = false;  ///< one pair for both
  double rank = 0, gate_up_rank = 0;
};

/// Linear experts are adapted as any other module. One parameter is adapted where it is named
/// (target_parameters); all-linear and modules' names reach it since PEFT 0.20, of families whose experts
/// were linear before transformers 5: gate and up then share a pair of the rank of both.
/// @see [bitsandbytes-experts]
ExpertAdapters expert_adapters(const Model& model, const TrainingPlan& plan);

/// Parameters that one rank of a pipeline stage holds before data-parallel sharding, by what happens to them.
struct StageParameters {
  double dense = 0;  ///< all but experts
  double experts = 0;
  double embedding = 0;  ///< of dense: token and position tables
  double head =
      0;  ///< of dense: output head where it is a tensor of its own, or a tied copy on the last stage
  double head_matrix = 0;  ///< elements of the matrix that makes logits, tied or not; 0 on other stages
  double layers = 0;       ///< of dense: in the layers
  double matrices = 0;     ///< of dense and experts: what autocast casts
  double largest_tensor = 0;
  double largest_matrix = 0;         ///< of the layers, one copy
  double largest_layer = 0;          ///< dense and experts of the largest layer
  double largest_frozen_matrix = 0;  ///< of the layers: what a quantised product has to unpack at once
  double quantised = 0, quantised_bytes = 0;  ///< frozen matrices in frozen_format
  double quantised_of_largest_layer_bytes = 0;
  double kept_experts = 0;     ///< frozen and, being no linear modules, not in frozen_format
  double adapters = 0;         ///< parameters of adapters
  double expert_adapters = 0;  ///< of these, beside experts
  double adapter_factors = 0;  ///< rows and columns of adapter matrices
  double factors = 0;  ///< rows and columns of matrices, elements of vectors: factored moments (Adafactor)
  double layer_matrices = 0;    ///< what Muon and GaLore treat as matrices
  double low_rank_moments = 0;  ///< elements of GaLore's projections and moments of layer_matrices
};

/// Counts layers [first, last) and, on the first and last stage, embedding and head. A tied head on another
/// stage than the embedding is a second copy.
StageParameters stage_parameters(const Model& model, const TrainingPlan& plan,
                                 std::span<const LayerGroup> groups, bool first_stage, bool last_stage);

/// Moments of `trained` parameters (dense, experts), elements and bytes.
///
///   adamw 2 x moment; lion, sgd-momentum 1 x moment; sgd 0
///   8-bit: 1 byte and an fp32 scale per 256 of each moment; paged ones lie in managed memory, outside the
///   allocator adafactor: 4 x (rows + columns) of each matrix, 4 of each vector's element muon: 1 x moment of
///   the layers' matrices, 2 x of all others galore: projections and moments of rank r of the layers'
///   matrices, 2 x of all others
///
/// @see [dettmers-2021], [shazeer-2018], [zhao-2024], [jordan-2024]
struct OptimizerBytes {
  double per_parameter = 0;              ///< of `plain` parameters
  double plain_share = 1;                ///< share of trained parameters that take per_parameter
  double extra = 0, extra_elements = 0;  ///< bytes of the others
  double host = 0;                       ///< bytes a parameter that lie outside the allocator (paged)
  double temporary = 0;                  ///< bytes a parameter of a step's temporaries
  double temporary_tensor = 0;           ///< bytes an element of the largest tensor
  double temporary_matrix = 0;  ///< the same of the layers' largest matrix: one or the other at a time
  std::string_view source = "loshchilov-2017";
};
OptimizerBytes optimizer_bytes(const TrainingPlan& plan, const ParameterScheme& scheme,
                               const StageParameters& stage);

}  // namespace slide_rule
