#include "catalog/well_known_runs.hpp"

#include "catalog/laws.hpp"
#include "slide_rule/names.hpp"

namespace slide_rule {
namespace {

// Table 2.1 of [brown-2020] as printed: layers, width, heads, head dimension, batch, learning rate.
constexpr PrintedShape kGpt3Shapes[] = {
    {12, 768, 12, 64, 0.5e6, 6.0e-4}, {24, 1024, 16, 64, 0.5e6, 3.0e-4},   {24, 1536, 16, 96, 0.5e6, 2.5e-4},
    {24, 2048, 24, 128, 1e6, 2.0e-4}, {32, 2560, 32, 80, 1e6, 1.6e-4},     {32, 4096, 32, 128, 2e6, 1.2e-4},
    {40, 5140, 40, 128, 2e6, 1.0e-4}, {96, 12288, 96, 128, 3.2e6, 0.6e-4},
};

#define GPT3(id, name, n, flop, days, shape, ...)                                           \
  {                                                                                         \
    id, name, "gpt-3", "brown-2020", "Table 2.1; Table D.1", n, 0, 300e9, 6, flop, days, 0, \
        &kGpt3Shapes[shape], {                                                              \
      __VA_ARGS__                                                                           \
    }                                                                                       \
  }
#define TABLE_D1(id, name, family, n, tokens, k, flop, days) \
  { id, name, family, "brown-2020", "Table D.1", n, 0, tokens, k, flop, days }
#define TABLE_1(id, name, n, tokens) \
  { id, name, id, "hoffmann-2022", "Table 1", n, 0, tokens }
#define LLAMA(id, name, source, place, n, tokens) \
  { id, name, "llama", source, place, n, 0, tokens }
#define CEREBRAS(id, name, n, tokens, flop, loss) \
  { id, name, "cerebras-gpt", "dey-2023", {}, n, 0, tokens, 6, flop, 0, loss }
#define PYTHIA(id, name, n, loss) \
  { id, name, "pythia", "biderman-2023", {}, n, 0, 299892736000.0, 6, 0, 0, loss }

constexpr WellKnownRun kRuns[] = {
    GPT3("gpt-3-small", "GPT-3 Small", 125e6, 2.25e20, 2.60, 0),
    GPT3("gpt-3-medium", "GPT-3 Medium", 356e6, 6.41e20, 7.42, 1),
    GPT3("gpt-3-large", "GPT-3 Large", 760e6, 1.37e21, 15.8, 2),
    // 24 heads of 128 are 3,072, not the width of 2,048; 16 are.
    GPT3("gpt-3-xl", "GPT-3 XL", 1.32e9, 2.38e21, 27.5, 3, "heads", 24, 16),
    GPT3("gpt-3-2.7b", "GPT-3 2.7B", 2.65e9, 4.77e21, 55.2, 4),
    GPT3("gpt-3-6.7b", "GPT-3 6.7B", 6.66e9, 1.20e22, 139, 5),
    // 40 heads of 128 are 5,120, with which 12 L d^2 and the embeddings come to Table D.1's 12,850M.
    GPT3("gpt-3-13b", "GPT-3 13B", 12.85e9, 2.31e22, 268, 6, "modelWidth", 5140, 5120),
    GPT3("gpt-3-175b", "GPT-3 175B", 174.6e9, 3.14e23, 3640, 7),
    TABLE_D1("t5-small", "T5-Small", "t5", 60e6, 1e12, 3, 1.80e20, 2.08),
    TABLE_D1("t5-base", "T5-Base", "t5", 220e6, 1e12, 3, 6.60e20, 7.64),
    TABLE_D1("t5-large", "T5-Large", "t5", 770e6, 1e12, 3, 2.31e21, 26.7),
    TABLE_D1("t5-3b", "T5-3B", "t5", 3e9, 1e12, 3, 9.00e21, 104),
    TABLE_D1("t5-11b", "T5-11B", "t5", 11e9, 1e12, 3, 3.30e22, 382),
    TABLE_D1("bert-base", "BERT-Base", "bert", 109e6, 250e9, 6, 1.64e20, 1.89),
    TABLE_D1("bert-large", "BERT-Large", "bert", 355e6, 250e9, 6, 5.33e20, 6.16),
    TABLE_D1("roberta-base", "RoBERTa-Base", "roberta", 125e6, 2e12, 6, 1.50e21, 17.4),
    TABLE_D1("roberta-large", "RoBERTa-Large", "roberta", 355e6, 2e12, 6, 4.26e21, 49.3),
    TABLE_1("lamda-137b", "LaMDA 137B", 137e9, 168e9),
    TABLE_1("jurassic-1", "Jurassic-1", 178e9, 300e9),
    TABLE_1("gopher", "Gopher", 280e9, 300e9),
    TABLE_1("mt-nlg-530b", "MT-NLG 530B", 530e9, 270e9),
    TABLE_1("chinchilla", "Chinchilla", 70e9, 1.4e12),
    {"palm-540b", "PaLM 540B", "palm", "chowdhery-2022", "Table 1; section 3", 540.35e9, 0, 780e9},
    LLAMA("llama-7b", "LLaMA 7B", "touvron-2023", "Table 2", 6.7e9, 1.0e12),
    LLAMA("llama-13b", "LLaMA 13B", "touvron-2023", "Table 2", 13.0e9, 1.0e12),
    LLAMA("llama-33b", "LLaMA 33B", "touvron-2023", "Table 2", 32.5e9, 1.4e12),
    LLAMA("llama-65b", "LLaMA 65B", "touvron-2023", "Table 2", 65.2e9, 1.4e12),
    LLAMA("llama-2-7b", "Llama 2 7B", "touvron-2023-llama2", "Table 1", 7e9, 2.0e12),
    LLAMA("llama-2-13b", "Llama 2 13B", "touvron-2023-llama2", "Table 1", 13e9, 2.0e12),
    LLAMA("llama-2-70b", "Llama 2 70B", "touvron-2023-llama2", "Table 1", 70e9, 2.0e12),
    LLAMA("llama-3.1-8b", "Llama 3.1 8B", "llama3-2024", "Section 1", 8e9, 15e12),
    LLAMA("llama-3.1-70b", "Llama 3.1 70B", "llama3-2024", "Section 1", 70e9, 15e12),
    {"llama-3.1-405b", "Llama 3.1 405B", "llama", "llama3-2024", "Section 1", 405e9, 0, 15.6e12, 6, 3.8e25},
    {"deepseek-v3", "DeepSeek-V3", "deepseek", "deepseek-v3-2024", "Abstract", 671e9, 37e9, 14.8e12},
    CEREBRAS("cerebras-gpt-111m", "Cerebras-GPT 111M", 111e6, 2.22e9, 2.6e18, 2.566),
    CEREBRAS("cerebras-gpt-256m", "Cerebras-GPT 256M", 256e6, 5.12e9, 1.3e19, 2.299),
    CEREBRAS("cerebras-gpt-590m", "Cerebras-GPT 590M", 590e6, 11.8e9, 6.1e19, 2.184),
    CEREBRAS("cerebras-gpt-1.3b", "Cerebras-GPT 1.3B", 1.3e9, 26.3e9, 2.8e20, 1.996),
    CEREBRAS("cerebras-gpt-2.7b", "Cerebras-GPT 2.7B", 2.7e9, 53e9, 1.1e21, 1.834),
    CEREBRAS("cerebras-gpt-6.7b", "Cerebras-GPT 6.7B", 6.7e9, 133e9, 6.3e21, 1.704),
    CEREBRAS("cerebras-gpt-13b", "Cerebras-GPT 13B", 13e9, 257e9, 2.3e22, 1.575),
    PYTHIA("pythia-70m", "Pythia 70M", 70426624, 2.888),
    PYTHIA("pythia-160m", "Pythia 160M", 162322944, 2.512),
    PYTHIA("pythia-410m", "Pythia 410M", 405334016, 2.164),
    PYTHIA("pythia-1b", "Pythia 1B", 1011781632, 2.044),
    PYTHIA("pythia-1.4b", "Pythia 1.4B", 1414647808, 1.96),
    PYTHIA("pythia-2.8b", "Pythia 2.8B", 2775208960, 1.871),
    PYTHIA("pythia-6.9b", "Pythia 6.9B", 6857302016, 1.777),
    PYTHIA("pythia-12b", "Pythia 12B", 11846072320, 1.741),
};

#undef GPT3
#undef TABLE_D1
#undef TABLE_1
#undef LLAMA
#undef CEREBRAS
#undef PYTHIA

std::optional<double> if_known(double x) {
  if (x > 0) return x;
  return {};
}

RunRow row_of(const WellKnownRun& run) {
  RunRow r;
  r.id = run.id;
  r.name = run.name;
  r.family = run.family;
  r.source = run.source;
  r.place = run.place;
  r.parameters = run.parameters;
  r.active_parameters = if_known(run.active_parameters);
  r.tokens = run.tokens;
  r.compute_flop = run.flop_per_parameter_token * r.active_parameters.value_or(run.parameters) * run.tokens;
  r.printed_flop = if_known(run.printed_flop);
  r.printed_pf_days = if_known(run.printed_pf_days);
  r.measured_loss = if_known(run.measured_loss);
  if (run.family == "gpt-3") {
    LawPoint at;
    at[LawInput::compute_flop] = run.printed_pf_days * kFlopPerPfDay;
    r.fitted_loss = loss_at(*find_law("gpt3-2020-compute"), at);
  }
  if (run.shape) {
    r.layers = run.shape->layers;
    r.model_width = run.shape->model_width;
    r.heads = run.shape->heads;
    r.head_dimension = run.shape->head_dimension;
    r.batch_tokens = run.shape->batch_tokens;
    r.learning_rate = run.shape->learning_rate;
  }
  if (!run.misprint.field.empty()) r.misprints.push_back(run.misprint);
  return r;
}

}  // namespace

std::span<const WellKnownRun> well_known_runs() { return kRuns; }

RunsAnswer answer(const RunsQuestion& q, Problems& problems) {
  RunsAnswer a;
  for (const WellKnownRun& run : kRuns) {
    if (q.family.empty() || run.family == q.family) a.runs.push_back(row_of(run));
  }
  if (a.runs.empty()) {
    const std::string_view near =
        nearest_word(q.family, std::size(kRuns), [](std::size_t i) { return kRuns[i].family; });
    add(problems, "family", Code::unknown_id, 0, near);
  }
  return a;
}

}  // namespace slide_rule
