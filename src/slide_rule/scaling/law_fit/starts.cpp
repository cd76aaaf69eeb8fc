#include "slide_rule/scaling/law_fit/starts.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/scaling/law_fit/lanes.hpp"
#include "slide_rule/scaling/law_fit/linear.hpp"

namespace slide_rule::law_fit {
namespace {

// The columns of the linear problem, each divided by the loss: 1, x = e^(-alpha n), y = e^(-beta d), and n x,
// d y (x and y differentiated by their exponents). For s != 1 it is L^(1/s) that is linear, in e^(-alpha n /
// s) and so on.
constexpr std::size_t kColumns = 5, kLinear = 3;

struct Gram {
  Matrix of{};         ///< sum weight column_i column_j
  Constants target{};  ///< sum weight column_i target
  double target_target = 0;
};

Gram gram_of(const Columns& data, const Form& form, double alpha, double beta, double s) {
  Lanes g00{}, g01{}, g02{}, g03{}, g04{}, g11{}, g12{}, g13{}, g14{}, g22{}, g23{}, g24{}, g33{}, g34{},
      g44{};
  Lanes t0{}, t1{}, t2{}, t3{}, t4{}, tt{};
  const double held = form.floor && !form.frees(kE) ? std::exp(form.fixed[kE]) : 0;
  const double in_n = form.in_n ? 1 : 0, in_d = form.in_d ? 1 : 0,
               in_e = form.floor && form.frees(kE) ? 1 : 0;
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes n = load(&data.n[i]), d = load(&data.d[i]), w = load(&data.weight[i]);
    const Lanes inverse = s == 1 ? load(&data.inverse_loss[i]) : exp_of(load(&data.log_loss[i]) / -s);
    const Lanes t = 1.0 - held * inverse, f0 = inverse * in_e;
    const Lanes fx = exp_of(n * (-alpha / s)) * inverse * in_n, fy = exp_of(d * (-beta / s)) * inverse * in_d;
    const Lanes fn = n * fx, fd = d * fy;
    const Lanes w0 = w * f0, w1 = w * fx, w2 = w * fy, w3 = w * fn, w4 = w * fd;
    g00 += w0 * f0, g01 += w0 * fx, g02 += w0 * fy, g03 += w0 * fn, g04 += w0 * fd;
    g11 += w1 * fx, g12 += w1 * fy, g13 += w1 * fn, g14 += w1 * fd;
    g22 += w2 * fy, g23 += w2 * fn, g24 += w2 * fd, g33 += w3 * fn, g34 += w3 * fd, g44 += w4 * fd;
    t0 += w0 * t, t1 += w1 * t, t2 += w2 * t, t3 += w3 * t, t4 += w4 * t, tt += w * t * t;
  }
  Gram g;
  g.of[0] = {sum(g00), sum(g01), sum(g02), sum(g03), sum(g04), 0};
  g.of[1] = {g.of[0][1], sum(g11), sum(g12), sum(g13), sum(g14), 0};
  g.of[2] = {g.of[0][2], g.of[1][2], sum(g22), sum(g23), sum(g24), 0};
  g.of[3] = {g.of[0][3], g.of[1][3], g.of[2][3], sum(g33), sum(g34), 0};
  g.of[4] = {g.of[0][4], g.of[1][4], g.of[2][4], g.of[3][4], sum(g44), 0};
  g.target = {sum(t0), sum(t1), sum(t2), sum(t3), sum(t4), 0};
  g.target_target = sum(tt);
  return g;
}

/// The best E, A, B >= 0 for one Gram matrix, by trying each set of positive ones (there are seven).
struct Linear {
  Constants coefficient{};
  double misfit = 0;
};

Linear best_linear(const Gram& g) {
  // Columns are scaled to length 1; the ridge splits evenly between columns that are equal (alpha = 0 makes x
  // = 1).
  constexpr double kRidge = 1e-9;
  Constants scale{};
  for (std::size_t i = 0; i < kLinear; ++i) scale[i] = g.of[i][i] > 0 ? 1 / std::sqrt(g.of[i][i]) : 0;
  Linear best{{}, g.target_target};
  for (unsigned set = 1; set < 1u << kLinear; ++set) {
    std::size_t members[kLinear], size = 0;
    bool usable = true;
    for (std::size_t i = 0; i < kLinear; ++i) {
      if (!(set >> i & 1)) continue;
      usable = usable && scale[i] > 0;
      members[size++] = i;
    }
    if (!usable) continue;
    Matrix a{};
    Constants b{}, x{};
    for (std::size_t i = 0; i < size; ++i) {
      b[i] = g.target[members[i]] * scale[members[i]];
      for (std::size_t j = 0; j < size; ++j) {
        a[i][j] =
            g.of[members[i]][members[j]] * scale[members[i]] * scale[members[j]] + (i == j ? kRidge : 0);
      }
    }
    if (!solve_positive(a, b, size, x)) continue;
    double misfit = g.target_target;
    for (std::size_t i = 0; i < size; ++i) {
      usable = usable && x[i] > 0;
      misfit -= b[i] * x[i];
    }
    if (!usable || !(misfit < best.misfit)) continue;
    best = {{}, misfit};
    for (std::size_t i = 0; i < size; ++i) best.coefficient[members[i]] = x[i] * scale[members[i]];
  }
  return best;
}

/// A step on (alpha, beta), E, A, B moving along: Gauss-Newton on predicted / loss - 1, damped in the
/// exponents.
bool exponent_step(const Gram& g, const Linear& at, const Form& form, double damping, double& alpha,
                   double& beta) {
  // Unknowns, each a combination of the five columns: E, A, B (those that are not 0), then the exponents.
  std::array<Constants, kColumns> unknown{};
  std::size_t size = 0, alpha_at = kColumns, beta_at = kColumns;
  const Constants& c = at.coefficient;
  for (std::size_t i = 0; i < kLinear; ++i) {
    if (c[i] > 0) unknown[size++][i] = 1;
  }
  if (form.frees(kAlpha) && c[1] > 0) {
    alpha_at = size++;
    unknown[alpha_at][3] = -c[1];
  }
  if (form.frees(kBeta) && c[2] > 0) {
    const bool tied = form.owner[kBeta] == form.owner[kAlpha] && alpha_at < kColumns;
    beta_at = tied ? alpha_at : size++;
    unknown[beta_at][4] = -c[2];
  }
  Matrix a{};
  Constants b{}, x{};
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < kColumns; ++k) {
      double rest = g.target[k];
      for (std::size_t m = 0; m < kLinear; ++m) rest -= g.of[k][m] * c[m];
      b[i] += unknown[i][k] * rest;
      for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t m = 0; m < kColumns; ++m) a[i][j] += unknown[i][k] * g.of[k][m] * unknown[j][m];
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) a[i][i] *= 1 + (i == alpha_at || i == beta_at ? damping : 1e-10);
  if (!solve_positive(a, b, size, x)) return false;
  constexpr double kLongest = 0.5, kLeast = 0.02, kMost = 3;
  if (alpha_at < size)
    alpha = std::clamp(alpha + std::clamp(x[alpha_at], -kLongest, kLongest), kLeast, kMost);
  if (beta_at < size) beta = std::clamp(beta + std::clamp(x[beta_at], -kLongest, kLongest), kLeast, kMost);
  return alpha_at < size || beta_at < size;
}

}  // namespace

std::vector<StartGroup> start_grid(const Form& form) {
  std::vector<StartGroup> groups;
  if (form.frees(kS)) {
    for (double alpha_d : {0.05, 0.1, 0.2, 0.4, 0.8}) {
      for (double alpha_n : {0.05, 0.1, 0.2, 0.4, 0.8}) groups.push_back({alpha_n, alpha_d, alpha_d, 1});
    }
    return groups;
  }
  const std::size_t levels_e = form.frees(kE) ? 5 : 1, levels_a = form.in_n ? 6 : 1,
                    levels_b = form.in_d ? 6 : 1;
  const std::size_t same = levels_e * levels_a * levels_b;
  const bool tied = form.owner[kAlpha] == form.owner[kBeta];
  for (int i = 0; i < (form.in_n ? 5 : 1); ++i) {
    for (int j = 0; j < (form.in_d && !tied ? 5 : 1); ++j) {
      groups.push_back({0.5 * i, tied ? 0.5 * i : 0.5 * j, 1, same});
    }
  }
  return groups;
}

Constants projected_start(const Columns& data, const Form& form, const StartGroup& group) {
  double alpha = group.alpha, beta = group.beta, damping = 1e-2;
  Gram gram = gram_of(data, form, alpha, beta, group.s);
  Linear linear = best_linear(gram);
  for (int step = 0; step < 12 && group.s == 1; ++step) {
    double next_alpha = alpha, next_beta = beta;
    if (!exponent_step(gram, linear, form, damping, next_alpha, next_beta)) break;
    const Gram next_gram = gram_of(data, form, next_alpha, next_beta, group.s);
    const Linear next = best_linear(next_gram);
    if (!(next.misfit < linear.misfit)) {
      damping *= 10;
      continue;
    }
    const bool settled = linear.misfit - next.misfit < 1e-2 * linear.misfit;
    alpha = next_alpha, beta = next_beta, gram = next_gram, linear = next;
    damping *= 0.2;
    if (settled) break;
  }
  double weight = 0;
  for (double w : data.weight) weight += w;
  Constants log_of_term{};
  for (std::size_t i = 0; i < kLinear; ++i) {
    const double least = gram.of[i][i] > 0 ? 0.01 * std::sqrt(weight / gram.of[i][i]) : 1;
    log_of_term[i] = group.s * std::log(std::max(linear.coefficient[i], least));
  }
  Constants x = form.fixed;
  if (form.frees(kE)) x[kE] = log_of_term[0];
  if (form.in_n) x[kA] = log_of_term[1], x[kAlpha] = alpha;
  if (form.in_d) x[kB] = log_of_term[2], x[kBeta] = beta;
  x[kS] = group.s;
  return x;
}

}  // namespace slide_rule::law_fit
