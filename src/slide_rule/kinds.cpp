#include "slide_rule/kinds.hpp"

#include <array>

namespace slide_rule {
namespace {

// The WebAssembly of the pages compiles this file once more each, with their own kinds only.
#ifndef SLIDE_RULE_KINDS
#define SLIDE_RULE_KINDS any_kind
#endif

struct Served {
  std::string_view word;
  void (*serve)(Call&);
};

constexpr std::size_t kKindCount = [] {
  std::size_t count = 0;
  SLIDE_RULE_KINDS([&](auto) {
    ++count;
    return false;
  });
  return count;
}();

constexpr auto kKinds = [] {
  std::array<Served, kKindCount> list{};
  std::size_t n = 0;
  SLIDE_RULE_KINDS([&]<class Q>(Kind<Q> kind) {
    list[n++] = {kind.word, &serve<Q>};
    return false;
  });
  return list;
}();

/// Answers into `reply`, an object that was begun.
void answer_into(const Value& question, Writer& reply, Problems& problems) {
  if (!question.is_object()) return problems.push_back({"line", Code::wrong_type});
  const Value ask = question.get("ask");
  if (ask.is_missing()) return problems.push_back({"ask", Code::missing});
  if (!ask.is_string()) return problems.push_back({"ask", Code::wrong_type});
  for (const Served& kind : kKinds) {
    if (kind.word != ask.view()) continue;
    Call call(question, reply);
    kind.serve(call);
    problems = std::move(call.problems);
    return;
  }
  const auto nearest = nearest_word(ask.view(), kKinds.size(), [](std::size_t i) { return kKinds[i].word; });
  problems.push_back({"ask", Code::unknown_choice, 0, std::string(nearest)});
}

}  // namespace

void answer_question(const Value& question, Writer& reply) {
  Problems problems;
  const std::size_t object = reply.begin(Tag::object);
  answer_into(question, reply, problems);
  if (!problems.empty()) {
    reply.name("problems");
    write(problems, reply);
  }
  reply.end(object);
}

void write_schema_of_questions(Writer& out) {
  const std::size_t list = out.begin(Tag::list);
  for (const Served& kind : kKinds) {
    const std::size_t row = out.begin(Tag::object);
    out.name("kind");
    out.text(kind.word);
    out.name("fields");
    Call call(out);
    kind.serve(call);
    out.end(row);
  }
  out.end(list);
}

}  // namespace slide_rule
