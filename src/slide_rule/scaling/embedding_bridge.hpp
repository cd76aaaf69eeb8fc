#pragma once
// Total and non-embedding parameters: the bridge between laws that count one and laws that count the other.

#include <optional>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/figure.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// omega of [pearce-song-2024]: fitted to the shapes of the Chinchilla models with a vocabulary of 32,000.
inline constexpr double kEmbeddingScale = 47491;

/// N_T = N + 47491 N^(1/3). [pearce-song-2024]
double total_parameters(double non_embedding);

/// The N of the above for a total: with x = N^(1/3), x^3 + 47491 x = N_T has one real root,
/// x = 2 sqrt(w/3) sinh(asinh(1.5 N_T/w sqrt(3/w))/3).
double non_embedding_parameters(double total);

/// The two as figures, with their formulas.
Figure total_figure(double non_embedding);
Figures non_embedding_figures(double total);

struct EmbeddingBridgeQuestion {
  std::optional<double> parameters, non_embedding_parameters;

  static constexpr void describe(auto& v, auto& q) {
    v.field("parameters", q.parameters, amount);
    v.field("nonEmbeddingParameters", q.non_embedding_parameters, amount);
  }
};

struct EmbeddingBridgeAnswer {
  double parameters = 0, non_embedding_parameters = 0, embedding_parameters = 0;
  std::vector<Figure> workings;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("nonEmbeddingParameters", a.non_embedding_parameters);
    v.field("embeddingParameters", a.embedding_parameters);
    v.field("workings", a.workings);
    v.field("assumptions", a.assumptions);
  }
};

/// Takes either count and gives both. Problems: missing where neither is given, contradicts where both are.
EmbeddingBridgeAnswer answer(const EmbeddingBridgeQuestion& q, Problems& problems);

}  // namespace slide_rule
