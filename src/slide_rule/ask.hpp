#pragma once
// Questions and answers over any tree of values (a JavaScript object, a JSON document): reads a question by its
// description, checks every field, answers, writes the answer by its description. Nothing here knows which kind of
// tree it is: `Node` brings
//   is_missing() is_number() is_string() is_bool() is_array() is_object()
//   number() text() boolean() size() at(i) get(name) keys() numbers()
//   static object() array();  set(name, node)  push(node)  static of(double | string_view | bool)

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// Checks one number against its limits; returns false and adds the problem where it breaks one.
inline bool check_number(std::string_view field, double x, const Number& limits, Problems& problems) {
  const auto add = [&](Code code, double limit) {
    problems.push_back({std::string(field), code, limit});
    return false;
  };
  if (!std::isfinite(x)) return add(Code::not_finite, 0);
  if (limits.above_min && limits.min == 0 && x <= 0) return add(Code::not_positive, 0);
  if (x < limits.min || (limits.above_min && x <= limits.min)) return add(Code::below_minimum, limits.min);
  if (x > limits.max) return add(Code::above_maximum, limits.max);
  if (limits.whole && x != std::floor(x)) return add(Code::not_whole, std::round(x));
  return true;
}

template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t N>
struct IsArray<std::array<T, N>> : std::true_type {};

template <class T>
concept Described = std::is_class_v<T> && requires(T& t) {
  requires !std::is_same_v<T, std::string> && !std::is_same_v<T, std::string_view>;
  &T::template describe<int, T>;
};

/// Reads the fields of one object. Every problem carries the path of its field ("draft.model", "runs[3]").
template <class Node>
class Reader {
 public:
  Reader(const Node& object, std::string path, Problems& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {}

  template <class T, class... Limits>
  void field(std::string_view name, T& member, Limits... limits) {
    known_.push_back(name);
    const Node node = object_.get(name);
    const std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    if (node.is_missing()) {
      if constexpr (sizeof...(Limits) > 0) {
        if ((limits.must_be_given || ...)) problems_.push_back({path, Code::missing});
      }
      return;
    }
    read(node, path, member, limits...);
  }

  /// Adds a problem for each field that the description does not name.
  void reject_unknown_fields(std::initializer_list<std::string_view> also_known = {}) {
    for (const std::string& key : object_.keys()) {
      bool is_known = false;
      for (std::string_view k : known_) is_known = is_known || k == key;
      for (std::string_view k : also_known) is_known = is_known || k == key;
      if (is_known) continue;
      problems_.push_back({path_.empty() ? key : path_ + "." + key, Code::unknown_field, 0,
                           std::string(nearest_word(key, std::span<const std::string_view>(known_)))});
    }
  }

  Problems& problems() { return problems_; }

 private:
  void add(const std::string& path, Code code, double limit = 0) { problems_.push_back({path, code, limit}); }

  void read(const Node& node, const std::string& path, double& x, Number limits = any_number) {
    if (!node.is_number()) return add(path, Code::not_a_number);
    const double value = node.number();
    if (check_number(path, value, limits, problems_)) x = value;
  }
  void read(const Node& node, const std::string& path, bool& x) {
    if (!node.is_bool()) return add(path, Code::wrong_type);
    x = node.boolean();
  }
  void read(const Node& node, const std::string& path, std::string& x, Text = {}) {
    if (!node.is_string()) return add(path, Code::wrong_type);
    x = node.text();
  }
  template <Named E>
  void read(const Node& node, const std::string& path, E& x, Text = {}) {
    if (!node.is_string()) return add(path, Code::wrong_type);
    const std::string word = node.text();
    const auto& words = Names<E>::words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != word) continue;
      x = static_cast<E>(i);
      return;
    }
    problems_.push_back({path, Code::unknown_choice, 0, std::string(nearest_word(word, std::span(words)))});
  }
  template <class T, class... Limits>
  void read(const Node& node, const std::string& path, std::optional<T>& x, Limits... limits) {
    T value{};
    const std::size_t before = problems_.size();
    read(node, path, value, limits...);
    if (problems_.size() == before) x = value;
  }
  void read(const Node& node, const std::string& path, std::vector<double>& x, Number limits = any_number) {
    if (!node.is_array()) return add(path, Code::wrong_type);
    x = node.numbers();  // NaN where an element is not a number
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!check_number(path + "[" + std::to_string(i) + "]", x[i], limits, problems_)) return;
    }
  }
  template <class T, class... Limits>
  void read(const Node& node, const std::string& path, std::vector<T>& x, Limits... limits) {
    if (!node.is_array()) return add(path, Code::wrong_type);
    for (std::size_t i = 0; i < node.size(); ++i) {
      T value{};
      read(node.at(i), path + "[" + std::to_string(i) + "]", value, limits...);
      x.push_back(std::move(value));
    }
  }
  /// A struct may read itself: `template <class Node> static void read_node(const Node&, const std::string& path,
  /// T&, Problems&)`, for a field that takes several shapes (a model by id, by shape, by size).
  template <class T>
    requires(Described<T> || requires { typename T::reads_itself; })
  void read(const Node& node, const std::string& path, T& x, Text = {}) {
    if constexpr (requires { typename T::reads_itself; }) {
      T::read_node(node, path, x, problems_);
    } else {
      if (!node.is_object()) return add(path, Code::wrong_type);
      Reader inner(node, path, problems_);
      T::describe(inner, x);
      inner.reject_unknown_fields();
    }
  }

  const Node& object_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

/// Writes a described struct; an empty text and an absent optional are left out.
template <class Node>
class Writer {
 public:
  template <class T, class... Limits>
  void field(std::string_view name, const T& member, Limits...) {
    if constexpr (requires { member.has_value(); }) {
      if (member) object_.set(name, to_node(*member));
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      if (!std::string_view(member).empty()) object_.set(name, to_node(member));
    } else {
      object_.set(name, to_node(member));
    }
  }

  template <class T>
  static Node to_node(const T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      return Node::of(x);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return Node::of(static_cast<double>(x));
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      return Node::of(std::string_view(x));
    } else if constexpr (Named<T>) {
      return Node::of(name_of(x));
    } else if constexpr (requires { x.begin(); x.end(); }) {
      Node list = Node::array();
      for (const auto& item : x) list.push(to_node(item));
      return list;
    } else {
      Writer w;
      T::describe(w, x);
      return w.take();
    }
  }

  Node take() { return std::move(object_); }

 private:
  Node object_ = Node::object();
};

/// Describes the fields of a question as data: for the JSON Schema and the help of the batch command.
template <class Node>
class SchemaWriter {
 public:
  template <class T, class... Limits>
  void field(std::string_view name, const T& member, Limits... limits) {
    Node f = Node::object();
    f.set("name", Node::of(name));
    bool required = false;
    if constexpr (sizeof...(Limits) > 0) required = (limits.must_be_given || ...);
    f.set("required", Node::of(required));
    describe_type(f, member, limits...);
    fields_.push(f);
  }
  Node take() { return std::move(fields_); }

 private:
  template <class T, class... Limits>
  static void describe_type(Node& f, const T& member, Limits... limits) {
    if constexpr (std::is_same_v<T, double>) {
      f.set("type", Node::of(std::string_view("number")));
      (describe_limits(f, limits), ...);
      f.set("default", Node::of(member));
    } else if constexpr (std::is_same_v<T, bool>) {
      f.set("type", Node::of(std::string_view("boolean")));
      f.set("default", Node::of(member));
    } else if constexpr (Named<T>) {
      f.set("type", Node::of(std::string_view("choice")));
      f.set("choices", Writer<Node>::to_node(Names<T>::words));
      f.set("default", Node::of(name_of(member)));
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      f.set("type", Node::of(std::string_view("string")));
      if (!std::string_view(member).empty()) f.set("default", Node::of(std::string_view(member)));
    } else if constexpr (requires { typename T::reads_itself; }) {
      f.set("type", Node::of(std::string_view(T::kTypeName)));
    } else if constexpr (requires { member.has_value(); }) {
      using Inner = typename T::value_type;
      Node inner = Node::object();
      describe_type(inner, Inner{}, limits...);
      f.set("type", inner.get("type"));
      if (!inner.get("choices").is_missing()) f.set("choices", inner.get("choices"));
      if (!inner.get("fields").is_missing()) f.set("fields", inner.get("fields"));
      (describe_limits(f, limits), ...);
    } else if constexpr (requires { typename T::value_type; member.size(); }) {
      f.set("type", Node::of(std::string_view("list")));
      Node item = Node::object();
      describe_type(item, typename T::value_type{}, limits...);
      f.set("items", item);
    } else {
      f.set("type", Node::of(std::string_view("object")));
      SchemaWriter inner;
      T::describe(inner, member);
      f.set("fields", inner.take());
    }
  }
  static void describe_limits(Node& f, const Number& n) {
    if (n.min > -1e300) f.set("minimum", Node::of(n.min));
    if (n.max < 1e300) f.set("maximum", Node::of(n.max));
    if (n.above_min) f.set("aboveMinimum", Node::of(true));
    if (n.whole) f.set("whole", Node::of(true));
  }
  static void describe_limits(Node&, const Text&) {}

  Node fields_ = Node::array();
};

/// Answers one question of type Q: reads, checks, computes, writes. The answer holds `problems` or the result.
template <class Q, class Node>
void answer_as(const Node& question, Node& reply) {
  Problems problems;
  Q q;
  Reader<Node> reader(question, "", problems);
  Q::describe(reader, q);
  reader.reject_unknown_fields({"id", "ask"});
  if (problems.empty()) {
    const auto result = answer(q, problems);
    if (problems.empty()) {
      reply.set("result", Writer<Node>::to_node(result));
      return;
    }
  }
  reply.set("problems", Writer<Node>::to_node(problems));
}

}  // namespace slide_rule
