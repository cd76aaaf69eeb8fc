#include "slide_rule/speed/model_training_time.hpp"

#include "slide_rule/memory/training.hpp"

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

/// What is reached of the peak where the question does not say: what the GPU of the catalogue reaches, where
/// it names one, less what the stages of a pipeline wait.
struct Utilisation {
  double mfu = 0, working = kDefaultUtilisation;
  std::optional<TrainingEfficiency> measured;
};

Utilisation utilisation_of(const ModelTrainingTimeQuestion& q) {
  Utilisation u;
  if (q.gpu) {
    const bool experts = q.model && q.model->model.experts.count > 0;
    u.measured = training_efficiency(q.gpu->gpu, experts);
    u.working = u.measured->utilisation;
  }
  u.mfu = u.working * pipeline_share(q.run);
  return u;
}

void add_utilisation(const Utilisation& u, const TrainingPlan& run, TrainingTimeAnswer& a) {
  if (u.measured || run.pipeline_parallel > 1) {
    add(a.workings, "narayanan-2021", "mfu", u.mfu,
        "utilisation * microBatches / (microBatches + (pipelineParallel - 1) / virtualPipeline)",
        {u.working, run.micro_batches.value_or(1), run.pipeline_parallel, run.virtual_pipeline});
  }
  if (u.measured) {
    a.seconds_interval = {a.seconds / u.measured->spread.high, a.seconds / u.measured->spread.low, 0.9};
    a.assumptions.push_back(
        {u.measured->measured ? "utilisation-of-measured-runs" : "utilisation-of-other-gpus", u.mfu});
  }
}

/// The division of the work among the GPUs, which is told as for memory.
void check_run(const ModelTrainingTimeQuestion& q, Problems& problems) {
  TrainingPlan run = q.run;
  run.gpus = q.plain.gpus;
  const double ranks = run.tensor_parallel * run.pipeline_parallel * run.context_parallel;
  if (ranks > run.gpus) {
    add(problems, "gpus", Code::below_minimum, ranks);
  } else if (q.model) {
    check(q.model->model, run, problems);
  } else {
    check_split(run, problems);
  }
  if (run.pipeline_parallel > 1 && !run.micro_batches && !q.plain.mfu) {
    add(problems, "microBatches", Code::missing);
  }
}

}  // namespace

double pipeline_share(const TrainingPlan& run) {
  const double m = run.micro_batches.value_or(1);
  return m / (m + (run.pipeline_parallel - 1) / run.virtual_pipeline);
}

TrainingTimeAnswer answer(const ModelTrainingTimeQuestion& q, Problems& problems) {
  TrainingTimeQuestion plain = q.plain;
  if (q.gpu && plain.peak_flops > 0) add(problems, "peakFlops", Code::contradicts, 0, "gpu");
  if (q.gpu) plain.peak_flops = peak_flop_per_second(q.gpu->gpu);
  if (!(plain.peak_flops > 0)) add(problems, "gpu", Code::missing);
  check_run(q, problems);
  std::optional<Utilisation> found;
  if (!plain.mfu) {
    found = utilisation_of(q);
    plain.mfu = found->mfu;
  }

  TrainingTimeAnswer a = q.model ? compute_of(*q.model, plain, problems) : answer(plain, problems);
  if (!problems.empty()) return {};
  if (q.model) {
    time_of(a.flop, {plain.peak_flops, plain.gpus, *plain.mfu, plain.price_per_gpu_hour}, a);
    a.tokens_per_second = *plain.tokens / a.seconds;
    a.assumptions.push_back({"model-flop-utilisation", a.mfu});
  }
  if (found) {
    add_utilisation(*found, q.run, a);
  } else if (q.run.pipeline_parallel > 1) {
    a.assumptions.push_back({"utilisation-includes-pipeline", a.mfu});
  }
  if (q.gpu) {
    const bool sixteen_bit = q.gpu->gpu.bf16_tflops >= q.gpu->gpu.fp32_tflops;
    a.assumptions.push_back({sixteen_bit ? "peak-of-16-bit" : "peak-of-fp32", plain.peak_flops});
  }
  return a;
}

}  // namespace slide_rule
