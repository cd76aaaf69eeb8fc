#include "slide_rule/formula.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace slide_rule {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

/// Recursive descent; what fails is NaN and stays so.
class Evaluation {
 public:
  Evaluation(std::string_view text, const Factors& factors) : text_(text), factors_(factors) {}

  double run() {
    const double value = sum();
    skip();
    return failed_ || at_ != text_.size() ? kNaN : value;
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (next() == ' ') ++at_;
  }
  bool take(char c) {
    skip();
    if (next() != c) return false;
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
    if (is_digit(next()) || next() == '.') return number();
    const std::size_t start = at_;
    while (is_of_name(next())) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    if (name.empty()) return fail();
    if (take('(')) return call(name);
    for (const Factor& f : factors_) {
      if (f.symbol == name) return f.value;
    }
    return fail();
  }
  /// Digits, point, exponent: rounded as the nearest double up to 15 digits and powers of ten up to 22.
  double number() {
    double digits = 0;
    int exponent = 0;
    bool after_point = false;
    for (; is_digit(next()) || (next() == '.' && !after_point); ++at_) {
      if (next() == '.') {
        after_point = true;
        continue;
      }
      digits = digits * 10 + (next() - '0');
      exponent -= after_point;
    }
    if (next() == 'e') {
      ++at_;
      const bool negative = next() == '-';
      if (negative || next() == '+') ++at_;
      if (!is_digit(next())) return fail();
      int given = 0;
      for (; is_digit(next()); ++at_) given = std::min(given * 10 + (next() - '0'), 10000);
      exponent += negative ? -given : given;
    }
    const double power = std::pow(10.0, std::abs(exponent));
    return exponent < 0 ? digits / power : digits * power;
  }
  double call(std::string_view name) {
    const double first = sum();
    double least = first, most = first;
    int count = 1;
    for (; take(','); ++count) {
      const double x = sum();
      least = std::min(least, x);
      most = std::max(most, x);
    }
    if (!take(')') || failed_) return fail();
    if (name == "min") return least;
    if (name == "max") return most;
    if (count != 1) return fail();
    if (name == "ceil") return std::ceil(first);
    if (name == "floor") return std::floor(first);
    if (name == "log") return std::log(first);
    if (name == "exp") return std::exp(first);
    if (name == "sqrt") return std::sqrt(first);
    return fail();
  }

  std::string_view text_;
  const Factors& factors_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

double evaluate_formula(std::string_view formula, const Factors& factors) {
  return Evaluation(formula, factors).run();
}

std::string_view next_symbol(std::string_view formula, std::size_t& at) {
  while (at < formula.size()) {
    const std::size_t start = at;
    const bool is_name = is_letter(formula[at]);
    if (is_name || is_digit(formula[at])) {
      while (at < formula.size() && (is_of_name(formula[at]) || (!is_name && formula[at] == '.'))) ++at;
      const bool is_function = at < formula.size() && formula[at] == '(';
      if (is_name && !is_function) return formula.substr(start, at - start);
    } else {
      ++at;
    }
  }
  return {};
}

}  // namespace slide_rule
