#pragma once
// Reads a row of a generated table into a described struct. A row is text: values split by tabs, each begun
// by one character that says which field it is; absent fields keep their default. Values stand in the order
// in which `describe` names the fields, so a row is read in one pass.
//
//   fields = {"id", "layers", "hiddenSize"}     row = "!llama-3.1-8b\t\"32\t#4096"

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "slide_rule/names.hpp"

namespace slide_rule {

/// A decimal number of up to 15 digits without an exponent, correctly rounded.
inline double decimal(std::string_view text) {
  double digits = 0, scale = 1;
  bool after_point = false, negative = false;
  for (const char c : text) {
    if (c == '-')
      negative = true;
    else if (c == '.')
      after_point = true;
    else {
      digits = digits * 10 + (c - '0');
      if (after_point) scale *= 10;
    }
  }
  return (negative ? -digits : digits) / scale;
}

class RowReader {
 public:
  /// `fields[i]` is the path ("experts.count") of the character kFirst + i.
  static constexpr char kFirst = '!';

  RowReader(std::string_view row, std::span<const std::string_view> fields) : rest_(row), fields_(fields) {
    next();
  }

  /// Thin, so that a call costs its arguments only (a string_view would go through memory in WebAssembly): a
  /// table has a hundred fields.
  template <class T, class... Limits>
  void field(std::string_view name, T& member, Limits...) {
    if constexpr (std::is_same_v<T, double>) {
      read_number(name.data(), name.size(), member);
    } else if constexpr (std::is_same_v<T, bool>) {
      read_bool(name.data(), name.size(), member);
    } else if constexpr (requires { T::describe(*this, member); }) {
      const std::string_view outer = prefix_;
      prefix_ = name;
      T::describe(*this, member);
      prefix_ = outer;
    } else if (is(name)) {
      read(member);
      next();
    }
  }

  /// False where a value was left over: the row's order or a field's name does not agree with `describe`.
  bool finished() const { return path_.empty() && rest_.empty(); }

 private:
  [[gnu::noinline]] void read_number(const char* name, std::size_t size, double& x) {
    if (!is({name, size})) return;
    x = decimal(value_);
    next();
  }
  [[gnu::noinline]] void read_bool(const char* name, std::size_t size, bool& x) {
    if (!is({name, size})) return;
    x = value_ == "1";
    next();
  }
  [[gnu::noinline]] bool is(std::string_view name) const {
    if (prefix_.empty()) return path_ == name;
    return path_.size() == prefix_.size() + 1 + name.size() && path_.substr(0, prefix_.size()) == prefix_ &&
           path_[prefix_.size()] == '.' && path_.substr(prefix_.size() + 1) == name;
  }
  [[gnu::noinline]] void next() {
    if (rest_.empty()) {
      path_ = {};
      return;
    }
    const std::size_t end = rest_.find('\t');
    path_ = fields_[static_cast<std::size_t>(rest_[0] - kFirst)];
    value_ = rest_.substr(1, end == std::string_view::npos ? end : end - 1);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  }
  void read(std::string& x) const { x = std::string(value_); }
  void read(std::string_view& x) const { x = value_; }
  template <Named E>
  void read(E& x) const {
    for (std::size_t i = 0; i < Names<E>::words.size(); ++i) {
      if (Names<E>::words[i] == value_) x = static_cast<E>(i);
    }
  }
  void read(std::vector<double>& x) const {
    for (std::size_t at = 0; at <= value_.size();) {
      std::size_t end = value_.find(',', at);
      if (end == std::string_view::npos) end = value_.size();
      x.push_back(decimal(value_.substr(at, end - at)));
      at = end + 1;
    }
  }

  std::string_view rest_, path_, value_, prefix_;
  std::span<const std::string_view> fields_;
};

}  // namespace slide_rule
