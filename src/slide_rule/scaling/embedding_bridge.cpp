#include "slide_rule/scaling/embedding_bridge.hpp"

#include <cmath>

namespace slide_rule {
namespace {

constexpr std::string_view kSource = "pearce-song-2024";

double angle(double total) {
  return std::asinh(1.5 * total / kEmbeddingScale * std::sqrt(3 / kEmbeddingScale)) / 3;
}

}  // namespace

double total_parameters(double non_embedding) {
  return non_embedding + kEmbeddingScale * std::cbrt(non_embedding);
}

double non_embedding_parameters(double total) {
  const double root = 2 * std::sqrt(kEmbeddingScale / 3) * std::sinh(angle(total));
  return root * root * root;
}

Figure total_figure(double non_embedding) {
  return figure(kSource, "parameters", total_parameters(non_embedding), "N + omega * N^(1 / 3)",
                {non_embedding, kEmbeddingScale});
}

Figures non_embedding_figures(double total) {
  Figures figures;
  const double t =
      add(figures, kSource, "bridge-angle", angle(total),
          "log(1.5 * NT / omega * sqrt(3 / omega) + sqrt((1.5 * NT / omega)^2 * 3 / omega + 1)) / 3",
          {total, kEmbeddingScale});
  add(figures, kSource, "nonEmbeddingParameters", non_embedding_parameters(total),
      "(sqrt(omega / 3) * (exp(t) - exp(-t)))^3", {kEmbeddingScale, t});
  return figures;
}

EmbeddingBridgeAnswer answer(const EmbeddingBridgeQuestion& q, Problems& problems) {
  EmbeddingBridgeAnswer a;
  if (q.parameters && q.non_embedding_parameters) {
    add(problems, "nonEmbeddingParameters", Code::contradicts, 0, "parameters");
  } else if (q.parameters) {
    a.parameters = *q.parameters;
    a.workings = non_embedding_figures(*q.parameters);
    a.non_embedding_parameters = a.workings.back().value;
  } else if (q.non_embedding_parameters) {
    a.non_embedding_parameters = *q.non_embedding_parameters;
    a.workings = {total_figure(*q.non_embedding_parameters)};
    a.parameters = a.workings.back().value;
  } else {
    add(problems, "parameters", Code::missing, 0, "nonEmbeddingParameters");
  }
  a.embedding_parameters = kEmbeddingScale * std::cbrt(a.non_embedding_parameters);
  a.assumptions.push_back({"chinchilla-shapes", 32000});
  return a;
}

}  // namespace slide_rule
