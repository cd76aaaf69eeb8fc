#pragma once
// Several laws at one model, data and compute: what each gives, in its own sense of N, and why they differ.

#include <optional>
#include <string>
#include <vector>

#include "slide_rule/scaling/law_choice.hpp"

namespace slide_rule {

struct CompareQuestion {
  std::vector<std::string> laws;                   ///< empty: every law that can answer from what is given
  std::optional<OwnLaw> own;                       ///< the law that "own" names
  std::optional<double> parameters;                ///< total
  std::optional<double> non_embedding_parameters;  ///< where known; else by the embedding bridge
  std::optional<double> tokens, compute_flop;
  std::array<std::optional<double>, kLawInputs> settings;  ///< those after computeFlop in LawInput

  static constexpr void describe(auto& v, auto& q) {
    v.field("laws", q.laws);
    v.field("own", q.own);
    v.field("parameters", q.parameters, amount);
    v.field("nonEmbeddingParameters", q.non_embedding_parameters, amount);
    v.field("tokens", q.tokens, amount);
    v.field("computeFlop", q.compute_flop, amount);
    for (std::size_t i = static_cast<std::size_t>(LawInput::unique_tokens); i < kLawInputs; ++i) {
      v.field(Names<LawInput>::words[i], q.settings[i], limits_of(static_cast<LawInput>(i)));
    }
  }
};

struct CompareRow {
  std::string law;
  std::optional<double> loss;
  std::string_view unit;
  std::optional<double> parameters, tokens, compute_flop;  ///< as this law counts them
  std::string_view parameters_mean, compute_means;
  std::optional<double>
      relative_difference;                ///< of the loss from the first row's, where the units are the same
  std::vector<std::string_view> differs;  ///< why it may: what is not as in the first row
  std::optional<Interval> interval;
  std::vector<std::string_view> extrapolates;
  std::vector<Figure> workings;
  std::vector<Assumption> assumptions;
  Problems problems;  ///< of a law that was asked for by name and cannot answer

  static constexpr void describe(auto& v, auto& r) {
    v.field("law", r.law);
    v.field("loss", r.loss);
    v.field("unit", r.unit);
    v.field("parameters", r.parameters);
    v.field("tokens", r.tokens);
    v.field("computeFlop", r.compute_flop);
    v.field("parametersMean", r.parameters_mean);
    v.field("computeMeans", r.compute_means);
    v.field("relativeDifference", r.relative_difference);
    v.field("differs", r.differs);
    v.field("interval", r.interval);
    v.field("extrapolates", r.extrapolates);
    v.field("workings", r.workings);
    v.field("assumptions", r.assumptions);
    v.field("problems", r.problems);
  }
};

struct CompareAnswer {
  std::vector<CompareRow> rows;

  static constexpr void describe(auto& v, auto& a) { v.field("rows", a.rows); }
};

/// The loss of each law at the same point. N goes to each law as it counts it (total, or without embeddings
/// by [pearce-song-2024] where it is not given); C is computeFlop or 6 N D in that N; a law in C_min takes
/// half of it, as trained at the critical batch. Laws of C alone presume a compute-optimal split and say so
/// in `differs`. Ids in `differs`: parameters-meaning, tokens-meaning, compute-optimal-split, loss-unit,
/// own-runs, tokenizer, loss-data, schedule; fitting where it is none of these. Problems: unknown ids;
/// missing where nothing is given.
CompareAnswer answer(const CompareQuestion& q, Problems& problems);

}  // namespace slide_rule
