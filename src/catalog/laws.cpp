#include "catalog/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

constexpr FittedRange kKaplanParameters{parameters, 768, 1.5e9};
constexpr FittedRange kKaplanTokens{tokens, 2.2e7, 2.3e10};
/// 1e-8 to 1 PF-days: the extent of Figure 1's fit.
constexpr FittedRange kKaplanCompute{compute_flop, 1e-8 * kFlopPerPfDay, kFlopPerPfDay};

constexpr Law kLaws[] = {
    {.id = "kaplan-2020-parameters",
     .form = LawForm::power_parameters,
     .constants = {8.8e13, 0.076},
     .source = "kaplan-2020",
     .place = "Eq. 1.1; Figure 1",
     .parameters_mean = "non-embedding",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanParameters},
     .notes = {"article-misprint"}},
    {.id = "kaplan-2020-data",
     .form = LawForm::power_tokens,
     .constants = {5.4e13, 0.095},
     .source = "kaplan-2020",
     .place = "Eq. 1.2; Figure 1",
     .tokens_mean = "unique-early-stopped",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanTokens}},
    {.id = "kaplan-2020-compute",
     .form = LawForm::power_compute,
     .constants = {2.3e8, 0.050},
     .source = "kaplan-2020",
     .place = "Figure 1",
     .parameters_mean = "non-embedding",
     .compute_means = "c-min",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanCompute},
     .notes = {"kaplan-two-scales"}},
    {.id = "kaplan-2020-compute-eq13",
     .form = LawForm::power_compute,
     .constants = {3.1e8, 0.050},
     .source = "kaplan-2020",
     .place = "Eq. 1.3; Appendix A",
     .parameters_mean = "non-embedding",
     .compute_means = "c-min",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanCompute},
     .notes = {"kaplan-two-scales"}},
    {.id = "kaplan-2020-compute-fixed-batch",
     .form = LawForm::power_compute,
     .constants = {1.6e7, 0.057},
     .source = "kaplan-2020",
     .place = "Appendix A",
     .verification = Verification::secondary,
     .parameters_mean = "non-embedding",
     .compute_means = "fixed-batch",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanCompute},
     .notes = {"kaplan-prefer-c-min"}},
    {.id = "kaplan-2020-joint",
     .form = LawForm::kaplan_joint,
     .constants = {6.4e13, 0.076, 1.8e13, 0.103},
     .source = "kaplan-2020",
     .place = "Eq. 1.5; Table 2",
     .parameters_mean = "non-embedding",
     .tokens_mean = "unique-early-stopped",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     // Runs on 2e7 tokens fit badly (section 4.2), so the range starts above them.
     .ranges = {kKaplanParameters, {tokens, 4e7, 2.3e10}},
     .notes = {"kaplan-joint-own-constants"}},
    {.id = "kaplan-2020-steps",
     .form = LawForm::kaplan_steps,
     .constants = {6.5e13, 0.077, 2.1e3, 0.76, 2e8, 0.21},
     .source = "kaplan-2020",
     .place = "Eq. 1.6; Table 3; Eq. 1.4",
     .parameters_mean = "non-embedding",
     .data = "webtext2",
     .tokenizer = "gpt2-bpe",
     .ranges = {kKaplanParameters}},
    {.id = "gpt3-2020-compute",
     .form = LawForm::prefactor_compute,
     .constants = {2.57, 0.048},
     .source = "brown-2020",
     .place = "Figure 3.1",
     .parameters_mean = "non-embedding",
     .compute_means = "non-embedding-6nd",
     .data = "gpt3-mix",
     .tokenizer = "gpt2-bpe",
     .ranges = {{compute_flop, 1e-6 * kFlopPerPfDay, 4e3 * kFlopPerPfDay}}},
};

}  // namespace

std::span<const Law> all_laws() { return kLaws; }

const Law* find_law(std::string_view id) {
  for (const Law& law : kLaws) {
    if (law.id == id) return &law;
  }
  return nullptr;
}

std::string_view nearest_law(std::string_view given) {
  return nearest_word(given, std::size(kLaws), [](std::size_t i) { return kLaws[i].id; });
}

}  // namespace slide_rule
