#pragma once
// The objective of a law fit: how far a law lies from a set of runs, with its gradient and Hessian.
//
// Every form is one law,   log L = s log( e^(e/s) + e^((a - alpha n)/s) + e^((b - beta d)/s) ),
// with n = log N - mean(log N), d = log D - mean(log D): some constants are free, some are fixed, some terms
// absent.
//   chinchilla      s = 1:              L = E + A/N^alpha + B/D^beta     E = e^e, A = e^(a + alpha mean), B
//   likewise kaplan-joint    no e, s = beta:     L = [(Nc/N)^(alphaN/alphaD) + Dc/D]^alphaD     alpha =
//   alphaN, beta = alphaD
// Centring n and d changes no value of the law; it takes the near-perfect correlation of a with alpha away.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace slide_rule::law_fit {

/// The constants of the law above, in the order that vectors of them have.
enum Slot : std::size_t { kE, kA, kAlpha, kB, kBeta, kS, kSlots };
using Constants = std::array<double, kSlots>;
using Matrix = std::array<Constants, kSlots>;  ///< square, of the free constants; the rest is unused

/// Which terms the law has and which constants are free. owner[slot] is the free variable that sets the
/// constant, or kFixed; two constants with one owner are tied.
struct Form {
  static constexpr int kFixed = -1;
  bool floor = true, in_n = true, in_d = true;
  std::array<int, kSlots> owner{0, 1, 2, 3, 4, kFixed};
  std::size_t free = 5;
  Constants fixed{0, 0, 0, 0, 0, 1};  ///< values of the constants that have no owner

  bool frees(Slot slot) const { return owner[slot] != kFixed; }
};

/// Runs as columns of logarithms, padded with weightless rows to a whole number of lanes.
struct Columns {
  std::size_t rows = 0, padded = 0;
  double mean_n = 0, mean_d = 0;  ///< what was taken from n and d
  std::vector<double> n, d, log_loss, inverse_loss, weight;

  void resize(std::size_t row_count);
};

/// Huber's loss: r^2 / 2 within delta, delta (|r| - delta / 2) beyond [huber-1964].
double huber(double residual, double delta);

/// Value and derivatives of  sum weight * huber(residual)  in the free variables.
struct Slope {
  double value = 0;
  Constants gradient{};
  Matrix hessian{};  ///< exact, except at |residual| = delta, where the Huber loss has none
};

/// The residuals  r = log(predicted) - log(loss)  at one set of constants, and what their derivatives need.
class Residuals {
 public:
  void resize(std::size_t padded);

  /// Computes the residuals at x; returns sum weight * huber(residual, delta).
  double compute(const Columns& data, const Form& form, const Constants& x, double delta);
  /// The same sum with its derivatives, at the x of the last compute().
  Slope slope(const Columns& data, const Form& form, const Constants& x, double delta) const;
  /// Derivatives of residual i in the free variables.
  Constants jacobian_row(const Columns& data, const Form& form, const Constants& x, std::size_t i) const;

  double mean_abs(const Columns& data) const;
  double operator[](std::size_t i) const { return residual_[i]; }

 private:
  template <bool kFreeS>
  Slope slope_as(const Columns& data, const Form& form, const Constants& x, double delta) const;

  std::vector<double> residual_, share_n_, share_d_, log_sum_;
};

}  // namespace slide_rule::law_fit
