#pragma once
// The time and cost of training, of a model and on a GPU of the catalogue. Pages, which know shape and peak,
// ask the plain question of training_time.hpp.

#include <optional>

#include "slide_rule/choices.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

struct ModelTrainingTimeQuestion {
  std::optional<ModelChoice> model;  ///< in place of parameters and shape
  std::optional<GpuChoice> gpu;      ///< in place of peakFlops
  TrainingTimeQuestion plain;        ///< with a model, sequenceTokens alone brings in the attention term

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model);
    v.field("gpu", q.gpu);
    TrainingTimeQuestion::describe_fields(v, q.plain);
    v.field("peakFlops", q.plain.peak_flops, positive);
  }
};

/// As the plain question answers; of a model, FLOP a token by its own shape (flop_per_token of model.hpp:
/// active parameters, windows and latent caches count as they are). Problems: gpu missing where there is no
/// peakFlops either, contradicts where a thing is given twice.
TrainingTimeAnswer answer(const ModelTrainingTimeQuestion& q, Problems& problems);

}  // namespace slide_rule
