#pragma once
// Questions and answers as bytes: what crosses between the core and the language outside (JavaScript, the
// native tests). One block for a question and one for its answer, so a call costs two copies and no call a
// field; numbers keep their 64 bits, and nothing is formatted or parsed.
//
//   value  = tag (1 byte), then
//     missing, no, yes, other   nothing
//     number                    8 bytes, IEEE 754
//     text                      place
//     numbers                   count (4 bytes), then 8 bytes each: a list of numbers
//     list                      bytes that follow (4 bytes), then values
//     object                    bytes that follow (4 bytes), then a place (the name) and a value, field by
//     field
//   place  = offset, length (4 bytes each): where in the block's text, UTF-8, a text stands
//
// All in the machine's byte order, which in WebAssembly is little-endian. The other end of it for JavaScript
// is web/src/engine/packed.ts.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace slide_rule {

enum class Tag : unsigned char { missing, no, yes, number, text, numbers, list, object, other };

/// Writes one value after the other.
class Writer {
 public:
  void missing() { tag(Tag::missing); }
  void boolean(bool x) { tag(x ? Tag::yes : Tag::no); }
  void number(double x);
  void text(std::string_view x);
  void numbers(const double* x, std::size_t n);

  /// Begins a list or an object; what is written until end() is in it.
  std::size_t begin(Tag list_or_object);
  void end(std::size_t begun);
  /// The name of the field whose value follows.
  void name(std::string_view x);

  void clear();
  std::string_view bytes() const { return bytes_; }
  std::string_view texts() const { return texts_; }

 private:
  void tag(Tag x) { bytes_.push_back(static_cast<char>(x)); }
  void size(std::size_t x);

  std::string bytes_, texts_;
};

/// A value in a block; the block must outlive it. Asking a value for what it is not gives nothing: 0, "",
/// false.
class Value {
 public:
  Value() = default;
  Value(std::string_view bytes, std::string_view texts) : Value(bytes.data(), texts.data()) {}

  bool is_missing() const { return tag_ == Tag::missing; }
  bool is_number() const { return tag_ == Tag::number; }
  bool is_string() const { return tag_ == Tag::text; }
  bool is_bool() const { return tag_ == Tag::no || tag_ == Tag::yes; }
  bool is_array() const { return tag_ == Tag::list || tag_ == Tag::numbers; }
  bool is_object() const { return tag_ == Tag::object; }

  double number() const;
  bool boolean() const { return tag_ == Tag::yes; }
  std::string_view view() const { return is_string() ? place(at_) : std::string_view(); }
  std::string text() const { return std::string(view()); }

  std::size_t size() const;       ///< elements of a list
  Value at(std::size_t i) const;  ///< O(i) but for numbers; each() for all of them
  Value get(std::string_view name) const;
  /// The elements; those that are not numbers become NaN.
  std::vector<double> numbers() const;

  /// Calls visit(Value) for each element, visit(name, Value) for each field.
  template <class Visit>
  void each(Visit visit) const {
    if (tag_ == Tag::numbers) {
      for (std::size_t i = 0; i < size(); ++i) visit(at(i));
    } else if (tag_ == Tag::list) {
      for (const char* p = at_ + 4; p < after(); p = Value(p, texts_).after()) visit(Value(p, texts_));
    }
  }
  template <class Visit>
  void each_field(Visit visit) const {
    if (tag_ != Tag::object) return;
    for (const char* p = at_ + 4; p < after(); p = Value(p + 8, texts_).after()) {
      visit(place(p), Value(p + 8, texts_));
    }
  }

 private:
  Value(const char* tagged, const char* texts) : Value(static_cast<Tag>(*tagged), tagged + 1, texts) {}
  Value(Tag tag, const char* at, const char* texts) : tag_(tag), at_(at), texts_(texts) {}
  std::string_view place(const char* p) const;
  const char* after() const;

  Tag tag_ = Tag::missing;
  const char* at_ = nullptr;  ///< behind the tag
  const char* texts_ = nullptr;
};

/// Writes a tree of values of some other kind (a JSON document): any type with is_missing(), is_number(),
/// is_string(), is_bool(), is_array(), is_object(), number(), text(), boolean(), size(), at(i), keys(),
/// get(name).
template <class Node>
void pack(const Node& node, Writer& out) {
  if (node.is_missing()) return out.missing();
  if (node.is_number()) return out.number(node.number());
  if (node.is_string()) return out.text(node.text());
  if (node.is_bool()) return out.boolean(node.boolean());
  const std::size_t begun = out.begin(node.is_array() ? Tag::list : Tag::object);
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) pack(node.at(i), out);
  } else {
    for (const std::string& key : node.keys()) {
      out.name(key);
      pack(node.get(key), out);
    }
  }
  out.end(begun);
}

/// The value as such a tree, with static object(), array(), of(double | string_view | bool) and set(name,
/// node), push(node).
template <class Node>
Node unpack(const Value& value) {
  if (value.is_number()) return Node::of(value.number());
  if (value.is_string()) return Node::of(value.view());
  if (value.is_bool()) return Node::of(value.boolean());
  if (value.is_array()) {
    Node list = Node::array();
    value.each([&](const Value& x) { list.push(unpack<Node>(x)); });
    return list;
  }
  if (value.is_object()) {
    Node object = Node::object();
    value.each_field([&](std::string_view name, const Value& x) { object.set(name, unpack<Node>(x)); });
    return object;
  }
  return Node();
}

}  // namespace slide_rule
