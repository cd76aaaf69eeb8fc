#include "slide_rule/speed/model_training_time.hpp"

#include <algorithm>

namespace slide_rule {
namespace {

/// The compute of training `model`, instead of parameters and shape. Adds what is missing or said twice.
TrainingTimeAnswer compute_of(const ModelChoice& choice, const TrainingTimeQuestion& q, Problems& problems) {
  const std::pair<const char*, bool> twice[] = {{"parameters", q.parameters.has_value()},
                                                {"computeFlop", q.compute_flop.has_value()},
                                                {"layers", q.layers.has_value()},
                                                {"heads", q.heads.has_value()},
                                                {"headDimension", q.head_dimension.has_value()}};
  for (const auto& [field, given] : twice) {
    if (given) add(problems, field, Code::contradicts, 0, "model");
  }
  if (!q.tokens) add(problems, "tokens", Code::missing);
  if (!problems.empty()) return {};
  TrainingTimeAnswer a;
  const double sequence = q.sequence_tokens.value_or(0);
  const FlopPerToken each = flop_per_token(choice.model, sequence);
  const double computed = count_parameters(choice.model).compute_active;
  a.flop_per_token = each.training;
  add(a.workings, "kaplan-2020", "flopPerToken", each.training, "3 * (2 * computeParameters + attention)",
      {computed, each.forward - 2 * computed});
  a.flop = add(a.workings, "kaplan-2020", "flop", each.training * *q.tokens, "flopPerToken * D",
               {each.training, *q.tokens});
  a.assumptions.push_back({sequence > 0 ? "attention-counted-in-full" : "attention-not-counted"});
  choice.add_assumptions(a.assumptions);
  return a;
}

}  // namespace

TrainingTimeAnswer answer(const ModelTrainingTimeQuestion& q, Problems& problems) {
  TrainingTimeQuestion plain = q.plain;
  if (q.gpu && plain.peak_flops > 0) add(problems, "peakFlops", Code::contradicts, 0, "gpu");
  if (q.gpu) plain.peak_flops = std::max(q.gpu->gpu.bf16_tflops, q.gpu->gpu.fp32_tflops) * 1e12;
  if (!(plain.peak_flops > 0)) add(problems, "gpu", Code::missing);

  TrainingTimeAnswer a = q.model ? compute_of(*q.model, plain, problems) : answer(plain, problems);
  if (!problems.empty()) return {};
  if (q.model) {
    time_of(a.flop, {plain.peak_flops, plain.gpus, plain.mfu, plain.price_per_gpu_hour}, a);
    a.tokens_per_second = *plain.tokens / a.seconds;
    a.assumptions.push_back({"model-flop-utilisation", plain.mfu});
  }
  if (q.gpu) a.assumptions.push_back({"peak-of-bf16", plain.peak_flops});
  return a;
}

}  // namespace slide_rule
