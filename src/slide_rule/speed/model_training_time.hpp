#pragma once
// The time and cost of training, of a model and on a GPU of the catalogue. Pages, which know shape and peak,
// ask the plain question of training_time.hpp.

#include <optional>

#include "slide_rule/choices.hpp"
#include "slide_rule/memory/training_plan.hpp"
#include "slide_rule/speed/efficiency.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

/// How the work is divided. Exchanges of tensor, context, expert and sharded data parallelism take what they
/// took in the measured runs; a pipeline's wait is counted.
struct ParallelRun {
  double tensor_parallel = 1, pipeline_parallel = 1, context_parallel = 1, expert_parallel = 1;
  double virtual_pipeline = 1;
  std::optional<double> micro_batches;
  Sharding sharding = Sharding::none;

  static constexpr void describe(auto& v, auto& p) {
    v.field("tensorParallel", p.tensor_parallel, count(1, 1e4));
    v.field("pipelineParallel", p.pipeline_parallel, count(1, 1e3));
    v.field("contextParallel", p.context_parallel, count(1, 1e4));
    v.field("expertParallel", p.expert_parallel, count(1, 1e4));
    v.field("virtualPipeline", p.virtual_pipeline, count(1, 1e3));
    v.field("microBatches", p.micro_batches, count(1, 1e6));
    v.field("sharding", p.sharding);
  }
};

/// Share of a step in which a rank of a pipeline works: m micro-batches pass p stages in chunks of 1/v.
///
///   m / (m + (p - 1) / v)
///
/// @see [narayanan-2021] section 2.2
double pipeline_share(const ParallelRun& run);

struct ModelTrainingTimeQuestion {
  std::optional<ModelChoice> model;  ///< in place of parameters and shape
  std::optional<GpuChoice> gpu;      ///< in place of peakFlops
  TrainingTimeQuestion plain;        ///< with a model, sequenceTokens alone brings in the attention term
  ParallelRun parallel;              ///< without mfu, tells the utilisation together with the GPU

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model);
    v.field("gpu", q.gpu);
    TrainingTimeQuestion::describe_fields(v, q.plain);
    v.field("peakFlops", q.plain.peak_flops, positive);
    ParallelRun::describe(v, q.parallel);
  }
};

/// As the plain question answers; of a model, FLOP a token by its own shape (flop_per_token of model.hpp:
/// active parameters, windows and latent caches count as they are). On a GPU without mfu, at what published
/// runs of its generation reach (training_efficiency) times pipeline_share, with the spread of these.
/// Problems: gpu missing where there is no peakFlops either, contradicts where a thing is given twice or more
/// ranks are asked for than there are GPUs, microBatches missing of a pipeline.
TrainingTimeAnswer answer(const ModelTrainingTimeQuestion& q, Problems& problems);

}  // namespace slide_rule
