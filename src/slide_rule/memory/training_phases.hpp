#pragma once
// The phases of a training step, told term by term to a sink: one that keeps the peak alone (training_bytes),
// one that keeps the whole account (training_memory). Both add the same bytes in the same order.
//
// A sink has begin(TrainingPhase), end() and term(id, bytes, explain), where explain() gives the Explanation.

#include <algorithm>
#include <array>

#include "slide_rule/memory/training.hpp"
#include "slide_rule/memory/training_stage.hpp"

namespace slide_rule {

/// What a term opens to.
struct Explanation {
  std::string_view formula;
  Factors factors;
  std::string_view source;
};

template <class Sink>
class PhaseTeller {
 public:
  PhaseTeller(const TrainingStage& stage, Sink& sink) : s(stage), p(stage.parameters), sink_(sink) {}

  void tell() {
    phase(TrainingPhase::load, [&] { weights(); });
    phase(TrainingPhase::forward, [&] {
      always();
      if (s.gradients_persist) gradients();
      amount("cast-copies", s.casts, "pytorch-amp");
      stored();
      per_token("held-inputs", s.held_inputs, "bitsandbytes");
      gathered(true);
      amount("unpacked-matrix", s.unpacked, "dettmers-2023");
      pools(s.gradients_persist);
    });
    if (s.last) phase(TrainingPhase::loss, [&] { loss(); });
    phase(TrainingPhase::backward_start, [&] { backward_start(); });
    phase(TrainingPhase::backward_end, [&] { backward_end(); });
    if (!s.plan.optimizer_in_backward && !s.states_on_host) {
      phase(TrainingPhase::optimizer_step, [&] { optimizer_step(); });
    }
  }

 private:
  template <class Body>
  void phase(TrainingPhase id, Body body) {
    sink_.begin(id);
    body();
    sink_.end();
  }

  // ---- terms by shape
  // ---------------------------------------------------------------------------------------------

  void amount(std::string_view id, const Amount& a, std::string_view source) {
    if (a.elements == 0) return;
    sink_.term(id, a.elements * a.bytes_each, [&]() -> Explanation {
      return {"elements * bytesPerElement",
              {{"elements", a.elements}, {"bytesPerElement", a.bytes_each}},
              source};
    });
  }
  void two_amounts(std::string_view id, const TwoAmounts& a, bool with_layers) {
    const Amount layers = with_layers ? a.layers : Amount{};
    if (a.outer.elements + layers.elements == 0) return;
    sink_.term(id, a.outer.elements * a.outer.bytes_each + layers.elements * layers.bytes_each,
               [&]() -> Explanation {
                 return {
                     "outerParameters * bytesPerOuterParameter + layerParameters * bytesPerLayerParameter",
                     {{"outerParameters", a.outer.elements},
                      {"bytesPerOuterParameter", a.outer.bytes_each},
                      {"layerParameters", layers.elements},
                      {"bytesPerLayerParameter", layers.bytes_each}},
                     s.traits.source};
               });
  }
  void sharded(std::string_view id, double dense, double experts, double bytes_each, double shards,
               double expert_shards, std::string_view source) {
    if (bytes_each == 0 || dense + experts == 0) return;
    if (experts == 0) {
      sink_.term(id, dense / shards * bytes_each, [&]() -> Explanation {
        return {"parameters / shards * bytesPerParameter",
                {{"parameters", dense}, {"shards", shards}, {"bytesPerParameter", bytes_each}},
                source};
      });
      return;
    }
    sink_.term(id, (dense / shards + experts / expert_shards) * bytes_each, [&]() -> Explanation {
      return {"(parameters / shards + expertParameters / expertShards) * bytesPerParameter",
              {{"parameters", dense},
               {"shards", shards},
               {"expertParameters", experts},
               {"expertShards", expert_shards},
               {"bytesPerParameter", bytes_each}},
              source};
    });
  }
  void trained(std::string_view id, double bytes_each, double shards, double expert_shards,
               std::string_view source) {
    sharded(id, s.trained, s.trained_experts, bytes_each, shards, expert_shards, source);
  }
  /// Embedding and head trained beside adapters.
  void copied(std::string_view id, double bytes_each, double shards) {
    sharded(id, s.copied, 0, bytes_each, shards, 1, "peft");
  }
  void per_token(std::string_view id, double bytes_each, std::string_view source = "korthikanti-2022") {
    if (bytes_each == 0) return;
    sink_.term(id, s.tokens * bytes_each, [&]() -> Explanation {
      return {"tokens * bytesPerToken", {{"tokens", s.tokens}, {"bytesPerToken", bytes_each}}, source};
    });
  }
  void per_logit(std::string_view id, double bytes_each) {
    if (bytes_each == 0) return;
    sink_.term(id, s.tokens * s.loss.vocabulary * bytes_each, [&]() -> Explanation {
      return {"tokens * vocabulary * bytesPerLogit",
              {{"tokens", s.tokens}, {"vocabulary", s.loss.vocabulary}, {"bytesPerLogit", bytes_each}},
              "liger-2024"};
    });
  }

  // ---- what is always there
  // ---------------------------------------------------------------------------------------

  void weights() {
    if (!s.parameters_on_host && s.full) {
      trained("weights", s.scheme.weight, s.shards.weights, s.expert_shards.weights, s.traits.source);
    } else if (!s.parameters_on_host) {
      const double others = s.frozen - p.quantised;
      const double each = p.quantised > 0 ? p.quantised_bytes / p.quantised : 0;
      // Experts of another degree of sharding count with their own share.
      const double shards = s.shards.weights;
      sink_.term("weights", (p.quantised * each + others * s.scheme.frozen) / shards, [&]() -> Explanation {
        return {
            "(matrixParameters * bytesPerMatrixParameter + otherParameters * bytesPerOtherParameter) / "
            "shards",
            {{"matrixParameters", p.quantised},
             {"bytesPerMatrixParameter", each},
             {"otherParameters", others},
             {"bytesPerOtherParameter", s.scheme.frozen},
             {"shards", shards}},
            s.plan.method == Method::qlora ? "dettmers-2023" : s.traits.source};
      });
    }
    if (s.full || s.parameters_on_host) return;
    trained("adapters", s.scheme.weight, s.shards.weights, s.expert_shards.weights, "hu-2021");
    copied("trained-embeddings", s.scheme.frozen, s.shards.weights);
  }

  void states() {
    if (!s.states_on_host) {
      const OptimizerBytes& o = s.optimizer;
      trained("master-weights", s.scheme.master, s.shards.optimizer, s.expert_shards.optimizer,
              s.traits.source);
      sharded("optimizer-states", s.trained * o.plain_share, s.trained_experts * o.plain_share,
              o.per_parameter, s.shards.optimizer, s.expert_shards.optimizer, o.source);
      if (o.extra > 0) {
        sink_.term("optimizer-states-matrices", o.extra / s.shards.optimizer, [&]() -> Explanation {
          return {"elements * bytesPerElement / shards",
                  {{"elements", o.extra_elements},
                   {"bytesPerElement", o.extra / o.extra_elements},
                   {"shards", s.shards.optimizer}},
                  o.source};
        });
      }
      // As many moments as the adapters have, in the type of the base.
      copied("optimizer-states-embeddings", o.per_parameter / s.scheme.moment * s.scheme.frozen,
             s.shards.optimizer);
    }
    amount("communication-buckets", s.buckets, s.traits.source);
    if (s.stage_output > 0) {
      sink_.term("pipeline-buffers", s.tokens * s.stage_output * (s.in_flight + s.micro_batches),
                 [&]() -> Explanation {
                   return {"tokens * bytesPerToken * (microBatchesInFlight + microBatches)",
                           {{"tokens", s.tokens},
                            {"bytesPerToken", s.stage_output},
                            {"microBatchesInFlight", s.in_flight},
                            {"microBatches", s.micro_batches}},
                           "pytorch"};
                 });
    }
  }

  void always() {
    weights();
    states();
  }

  void gradients() {
    if (s.gradients_on_host) return;
    trained("gradients", s.scheme.gradient, s.shards.gradients, s.expert_shards.gradients, s.traits.source);
    copied("gradients-embeddings", s.scheme.frozen, s.shards.gradients);
  }

  // ---- activations
  // ------------------------------------------------------------------------------------------------

  void stored() {
    static constexpr std::array<std::string_view, 6> kIds{"activations",   "activations-2", "activations-3",
                                                          "activations-4", "activations-5", "activations-6"};
    if (s.plan.recompute == Recompute::full || s.layers.size() > kIds.size()) {
      const bool inputs = s.plan.recompute == Recompute::full;
      if (s.stored_per_token > 0) {
        sink_.term(inputs ? "checkpoints" : "activations", s.tokens * s.stored_per_token * s.in_flight,
                   [&]() -> Explanation {
                     return in_flight(s.stored_per_token, inputs ? "chen-2016" : "korthikanti-2022");
                   });
      }
    } else {
      for (std::size_t i = 0; i < s.layers.size(); ++i) stored(kIds[i], s.layers[i]);
    }
    per_token("head-input", s.head_input);
  }
  void stored(std::string_view id, const LayerBytes& l) {
    if (l.stored == 0) return;
    sink_.term(id, l.layers * s.tokens * l.stored * s.in_flight, [&]() -> Explanation {
      if (l.stored != l.kept) {
        return {"layers * tokens * bytesPerToken * microBatchesInFlight",
                {{"layers", l.layers},
                 {"tokens", s.tokens},
                 {"bytesPerToken", l.stored},
                 {"microBatchesInFlight", s.in_flight}},
                s.traits.mixed == MixedScheme::megatron ? "korthikanti-2022" : "torchtitan"};
      }
      return {"layers * tokens * (norms + attention + scores + mlp + adapters) * microBatchesInFlight",
              {{"layers", l.layers},
               {"tokens", s.tokens},
               {"norms", l.norms},
               {"attention", l.attention},
               {"scores", l.scores},
               {"mlp", l.mlp},
               {"adapters", l.adapters},
               {"microBatchesInFlight", s.in_flight}},
              "korthikanti-2022"};
    });
  }
  Explanation in_flight(double bytes_per_token, std::string_view source) const {
    return {"tokens * bytesPerToken * microBatchesInFlight",
            {{"tokens", s.tokens}, {"bytesPerToken", bytes_per_token}, {"microBatchesInFlight", s.in_flight}},
            source};
  }
  void gathered(bool with_layers) {
    two_amounts("gathered-parameters", s.gathered, with_layers);
    if (!reserved() && with_layers) amount("gather-buffer", s.gather_buffer, s.traits.source);
  }
  void gathered_at_loss() {
    two_amounts("gathered-parameters", {s.gathered.outer, s.gathered_at_loss}, true);
  }

  bool reserved() const { return s.plan.statistic == MemoryStatistic::reserved; }
  /// The caching allocator has a pool for each stream: what communication streams held once stays theirs.
  void pools(bool gradients_counted) {
    if (!reserved()) return;
    amount("gather-buffer", s.gather_pool, s.traits.source);
    if (s.reduces_apart && !gradients_counted) gradients();
  }

  /// A layer's backward beside what was stored: what it makes again, and what it needs besides.
  void layer_backward() {
    per_token("recomputed-layer", s.widest_kept, "chen-2016");
    per_token("backward-temporaries", s.widest_temporary);
    amount("unpacked-matrix", s.unpacked, "dettmers-2023");
  }

  // ---- phases
  // -----------------------------------------------------------------------------------------------------

  void loss() {
    const LossBytes& l = s.loss;
    always();
    if (s.gradients_persist) gradients();
    // Checkpointed layers ran without autocast's copies being kept.
    if (s.plan.recompute == Recompute::none) amount("cast-copies", s.casts, "pytorch-amp");
    stored();
    per_token("held-inputs", s.held_inputs, "bitsandbytes");
    gathered_at_loss();
    pools(s.gradients_persist);
    per_logit("logits", l.per_logit);
    per_logit("held-logits", l.held_per_logit);
    amount("logits-chunk", l.chunk, "liger-2024");
    amount("head-input-gradient", l.input_gradient, "liger-2024");
    amount("head-gradient", l.weight_gradient, "liger-2024");
    amount("unpacked-matrix", s.unpacked, "dettmers-2023");
    if (reserved()) cached();
  }

  /// Freed blocks that the allocator holds while the loss needs larger ones: a layer's forward, 16-bit
  /// logits.
  void cached() {
    const LossBytes& l = s.loss;
    sink_.term("cached-blocks", s.tokens * (s.widest_forward + l.vocabulary * l.cached_per_logit),
               [&]() -> Explanation {
                 return {"tokens * (forwardBytesPerToken + vocabulary * bytesPerLogit)",
                         {{"tokens", s.tokens},
                          {"forwardBytesPerToken", s.widest_forward},
                          {"vocabulary", l.vocabulary},
                          {"bytesPerLogit", l.cached_per_logit}},
                         "pytorch"};
               });
  }

  void backward_start() {
    always();
    pools(s.gradients_persist || s.plan.optimizer_in_backward);
    if (s.plan.optimizer_in_backward) {
      newest_gradient();
    } else if (s.gradients_persist) {
      gradients();
    } else if (s.full && !s.gradients_on_host && !(reserved() && s.reduces_apart)) {
      sharded("gradients", p.head_matrix, 0, s.scheme.gradient, s.shards.gradients, 1, s.traits.source);
    }
    amount("cast-copies", s.plan.recompute == Recompute::none ? s.casts : s.layer_casts, "pytorch-amp");
    stored();
    per_logit("held-logits", s.loss.held_per_logit);
    layer_backward();
    gathered(true);
    two_amounts("unsharded-gradients", s.unsharded_start, true);
  }

  /// The first layer's backward, or after it the embedding's gradient: whichever needs more.
  void backward_end() {
    always();
    if (s.plan.optimizer_in_backward) {
      newest_gradient();
    } else {
      gradients();
    }
    if (s.in_flight > 1 && s.stored_per_token > 0) {
      // Other micro-batches stay in flight while one ends.
      sink_.term("activations-in-flight", s.tokens * s.stored_per_token * (s.in_flight - 1),
                 [&]() -> Explanation {
                   return {"tokens * bytesPerToken * (microBatchesInFlight - 1)",
                           {{"tokens", s.tokens},
                            {"bytesPerToken", s.stored_per_token},
                            {"microBatchesInFlight", s.in_flight}},
                           "korthikanti-2022"};
                 });
    }
    per_logit("held-logits", s.loss.held_per_logit);
    const double first = s.layers.empty() || s.widest_kept > 0 ? 0 : s.layers.front().kept;
    const double layer = s.tokens * (first + s.widest_kept + s.widest_temporary) + s.unpacked.bytes() +
                         s.layer_casts.bytes() + s.gathered.layers.bytes() + s.unsharded_end.bytes();
    const double embedding = s.newest_gradient.bytes() + s.unsharded_embedding.bytes();
    if (embedding > layer) {
      amount("newest-gradient", s.newest_gradient, "pytorch");
      amount("unsharded-gradients", s.unsharded_embedding, s.traits.source);
      gathered(false);
      pools(true);
      return;
    }
    amount("cast-copies", s.layer_casts, "pytorch-amp");
    per_token("activations", first);
    layer_backward();
    gathered(true);
    pools(true);
    two_amounts("unsharded-gradients", s.unsharded_end, true);
  }

  void optimizer_step() {
    always();
    gradients();
    trained("step-gradients", s.scheme.step_gradient, s.shards.optimizer, s.expert_shards.optimizer,
            s.traits.source);
    trained("step-temporaries", s.optimizer.temporary, s.shards.optimizer, s.expert_shards.optimizer,
            "pytorch");
    copied("step-temporaries-embeddings", s.optimizer.temporary > 0 ? s.scheme.frozen : 0,
           s.shards.optimizer);
    if (!s.full) return;
    const OptimizerBytes& o = s.optimizer;
    const bool of_matrix = p.largest_matrix * o.temporary_matrix > p.largest_tensor * o.temporary_tensor;
    amount("step-temporaries",
           of_matrix ? Amount{p.largest_matrix, o.temporary_matrix}
                     : Amount{p.largest_tensor, o.temporary_tensor},
           o.source);
  }

  /// What the optimizer steps in backward: this rank's shard of it, where whole ones are reduced to shards.
  void newest_gradient() {
    if (!s.full || s.gradients_on_host) return;
    amount("gradients", {p.largest_tensor / s.shards.gradients, s.scheme.gradient}, "torchtune");
  }

  const TrainingStage& s;
  const StageParameters& p;
  Sink& sink_;
};

}  // namespace slide_rule
