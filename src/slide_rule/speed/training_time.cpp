#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

double training_flop_per_token(double parameters, const std::optional<AttentionShape>& attention) {
  if (!attention) return 6 * parameters;
  return 6 * parameters +
         12 * attention->layers * attention->sequence_tokens * attention->heads * attention->head_dimension;
}

void time_of(double flop, const TrainingMachine& m, TrainingTimeAnswer& a) {
  a.flop = flop;
  a.mfu = m.mfu;
  a.seconds = flop / (m.gpus * m.peak_flops * m.mfu);
  add(a.workings, "chowdhery-2022", "seconds", a.seconds, "flop / (gpus * peakFlops * mfu)",
      {flop, m.gpus, m.peak_flops, m.mfu});
  a.gpu_hours = add(a.workings, {}, "gpuHours", m.gpus * a.seconds / kSecondsPerHour, "gpus * seconds / 3600",
                    {m.gpus, a.seconds});
  if (m.price_per_gpu_hour) {
    a.cost = add(a.workings, {}, "cost", a.gpu_hours * *m.price_per_gpu_hour, "gpuHours * pricePerGpuHour",
                 {a.gpu_hours, *m.price_per_gpu_hour});
  }
}

TrainingTimeAnswer answer(const TrainingTimeQuestion& q, Problems& problems) {
  std::optional<AttentionShape> shape;
  if (q.layers || q.heads || q.head_dimension || q.sequence_tokens) {
    if (!q.layers) add(problems, "layers", Code::missing);
    if (!q.heads) add(problems, "heads", Code::missing);
    if (!q.head_dimension) add(problems, "headDimension", Code::missing);
    if (!q.sequence_tokens) add(problems, "sequenceTokens", Code::missing);
    shape = AttentionShape{q.layers.value_or(0), q.heads.value_or(0), q.head_dimension.value_or(0),
                           q.sequence_tokens.value_or(0)};
  }
  if (q.compute_flop) {
    const char* other = q.parameters ? "parameters" : q.tokens ? "tokens" : shape ? "layers" : nullptr;
    if (other) add(problems, "computeFlop", Code::contradicts, 0, other);
  } else {
    if (!q.parameters) add(problems, "parameters", Code::missing);
    if (!q.tokens) add(problems, "tokens", Code::missing);
  }
  if (!problems.empty()) return {};

  TrainingTimeAnswer a;
  double flop = q.compute_flop.value_or(0);
  if (!q.compute_flop) {
    a.flop_per_token = training_flop_per_token(*q.parameters, shape);
    flop = *a.flop_per_token * *q.tokens;
    if (shape) {
      add(a.workings, "chowdhery-2022", "flopPerToken", *a.flop_per_token, "6 * N + 12 * L * s * a * d",
          {*q.parameters, shape->layers, shape->sequence_tokens, shape->heads, shape->head_dimension});
    } else {
      add(a.workings, "kaplan-2020", "flopPerToken", *a.flop_per_token, "6 * N", {*q.parameters});
    }
    add(a.workings, "kaplan-2020", "flop", flop, "flopPerToken * D", {*a.flop_per_token, *q.tokens});
    a.assumptions.push_back({shape ? "attention-counted-in-full" : "attention-not-counted"});
  }
  time_of(flop, {q.peak_flops, q.gpus, q.mfu.value_or(kDefaultUtilisation), q.price_per_gpu_hour}, a);
  if (q.tokens) a.tokens_per_second = *q.tokens / a.seconds;
  a.assumptions.push_back({"model-flop-utilisation", a.mfu});
  return a;
}

}  // namespace slide_rule
