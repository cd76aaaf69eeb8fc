#include "slide_rule/value.hpp"

#include <cstring>

namespace slide_rule {
namespace {

template <class T>
T load(const char* p) {
  T x;
  std::memcpy(&x, p, sizeof x);
  return x;
}

template <class T>
void append(std::string& bytes, const T* x, std::size_t n = 1) {
  bytes.append(reinterpret_cast<const char*>(x), n * sizeof(T));
}

}  // namespace

void Writer::size(std::size_t x) {
  const auto n = static_cast<std::uint32_t>(x);
  append(bytes_, &n);
}

void Writer::number(double x) {
  tag(Tag::number);
  append(bytes_, &x);
}

void Writer::numbers(const double* x, std::size_t n) {
  tag(Tag::numbers);
  size(n);
  append(bytes_, x, n);
}

void Writer::text(std::string_view x) {
  tag(Tag::text);
  name(x);
}

void Writer::name(std::string_view x) {
  size(texts_.size());
  size(x.size());
  texts_.append(x);
}

std::size_t Writer::begin(Tag list_or_object) {
  tag(list_or_object);
  size(0);
  return bytes_.size();
}

void Writer::end(std::size_t begun) {
  const auto n = static_cast<std::uint32_t>(bytes_.size() - begun);
  std::memcpy(&bytes_[begun - sizeof n], &n, sizeof n);
}

void Writer::clear() {
  bytes_.clear();
  texts_.clear();
}

double Value::number() const { return is_number() ? load<double>(at_) : 0; }

std::string_view Value::place(const char* p) const {
  return {texts_ + load<std::uint32_t>(p), load<std::uint32_t>(p + 4)};
}

const char* Value::after() const {
  switch (tag_) {
    case Tag::number:
    case Tag::text:
      return at_ + 8;
    case Tag::numbers:
      return at_ + 4 + sizeof(double) * load<std::uint32_t>(at_);
    case Tag::list:
    case Tag::object:
      return at_ + 4 + load<std::uint32_t>(at_);
    default:
      return at_;
  }
}

std::size_t Value::size() const {
  if (tag_ == Tag::numbers) return load<std::uint32_t>(at_);
  std::size_t n = 0;
  each([&](const Value&) { ++n; });
  return n;
}

Value Value::at(std::size_t i) const {
  if (tag_ == Tag::numbers) return {Tag::number, at_ + 4 + sizeof(double) * i, texts_};
  Value found;
  each([&](const Value& x) {
    if (i-- == 0) found = x;
  });
  return found;
}

Value Value::get(std::string_view name) const {
  Value found;
  each_field([&](std::string_view key, const Value& x) {
    if (key == name) found = x;
  });
  return found;
}

std::vector<double> Value::numbers() const {
  std::vector<double> list;
  list.reserve(size());
  each([&](const Value& x) {
    list.push_back(x.is_number() ? x.number() : std::numeric_limits<double>::quiet_NaN());
  });
  return list;
}

}  // namespace slide_rule
