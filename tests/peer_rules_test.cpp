#include "slide_rule/fit/peer_rules.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/units.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;

namespace {

/// RFC 4180 records of a file, each by its header's names.
std::vector<std::map<std::string, std::string>> read_csv(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> records{{{}}};
  bool quoted = false;
  for (char c; file.get(c);) {
    if (c == '"' && quoted && file.peek() == '"') {
      file.get(c);
      records.back().back() += c;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      records.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      records.push_back({{}});
    } else {
      records.back().back() += c;
    }
  }
  std::vector<std::map<std::string, std::string>> rows;
  for (std::size_t r = 1; r < records.size(); ++r) {
    if (records[r].size() != records[0].size()) continue;
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < records[0].size(); ++i) row[records[0][i]] = records[r][i];
  }
  return rows;
}

/// The members of a flat JSON object, numbers and texts alike as text.
std::map<std::string, std::string> members(const std::string& json) {
  std::map<std::string, std::string> all;
  for (std::size_t at = json.find('"'); at != json.npos; at = json.find('"', at)) {
    const std::size_t end = json.find('"', at + 1), value = json.find_first_not_of(": ", end + 1);
    const std::size_t stop = json.find_first_of(",}", value);
    std::string text = json.substr(value, stop - value);
    text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
    all[json.substr(at + 1, end - at - 1)] = text;
    at = stop;
  }
  return all;
}

/// Some tools were asked with a rounded count.
bool same_count(double recorded, double exact) {
  const double millions = std::round(recorded / 1e6);
  const bool is_rounded = std::abs(recorded - millions * 1e6) < 1;
  return recorded == exact || (is_rounded && std::abs(recorded / exact - 1) < 1e-3);
}

/// The catalogue's model of these sizes.
std::optional<Model> model_of(const std::map<std::string, std::string>& symbols,
                              const std::map<std::string, std::string>& facets) {
  const auto is = [&](const char* symbol, double value) {
    const auto found = symbols.find(symbol);
    return found == symbols.end() || std::stod(found->second) == value;
  };
  const auto family = facets.find("family");
  for (const CatalogueModel& c : catalogue_models()) {
    const Model& m = c.model;
    const auto parameters = symbols.find("N");
    if (parameters != symbols.end() && !same_count(std::stod(parameters->second), count_parameters(m).text)) {
      continue;
    }
    if (!is("L", m.layers) || !is("h", m.hidden_size) || !is("k", m.kv_heads) || !is("V", m.vocabulary) ||
        !is("kvRank", m.mla.kv_rank)) {
      continue;
    }
    if (family != facets.end() && c.family.substr(0, family->second.size()) != family->second) continue;
    return m;
  }
  return {};
}

template <class E>
void set(E& field, const std::map<std::string, std::string>& facets, const char* name) {
  const auto found = facets.find(name);
  if (found != facets.end()) field = value_of<E>(found->second).value();
}

/// The question that a recorded answer is to.
Job job_of(const Model& model, const std::string& task, std::map<std::string, std::string> symbols,
           const std::map<std::string, std::string>& facets) {
  Job job;
  job.model.model = model;
  job.memory_bytes = 1e12;
  const auto number = [&](const char* symbol, double otherwise) {
    const auto found = symbols.find(symbol);
    return found == symbols.end() ? otherwise : std::stod(found->second);
  };
  JobPlan& plan = job.plan;
  if (task == "training") {
    plan.sequence_tokens = number("s", 2048);
    TrainingPlan& t = plan.training;
    t.micro_batch = number("b", 1);
    if (number("w", 2) == 4) t.precision = Precision::fp32;
    plan.tensor_parallel = number("t", 1);
    plan.gpus = number("n", 1) * *plan.tensor_parallel;
    set(t.method, facets, "method");
    set(t.precision, facets, "precision");
    set(t.optimizer, facets, "optimizer");
    set(t.recompute, facets, "recompute");
    set(t.sharding, facets, "sharding");
    set(t.offload, facets, "offload");
    set(t.framework, facets, "framework");
    return job;
  }
  plan.task = Task::inference;
  plan.context_tokens = number("s", 8192);
  InferencePlan& s = plan.serving;
  s.batch = number("b", 1);
  s.engine = Engine::llama_cpp;
  if (task == "vllm-activations") s.engine = Engine::vllm;
  set(s.engine, facets, "engine");
  const double w = number("w", 2), e = number("e", 2), scaled = number("E", 2);
  plan.weight_format = value_of<JobFormat>(w == 4 ? "fp32" : w == 2 ? "bf16" : w == 1 ? "Q8_0" : "Q4_0");
  const auto named = facets.find("weightFormat");
  if (named != facets.end()) plan.weight_format = value_of<JobFormat>(named->second);
  if (e == 1 || scaled == 1.0625) s.kv_format = KvFormat::q8_0;
  if (e == 0.5 || scaled == 0.5625) s.kv_format = KvFormat::q4_0;
  return job;
}

double unit_bytes(const std::string& unit) {
  const auto begins = [&](const char* text) { return unit.rfind(text, 0) == 0; };
  if (begins("GiB(as labelled)") || begins("GB")) return 1e9;
  return begins("GiB") ? kGiB : begins("MiB") ? kMiB : 1;
}

std::optional<PeerFigure> figure_of(const std::string& task) {
  if (task == "vllm-activations") return PeerFigure::activations;
  return task == "training" || task == "inference" ? PeerFigure::total : value_of<PeerFigure>(task);
}

std::vector<PeerAnswer> rules_of(const Job& job) {
  Problems problems;
  const PeerRulesAnswer a = answer(PeerRulesQuestion{job}, problems);
  for (const Problem& p : problems) UNSCOPED_INFO(p.field);
  REQUIRE(problems.empty());
  return a.rules;
}

}  // namespace

TEST_CASE("other calculators' rules give those calculators' own answers", "[peer-rules]") {
  std::set<std::string> held;
  std::size_t compared = 0, all = 0;
  for (const auto& row :
       read_csv(std::string(SLIDE_RULE_REFERENCE_DIR) + "/../accuracy/data/peer_answers.csv")) {
    ++all;
    if (!row.at("part").empty()) continue;  // recorded without the rest of the sum
    const auto symbols = members(row.at("symbols")), facets = members(row.at("facets"));
    const std::optional<Model> model = model_of(symbols, facets);
    if (!model) continue;
    INFO(row.at("rule") << ": " << row.at("case"));
    const std::vector<PeerAnswer> rules = rules_of(job_of(*model, row.at("task"), symbols, facets));
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const PeerAnswer& a) {
      return a.id == row.at("rule") && a.of == figure_of(row.at("task"));
    });
    REQUIRE(found != rules.end());
    CHECK(formula_gives(found->workings, found->bytes));
    Factors asked;
    for (const Factor& f : found->workings.factors) {
      asked.add(f.symbol, f.symbol == "parameters" ? std::stod(symbols.at("N")) : f.value);
    }
    const double bytes = evaluate_formula(found->workings.formula, asked);
    CHECK_THAT(bytes, WithinRel(std::stod(row.at("output")) * unit_bytes(row.at("unit")),
                                std::stod(row.at("tolerance"))));
    held.insert(row.at("rule"));
    ++compared;
  }
  CHECK(all > 100);
  CHECK(compared > 100);
  CHECK(held.size() == 16);
}

TEST_CASE("a rule's answer stands beside the estimate's of the same figure", "[peer-rules]") {
  Job job;
  job.model.model = find_model("llama-3.1-8b")->model;
  job.memory_bytes = 24e9;
  job.plan.task = Task::inference;
  job.plan.context_tokens = 8192;
  job.plan.serving.engine = Engine::vllm;
  const std::vector<PeerAnswer> rules = rules_of(job);
  REQUIRE(rules.size() >= 8);
  for (const PeerAnswer& a : rules) {
    INFO(a.id);
    CHECK(a.own_bytes > 0);
    CHECK(a.difference_bytes == a.bytes - a.own_bytes);
    CHECK(a.ratio == a.bytes / a.own_bytes);
    if (a.id == "unsloth-kv") CHECK(a.ratio == 1);  // exact, as ours is
    if (a.id == "cloud26") CHECK_THAT(a.bytes, WithinRel(1.1 * 2 * 8030261248, 1e-12));
  }
  CHECK(std::is_sorted(rules.begin(), rules.end(),
                       [](const PeerAnswer& a, const PeerAnswer& b) { return a.of < b.of; }));
}

TEST_CASE("a rule says nothing of what it does not know", "[peer-rules]") {
  Job job;
  job.model.model = find_model("llama-3.1-8b")->model;
  job.memory_bytes = 80e9;
  job.plan.sequence_tokens = 4096;
  const auto has = [&](std::string_view id) {
    const std::vector<PeerAnswer> rules = rules_of(job);
    return std::any_of(rules.begin(), rules.end(), [&](const PeerAnswer& a) { return a.id == id; });
  };
  CHECK(has("accelerate-estimate-memory"));
  CHECK(has("eleutherai-cookbook"));
  CHECK_FALSE(has("megatron-theoretical"));  // another framework
  CHECK_FALSE(has("cloud26"));               // inference only
  job.plan.tensor_parallel = job.plan.gpus = 2;
  CHECK_FALSE(has("accelerate-estimate-memory"));  // knows no tensor parallelism
  job.plan.tensor_parallel = job.plan.gpus = 1;
  job.plan.training.method = Method::qlora;
  CHECK_FALSE(has("kimphys"));

  Job mla;
  mla.model.model = find_model("deepseek-v3")->model;
  mla.memory_bytes = 80e9;
  mla.plan.task = Task::inference;
  mla.plan.context_tokens = 131072;
  for (const PeerAnswer& a : rules_of(mla)) {
    if (a.id == "hf-mem") CHECK(a.ratio > 20);  // multi-head where the cache is a latent
    if (a.id == "unsloth-kv") CHECK(a.ratio == 1);
  }
  mla.plan.context_tokens.reset();
  Problems problems;
  CHECK(answer(PeerRulesQuestion{mla}, problems).rules.empty());
  CHECK(problems.size() == 1);
}
