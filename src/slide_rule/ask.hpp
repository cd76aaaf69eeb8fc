#pragma once
// Questions and answers: reads a question by its description, checks every field, answers, writes the answer
// by its description. Nothing here knows any kind of question, nor where the values come from.

#include <string>
#include <string_view>

#include "slide_rule/described.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/problem.hpp"
#include "slide_rule/value.hpp"

namespace slide_rule {

/// Checks one number against its limits; returns false and adds the problem where it breaks one.
bool check_number(std::string_view field, double x, const Number& limits, Problems& problems);

/// Reads the fields of an object. Each problem carries its field's path ("draft.model", "runs[3]"), which
/// begins with `path`; fields that the struct has not are problems too, but for `also_known`.
void read_object(const Value& object, const std::string& path, const Fields& fields, void* out,
                 Problems& problems, std::span<const std::string_view> also_known = {});

template <class T>
void read_object(const Value& object, const std::string& path, T& out, Problems& problems) {
  read_object(object, path, *type_of<T>().fields, &out, problems);
}

/// Stores a number, or a choice's place among its words, as its type lies in memory.
void store(Stored stored, void* p, double x);

/// Writes a value. Absent optionals and empty texts are left out of objects.
void write(const TypeInfo& type, const void* value, Writer& out);

template <class T>
void write(const T& value, Writer& out) {
  write(type_of<const T>(), &value, out);
}

/// Writes what a struct can be read from, `preset` with its defaults in place:
/// [{name, required, type, default, minimum, maximum, aboveMinimum, whole, choices, fields, items}]
void write_schema(const Fields& fields, void* preset, Writer& out);

/// One call: a question to be answered, or a kind of question to be told of.
class Call {
 public:
  /// @pre the question outlives the call
  Call(const Value& question, Writer& reply) : question_(&question), reply_(reply) {}
  Call(const Value&& question, Writer& reply) = delete;
  explicit Call(Writer& schema) : reply_(schema) {}

  /// What was given for the question's fields; false where there is nothing to answer.
  bool read(const TypeInfo& type, void* question);
  void write(const TypeInfo& type, const void* answer);

  Problems problems;

 private:
  const Value* question_ = nullptr;
  Writer& reply_;
};

/// Serves a call for the questions of type Q.
template <class Q>
void serve(Call& call) {
  Q question;
  if (!call.read(type_of<Q>(), &question)) return;
  const auto result = answer(question, call.problems);
  call.write(type_of<const decltype(result)>(), &result);
}

}  // namespace slide_rule
