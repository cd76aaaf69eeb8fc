#include "slide_rule/memory/file_weights.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "catch.hpp"
#include "memory_questions.hpp"
#include "slide_rule/kinds.hpp"
#include "slide_rule/speed/roofline.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;
using namespace memory_questions;

namespace {

/// A model with a file whose parts are all of different sizes, none as the recipe would have it.
Model with_file(const char* id, WeightFormat format, bool gguf) {
  Model m = find_model(id)->model;
  const LayerTable table(m);
  FileWeights& f = m.file;
  f.format = format;
  f.gguf = gguf;
  f.embedding = 300'000'001;
  f.head = m.tied_embeddings ? 0 : 400'000'003;
  f.other = 16'385;
  for (int i = 0; i < table.layers(); ++i) {
    const bool sparse = table.spec(i).experts > 0;
    f.experts.push_back(sparse ? 200'000'000 + 7 * i : 0);
    f.layers.push_back(100'000'001 + 1'000'003 * i + f.experts.back());
  }
  Problems problems;
  check(m, problems);
  REQUIRE(problems.empty());
  return m;
}

InferenceQuestion question(const Model& m, Engine engine) {
  InferenceQuestion q;
  q.model.model = m;
  q.plan.engine = engine;
  q.plan.weight_format = m.file.format;
  q.plan.context_tokens = 4096;
  return q;
}

double sum(const std::vector<double>& list, std::size_t from = 0) {
  return std::accumulate(list.begin() + static_cast<long>(from), list.end(), 0.0);
}

}  // namespace

TEST_CASE("a file's weights are the sum of its tensors, to the byte", "[weights][file]") {
  for (const char* id : {"llama-3.1-8b", "qwen3-30b-a3b", "gemma-3-4b", "deepseek-v3"}) {
    CAPTURE(id);
    const Model file = with_file(id, WeightFormat::q4_k_m, true);
    const InferenceAnswer a = answer_to(question(file, Engine::llama_cpp));
    const double copy = file.tied_embeddings ? file.file.embedding : 0;
    CHECK(term(a, "weights-host") == file.file.embedding);
    CHECK(term(a, "weights") + term(a, "weights-host") == all_bytes(file.file) + copy);
    const Model shards = with_file(id, WeightFormat::bf16, false);
    for (const Engine engine : {Engine::vllm, Engine::transformers}) {
      CHECK(term(answer_to(question(shards, engine)), "weights") == all_bytes(shards.file));
    }
    for (const Term& t : a.terms) CHECK(formula_gives(t, t.bytes, 1e-9));
  }
}

TEST_CASE("llama.cpp offloads the layers of the file, each with its own bytes", "[weights][file]") {
  for (const char* id : {"llama-3.1-8b", "qwen3-30b-a3b"}) {
    CAPTURE(id);
    const Model m = with_file(id, WeightFormat::q4_k_m, true);
    const FileWeights& f = m.file;
    InferenceQuestion q = question(m, Engine::llama_cpp);
    const double tail = f.head + f.other;
    for (const double kept : {0.0, 1.0, 2.0, 11.0, m.layers, m.layers + 1}) {
      CAPTURE(kept);
      q.plan.gpu_layers = kept;
      const InferenceAnswer a = answer_to(q);
      const auto first = static_cast<std::size_t>(std::max(0.0, m.layers + 1 - kept));
      CHECK(term(a, "weights") == (kept < 1 ? 0 : sum(f.layers, first) + tail));
      CHECK(term(a, "weights") + term(a, "weights-host") == all_bytes(f));
    }
    q.plan.gpu_layers.reset();
    q.plan.cpu_moe_layers = 5;
    const InferenceAnswer a = answer_to(q);
    CHECK(term(a, "weights-host") == f.embedding + sum(f.experts) - sum(f.experts, 5));
    CHECK(term(a, "weights") + term(a, "weights-host") == all_bytes(f));
  }
}

TEST_CASE("stages and tensor-parallel shares of a file hold it all between them", "[weights][file]") {
  const Model m = with_file("llama-3.1-8b", WeightFormat::bf16, false);
  const LayerTable table(m);
  WeightPlan plan;
  plan.last_layer = table.layers();
  double parts = 0;
  for (int i = 0; i < 4; ++i) {
    plan.first_layer = 8 * i;
    plan.last_layer = 8 * i + 8;
    plan.embedding = i == 0;
    plan.head = i == 3;
    parts += place_file(table, plan).device.total();
  }
  CHECK(parts == all_bytes(m.file));
  plan = {};
  plan.last_layer = table.layers();
  plan.tensor_parallel = 4;
  const FileParts split = place_file(table, plan).device;
  CHECK(split.embedding == m.file.embedding / 4);
  CHECK(split.head == m.file.head / 4);
  CHECK(split.other == m.file.other);
  // All but the norms, 65 vectors of 4096 in 8 billion.
  CHECK_THAT(4 * split.layers, WithinRel(sum(m.file.layers), 2e-4));
  CHECK(4 * split.layers > sum(m.file.layers));
}

TEST_CASE("a file counts in its own format alone, and less than what bitsPerWeight says", "[weights][file]") {
  const Model m = with_file("llama-3.1-8b", WeightFormat::q4_k_m, true);
  const Model plain = find_model("llama-3.1-8b")->model;
  InferenceQuestion q = question(m, Engine::llama_cpp), without = q;
  without.model.model = plain;
  q.plan.weight_format = without.plan.weight_format = WeightFormat::q8_0;
  CHECK(answer_to(q).device_bytes == answer_to(without).device_bytes);
  q.plan.weight_format = without.plan.weight_format = WeightFormat::q4_k_m;
  CHECK(answer_to(q).device_bytes != answer_to(without).device_bytes);
  q.plan.bits_per_weight = without.plan.bits_per_weight = 5;
  CHECK(answer_to(q).device_bytes == answer_to(without).device_bytes);
  // A checkpoint in bf16 is converted before llama.cpp loads it: norms become fp32.
  InferenceQuestion shards =
      question(with_file("llama-3.1-8b", WeightFormat::bf16, false), Engine::llama_cpp);
  InferenceQuestion converted = shards;
  converted.model.model = plain;
  CHECK(answer_to(shards).device_bytes == answer_to(converted).device_bytes);
}

TEST_CASE("a token reads the file's layers and head, and the experts that it passes", "[weights][file]") {
  Model m = with_file("qwen3-30b-a3b", WeightFormat::q4_k_m, true);
  InferencePlan plan = question(m, Engine::llama_cpp).plan;
  const FileWeights& f = m.file;
  const double active = m.experts.active / m.experts.count;
  const LayerTable table(m);
  CHECK_THAT(step_bytes(table, plan, 1000).weights,
             WithinRel(sum(f.layers) - sum(f.experts) * (1 - active) + f.head + f.other, 1e-12));
  plan.cpu_moe_layers = m.layers;
  CHECK_THAT(step_bytes(table, plan, 1000).host_weights, WithinRel(sum(f.experts) * active, 1e-12));
}

TEST_CASE("towers go with the engines that load them, prediction layers with none", "[weights][file]") {
  Model m = with_file("llama-3.1-8b", WeightFormat::bf16, false);
  m.file.towers = 1000;
  m.file.prediction_layers = 50;
  const InferenceAnswer a = answer_to(question(m, Engine::vllm));
  CHECK(term(a, "weights") == all_bytes(m.file) - 50);
  CHECK(a.file_bytes == all_bytes(m.file));
}
