#include "slide_rule/columns.hpp"

#include <algorithm>
#include <cassert>

#include "slide_rule/ask.hpp"

namespace slide_rule {

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t size = std::min(rest.find(end), rest.size());
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(std::min(size + 1, rest.size()));
  return taken;
}

namespace {

/// A decimal number of up to 15 digits without an exponent, correctly rounded.
double decimal(std::string_view text) {
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

/// Where a path leads to: a member of one of a row's objects.
struct Target {
  const TypeInfo* type = nullptr;
  std::size_t offset = 0;
};
Target find(std::string_view path, const Fields& row) {
  Target found;
  for (const Fields* fields = &row; !path.empty(); fields = found.type->fields) {
    const std::string_view name = take_until(path, '.');
    const Field* const f =
        std::find_if(fields->begin(), fields->end(), [&](const Field& x) { return x.name == name; });
    assert(f != fields->end());
    found = {f->type, found.offset + fields->offset_of(*f)};
  }
  return found;
}

void read(const TypeInfo& type, std::string_view text, void* out) {
  if (type.shape == Shape::list) {
    while (!text.empty()) read(*type.item, take_until(text, ','), type.emplace(out));
  } else if (type.stored == Stored::string) {
    static_cast<std::string*>(out)->assign(text);
  } else if (type.stored == Stored::view) {
    *static_cast<std::string_view*>(out) = text;
  } else if (type.shape == Shape::choice) {
    const auto word = std::find(type.words.begin(), type.words.end(), text);
    assert(word != type.words.end());
    store(type.stored, out, static_cast<double>(word - type.words.begin()));
  } else {
    store(type.stored, out, decimal(text));
  }
}

}  // namespace

void read_columns(std::string_view table, const Fields& fields, std::size_t first, void* rows,
                  std::size_t count, std::size_t row_size) {
  while (!table.empty()) {
    std::string_view column = take_until(table, '\n');
    const Target target = find(take_until(column, '\t'), fields);
    for (std::size_t at = 0; at < first + count;) {
      std::string_view times = take_until(column, '\t');
      const std::string_view text = take_until(times, '*');
      const std::size_t end = at + (times.empty() ? 1 : static_cast<std::size_t>(decimal(times)));
      const std::size_t last = std::min(end, first + count);
      for (std::size_t i = std::max(at, first); i < last && !text.empty(); ++i) {
        read(*target.type, text, static_cast<char*>(rows) + (i - first) * row_size + target.offset);
      }
      at = end;
    }
  }
}

std::vector<std::string_view> first_column(std::string_view table) {
  std::vector<std::string_view> list;
  std::string_view column = take_until(table, '\n');
  take_until(column, '\t');
  while (!column.empty()) list.push_back(take_until(column, '\t'));
  return list;
}

}  // namespace slide_rule
