#pragma once
// How far measured runs lay from these estimates: the interval that an estimate states.
//
// The factors are quantiles of measured / predicted over published measurements, by the kind of run, each
// source's rows judged by the other sources' (scripts/accuracy writes them; tests/accuracy/REPORT.md has the
// coverage).

#include <string_view>

#include "slide_rule/estimate.hpp"
#include "slide_rule/names.hpp"

namespace slide_rule {

/// Kinds of runs whose residuals were measured together.
enum class MeasuredGroup {
  inference_transformers,
  inference_vllm,      ///< factors of what stands beside weights and cache: activations, logits
  inference_llamacpp,  ///< factors of the compute buffer; weights and cache are exact
  lora,
  qlora,
  full_one_gpu,
  parallel,  ///< any training whose states or tensors are split over GPUs
};
SLIDE_RULE_NAMES(MeasuredGroup, "inference-transformers", "inference-vllm", "inference-llamacpp", "lora",
                 "qlora", "full-one-gpu", "parallel")

struct IntervalFactors {
  MeasuredGroup group;
  bool reserved;  ///< of memory reserved by the allocator, not allocated
  double low, high;
  int rows, sources;  ///< measured runs behind the factors, and how many sources they come from
};

/// The factors of a group; those of allocated memory where reserved memory was not measured often enough.
const IntervalFactors& interval_factors(MeasuredGroup group, bool reserved = false);

/// [certain + low·uncertain, certain + high·uncertain], to hold a measured value in 90 % of runs.
/// `certain_bytes`: what is known to the byte (llama.cpp's and vLLM's weights and cache); 0 elsewhere.
Interval interval_around(MeasuredGroup group, double uncertain_bytes, double certain_bytes = 0,
                         bool reserved = false);

}  // namespace slide_rule
