#pragma once
// Questions and answers over any tree of values (a JavaScript object, a JSON document): reads a question by its
// description, checks every field, answers, writes the answer by its description. Nothing here knows which kind of
// tree it is: `Node` brings
//   is_missing() is_number() is_string() is_bool() is_array() is_object()
//   number() text() boolean() size() at(i) get(name) keys() numbers()
//   static object() array();  set(name, node)  push(node)  static of(double | string_view | bool)
//
// A description is run once and kept as a table of fields (name, offset, type, limits); reading, writing and the
// schema walk that table. So a struct costs the size of its table, not three times the code of its fields.

#include <cmath>
#include <cstddef>
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

enum class Shape { number, boolean, text, choice, optional, list, object, itself };

template <class Node>
struct Field;

/// What reading and writing need to know of a type, its C++ name erased. Members that a shape has no use for are null.
template <class Node>
struct TypeInfo {
  Shape shape = Shape::object;
  std::span<const std::string_view> words = {};  // choice
  std::string_view type_name = {};               // itself: a type that takes several shapes of value
  const TypeInfo* item = nullptr;                // optional, list
  double (*number)(const void*) = nullptr;       // number; choice: the index
  void (*set_number)(void*, double) = nullptr;
  std::string_view (*text)(const void*) = nullptr;
  void (*set_text)(void*, const std::string&) = nullptr;
  const void* (*value)(const void*) = nullptr;  // optional: null where absent
  void* (*emplace)(void*) = nullptr;            // optional: a default value to read into; list: one more element
  void (*reset)(void*) = nullptr;               // optional, list
  std::size_t (*size)(const void*) = nullptr;   // list
  const void* (*at)(const void*, std::size_t) = nullptr;
  const std::vector<Field<Node>>& (*fields)() = nullptr;  // object
  const void* (*defaults)() = nullptr;                    // object: a default-constructed one
  void (*read_itself)(const Node&, const std::string&, void*, Problems&) = nullptr;
};

template <class Node>
struct Field {
  std::string_view name;
  std::size_t offset = 0;
  const TypeInfo<Node>* type = nullptr;
  bool required = false;
  bool limited = false;
  Number limits = {};
};

template <class T, class Node>
const TypeInfo<Node>& type_of();

/// The visitor of `describe`: keeps each field as a row.
template <class Node>
class FieldCollector {
 public:
  explicit FieldCollector(const void* base) : base_(static_cast<const char*>(base)) {}

  template <class T>
  void field(std::string_view name, const T& member) {
    add(name, &member, type_of<T, Node>(), false, nullptr);
  }
  template <class T>
  void field(std::string_view name, const T& member, Number limits) {
    add(name, &member, type_of<T, Node>(), limits.must_be_given, &limits);
  }
  template <class T>
  void field(std::string_view name, const T& member, Text limits) {
    add(name, &member, type_of<T, Node>(), limits.must_be_given, nullptr);
  }

  std::vector<Field<Node>> take() { return std::move(fields_); }

 private:
  [[gnu::noinline]] void add(std::string_view name, const void* member, const TypeInfo<Node>& type, bool required,
                             const Number* limits) {
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(member) - base_);
    fields_.push_back({name, offset, &type, required, limits != nullptr, limits ? *limits : Number{}});
  }

  const char* base_;
  std::vector<Field<Node>> fields_;
};

template <class T>
const T& default_of() {
  static const T value{};
  return value;
}

template <class T, class Node>
const std::vector<Field<Node>>& fields_of() {
  static const std::vector<Field<Node>> fields = [] {
    const T& object = default_of<T>();
    FieldCollector<Node> collector(&object);
    T::describe(collector, object);
    return collector.take();
  }();
  return fields;
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T, class Node>
const TypeInfo<Node>& type_of() {
  static const TypeInfo<Node> info = [] {
    TypeInfo<Node> t;
    if constexpr (std::is_same_v<T, bool>) {
      t.shape = Shape::boolean;
      t.number = [](const void* p) { return *static_cast<const bool*>(p) ? 1.0 : 0.0; };
      t.set_number = [](void* p, double x) { *static_cast<bool*>(p) = x != 0; };
    } else if constexpr (std::is_arithmetic_v<T> || Named<T>) {
      t.shape = Named<T> ? Shape::choice : Shape::number;
      if constexpr (Named<T>) t.words = Names<T>::words;
      t.number = [](const void* p) { return static_cast<double>(*static_cast<const T*>(p)); };
      t.set_number = [](void* p, double x) {
        if constexpr (std::is_same_v<T, double>) {
          *static_cast<T*>(p) = x;
        } else {
          *static_cast<T*>(p) = static_cast<T>(static_cast<long long>(x));
        }
      };
    } else if constexpr (requires { typename T::reads_itself; }) {
      t.shape = Shape::itself;
      t.type_name = T::kTypeName;
      t.read_itself = [](const Node& node, const std::string& path, void* p, Problems& problems) {
        T::read_node(node, path, *static_cast<T*>(p), problems);
      };
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      t.shape = Shape::text;
      t.text = [](const void* p) { return std::string_view(*static_cast<const T*>(p)); };
      if constexpr (std::is_same_v<T, std::string>) {
        t.set_text = [](void* p, const std::string& x) { *static_cast<T*>(p) = x; };
      }
    } else if constexpr (is_optional<T>) {
      t.shape = Shape::optional;
      t.item = &type_of<typename T::value_type, Node>();
      t.value = [](const void* p) -> const void* {
        const T& x = *static_cast<const T*>(p);
        return x ? &*x : nullptr;
      };
      t.emplace = [](void* p) -> void* { return &static_cast<T*>(p)->emplace(); };
      t.reset = [](void* p) { static_cast<T*>(p)->reset(); };
    } else if constexpr (requires(const T& x) { x.begin(); }) {
      using Item = std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>;
      t.shape = Shape::list;
      t.item = &type_of<Item, Node>();
      t.size = [](const void* p) { return static_cast<std::size_t>(static_cast<const T*>(p)->size()); };
      t.at = [](const void* p, std::size_t i) -> const void* {
        return &*(static_cast<const T*>(p)->begin() + static_cast<std::ptrdiff_t>(i));
      };
      if constexpr (requires(T& x) { x.emplace_back(); }) {
        t.emplace = [](void* p) -> void* { return &static_cast<T*>(p)->emplace_back(); };
        t.reset = [](void* p) { static_cast<T*>(p)->clear(); };
      }
    } else {
      t.shape = Shape::object;
      t.fields = &fields_of<T, Node>;
      t.defaults = []() -> const void* { return &default_of<T>(); };
    }
    return t;
  }();
  return info;
}

// --- reading ---

template <class Node>
void read_value(const TypeInfo<Node>& type, const Number& limits, const Node& node, const std::string& path, void* out,
                Problems& problems);

/// Reads an object's fields. Each problem carries its field's path ("draft.model", "runs[3]"); fields that the table
/// does not name are problems too, but for `also_known`.
template <class Node>
void read_fields(const std::vector<Field<Node>>& fields, const Node& object, const std::string& path, void* out,
                 Problems& problems, std::span<const std::string_view> also_known = {}) {
  const auto path_to = [&](std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  };
  for (const Field<Node>& f : fields) {
    const Node node = object.get(f.name);
    if (!node.is_missing()) {
      read_value(*f.type, f.limits, node, path_to(f.name), static_cast<char*>(out) + f.offset, problems);
    } else if (f.required) {
      problems.push_back({path_to(f.name), Code::missing});
    }
  }
  for (const std::string& key : object.keys()) {
    bool is_known = false;
    for (const Field<Node>& f : fields) is_known = is_known || f.name == key;
    for (std::string_view k : also_known) is_known = is_known || k == key;
    if (is_known) continue;
    const auto nearest = nearest_word(key, fields.size(), [&](std::size_t i) { return fields[i].name; });
    problems.push_back({path_to(key), Code::unknown_field, 0, std::string(nearest)});
  }
}

template <class Node>
void read_value(const TypeInfo<Node>& type, const Number& limits, const Node& node, const std::string& path, void* out,
                Problems& problems) {
  const auto refuse = [&](Code code) { problems.push_back({path, code}); };
  switch (type.shape) {
    case Shape::number: {
      if (!node.is_number()) return refuse(Code::not_a_number);
      const double x = node.number();
      if (check_number(path, x, limits, problems)) type.set_number(out, x);
      return;
    }
    case Shape::boolean:
      if (!node.is_bool()) return refuse(Code::wrong_type);
      return type.set_number(out, node.boolean() ? 1 : 0);
    case Shape::text:
      if (!node.is_string() || !type.set_text) return refuse(Code::wrong_type);
      return type.set_text(out, node.text());
    case Shape::choice: {
      if (!node.is_string()) return refuse(Code::wrong_type);
      const std::string word = node.text();
      for (std::size_t i = 0; i < type.words.size(); ++i) {
        if (type.words[i] == word) return type.set_number(out, static_cast<double>(i));
      }
      problems.push_back({path, Code::unknown_choice, 0, std::string(nearest_word(word, type.words))});
      return;
    }
    case Shape::optional: {
      const std::size_t before = problems.size();
      read_value(*type.item, limits, node, path, type.emplace(out), problems);
      if (problems.size() > before) type.reset(out);
      return;
    }
    case Shape::list: {
      if (!node.is_array() || !type.emplace) return refuse(Code::wrong_type);
      type.reset(out);
      const auto path_at = [&](std::size_t i) { return path + "[" + std::to_string(i) + "]"; };
      if (type.item->shape == Shape::number) {
        const std::vector<double> numbers = node.numbers();  // NaN where an element is not a number
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          if (!check_number(path_at(i), numbers[i], limits, problems)) return;
          type.item->set_number(type.emplace(out), numbers[i]);
        }
        return;
      }
      for (std::size_t i = 0; i < node.size(); ++i) {
        read_value(*type.item, limits, node.at(i), path_at(i), type.emplace(out), problems);
      }
      return;
    }
    case Shape::object:
      if (!node.is_object()) return refuse(Code::wrong_type);
      return read_fields(type.fields(), node, path, out, problems);
    case Shape::itself: return type.read_itself(node, path, out, problems);
  }
}

/// Reads a described struct from an object node.
template <class T, class Node>
void read_object(const Node& object, const std::string& path, T& out, Problems& problems,
                 std::span<const std::string_view> also_known = {}) {
  read_fields(fields_of<T, Node>(), object, path, &out, problems, also_known);
}

// --- writing ---

template <class Node>
Node node_of(const TypeInfo<Node>& type, const void* value) {
  switch (type.shape) {
    case Shape::number: return Node::of(type.number(value));
    case Shape::boolean: return Node::of(type.number(value) != 0);
    case Shape::text: return Node::of(type.text(value));
    case Shape::choice: return Node::of(type.words[static_cast<std::size_t>(type.number(value))]);
    case Shape::optional: return type.value(value) ? node_of(*type.item, type.value(value)) : Node();
    case Shape::list: {
      Node list = Node::array();
      for (std::size_t i = 0; i < type.size(value); ++i) list.push(node_of(*type.item, type.at(value, i)));
      return list;
    }
    case Shape::object: {
      Node object = Node::object();
      for (const Field<Node>& f : type.fields()) {
        const void* member = static_cast<const char*>(value) + f.offset;
        // An absent optional and an empty text are left out.
        if (f.type->shape == Shape::optional && !f.type->value(member)) continue;
        if (f.type->shape == Shape::text && f.type->text(member).empty()) continue;
        object.set(f.name, node_of(*f.type, member));
      }
      return object;
    }
    case Shape::itself: break;
  }
  return Node();
}

template <class Node, class T>
Node to_node(const T& value) {
  return node_of(type_of<T, Node>(), &value);
}

// --- the schema, for the JSON Schema and the help of the batch command ---

template <class Node>
void describe_type(Node& out, const TypeInfo<Node>& type, const Field<Node>& field, const void* preset);

/// [{name, required, type, default, minimum, maximum, aboveMinimum, whole, choices, fields, items}]
template <class Node>
Node schema_of(const std::vector<Field<Node>>& fields, const void* defaults) {
  Node list = Node::array();
  for (const Field<Node>& f : fields) {
    Node out = Node::object();
    out.set("name", Node::of(f.name));
    out.set("required", Node::of(f.required));
    describe_type(out, *f.type, f, static_cast<const char*>(defaults) + f.offset);
    list.push(out);
  }
  return list;
}

template <class Node>
void describe_type(Node& out, const TypeInfo<Node>& type, const Field<Node>& field, const void* preset) {
  const auto say = [&](std::string_view word) { out.set("type", Node::of(word)); };
  if (preset && type.shape != Shape::optional && type.shape != Shape::list && type.shape != Shape::object &&
      type.shape != Shape::itself && !(type.shape == Shape::text && type.text(preset).empty())) {
    out.set("default", node_of(type, preset));
  }
  switch (type.shape) {
    case Shape::number: {
      say("number");
      const Number& n = field.limits;
      if (n.min > -1e300) out.set("minimum", Node::of(n.min));
      if (n.max < 1e300) out.set("maximum", Node::of(n.max));
      if (n.above_min) out.set("aboveMinimum", Node::of(true));
      if (n.whole) out.set("whole", Node::of(true));
      return;
    }
    case Shape::boolean: return say("boolean");
    case Shape::text: return say("string");
    case Shape::choice: {
      say("choice");
      Node words = Node::array();
      for (std::string_view w : type.words) words.push(Node::of(w));
      out.set("choices", words);
      return;
    }
    case Shape::optional: return describe_type(out, *type.item, field, nullptr);
    case Shape::list: {
      say("list");
      Node item = Node::object();
      describe_type(item, *type.item, field, nullptr);
      out.set("items", item);
      return;
    }
    case Shape::object:
      say("object");
      out.set("fields", schema_of(type.fields(), type.defaults()));
      return;
    case Shape::itself: return say(type.type_name);
  }
}

/// Answers one question of type Q: reads, checks, computes, writes {"result"} or {"problems"} into `reply`.
template <class Q, class Node>
void answer_as(const Node& question, Node& reply) {
  static constexpr std::string_view kEveryQuestion[] = {"id", "ask"};
  Problems problems;
  Q q;
  read_object(question, "", q, problems, kEveryQuestion);
  if (problems.empty()) {
    const auto result = answer(q, problems);
    if (problems.empty()) {
      reply.set("result", to_node<Node>(result));
      return;
    }
  }
  reply.set("problems", to_node<Node>(problems));
}

}  // namespace slide_rule
