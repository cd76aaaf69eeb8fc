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
  a.workings.push_back({"seconds", a.seconds, "flop / (gpus * peakFlops * mfu)",
                        {{"flop", flop}, {"gpus", m.gpus}, {"peakFlops", m.peak_flops}, {"mfu", m.mfu}},
                        "chowdhery-2022"});
  a.gpu_hours = m.gpus * a.seconds / kSecondsPerHour;
  a.workings.push_back(
      {"gpuHours", a.gpu_hours, "gpus * seconds / 3600", {{"gpus", m.gpus}, {"seconds", a.seconds}}, {}});
  if (m.price_per_gpu_hour) {
    a.cost = a.gpu_hours * *m.price_per_gpu_hour;
    a.workings.push_back({"cost", *a.cost, "gpuHours * pricePerGpuHour",
                          {{"gpuHours", a.gpu_hours}, {"pricePerGpuHour", *m.price_per_gpu_hour}}, {}});
  }
}

TrainingTimeAnswer answer(const TrainingTimeQuestion& q, Problems& problems) {
  const auto contradicts = [&](const char* field, const char* with) {
    problems.push_back({field, Code::contradicts, 0, with});
  };
  std::optional<AttentionShape> shape;
  if (q.layers || q.heads || q.head_dimension || q.sequence_tokens) {
    if (!q.layers) problems.push_back({"layers", Code::missing});
    if (!q.heads) problems.push_back({"heads", Code::missing});
    if (!q.head_dimension) problems.push_back({"headDimension", Code::missing});
    if (!q.sequence_tokens) problems.push_back({"sequenceTokens", Code::missing});
    shape = AttentionShape{q.layers.value_or(0), q.heads.value_or(0), q.head_dimension.value_or(0),
                           q.sequence_tokens.value_or(0)};
  }
  if (q.compute_flop) {
    if (q.parameters) contradicts("computeFlop", "parameters");
    else if (q.tokens) contradicts("computeFlop", "tokens");
    else if (shape) contradicts("computeFlop", "layers");
  } else {
    if (!q.parameters) problems.push_back({"parameters", Code::missing});
    if (!q.tokens) problems.push_back({"tokens", Code::missing});
  }
  if (!problems.empty()) return {};

  TrainingTimeAnswer a;
  double flop = q.compute_flop.value_or(0);
  if (!q.compute_flop) {
    a.flop_per_token = training_flop_per_token(*q.parameters, shape);
    flop = *a.flop_per_token * *q.tokens;
    Factors f{{"N", *q.parameters}};
    if (shape) {
      f.add("L", shape->layers);
      f.add("s", shape->sequence_tokens);
      f.add("a", shape->heads);
      f.add("d", shape->head_dimension);
    }
    a.workings.push_back({"flopPerToken", *a.flop_per_token, shape ? "6 * N + 12 * L * s * a * d" : "6 * N", f,
                          shape ? "chowdhery-2022" : "kaplan-2020"});
    a.workings.push_back(
        {"flop", flop, "flopPerToken * D", {{"flopPerToken", *a.flop_per_token}, {"D", *q.tokens}}, "kaplan-2020"});
    a.assumptions.push_back({shape ? "attention-counted-in-full" : "attention-not-counted"});
  }
  time_of(flop, {q.peak_flops, q.gpus, q.mfu, q.price_per_gpu_hour}, a);
  if (q.tokens) a.tokens_per_second = *q.tokens / a.seconds;
  a.assumptions.push_back({"model-flop-utilisation", q.mfu});
  return a;
}

}  // namespace slide_rule
