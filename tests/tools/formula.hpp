#pragma once
// Evaluates the formula that an answer shows: numbers, the factors' symbols, + - * / ^ ( ), min max ceil
// floor log exp sqrt. ^ binds tighter than a minus before it and groups from the right, as on paper: -2^2 =
// -4, 2^3^2 = 512. A formula that does not parse, or names a symbol that is not among its factors, evaluates
// to NaN.

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

class Formula {
 public:
  template <class Factors>
  static double evaluate(std::string_view text, const Factors& factors) {
    Formula f(text);
    for (const auto& factor : factors) f.symbols_.push_back({std::string(factor.symbol), factor.value});
    const double value = f.sum();
    f.skip();
    return f.failed_ || f.at_ != f.text_.size() ? kNaN : value;
  }

 private:
  struct Symbol {
    std::string name;
    double value;
  };
  static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  explicit Formula(std::string_view text) : text_(text) {}

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  double fail() {
    failed_ = true;
    return kNaN;
  }

  double sum() {
    double x = product();
    while (!failed_) {
      if (take('+'))
        x += product();
      else if (take('-'))
        x -= product();
      else
        break;
    }
    return x;
  }
  double product() {
    double x = signed_power();
    while (!failed_) {
      if (take('*'))
        x *= signed_power();
      else if (take('/'))
        x /= signed_power();
      else
        break;
    }
    return x;
  }
  double signed_power() {
    if (take('-')) return -signed_power();
    const double base = atom();
    return take('^') ? std::pow(base, signed_power()) : base;
  }
  double atom() {
    if (take('(')) {
      const double x = sum();
      return take(')') ? x : fail();
    }
    if (at_ >= text_.size()) return fail();
    const char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') {
      const std::string rest(text_.substr(at_));
      char* end = nullptr;
      const double x = std::strtod(rest.c_str(), &end);
      at_ += static_cast<std::size_t>(end - rest.c_str());
      return x;
    }
    std::size_t end = at_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_'))
      ++end;
    if (end == at_) return fail();
    const std::string name(text_.substr(at_, end - at_));
    at_ = end;
    if (take('(')) return call(name);
    for (const Symbol& s : symbols_) {
      if (s.name == name) return s.value;
    }
    return fail();
  }
  double call(const std::string& name) {
    std::vector<double> x{sum()};
    while (take(',')) x.push_back(sum());
    if (!take(')') || failed_) return fail();
    if (name == "min") return *std::min_element(x.begin(), x.end());
    if (name == "max") return *std::max_element(x.begin(), x.end());
    if (x.size() != 1) return fail();
    if (name == "ceil") return std::ceil(x[0]);
    if (name == "floor") return std::floor(x[0]);
    if (name == "log") return std::log(x[0]);
    if (name == "exp") return std::exp(x[0]);
    if (name == "sqrt") return std::sqrt(x[0]);
    return fail();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::vector<Symbol> symbols_;
};

/// True where a Term, Workings or Figure evaluates to `value` within `tolerance` (relative).
template <class Figure>
bool formula_gives(const Figure& figure, double value, double tolerance = 1e-12) {
  const double x = Formula::evaluate(figure.formula, figure.factors);
  return std::abs(x - value) <= tolerance * std::max(std::abs(value), 1e-300);
}
