#pragma once
// ask.hpp's Node as a plain value, for tests that ask questions without a JSON library.

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

class ValueNode {
 public:
  using List = std::vector<ValueNode>;
  using Object = std::vector<std::pair<std::string, ValueNode>>;

  ValueNode() = default;
  template <class T>
  explicit ValueNode(T value) : value_(std::move(value)) {}

  bool is_missing() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_number() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_array() const { return std::holds_alternative<List>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  double number() const { return std::get<double>(value_); }
  std::string text() const { return std::get<std::string>(value_); }
  bool boolean() const { return std::get<bool>(value_); }
  std::size_t size() const { return is_array() ? std::get<List>(value_).size() : 0; }
  ValueNode at(std::size_t i) const { return std::get<List>(value_)[i]; }
  ValueNode get(std::string_view name) const {
    if (!is_object()) return {};
    for (const auto& [key, value] : std::get<Object>(value_)) {
      if (key == name) return value;
    }
    return {};
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> names;
    for (const auto& item : std::get<Object>(value_)) names.push_back(item.first);
    return names;
  }
  std::vector<double> numbers() const {
    std::vector<double> values;
    for (const ValueNode& x : std::get<List>(value_))
      values.push_back(x.is_number() ? x.number() : 0.0 / 0.0);
    return values;
  }

  static ValueNode object() { return ValueNode(Object{}); }
  static ValueNode array() { return ValueNode(List{}); }
  static ValueNode of(double x) { return ValueNode(x); }
  static ValueNode of(bool x) { return ValueNode(x); }
  static ValueNode of(std::string_view x) { return ValueNode(std::string(x)); }
  void set(std::string_view name, ValueNode x) {
    std::get<Object>(value_).emplace_back(std::string(name), std::move(x));
  }
  void push(ValueNode x) { std::get<List>(value_).push_back(std::move(x)); }

 private:
  std::variant<std::monostate, double, bool, std::string, List, Object> value_;
};
