#include "slide_rule/plausible_shape.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule {
namespace {

constexpr double kMlpRatio = 3.5;

void set_width(Model& m, double hidden) {
  m.hidden_size = hidden;
  m.head_dim = hidden < 1024 ? 64 : 128;
  m.heads = hidden / m.head_dim;
  for (m.kv_heads = 8; std::fmod(m.heads, m.kv_heads) != 0;) m.kv_heads /= 2;
}

/// Widths that give a number of heads which usual numbers of KV heads divide.
double step_after(double hidden) {
  return hidden < 1024 ? 64 : hidden < 2048 ? 256 : hidden < 4096 ? 512 : 1024;
}

/// The MLP width that makes the count equal to `parameters`; may be negative where the width is too large.
double mlp_width_for(const Model& m, double parameters) {
  const double h = m.hidden_size, kv = m.kv_heads * m.head_dim;
  const double embeddings = (m.tied_embeddings ? 1 : 2) * m.vocabulary * h;
  const double attention_and_norms = 2 * h * h + 2 * h * kv + 2 * h;
  return (parameters - embeddings - h - m.layers * attention_and_norms) / (3 * h * m.layers);
}

}  // namespace

Model plausible_shape(double parameters) {
  Model m;
  m.layers = std::max(2.0, 2 * std::round(0.182 * std::pow(parameters, 0.2353) / 2));
  m.vocabulary = parameters >= 1e9 ? 128256 : std::min(49152.0, 64 * std::floor(parameters / (4 * 64 * 64)));
  m.tied_embeddings = parameters < 4e9;
  double best = -1, best_distance = 0;
  for (double hidden = 64; hidden <= 1 << 20; hidden += step_after(hidden)) {
    set_width(m, hidden);
    const double width = mlp_width_for(m, parameters);
    if (width < 8) break;
    const double distance = std::abs(std::log(width / (kMlpRatio * hidden)));
    if (best < 0 || distance < best_distance) {
      best = hidden;
      best_distance = distance;
    }
  }
  set_width(m, best);
  m.mlp_width = std::max(8.0, 8 * std::round(mlp_width_for(m, parameters) / 8));
  m.mlp_width_estimated = true;
  m.max_context = 131072;
  return m;
}

}  // namespace slide_rule
