// Points for plots, comparison, and time: that what is drawn is what the laws say.

#include <cmath>

#include "catch.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/compare.hpp"
#include "slide_rule/scaling/curves.hpp"
#include "slide_rule/scaling/embedding_bridge.hpp"
#include "slide_rule/scaling/hyperparameters.hpp"
#include "slide_rule/speed/model_training_time.hpp"
#include "tools/formula.hpp"
#include "tools/laws.hpp"

using namespace slide_rule;
using enum LawInput;

TEST_CASE("a curve holds the law's losses at evenly spaced points", "[laws][curves]") {
  CurveQuestion q;
  q.law.id = "kaplan-2020-compute";
  q.from = 1e12;
  q.to = 1e24;
  q.points = 13;
  Problems problems;
  const CurveAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  REQUIRE(a.x.size() == 13);
  CHECK(a.x.front() == 1e12);
  CHECK(a.x.back() == 1e24);
  for (std::size_t i = 0; i < 13; ++i) {
    CHECK_THAT(a.x[i], WithinRel(std::pow(10, 12 + static_cast<double>(i)), 1e-12));
    CHECK(a.loss[i] == loss_of("kaplan-2020-compute", {{compute_flop, a.x[i]}}));
  }
  CHECK(a.low.empty());
  CHECK_THAT(a.fitted_high.value(), WithinRel(kFlopPerPfDay, 1e-15));
}

TEST_CASE("a curve in compute goes along the optimal splits, with its band", "[laws][curves]") {
  CurveQuestion q;
  q.law.id = "besiroglu-2024";
  q.from = 1e18;
  q.to = 1e26;
  q.points = 9;
  Problems problems;
  const CurveAnswer a = answer(q, problems);
  REQUIRE(a.low.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) {
    OptimalQuestion o;
    o.law.id = q.law.id;
    o.compute_flop = a.x[i];
    const OptimalAnswer best = answer(o, problems);
    CHECK(a.loss[i] == best.loss.value());
    CHECK(a.parameters[i] == best.parameters);
    CHECK(a.low[i] == best.interval.value().low);
    CHECK(a.low[i] < a.loss[i]);
    CHECK(a.loss[i] < a.high[i]);
  }
  q.held.values[0] = 1e9;  // with parameters held, compute buys tokens
  const CurveAnswer held = answer(q, problems);
  REQUIRE(problems.empty());
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(held.loss[i] >= a.loss[i]);
    CHECK_THAT(held.tokens[i], WithinRel(held.x[i] / 6e9, 1e-12));
  }
}

TEST_CASE("contours hold their loss, lie in the window and are ordered; the optimum touches them",
          "[laws][curves]") {
  for (const char* law : {"besiroglu-2024", "kaplan-2020-joint", "muennighoff-2023", "ludziejewski-2025"}) {
    INFO(law);
    ContoursQuestion q;
    q.law.id = law;
    q.levels = {2.2, 2.5, 3, 0.1};
    q.budgets = {1e20, 1e22};
    q.parameters_from = 1e7;
    q.parameters_to = 1e12;
    q.tokens_from = 1e8;
    q.tokens_to = 1e14;
    q.points = 20;
    q.settings = typical_settings(*find_law(law));
    Problems problems;
    const ContoursAnswer a = answer(q, problems);
    REQUIRE(problems.empty());
    REQUIRE(a.contours.size() == 4);
    CHECK(a.contours[3].parameters.empty());
    for (const PlaneLine& line : a.contours) {
      for (std::size_t i = 0; i < line.parameters.size(); ++i) {
        LawPoint at = typical_settings_point(*find_law(law));
        at[parameters] = line.parameters[i];
        at[tokens] = line.tokens[i];
        CHECK_THAT(loss_at(*find_law(law), at), WithinRel(line.loss.value(), 1e-9));
        CHECK(at[parameters] >= q.parameters_from * (1 - 1e-9));
        CHECK(at[parameters] <= q.parameters_to * (1 + 1e-9));
        CHECK(at[tokens] >= q.tokens_from * (1 - 1e-9));
        CHECK(at[tokens] <= q.tokens_to * (1 + 1e-9));
        if (i > 0) CHECK(line.parameters[i] >= line.parameters[i - 1]);
        if (i > 0) CHECK(line.tokens[i] <= line.tokens[i - 1] * (1 + 1e-9));
      }
    }
    CHECK(!a.contours[1].parameters.empty());
    CHECK(a.optimal.has_value() == on_budget(find_law(law)->form));
    if (a.optimal) {
      CHECK(a.optimal->parameters.size() > 5);
      for (const PlaneLine& line : a.iso_flop) {
        for (std::size_t i = 0; i < line.parameters.size(); ++i) {
          CHECK_THAT(6 * line.parameters[i] * line.tokens[i], WithinRel(line.compute_flop.value(), 1e-12));
        }
      }
    }
  }
}

TEST_CASE("an IsoFLOP curve is lowest at its minimum", "[laws][curves]") {
  IsoflopQuestion q;
  q.law.id = "hoffmann-2022-unrounded";
  q.budgets = {6e18, 1e20, 3e21};
  Problems problems;
  const IsoflopAnswer a = answer(q, problems);
  REQUIRE(a.curves.size() == 3);
  for (const IsoflopCurve& c : a.curves) {
    REQUIRE(c.loss.size() == 41);
    for (std::size_t i = 0; i < 41; ++i) {
      CHECK(c.loss[i] >= c.best_loss * (1 - 1e-15));
      CHECK_THAT(6 * c.parameters[i] * c.tokens[i], WithinRel(c.compute_flop, 1e-12));
    }
    CHECK_THAT(c.loss[20], WithinRel(c.best_loss, 1e-12));
  }
}

TEST_CASE("what a plot cannot show is a problem", "[laws][curves]") {
  const auto first = [](const auto& q) {
    Problems problems;
    answer(q, problems);
    REQUIRE(!problems.empty());
    return problems[0].field + " " + std::string(name_of(problems[0].code));
  };
  CurveQuestion curve;
  curve.law.id = "kaplan-2020-compute";
  curve.from = curve.to = 1e20;
  CHECK(first(curve) == "from above-maximum");
  curve.to = 1e21;
  curve.variable = CurveVariable::tokens;
  CHECK(first(curve) == "variable contradicts");
  curve.law.id = "besiroglu-2024";
  curve.variable = CurveVariable::parameters;
  CHECK(first(curve) == "tokens missing");
  ContoursQuestion contours;
  contours.law.id = "gpt3-2020-compute";
  CHECK(first(contours) == "law no-answer");
  IsoflopQuestion isoflop;
  isoflop.law.id = "besiroglu-2024";
  CHECK(first(isoflop) == "budgets missing");
  isoflop.budgets.assign(101, 1e20);
  CHECK(first(isoflop) == "budgets too-large");
}

TEST_CASE("comparison: each law at the same point, in its own sense of N, and why they differ",
          "[laws][compare]") {
  CompareQuestion q;
  q.laws = {"besiroglu-2024",      "hoffmann-2022",    "kaplan-2020-joint",
            "kaplan-2020-compute", "clark-2022-sbase", "deepseek-2024"};
  q.parameters = 7e10;
  q.tokens = 1.4e12;
  Problems problems;
  const auto rows = answer(q, problems).rows;
  REQUIRE(problems.empty());
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].loss.value() == loss_of("besiroglu-2024", {{parameters, 7e10}, {tokens, 1.4e12}}));
  CHECK(rows[0].differs.empty());
  CHECK(!rows[0].relative_difference);
  CHECK_THAT(rows[1].relative_difference.value(), WithinRel(*rows[1].loss / *rows[0].loss - 1, 1e-12));
  CHECK(rows[1].differs == std::vector<std::string_view>{"fitting"});
  // Kaplan's N is smaller by the embeddings.
  CHECK(rows[2].parameters.value() < 7e10);
  CHECK(rows[2].differs.front() == "parameters-meaning");
  CHECK(rows[3].compute_flop.value() < 6 * 7e10 * 1.4e12 / 2);
  CHECK(rows[4].problems.at(0).field == "experts");
  CHECK(rows[5].problems.at(0).code == Code::no_loss);
  for (const CompareRow& row : rows) {
    for (const Figure& f : row.workings) {
      INFO(row.law << " " << f.id << " = " << f.formula);
      CHECK(formula_gives(f, f.value, 1e-9));
    }
  }
  q.laws.clear();
  const auto all = answer(q, problems).rows;
  CHECK(all.size() > 15);
  for (const CompareRow& row : all) CHECK(row.loss);
  q.laws = {"besiroglu-2042"};
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "laws[0]");
  CHECK(problems[0].nearest == "besiroglu-2024");
}

TEST_CASE("comparison by compute alone splits optimally where a law can", "[laws][compare]") {
  CompareQuestion q;
  q.laws = {"gpt3-2020-compute", "hoffmann-2022-unrounded", "kaplan-2020-parameters"};
  q.compute_flop = 1e22;
  Problems problems;
  const auto rows = answer(q, problems).rows;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].loss.value() == loss_of("gpt3-2020-compute", {{compute_flop, 1e22}}));
  CHECK_THAT(rows[1].parameters.value(), WithinRel(6342825611.0, 1e-9));
  CHECK(rows[2].problems.at(0).field == "parameters");
}

TEST_CASE("training time: 6 N D over GPUs, peak and utilisation", "[speed]") {
  TrainingTimeQuestion q;
  q.parameters = 7e9;
  q.tokens = 1e12;
  q.peak_flops = 989.5e12;
  q.gpus = 256;
  q.mfu = 0.45;
  q.price_per_gpu_hour = 2.5;
  Problems problems;
  const TrainingTimeAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  CHECK_THAT(a.flop, WithinRel(4.2e22, 1e-15));
  CHECK_THAT(a.seconds, WithinRel(4.2e22 / (256 * 989.5e12 * 0.45), 1e-15));
  CHECK_THAT(a.gpu_hours, WithinRel(a.seconds * 256 / 3600, 1e-15));
  CHECK_THAT(a.cost.value(), WithinRel(a.gpu_hours * 2.5, 1e-15));
  for (const Figure& f : a.workings) CHECK(formula_gives(f, f.value));
  SECTION("the attention term: 12 L s a d a token") {
    q.layers = 32;
    q.heads = 32;
    q.head_dimension = 128;
    q.sequence_tokens = 4096;
    const TrainingTimeAnswer with = answer(q, problems);
    CHECK_THAT(with.flop_per_token.value(), WithinRel(6 * 7e9 + 12.0 * 32 * 4096 * 32 * 128, 1e-15));
    for (const Figure& f : with.workings) CHECK(formula_gives(f, f.value));
  }
  SECTION("a compute can be given as it is") {
    TrainingTimeQuestion c;
    c.compute_flop = a.flop;
    c.peak_flops = q.peak_flops;
    c.gpus = q.gpus;
    c.mfu = q.mfu;
    CHECK(answer(c, problems).seconds == a.seconds);
  }
  SECTION("problems name their field") {
    q.layers = 32;
    answer(q, problems);
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].field == "heads");
    problems.clear();
    answer(TrainingTimeQuestion{}, problems);
    REQUIRE(problems.size() == 2);
    CHECK(problems[1].field == "tokens");
  }
}

TEST_CASE("training time of a model on a GPU of the catalogue, with attention where the sequence is known",
          "[speed]") {
  ModelTrainingTimeQuestion q;
  q.model.emplace().model = find_model("llama-3.1-8b")->model;
  q.gpu.emplace().gpu = *find_gpu("h100-sxm");
  q.plain.tokens = 15e12;
  q.plain.gpus = 1024;
  q.plain.mfu = 0.4;
  Problems problems;
  const TrainingTimeAnswer plain = answer(q, problems);
  q.plain.sequence_tokens = 8192;
  const TrainingTimeAnswer with = answer(q, problems);
  REQUIRE(problems.empty());
  // The embedding is a lookup: 6 FLOP for each of the other 7.50B parameters; 12 L s a d on top.
  const double computed = 8030261248.0 - 128256.0 * 4096;
  CHECK_THAT(plain.flop_per_token.value(), WithinRel(6 * computed, 1e-4));
  CHECK_THAT(*with.flop_per_token - *plain.flop_per_token, WithinRel(12.0 * 32 * 8192 * 32 * 128, 1e-12));
  CHECK_THAT(with.seconds, WithinRel(with.flop / (1024 * q.gpu->gpu.bf16_tflops * 1e12 * 0.4), 1e-12));
  for (const Figure& f : with.workings) CHECK(formula_gives(f, f.value));
  CHECK(with.assumptions.front().id == "attention-counted-in-full");
  q.plain.parameters = 8e9;
  q.plain.peak_flops = 1e15;
  answer(q, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].field == "peakFlops");
  CHECK(problems[1].field == "parameters");
}

TEST_CASE("training time without a utilisation takes that of measured runs, and a pipeline waits",
          "[speed]") {
  ModelTrainingTimeQuestion q;
  q.model.emplace().model = find_model("llama-3.1-70b")->model;
  q.gpu.emplace().gpu = *find_gpu("h100-sxm");
  q.plain.tokens = 1e12;
  q.plain.gpus = 64;
  Problems problems;
  const TrainingTimeAnswer alone = answer(q, problems);
  REQUIRE(problems.empty());
  const TrainingEfficiency hopper = training_efficiency(q.gpu->gpu, false);
  CHECK(alone.mfu == hopper.utilisation);
  CHECK(alone.assumptions.back().id == "peak-of-16-bit");
  ModelTrainingTimeQuestion old = q;
  old.gpu->gpu = *find_gpu("tesla-p40");
  CHECK(answer(old, problems).assumptions.back().id == "peak-of-fp32");
  CHECK(answer(old, problems).assumptions.back().value == old.gpu->gpu.fp32_tflops * 1e12);
  CHECK_THAT(alone.seconds_interval->low, WithinRel(alone.seconds / hopper.spread.high, 1e-12));
  CHECK_THAT(alone.seconds_interval->high, WithinRel(alone.seconds / hopper.spread.low, 1e-12));

  // Narayanan et al. 2021, section 2.2: of the ideal time, (p - 1) / m more; interleaved, a v-th of that.
  q.run.pipeline_parallel = 8;
  q.run.tensor_parallel = 8;
  q.run.micro_batches = 32;
  const TrainingTimeAnswer piped = answer(q, problems);
  CHECK_THAT(piped.seconds / alone.seconds, WithinRel(1 + 7.0 / 32, 1e-12));
  q.run.virtual_pipeline = 5;
  const TrainingTimeAnswer interleaved = answer(q, problems);
  CHECK_THAT(interleaved.seconds / alone.seconds, WithinRel(1 + 7.0 / 32 / 5, 1e-12));
  REQUIRE(problems.empty());
  for (const Figure& f : interleaved.workings) CHECK(formula_gives(f, f.value));

  q.run.micro_batches.reset();
  q.plain.gpus = 32;
  answer(q, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].field == "gpus");
  CHECK(problems[0].limit == 64);
  CHECK(problems[1].field == "microBatches");
}

TEST_CASE("a pipeline waits whatever the peak was named by, unless the utilisation is said", "[speed]") {
  ModelTrainingTimeQuestion q;
  q.model.emplace().model = find_model("llama-3.1-8b")->model;
  q.plain.tokens = 1e9;
  q.plain.gpus = 8;
  q.plain.peak_flops = 989.4e12;
  q.run.pipeline_parallel = 8;
  Problems problems;
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "microBatches");
  problems.clear();
  q.run.micro_batches = 8;
  const TrainingTimeAnswer by_peak = answer(q, problems);
  REQUIRE(problems.empty());
  CHECK_THAT(by_peak.mfu, WithinRel(kDefaultUtilisation * 8 / 15, 1e-12));
  CHECK(!by_peak.seconds_interval);
  for (const Figure& f : by_peak.workings) CHECK(formula_gives(f, f.value));
  ModelTrainingTimeQuestion named = q;
  named.plain.peak_flops = 0;
  named.gpu.emplace().gpu = *find_gpu("h100-sxm");
  CHECK_THAT(answer(named, problems).seconds, WithinRel(by_peak.seconds, 1e-12));
  q.plain.mfu = 0.4;
  q.run.micro_batches.reset();
  const TrainingTimeAnswer said = answer(q, problems);
  REQUIRE(problems.empty());
  CHECK(said.mfu == 0.4);
  CHECK(said.assumptions.back().id == "utilisation-includes-pipeline");
}

TEST_CASE("training time divides its work as training memory does", "[speed]") {
  ModelTrainingTimeQuestion q;
  q.model.emplace().model = find_model("llama-3.1-8b")->model;
  q.gpu.emplace().gpu = *find_gpu("h100-sxm");
  q.plain.tokens = 1e9;
  const auto problem_of = [&](double gpus, TrainingPlan run) {
    q.plain.gpus = gpus;
    q.run = run;
    Problems problems;
    answer(q, problems);
    return problems.empty() ? std::string() : problems[0].field + " " + problems[0].nearest;
  };
  TrainingPlan run;
  run.tensor_parallel = 8;
  CHECK(problem_of(8, run) == "");
  CHECK(problem_of(10, run) == "tensorParallel gpus");
  run.tensor_parallel = 1;
  run.expert_parallel = 16;
  CHECK(problem_of(8, run) == "expertParallel gpus");
  CHECK(problem_of(16, run) == "expertParallel model");
  q.model.reset();
  q.plain.parameters = 8e9;
  CHECK(problem_of(16, run) == "");
  run.expert_parallel = 1;
  run.virtual_pipeline = 2;
  CHECK(problem_of(8, run) == "virtualPipeline pipelineParallel");
}

TEST_CASE("training of models with experts and on cards that nobody measured", "[speed]") {
  const Gpu h100 = *find_gpu("h100-sxm"), a100 = *find_gpu("a100-sxm-80gb"), rtx = *find_gpu("rtx-4090");
  CHECK(training_efficiency(h100, true).utilisation < training_efficiency(h100, false).utilisation);
  CHECK(training_efficiency(h100, false).utilisation < training_efficiency(a100, false).utilisation);
  CHECK(training_efficiency(h100, false).measured);
  CHECK(!training_efficiency(rtx, false).measured);
  CHECK(!training_efficiency(a100, true).measured);
  // What nobody measured may be off as any group of those that were.
  for (const TrainingEfficiency& e : {training_efficiency(rtx, false), training_efficiency(a100, true),
                                      training_efficiency(*find_gpu("apple-m4-max"), false)}) {
    CHECK(!e.measured);
    for (SpeedGroup group :
         {SpeedGroup::training_ampere, SpeedGroup::training_experts, SpeedGroup::training_hopper}) {
      CHECK(e.spread.low <= speed_factors(group).low);
      CHECK(e.spread.high >= speed_factors(group).high);
    }
  }
}

TEST_CASE("the smaller questions open to formulas too", "[laws][formula]") {
  Problems problems;
  const auto check = [&](const auto& answered) {
    REQUIRE(problems.empty());
    CHECK(!answered.workings.empty());
    for (const Figure& f : answered.workings) {
      INFO(f.id << " = " << f.formula);
      CHECK(formula_gives(f, f.value, 1e-9));
    }
  };
  for (const Law& law : all_laws()) {
    HyperparametersQuestion q;
    q.law = law.id;
    q.parameters = 1e9;
    q.tokens = 2e10;
    q.loss = 2.5;
    if (has_hyperparameters(law.id)) check(answer(q, problems));
  }
  CriticalBatchQuestion batch;
  batch.loss = 2.5;
  batch.batch_tokens = 5e5;
  batch.steps = 1e5;
  batch.compute_flop = 1e20;
  check(answer(batch, problems));
  OverfittingQuestion over;
  over.parameters = 1e9;
  over.tokens = 1e10;
  check(answer(over, problems));
  EmbeddingBridgeQuestion bridge;
  bridge.parameters = 7e10;
  check(answer(bridge, problems));
  bridge.parameters.reset();
  bridge.non_embedding_parameters = 7e10;
  check(answer(bridge, problems));
  LossQuestion gadre;
  gadre.law.id = "gadre-2024-c4";
  gadre.given.values = {1e9, 2e10};
  const LossAnswer a = answer(gadre, problems);
  check(a);
  CHECK_THAT(a.downstream_error.value(), WithinRel(0.850 - 2.079 * std::exp(-0.756 * a.loss), 1e-12));
}
