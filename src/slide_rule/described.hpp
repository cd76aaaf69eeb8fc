#pragma once
// What reading, writing and the schema need to know of a struct that describes itself, as data: `describe` is
// run once, by the compiler, into a table of fields (name, place, type, limits). So a described struct costs
// the bytes of its table and a described type at most three small functions; what walks the tables is written
// once (ask.cpp) and no code is made a field, a struct or a question.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"
#include "slide_rule/value.hpp"

namespace slide_rule {

enum class Shape : unsigned char {
  number,
  boolean,
  choice,  ///< an enumeration, by its words
  text,
  optional,
  list,
  object,
  itself,  ///< takes several kinds of value and reads them itself: T::read_node(value, path, out, problems)
};

/// How a number or a choice lies in memory; which of std::string and std::string_view a text is.
enum class Stored : unsigned char { float64, signed32, unsigned32, unsigned64, byte, string, view };

struct TypeInfo;

struct Field {
  std::string_view name;
  const void* place = nullptr;  ///< in Fields::base's object
  const TypeInfo* type = nullptr;
  Number limits = {};
};

/// The fields of a struct.
struct Fields {
  const Field* first = nullptr;
  std::size_t count = 0;
  const void* base = nullptr;  ///< an object that was never made: fields' places are taken relative to it

  const Field* begin() const { return first; }
  const Field* end() const { return first + count; }
  std::size_t size() const { return count; }

  std::size_t offset_of(const Field& f) const {
    return static_cast<std::size_t>(static_cast<const char*>(f.place) - static_cast<const char*>(base));
  }
  const void* in(const void* object, const Field& f) const {
    return static_cast<const char*>(object) + offset_of(f);
  }
  void* in(void* object, const Field& f) const { return static_cast<char*>(object) + offset_of(f); }
};

/// The elements of a list, one behind the other; of an optional, the value that it holds.
struct Elements {
  const void* begin = nullptr;
  const void* end = nullptr;
};

/// A type, its C++ name erased. Members that a shape has no use for are empty.
struct TypeInfo {
  Shape shape = Shape::object;
  Stored stored = Stored::float64;
  std::size_t item_size = 0;                           // optional, list
  const TypeInfo* item = nullptr;                      // optional, list
  const Fields* fields = nullptr;                      // object
  std::span<const std::string_view> words = {};        // choice
  std::string_view type_name = {};                     // itself
  void (*elements)(const void*, Elements&) = nullptr;  // optional, list
  void* (*emplace)(void*) =
      nullptr;                     // optional: a default value to read into; list: one more. Null in answers.
  void (*reset)(void*) = nullptr;  // optional, list: to hold nothing. Null in answers.
  void (*read_itself)(const Value&, const std::string&, void*, Problems&) = nullptr;
};

/// The type's data. `const T` is a T that is written and never read: an answer's.
template <class T>
const TypeInfo& type_of();

namespace description {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept Text = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;
template <class T>
concept ReadsItself = requires {
  typename T::reads_itself;
};
template <class T>
concept List = !Text<T> && requires(const T& x) {
  x.begin();
};
template <class T>
concept Object = !std::is_arithmetic_v<T> && !std::is_enum_v<T> && !Text<T> && !ReadsItself<T> &&
                 !is_optional<T> && !List<T>;

/// Where a T would lie, without making one.
template <class T>
union Blank {
  char nothing;
  T value;
  constexpr Blank() : nothing{} {}
  constexpr ~Blank() {}
};
template <class T>
inline constinit Blank<T> blank;

template <class T>
constexpr TypeInfo make_type();

template <class T>
inline constexpr TypeInfo type = make_type<T>();

/// What a list or an optional holds.
template <class T>
struct ItemOf {
  using type = std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>;
};
template <class T>
struct ItemOf<std::optional<T>> {
  using type = T;
};

/// Types whose reading costs code of their own are const where they are only written.
template <class T, bool kReads>
constexpr const TypeInfo* type_for() {
  if constexpr (Object<T> && !kReads) {
    return &type<const T>;
  } else if constexpr ((is_optional<T> || List<T>)&&!kReads) {
    using Item = typename ItemOf<T>::type;
    constexpr bool is_plain = std::is_arithmetic_v<Item> || std::is_enum_v<Item>;
    return is_plain ? &type<T> : &type<const T>;
  } else {
    return &type<T>;
  }
}

struct Counter {
  std::size_t count = 0;
  template <class T, class... Limits>
  constexpr void field(std::string_view, const T&, Limits...) {
    ++count;
  }
};

/// Puts each field into `rows`, an array or a vector of them.
template <class Rows, bool kReads>
struct Collector {
  Rows rows = {};
  std::size_t count = 0;

  template <class T>
  constexpr void field(std::string_view name, const T& member, Number limits = {}) {
    rows[count++] = {name, &member, type_for<T, kReads>(), limits};
  }
  template <class T>
  constexpr void field(std::string_view name, const T& member, slide_rule::Text limits) {
    field(name, member, limits.must_be_given ? Number{}.required() : Number{});
  }
};

template <class T>
constexpr std::size_t count_fields() {
  Counter counter;
  T::describe(counter, blank<T>.value);
  return counter.count;
}

template <class T, class Rows, bool kReads>
constexpr Rows collect(Rows rows) {
  Collector<Rows, kReads> collector{std::move(rows)};
  T::describe(collector, blank<T>.value);
  return std::move(collector.rows);
}

template <std::size_t>
struct Constant;

/// A description that the compiler runs: `static constexpr void describe`. Others are run when the program
/// starts.
template <class T>
concept Constexpr = requires {
  typename Constant<count_fields<T>()>;
};

template <class T, bool kReads>
struct Table {
  static const std::vector<Field>& rows() {
    static const auto list = collect<T, std::vector<Field>, kReads>(std::vector<Field>(count_fields<T>()));
    return list;
  }
  inline static const Fields fields{rows().data(), rows().size(), &blank<T>.value};
};
template <Constexpr T, bool kReads>
struct Table<T, kReads> {
  static constexpr auto rows = collect<T, std::array<Field, count_fields<T>()>, kReads>({});
  static constexpr Fields fields{rows.data(), rows.size(), &blank<T>.value};
};

template <class T>
constexpr TypeInfo make_number() {
  TypeInfo t;
  t.shape = Named<T> ? Shape::choice : Shape::number;
  if constexpr (Named<T>) t.words = Names<T>::words;
  if constexpr (std::is_same_v<T, double>) {
    t.stored = Stored::float64;
  } else if constexpr (sizeof(T) == 1) {
    t.stored = Stored::byte;
  } else if constexpr (sizeof(T) == 8) {
    t.stored = Stored::unsigned64;
  } else {
    static_assert(sizeof(T) == 4 && !std::is_same_v<T, float>, "a kind of number that nothing reads");
    if constexpr (std::is_enum_v<T>)
      t.stored = Stored::unsigned32;
    else
      t.stored = std::is_signed_v<T> ? Stored::signed32 : Stored::unsigned32;
  }
  return t;
}

template <class T, bool kReads>
constexpr TypeInfo make_container() {
  using Item = typename ItemOf<T>::type;
  TypeInfo t;
  t.shape = is_optional<T> ? Shape::optional : Shape::list;
  t.item = type_for<Item, kReads>();
  t.item_size = sizeof(Item);
  if constexpr (is_optional<T>) {
    t.elements = [](const void* p, Elements& out) {
      const T& x = *static_cast<const T*>(p);
      if (x) out = {&*x, &*x + 1};
    };
  } else if constexpr (requires(const T& x) { x.data(); }) {
    t.elements = [](const void* p, Elements& out) {
      const T& x = *static_cast<const T*>(p);
      out = {x.data(), x.data() + x.size()};
    };
  } else {
    t.elements = [](const void* p, Elements& out) {
      const T& x = *static_cast<const T*>(p);
      out = {x.begin(), x.end()};
    };
  }
  if constexpr (!kReads) {
  } else if constexpr (is_optional<T>) {
    t.emplace = [](void* p) -> void* { return &static_cast<T*>(p)->emplace(); };
    t.reset = [](void* p) { static_cast<T*>(p)->reset(); };
  } else if constexpr (requires(T & x) { x.emplace_back(); }) {
    t.emplace = [](void* p) -> void* { return &static_cast<T*>(p)->emplace_back(); };
    t.reset = [](void* p) { static_cast<T*>(p)->clear(); };
  }
  return t;
}

template <class ConstT>
constexpr TypeInfo make_type() {
  using T = std::remove_const_t<ConstT>;
  constexpr bool reads = !std::is_const_v<ConstT>;
  TypeInfo t;
  if constexpr (std::is_same_v<T, bool>) {
    t.shape = Shape::boolean;
    t.stored = Stored::byte;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    t = make_number<T>();
  } else if constexpr (Text<T>) {
    t.shape = Shape::text;
    t.stored = std::is_same_v<T, std::string> ? Stored::string : Stored::view;
  } else if constexpr (ReadsItself<T>) {
    t.shape = Shape::itself;
    t.type_name = T::kTypeName;
    t.read_itself = [](const Value& value, const std::string& path, void* out, Problems& problems) {
      T::read_node(value, path, *static_cast<T*>(out), problems);
    };
  } else if constexpr (is_optional<T> || List<T>) {
    t = make_container<T, reads>();
  } else {
    t.shape = Shape::object;
    t.fields = &Table<T, reads>::fields;
  }
  return t;
}

}  // namespace description

template <class T>
const TypeInfo& type_of() {
  return *description::type_for<std::remove_const_t<T>, !std::is_const_v<T>>();
}

}  // namespace slide_rule
