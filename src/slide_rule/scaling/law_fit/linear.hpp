#pragma once
// Linear algebra for at most six unknowns: no library is worth its bytes here.

#include <cmath>
#include <cstddef>
#include <utility>

#include "slide_rule/scaling/law_fit/objective.hpp"

namespace slide_rule::law_fit {

/// Solves a x = b for a symmetric positive definite a (only its lower triangle is read) by Cholesky's method.
/// Returns false where a pivot is not above `tolerance` times its diagonal element: a is singular or
/// indefinite.
inline bool solve_positive(Matrix a, const Constants& b, std::size_t size, Constants& x,
                           double tolerance = 1e-13) {
  for (std::size_t j = 0; j < size; ++j) {
    double pivot = a[j][j];
    for (std::size_t m = 0; m < j; ++m) pivot -= a[j][m] * a[j][m];
    if (!(pivot > tolerance * std::fabs(a[j][j])) || !(pivot > 1e-280)) return false;
    const double root = std::sqrt(pivot);
    a[j][j] = root;
    for (std::size_t i = j + 1; i < size; ++i) {
      double v = a[i][j];
      for (std::size_t m = 0; m < j; ++m) v -= a[i][m] * a[j][m];
      a[i][j] = v / root;
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    double v = b[i];
    for (std::size_t m = 0; m < i; ++m) v -= a[i][m] * x[m];
    x[i] = v / a[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    double v = x[i];
    for (std::size_t m = i + 1; m < size; ++m) v -= a[m][i] * x[m];
    x[i] = v / a[i][i];
  }
  return true;
}

/// Solves a x = b for any square a, by elimination with the largest pivot of each column. False where it is
/// singular.
inline bool solve_general(Matrix a, Constants b, std::size_t size, Constants& x) {
  for (std::size_t j = 0; j < size; ++j) {
    std::size_t pivot = j;
    for (std::size_t i = j + 1; i < size; ++i) {
      if (std::fabs(a[i][j]) > std::fabs(a[pivot][j])) pivot = i;
    }
    if (!(std::fabs(a[pivot][j]) > 1e-12)) return false;
    std::swap(a[j], a[pivot]);
    std::swap(b[j], b[pivot]);
    for (std::size_t i = j + 1; i < size; ++i) {
      const double factor = a[i][j] / a[j][j];
      for (std::size_t m = j; m < size; ++m) a[i][m] -= factor * a[j][m];
      b[i] -= factor * b[j];
    }
  }
  for (std::size_t i = size; i-- > 0;) {
    double v = b[i];
    for (std::size_t m = i + 1; m < size; ++m) v -= a[i][m] * x[m];
    x[i] = v / a[i][i];
  }
  return true;
}

inline double dot(const Constants& a, const Constants& b, std::size_t size) {
  double total = 0;
  for (std::size_t i = 0; i < size; ++i) total += a[i] * b[i];
  return total;
}

/// Ratio of the largest to the smallest eigenvalue of a symmetric positive semidefinite matrix, by Jacobi's
/// rotations; 1e16 at most (what double precision can tell).
inline double condition_number(Matrix a, std::size_t size) {
  for (int sweep = 0; sweep < 30; ++sweep) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        if (std::fabs(a[p][q]) < 1e-300) continue;
        const double theta = 0.5 * (a[q][q] - a[p][p]) / a[p][q];
        const double t = std::copysign(1.0, theta) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < size; ++k) {
          const double kp = a[k][p], kq = a[k][q];
          a[k][p] = c * kp - s * kq, a[k][q] = s * kp + c * kq;
        }
        for (std::size_t k = 0; k < size; ++k) {
          const double pk = a[p][k], qk = a[q][k];
          a[p][k] = c * pk - s * qk, a[q][k] = s * pk + c * qk;
        }
      }
    }
  }
  double least = a[0][0], most = a[0][0];
  for (std::size_t i = 1; i < size; ++i) {
    least = a[i][i] < least ? a[i][i] : least;
    most = a[i][i] > most ? a[i][i] : most;
  }
  return least > 1e-16 * most ? most / least : 1e16;
}

}  // namespace slide_rule::law_fit
