#include "slide_rule/ask.hpp"

#include <cmath>
#include <cstdint>

namespace slide_rule {
namespace {

/// Where in a question one is. Put into words only where there is a problem to tell.
struct Path {
  const Path* outer = nullptr;
  std::string_view name = {};
  std::size_t index = 0;
  bool is_element = false;

  Path field(std::string_view field_name) const { return {this, field_name}; }
  Path element(std::size_t i) const { return {this, {}, i, true}; }

  std::string text() const {
    std::string path = outer ? outer->text() : std::string();
    if (is_element) return element_of(path, index);
    if (!path.empty() && !name.empty()) path += '.';
    path += name;
    return path;
  }
};

double load(Stored stored, const void* p) {
  switch (stored) {
    case Stored::signed32:
      return *static_cast<const std::int32_t*>(p);
    case Stored::unsigned32:
      return *static_cast<const std::uint32_t*>(p);
    case Stored::unsigned64:
      return static_cast<double>(*static_cast<const std::uint64_t*>(p));
    case Stored::byte:
      return *static_cast<const unsigned char*>(p);
    default:
      return *static_cast<const double*>(p);
  }
}

std::string_view text_at(Stored stored, const void* p) {
  if (stored == Stored::string) return *static_cast<const std::string*>(p);
  return *static_cast<const std::string_view*>(p);
}

Elements elements_of(const TypeInfo& type, const void* p) {
  Elements elements;
  type.elements(p, elements);
  return elements;
}

// --- reading ---

/// So many words are told all together where none is near.
constexpr std::size_t kFewWords = 12;

void read(const TypeInfo& type, const Number& limits, const Value& value, const Path& path, void* out,
          Problems& problems);

bool check(const Path& path, double x, const Number& limits, Problems& problems) {
  const bool is_ordinary = x >= limits.min && x <= limits.max && !limits.above_min && !limits.whole;
  return is_ordinary || check_number(path.text(), x, limits, problems);
}

void read_fields(const Value& object, const Path& path, const Fields& fields, void* out, Problems& problems,
                 std::span<const std::string_view> also_known) {
  for (const Field& f : fields) {
    const Value value = object.get(f.name);
    if (!value.is_missing()) {
      read(*f.type, f.limits, value, path.field(f.name), fields.in(out, f), problems);
    } else if (f.limits.must_be_given) {
      problems.push_back({path.field(f.name).text(), Code::missing});
    }
  }
  object.each_field([&](std::string_view key, const Value&) {
    for (const Field& f : fields) {
      if (f.name == key) return;
    }
    for (std::string_view known : also_known) {
      if (known == key) return;
    }
    const auto nearest =
        nearest_word(key, fields.size(), [&](std::size_t i) { return fields.first[i].name; });
    problems.push_back({path.field(key).text(), Code::unknown_field, 0, std::string(nearest)});
  });
}

void read(const TypeInfo& type, const Number& limits, const Value& value, const Path& path, void* out,
          Problems& problems) {
  const auto refuse = [&](Code code) { problems.push_back({path.text(), code}); };
  switch (type.shape) {
    case Shape::number: {
      if (!value.is_number()) return refuse(Code::not_a_number);
      const double x = value.number();
      if (check(path, x, limits, problems)) store(type.stored, out, x);
      return;
    }
    case Shape::boolean:
      if (!value.is_bool()) return refuse(Code::wrong_type);
      return store(type.stored, out, value.boolean());
    case Shape::choice: {
      if (!value.is_string()) return refuse(Code::wrong_type);
      const std::string_view word = value.view();
      for (std::size_t i = 0; i < type.words.size(); ++i) {
        if (type.words[i] == word) return store(type.stored, out, static_cast<double>(i));
      }
      std::string nearest(nearest_word(word, type.words));
      if (nearest.empty() && type.words.size() <= kFewWords) {
        for (std::string_view known : type.words) nearest.append(nearest.empty() ? "" : ", ").append(known);
      }
      problems.push_back({path.text(), Code::unknown_choice, 0, nearest});
      return;
    }
    case Shape::text:
      if (!value.is_string() || type.stored != Stored::string) return refuse(Code::wrong_type);
      static_cast<std::string*>(out)->assign(value.view());
      return;
    case Shape::optional: {
      const std::size_t before = problems.size();
      read(*type.item, limits, value, path, type.emplace(out), problems);
      if (problems.size() > before) type.reset(out);
      return;
    }
    case Shape::list: {
      if (!value.is_array() || !type.emplace) return refuse(Code::wrong_type);
      type.reset(out);
      std::size_t i = 0;
      bool is_good = true;
      value.each([&](const Value& x) {
        const Path at = path.element(i++);
        if (type.item->shape == Shape::number) {
          // The first bad number of many is enough.
          is_good = is_good && check(at, x.is_number() ? x.number() : std::nan(""), limits, problems);
          if (is_good) store(type.item->stored, type.emplace(out), x.number());
        } else {
          read(*type.item, limits, x, at, type.emplace(out), problems);
        }
      });
      return;
    }
    case Shape::object:
      if (!value.is_object()) return refuse(Code::wrong_type);
      return read_fields(value, path, *type.fields, out, problems, {});
    case Shape::itself:
      return type.read_itself(value, path.text(), out, problems);
  }
}

}  // namespace

void store(Stored stored, void* p, double x) {
  if (stored == Stored::float64) {
    *static_cast<double*>(p) = x;
    return;
  }
  const auto whole = static_cast<std::int64_t>(x);
  switch (stored) {
    case Stored::signed32:
      *static_cast<std::int32_t*>(p) = static_cast<std::int32_t>(whole);
      return;
    case Stored::unsigned32:
      *static_cast<std::uint32_t*>(p) = static_cast<std::uint32_t>(whole);
      return;
    case Stored::unsigned64:
      *static_cast<std::uint64_t*>(p) = static_cast<std::uint64_t>(whole);
      return;
    default:
      *static_cast<unsigned char*>(p) = static_cast<unsigned char>(whole);
  }
}

bool check_number(std::string_view field, double x, const Number& limits, Problems& problems) {
  const auto add = [&](Code code, double limit) {
    problems.push_back({std::string(field), code, limit});
    return false;
  };
  if (!std::isfinite(x)) return add(Code::not_finite, 0);
  if (limits.above_min && limits.min >= 0 && x <= 0) return add(Code::not_positive, 0);
  if (x < limits.min || (limits.above_min && x <= limits.min)) return add(Code::below_minimum, limits.min);
  if (x > limits.max) return add(Code::above_maximum, limits.max);
  if (limits.whole && x != std::floor(x)) return add(Code::not_whole, std::round(x));
  return true;
}

void read_object(const Value& object, const std::string& path, const Fields& fields, void* out,
                 Problems& problems, std::span<const std::string_view> also_known) {
  read_fields(object, {nullptr, path}, fields, out, problems, also_known);
}

// --- writing ---

void write(const TypeInfo& type, const void* value, Writer& out) {
  switch (type.shape) {
    case Shape::number:
      return out.number(load(type.stored, value));
    case Shape::boolean:
      return out.boolean(load(type.stored, value) != 0);
    case Shape::choice:
      return out.text(type.words[static_cast<std::size_t>(load(type.stored, value))]);
    case Shape::text:
      return out.text(text_at(type.stored, value));
    case Shape::optional: {
      const void* const held = elements_of(type, value).begin;
      return held ? write(*type.item, held, out) : out.missing();
    }
    case Shape::list: {
      const Elements elements = elements_of(type, value);
      const auto* p = static_cast<const char*>(elements.begin);
      const auto* const end = static_cast<const char*>(elements.end);
      if (type.item->shape == Shape::number && type.item->stored == Stored::float64) {
        const auto* const first = static_cast<const double*>(elements.begin);
        return out.numbers(first, static_cast<std::size_t>(static_cast<const double*>(elements.end) - first));
      }
      const std::size_t list = out.begin(Tag::list);
      for (; p != end; p += type.item_size) write(*type.item, p, out);
      return out.end(list);
    }
    case Shape::object: {
      const std::size_t object = out.begin(Tag::object);
      for (const Field& f : *type.fields) {
        const void* const member = type.fields->in(value, f);
        if (f.type->shape == Shape::optional && !elements_of(*f.type, member).begin) continue;
        if (f.type->shape == Shape::text && text_at(f.type->stored, member).empty()) continue;
        out.name(f.name);
        write(*f.type, member, out);
      }
      return out.end(object);
    }
    case Shape::itself:
      return out.missing();
  }
}

// --- the schema, for the JSON Schema and the help of the batch command ---

namespace {

/// The fields of one field's row. `preset` is a default value of the type; it is told where `is_default`.
void write_type(const TypeInfo& type, const Number& limits, void* preset, bool is_default, Writer& out) {
  const auto say = [&](std::string_view name, std::string_view word) {
    out.name(name);
    out.text(word);
  };
  const auto flag = [&](std::string_view name) {
    out.name(name);
    out.boolean(true);
  };
  const auto number = [&](std::string_view name, double x) {
    out.name(name);
    out.number(x);
  };
  const bool has_default =
      type.shape <= Shape::choice || (type.shape == Shape::text && !text_at(type.stored, preset).empty());
  if (is_default && has_default) {
    out.name("default");
    write(type, preset, out);
  }
  switch (type.shape) {
    case Shape::number:
      say("type", "number");
      if (limits.min > -1e300) number("minimum", limits.min);
      if (limits.max < 1e300) number("maximum", limits.max);
      if (limits.above_min) flag("aboveMinimum");
      if (limits.whole) flag("whole");
      return;
    case Shape::boolean:
      return say("type", "boolean");
    case Shape::text:
      return say("type", "string");
    case Shape::choice: {
      say("type", "choice");
      out.name("choices");
      const std::size_t words = out.begin(Tag::list);
      for (std::string_view word : type.words) out.text(word);
      return out.end(words);
    }
    case Shape::optional:
      write_type(*type.item, limits, type.emplace(preset), false, out);
      return type.reset(preset);
    case Shape::list: {
      say("type", "list");
      out.name("items");
      const std::size_t item = out.begin(Tag::object);
      write_type(*type.item, limits, type.emplace(preset), false, out);
      type.reset(preset);
      return out.end(item);
    }
    case Shape::object:
      say("type", "object");
      out.name("fields");
      return write_schema(*type.fields, preset, out);
    case Shape::itself:
      return say("type", type.type_name);
  }
}

}  // namespace

void write_schema(const Fields& fields, void* preset, Writer& out) {
  const std::size_t list = out.begin(Tag::list);
  for (const Field& f : fields) {
    const std::size_t row = out.begin(Tag::object);
    out.name("name");
    out.text(f.name);
    out.name("required");
    out.boolean(f.limits.must_be_given);
    write_type(*f.type, f.limits, fields.in(preset, f), true, out);
    out.end(row);
  }
  out.end(list);
}

// --- calls ---

bool Call::read(const TypeInfo& type, void* question) {
  static constexpr std::string_view kEveryQuestion[] = {"id", "ask"};
  if (!question_) {
    write_schema(*type.fields, question, reply_);
    return false;
  }
  read_object(*question_, "", *type.fields, question, problems, kEveryQuestion);
  return problems.empty();
}

void Call::write(const TypeInfo& type, const void* answer) {
  if (!problems.empty()) return;
  reply_.name("result");
  slide_rule::write(type, answer, reply_);
}

}  // namespace slide_rule
