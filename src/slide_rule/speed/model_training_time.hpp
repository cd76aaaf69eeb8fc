#pragma once
// The time and cost of training, of a model and on a GPU of the catalogue. Pages, which know shape and peak,
// ask the plain question of training_time.hpp.

#include <optional>

#include "slide_rule/choices.hpp"
#include "slide_rule/memory/training_plan.hpp"
#include "slide_rule/speed/efficiency.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

/// Share of a step in which a rank of a pipeline works: m micro-batches pass p stages in chunks of 1/v.
///
///   m / (m + (p - 1) / v)
///
/// @see [narayanan-2021] section 2.2
double pipeline_share(const TrainingPlan& run);

struct ModelTrainingTimeQuestion {
  std::optional<ModelChoice> model;  ///< in place of parameters and shape
  std::optional<GpuChoice> gpu;      ///< in place of peakFlops
  TrainingTimeQuestion plain;        ///< with a model, sequenceTokens alone brings in the attention term
  TrainingPlan run;                  ///< of it how the work is divided: without mfu, it tells one

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model);
    v.field("gpu", q.gpu);
    TrainingTimeQuestion::describe_fields(v, q.plain);
    v.field("peakFlops", q.plain.peak_flops, positive);
    TrainingPlan::describe_parallel(v, q.run);
  }
};

/// As the plain question answers; of a model, FLOP a token by its own shape (flop_per_token of model.hpp:
/// active parameters, windows and latent caches count as they are). Without mfu, pipeline_share of what a GPU
/// reaches: on one of the catalogue what published runs of its generation do (training_efficiency), with the
/// spread of these, else kDefaultUtilisation; other exchanges between the GPUs take what they took in those
/// runs. An mfu that is given is the whole run's, what its pipeline waits included.
/// Problems: gpu missing where there is no peakFlops either, contradicts where a thing is given twice,
/// below-minimum where more ranks are asked for than there are GPUs, those of the division of the work
/// (check of memory/training.hpp), microBatches missing of a pipeline without mfu.
TrainingTimeAnswer answer(const ModelTrainingTimeQuestion& q, Problems& problems);

}  // namespace slide_rule
