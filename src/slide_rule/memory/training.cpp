#include "slide_rule/memory/training.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/training_stage.hpp"

namespace slide_rule {
namespace {

/// What a term opens to; asked for only where the account is kept.
struct Explanation {
  std::string_view formula;
  Factors factors;
  std::string_view source;
};

/// Keeps the peak alone.
class PeakOnly {
 public:
  void begin(TrainingPhase) { bytes_ = 0; }
  template <class Explain>
  void term(std::string_view, double bytes, Explain&&) {
    bytes_ += bytes;
  }
  void end() { peak_ = std::max(peak_, bytes_); }
  double peak() const { return peak_; }

 private:
  double bytes_ = 0, peak_ = 0;
};

/// Keeps every phase with its terms.
class Account {
 public:
  void begin(TrainingPhase id) { phases_.push_back({id, 0, {}}); }
  template <class Explain>
  void term(std::string_view id, double bytes, Explain&& explain) {
    PhaseMemory& phase = phases_.back();
    phase.bytes += bytes;
    if (bytes == 0) return;
    const Explanation e = explain();
    phase.terms.push_back({id, bytes, e.formula, e.factors, e.source});
  }
  void end() {
    if (phases_.back().bytes > phases_[peak_].bytes) peak_ = phases_.size() - 1;
  }
  const PhaseMemory& peak() const { return phases_[peak_]; }
  std::vector<PhaseMemory> take() { return std::move(phases_); }

 private:
  std::vector<PhaseMemory> phases_;
  std::size_t peak_ = 0;
};

/// Tells the phases of one stage to a sink.
template <class Sink>
struct Teller {
  const TrainingStage& s;
  Sink& sink;
  const StageParameters& p = s.parameters;

  /// (parameters / shards + expertParameters / expertShards) * bytesPerParameter
  void shared(std::string_view id, double dense, double experts, double bytes_each, double shards,
              double expert_shards, std::string_view source) {
    if (bytes_each == 0) return;
    sink.term(id, (dense / shards + experts / expert_shards) * bytes_each, [&]() -> Explanation {
      if (experts == 0) {
        return {"parameters / shards * bytesPerParameter",
                {{"parameters", dense}, {"shards", shards}, {"bytesPerParameter", bytes_each}}, source};
      }
      return {"(parameters / shards + expertParameters / expertShards) * bytesPerParameter",
              {{"parameters", dense}, {"shards", shards}, {"expertParameters", experts},
               {"expertShards", expert_shards}, {"bytesPerParameter", bytes_each}}, source};
    });
  }
  void bytes(std::string_view id, double amount, double count, double bytes_each, std::string_view source) {
    (void)amount;
    sink.term(id, count * bytes_each, [&]() -> Explanation {
      return {"elements * bytesPerElement", {{"elements", count}, {"bytesPerElement", bytes_each}}, source};
    });
  }
  /// A sum that was made before, told as bytes.
  void plain(std::string_view id, double amount, std::string_view source) {
    sink.term(id, amount, [&]() -> Explanation { return {"bytes", {{"bytes", amount}}, source}; });
  }

  void weights() {
    const bool on_host = s.plan.offload == Offload::optimizer_parameters;
    if (!on_host && s.full) {
      shared("weights", s.trained, s.trained_experts, s.scheme.weight, s.weight_shards, s.expert_weight_shards,
             s.traits.source);
    } else if (!on_host) {
      const double others = s.frozen - p.quantised;
      sink.term("weights", (p.quantised_bytes + others * s.scheme.frozen) / s.weight_shards, [&]() -> Explanation {
        return {"(matrixParameters * bytesPerMatrixParameter + otherParameters * bytesPerOtherParameter) / shards",
                {{"matrixParameters", p.quantised}, {"bytesPerMatrixParameter", p.quantised_bytes / p.quantised},
                 {"otherParameters", others}, {"bytesPerOtherParameter", s.scheme.frozen},
                 {"shards", s.weight_shards}}, s.traits.source};
      });
    }
    if (!s.full) {
      shared("adapters", s.trained, s.trained_experts, s.scheme.weight, s.weight_shards, s.expert_weight_shards,
             "hu-2021");
      copies("trained-embeddings", s.scheme.frozen, s.weight_shards);
    }
  }

  /// Embedding and head trained beside adapters: copies of `bytes_each`, in the type of the base.
  void copies(std::string_view id, double bytes_each, double shards) {
    if (s.copied > 0) shared(id, s.copied, 0, bytes_each, shards, 1, "peft");
  }

  void states() {
    shared("master-weights", s.trained, s.trained_experts, s.scheme.master, s.optimizer_shards,
           s.expert_optimizer_shards, s.traits.source);
    const OptimizerBytes& o = s.optimizer;
    if (o.per_parameter > 0 && o.plain_share > 0) {
      shared("optimizer-states", s.trained * o.plain_share, s.trained_experts * o.plain_share, o.per_parameter,
             s.optimizer_shards, s.expert_optimizer_shards, "rajbhandari-2020");
    }
    if (o.extra > 0) {
      sink.term("optimizer-states-matrices", o.extra / s.optimizer_shards, [&]() -> Explanation {
        return {"bytes / shards", {{"bytes", o.extra}, {"shards", s.optimizer_shards}}, "shazeer-2018"};
      });
    }
    copies("optimizer-states-embeddings", o.per_parameter > 0 ? 2 * s.scheme.frozen : 0, s.optimizer_shards);
    if (s.buckets > 0) plain("communication-buckets", s.buckets, s.traits.source);
  }

  void gradients() {
    if (s.gradients_on_host) return;
    copies("gradients-embeddings", s.scheme.frozen, s.gradient_shards);
    shared("gradients", s.trained, s.trained_experts, s.scheme.gradient, s.gradient_shards,
           s.expert_gradient_shards, s.traits.source);
  }

  void stored() {
    const bool input_only = s.plan.recompute == Recompute::full;
    if (input_only || s.layers.size() > 6) {
      sink.term(input_only ? "checkpoints" : "activations", s.tokens * s.stored_per_token * s.in_flight,
                [&]() -> Explanation {
                  return {"tokens * bytesPerToken * microBatchesInFlight",
                          {{"tokens", s.tokens}, {"bytesPerToken", s.stored_per_token},
                           {"microBatchesInFlight", s.in_flight}}, "chen-2016"};
                });
    } else {
      static constexpr std::array<std::string_view, 6> kIds{"activations", "activations-2", "activations-3",
                                                            "activations-4", "activations-5", "activations-6"};
      for (std::size_t i = 0; i < s.layers.size(); ++i) {
        const LayerBytes& l = s.layers[i];
        sink.term(kIds[i], l.layers * s.tokens * l.stored * s.in_flight, [&]() -> Explanation {
          if (l.stored != l.kept) {
            return {"layers * tokens * bytesPerToken * microBatchesInFlight",
                    {{"layers", l.layers}, {"tokens", s.tokens}, {"bytesPerToken", l.stored},
                     {"microBatchesInFlight", s.in_flight}}, "korthikanti-2022"};
          }
          return {"layers * tokens * (norms + attention + scores + mlp + adapters) * microBatchesInFlight",
                  {{"layers", l.layers}, {"tokens", s.tokens}, {"norms", l.norms}, {"attention", l.attention},
                   {"scores", l.scores}, {"mlp", l.mlp}, {"adapters", l.adapters},
                   {"microBatchesInFlight", s.in_flight}}, "korthikanti-2022"};
        });
      }
    }
    per_token("head-input", s.head_input);
  }
  void per_token(std::string_view id, double bytes_each) {
    sink.term(id, s.tokens * bytes_each, [&]() -> Explanation {
      return {"tokens * bytesPerToken", {{"tokens", s.tokens}, {"bytesPerToken", bytes_each}}, "korthikanti-2022"};
    });
  }
  void gathered(bool with_layers) {
    if (s.gathered_root + s.gathered_layers == 0) return;
    const double layers = with_layers ? s.gathered_layers : 0;
    sink.term("gathered-parameters", s.gathered_root + layers, [&]() -> Explanation {
      return {"embeddingAndHead + layers", {{"embeddingAndHead", s.gathered_root}, {"layers", layers}},
              s.traits.source};
    });
  }
  void layer_backward() {
    per_token("recomputed-layer", s.widest_kept);
    per_token("backward-temporaries", s.widest_temporary);
    if (s.unpacked > 0) plain("unpacked-matrix", s.unpacked, "dettmers-2023");
  }

  void tell() {
    const bool recomputes = s.plan.recompute != Recompute::none;
    sink.begin(TrainingPhase::load);
    weights();
    sink.end();

    sink.begin(TrainingPhase::forward);
    weights();
    states();
    if (s.gradients_persist) gradients();
    if (s.casts > 0) plain("cast-copies", s.casts, "pytorch-amp");
    stored();
    gathered(true);
    if (s.unpacked > 0) plain("unpacked-matrix", s.unpacked, "dettmers-2023");
    sink.end();

    if (s.last) {
      sink.begin(TrainingPhase::loss);
      weights();
      states();
      if (s.gradients_persist) gradients();
      if (s.casts > 0 && !recomputes) plain("cast-copies", s.casts, "pytorch-amp");
      stored();
      gathered(true);
      loss();
      if (s.unpacked > 0) plain("unpacked-matrix", s.unpacked, "dettmers-2023");
      if (s.plan.statistic == MemoryStatistic::reserved) cached();
      sink.end();
    }

    sink.begin(TrainingPhase::backward_start);
    weights();
    states();
    if (s.plan.optimizer_in_backward) {
      newest_gradient();
    } else if (s.gradients_persist) {
      gradients();
    } else if (s.full && !s.gradients_on_host) {
      shared("gradients", p.head_matrix, 0, s.scheme.gradient, s.gradient_shards, 1, s.traits.source);
    }
    if (s.casts > 0) plain("cast-copies", recomputes ? s.layer_casts : s.casts, "pytorch-amp");
    stored();
    held_logits();
    layer_backward();
    gathered(true);
    if (s.unsharded_gradients_start > 0) plain("unsharded-gradients", s.unsharded_gradients_start, s.traits.source);
    sink.end();

    sink.begin(TrainingPhase::backward_end);
    weights();
    states();
    if (s.plan.optimizer_in_backward) {
      newest_gradient();
    } else {
      gradients();
    }
    if (s.in_flight > 1 && s.tokens > 0) {
      // Other micro-batches stay in flight while one ends.
      sink.term("activations-in-flight", s.tokens * s.stored_per_token * (s.in_flight - 1), [&]() -> Explanation {
        return {"tokens * bytesPerToken * (microBatchesInFlight - 1)",
                {{"tokens", s.tokens}, {"bytesPerToken", s.stored_per_token}, {"microBatchesInFlight", s.in_flight}},
                "korthikanti-2022"};
      });
    }
    held_logits();
    backward_end();
    sink.end();

    if (!s.plan.optimizer_in_backward) {
      sink.begin(TrainingPhase::optimizer_step);
      weights();
      states();
      gradients();
      shared("step-gradients", s.trained, s.trained_experts, s.scheme.step_gradient, s.optimizer_shards,
             s.expert_optimizer_shards, s.traits.source);
      shared("step-temporaries", s.trained, s.trained_experts, s.optimizer.temporary, s.optimizer_shards,
             s.expert_optimizer_shards, "pytorch");
      copies("step-temporaries-embeddings", s.optimizer.temporary > 0 ? s.scheme.frozen : 0, s.optimizer_shards);
      if (s.optimizer.temporary_tensor > 0 && s.full) {
        bytes("step-temporaries", 0, p.largest_tensor, s.optimizer.temporary_tensor, "pytorch");
      }
      sink.end();
    }
  }

  /// The first layer's backward, or, after it, the embedding's gradient: whichever needs more.
  void backward_end() {
    const double first = s.layers.empty() || s.widest_kept > 0 ? 0 : s.layers.front().kept;
    const double layer = s.tokens * (first + s.widest_kept + s.widest_temporary) + s.unpacked + s.layer_casts +
                         s.gathered_layers + s.unsharded_gradients_end;
    const double embedding = s.accumulation + s.unsharded_gradients_embedding;
    if (embedding > layer) {
      if (s.accumulation > 0) plain("newest-gradient", s.accumulation, "pytorch");
      if (s.unsharded_gradients_embedding > 0) {
        plain("unsharded-gradients", s.unsharded_gradients_embedding, s.traits.source);
      }
      gathered(false);
      return;
    }
    if (s.casts > 0) plain("cast-copies", s.layer_casts, "pytorch-amp");
    per_token("activations", first);
    layer_backward();
    gathered(true);
    if (s.unsharded_gradients_end > 0) plain("unsharded-gradients", s.unsharded_gradients_end, s.traits.source);
  }

  /// Freed blocks that the allocator holds while the loss needs larger ones: a layer's forward, 16-bit logits.
  void cached() {
    sink.term("cached-blocks", s.tokens * s.widest_forward + s.loss.unshared, [&]() -> Explanation {
      return {"tokens * forwardBytesPerToken + logits",
              {{"tokens", s.tokens}, {"forwardBytesPerToken", s.widest_forward}, {"logits", s.loss.unshared}},
              "pytorch"};
    });
  }

  void newest_gradient() {
    if (s.full) bytes("gradients", 0, p.largest_tensor, s.scheme.gradient, "torchtune");
  }

  void held_logits() {
    const LossBytes& l = s.loss;
    if (l.held_per_logit == 0) return;
    sink.term("held-logits", s.tokens * l.vocabulary * l.held_per_logit, [&]() -> Explanation {
      return {"tokens * vocabulary * bytesPerLogit",
              {{"tokens", s.tokens}, {"vocabulary", l.vocabulary}, {"bytesPerLogit", l.held_per_logit}},
              s.traits.source};
    });
  }

  void loss() {
    const LossBytes& l = s.loss;
    if (l.per_logit > 0) {
      sink.term("logits", s.tokens * l.vocabulary * l.per_logit, [&]() -> Explanation {
        return {"tokens * vocabulary * bytesPerLogit",
                {{"tokens", s.tokens}, {"vocabulary", l.vocabulary}, {"bytesPerLogit", l.per_logit}}, "liger-2024"};
      });
    }
    held_logits();
    if (l.chunk_logits > 0) {
      sink.term("logits-chunk", l.chunk_logits * l.per_chunk_logit, [&]() -> Explanation {
        return {"logitsOfChunk * bytesPerLogit",
                {{"logitsOfChunk", l.chunk_logits}, {"bytesPerLogit", l.per_chunk_logit}}, "liger-2024"};
      });
    }
    if (l.input_gradient > 0) plain("head-input-gradient", l.input_gradient, "liger-2024");
    if (l.weight_gradient > 0) plain("head-gradient", l.weight_gradient, "liger-2024");
  }
};

/// The model as the framework holds it: some give a tied head a tensor of its own.
class AsTrained {
 public:
  AsTrained(const Model& asked, const TrainingPlan& plan) : model_(&asked) {
    if (!asked.tied_embeddings || !traits_of(plan.framework).unties_embeddings) return;
    untied_ = asked;
    untied_->tied_embeddings = false;
    model_ = &*untied_;
  }
  AsTrained(const AsTrained&) = delete;
  AsTrained& operator=(const AsTrained&) = delete;
  const Model& model() const { return *model_; }

 private:
  std::optional<Model> untied_;
  const Model* model_;
};

template <class Sink>
void tell(const TrainingStage& stage, Sink& sink) {
  Teller<Sink>{stage, sink}.tell();
}

}  // namespace

void check(const Model& model, const TrainingPlan& plan, Problems& problems) {
  const double degrees = plan.tensor_parallel * plan.pipeline_parallel * plan.context_parallel;
  if (std::fmod(plan.gpus, degrees) != 0) {
    problems.push_back({"gpus", Code::must_divide, degrees, "tensorParallel"});
    return;
  }
  if (plan.pipeline_parallel > model.layers) {
    problems.push_back({"pipelineParallel", Code::above_maximum, model.layers, "layers"});
  }
}

double training_bytes(const Model& asked, const TrainingPlan& plan) {
  const AsTrained as_trained(asked, plan);
  const Model& model = as_trained.model();
  double peak = 0;
  for (int i = 0; i < static_cast<int>(plan.pipeline_parallel); ++i) {
    PeakOnly sink;
    tell(training_stage(model, plan, i), sink);
    peak = std::max(peak, sink.peak());
  }
  return peak;
}

TrainingMemoryAnswer training_memory(const Model& asked, const TrainingPlan& plan) {
  const AsTrained as_trained(asked, plan);
  const Model& model = as_trained.model();
  TrainingMemoryAnswer a;
  for (int i = 0; i < static_cast<int>(plan.pipeline_parallel); ++i) {
    Account account;
    tell(training_stage(model, plan, i), account);
    const PhaseMemory& peak = account.peak();
    if (i > 0 && peak.bytes <= a.peak_bytes) continue;
    a.peak_bytes = peak.bytes;
    a.peak_phase = peak.id;
    a.pipeline_stage = i;
    a.terms = peak.terms;
    a.phases = account.take();
  }
  return a;
}

TrainingMemoryAnswer answer(const TrainingMemoryQuestion& q, Problems& problems) {
  check(q.model.model, q.plan, problems);
  if (!problems.empty()) return {};
  TrainingMemoryAnswer a = training_memory(q.model.model, q.plan);
  a.device_bytes = a.peak_bytes + (q.gpu ? device_overhead(q.gpu->gpu).context_bytes : default_context_bytes());
  q.model.add_assumptions(a.assumptions);
  return a;
}

}  // namespace slide_rule
