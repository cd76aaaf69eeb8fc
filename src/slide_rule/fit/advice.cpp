#include "slide_rule/fit/advice.hpp"

#include <algorithm>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/fit/sort_few.hpp"

namespace slide_rule {
namespace {

class Adviser {
 public:
  explicit Adviser(const Job& job)
      : plan_(job.plan),
        table_(job.model.model),
        needs_(table_, job),
        now_(needs_.of(job.plan)),
        shares_memory_(job.gpu && job.gpu->gpu.unified_share > 0) {}

  AdviceAnswer run() {
    plan_.task == Task::training ? training() : inference();
    more_cards();
    const auto fit_first = [](const Change& a, const Change& b) {
      const bool fits_a = a.outcome != Outcome::does_not_fit, fits_b = b.outcome != Outcome::does_not_fit;
      if (fits_a || fits_b) return fits_a && !fits_b;
      return a.saved_bytes > b.saved_bytes;
    };
    sort_few(a_.changes, fit_first);
    a_.outcome = now_.outcome();
    a_.required_bytes = now_.bytes;
    a_.available_bytes = now_.available_bytes;
    return std::move(a_);
  }

 private:
  void training() {
    const TrainingPlan& t = plan_.training;
    const bool full = t.method == Method::full;
    const bool moments = full && (t.optimizer == Optimizer::adamw || t.optimizer == Optimizer::paged_adamw ||
                                  t.optimizer == Optimizer::lion);
    train("fused-cross-entropy", "crossEntropy", CrossEntropy::fused, &TrainingPlan::cross_entropy);
    train("flash-attention", "attention", AttentionKernel::flash, &TrainingPlan::attention);
    if (t.recompute == Recompute::none)
      train("recompute-selective", "recompute", Recompute::selective, &TrainingPlan::recompute);
    train("recompute-full", "recompute", Recompute::full, &TrainingPlan::recompute);
    if (t.gpus > 1) {
      for (const Sharding s : {Sharding::zero1, Sharding::zero2, Sharding::zero3}) {
        if (s > t.sharding) train("shard", "sharding", s, &TrainingPlan::sharding);
      }
    }
    if (moments) {
      train("optimizer-8bit", "optimizer",
            t.optimizer == Optimizer::lion ? Optimizer::lion_8bit : Optimizer::adamw_8bit,
            &TrainingPlan::optimizer);
    }
    if (full) {
      word("optimizer-in-backward", "optimizerInBackward", "true",
           [](JobPlan& p) { p.training.optimizer_in_backward = true; });
      train("adafactor", "optimizer", Optimizer::adafactor, &TrainingPlan::optimizer);
      train("pure-bf16", "precision", Precision::bf16, &TrainingPlan::precision);
    }
    if (!shares_memory_) {
      train("offload-activations", "offload", Offload::activations, &TrainingPlan::offload);
      train("offload-optimizer", "offload", Offload::optimizer, &TrainingPlan::offload);
    }
    train("offload-all", "offload", Offload::optimizer_parameters, &TrainingPlan::offload);
    if (full) train("lora", "method", Method::lora, &TrainingPlan::method);
    if (t.method != Method::qlora) train("qlora", "method", Method::qlora, &TrainingPlan::method);
    if (!full) {
      largest("smaller-rank", "loraRank", 1, t.lora_rank,
              [](JobPlan& p, double x) { p.training.lora_rank = x; });
    }
    largest("smaller-micro-batch", "microBatch", 1, t.micro_batch,
            [](JobPlan& p, double x) { p.training.micro_batch = x; });
    largest("fewer-tokens", "sequenceTokens", 1, t.sequence_tokens,
            [](JobPlan& p, double x) { p.training.sequence_tokens = x; });
  }

  void inference() {
    const InferencePlan& s = plan_.serving;
    const bool llama_cpp = s.engine == Engine::llama_cpp, vllm = s.engine == Engine::vllm;
    if (s.attention == ServingAttention::eager) {
      word("flash-attention", "attention", name_of(ServingAttention::flash),
           [](JobPlan& p) { p.serving.attention = ServingAttention::flash; });
    }
    if (s.prompt_logits != PromptLogits::last) {
      word("last-logits", "promptLogits", name_of(PromptLogits::last),
           [](JobPlan& p) { p.serving.prompt_logits = PromptLogits::last; });
    }
    if (vllm) {
      number("fewer-sequences-kept", "maxNumSeqs", 64, [](JobPlan& p) { p.serving.max_num_seqs = 64; });
      cache(KvFormat::fp8);
    }
    if (llama_cpp) {
      for (const KvFormat f : {KvFormat::q8_0, KvFormat::q4_0}) cache(f);
    }
    using W = WeightFormat;
    if (llama_cpp) {
      for (const W f : {W::q8_0, W::q6_k, W::q5_k_m, W::q4_k_m, W::q3_k_m, W::q2_k}) weights(f);
    } else if (vllm) {
      for (const W f : {W::fp8, W::awq_int4}) weights(f);
    } else {
      for (const W f : {W::int8, W::nf4}) weights(f);
    }
    if (llama_cpp && !shares_memory_) {
      const auto experts = [](JobPlan& p, double x) { p.serving.cpu_moe_layers = x; };
      if (needs_.model().experts.count > 0) {
        smallest("experts-on-host", "cpuMoeLayers", s.cpu_moe_layers, needs_.model().layers, experts);
      }
      largest("layers-on-host", "gpuLayers", 0, s.gpu_layers.value_or(needs_.model().layers + 1),
              [](JobPlan& p, double x) { p.serving.gpu_layers = x; });
    }
    largest("smaller-batch", "batch", 1, s.batch, [](JobPlan& p, double x) { p.serving.batch = x; });
    largest("fewer-tokens", "contextTokens", s.prompt_tokens.value_or(1), s.context_tokens,
            [](JobPlan& p, double x) { p.serving.context_tokens = x; });
  }

  void more_cards() {
    const double gpus = fewest_gpus(needs_, plan_);
    if (gpus <= plan_.gpus) return;
    const std::optional<JobPlan> over_more = spread(plan_, needs_.model(), gpus);
    if (!over_more) return;
    const Sharding sharding = over_more->training.sharding;
    const bool shards = sharding != plan_.training.sharding;
    also_ = shards ? Also{"sharding", name_of(sharding)} : Also{};
    number("more-gpus", "gpus", gpus, [&](JobPlan& p) { p = *over_more; });
    also_ = {};
  }

  // ---- ways to change one field ----

  /// Of what the job needs.
  static constexpr double kTrifle = 0.01;

  /// Adds the change where it saves more than a trifle, or where it alone makes the job fit.
  template <class Set>
  void add(std::string_view id, std::string_view field, std::string_view word, double number, Set set) {
    JobPlan changed = plan_;
    set(changed);
    add_plan(id, field, word, number, changed);
  }
  void add_plan(std::string_view id, std::string_view field, std::string_view word, double number,
                const JobPlan& changed) {
    const Need need = needs_.of(changed);
    const double saved = now_.bytes - need.bytes;
    if (saved < kTrifle * now_.bytes && (now_.fits() || !need.fits())) return;
    a_.changes.push_back(
        {id, field, word, number, also_.field, also_.word, need.outcome(), need.bytes, saved});
  }
  template <class Set>
  void word(std::string_view id, std::string_view field, std::string_view value, Set set) {
    add(id, field, value, 0, set);
  }
  template <class Set>
  void number(std::string_view id, std::string_view field, double value, Set set) {
    add(id, field, {}, value, set);
  }
  template <class E>
  void train(std::string_view id, std::string_view field, E value, E TrainingPlan::*member) {
    if (plan_.training.*member == value) return;
    word(id, field, name_of(value), [&](JobPlan& p) { p.training.*member = value; });
  }
  void cache(KvFormat format) {
    if (bytes_per_element(format) >= bytes_per_element(plan_.serving.kv_format)) return;
    if (plan_.serving.kv_value_format) also_ = {"kvValueFormat", {}};
    word("smaller-cache", "kvFormat", name_of(format), [&](JobPlan& p) {
      p.serving.kv_format = format;
      p.serving.kv_value_format.reset();
    });
    also_ = {};
  }
  void weights(WeightFormat format) {
    if (plan_.serving.bits_per_weight) also_ = {"bitsPerWeight", {}};
    word("smaller-weights", "weightFormat", name_of(format), [&](JobPlan& p) {
      p.serving.weight_format = format;
      p.serving.bits_per_weight.reset();
    });
    also_ = {};
  }
  /// The largest value below `now` that fits, or `least`.
  template <class Set>
  void largest(std::string_view id, std::string_view field, double least, double now, Set set) {
    if (now <= least) return;
    const double x = last_true(least, now - 1, [&](double value) { return fits(set, value); });
    number(id, field, std::max(least, x), [&](JobPlan& p) { set(p, std::max(least, x)); });
  }
  /// The smallest value above `now` that fits, or `most`.
  template <class Set>
  void smallest(std::string_view id, std::string_view field, double now, double most, Set set) {
    if (now >= most) return;
    const double x = first_true(now + 1, most, [&](double value) { return fits(set, value); });
    number(id, field, x > 0 ? x : most, [&](JobPlan& p) { set(p, x > 0 ? x : most); });
  }
  template <class Set>
  bool fits(Set set, double value) {
    JobPlan p = plan_;
    set(p, value);
    return needs_.of(p).fits();
  }

  const JobPlan& plan_;
  LayerTable table_;
  Needs needs_;
  Need now_;
  struct Also {
    std::string_view field, word;
  };
  Also also_;           ///< of the change that is added next
  bool shares_memory_;  ///< host and card are one memory: nothing is won by moving there
  AdviceAnswer a_;
};

}  // namespace

AdviceAnswer answer(const AdviceQuestion& q, Problems& problems) {
  Job job = q.job;
  settle(job, problems);
  if (!problems.empty()) return {};
  return Adviser(job).run();
}

}  // namespace slide_rule
