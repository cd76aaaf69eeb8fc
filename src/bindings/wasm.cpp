// The only file that knows Embind. A question's bytes go in, an answer's bytes come out (value.hpp); the
// other end is web/src/engine/packed.ts. Embind hands over addresses and sizes only: trees of `val` cost four
// times the code.

#include <emscripten/bind.h>

#include <optional>
#include <string>

#include "slide_rule/kinds.hpp"

namespace {

using slide_rule::Value;
using slide_rule::Writer;

std::string room;
Writer written;

/// Where the written block lies, as four sizes: bytes' address and length, texts' address and length.
std::size_t block[4];

std::size_t show() {
  block[0] = reinterpret_cast<std::size_t>(written.bytes().data());
  block[1] = written.bytes().size();
  block[2] = reinterpret_cast<std::size_t>(written.texts().data());
  block[3] = written.texts().size();
  return reinterpret_cast<std::size_t>(block);
}

/// Makes room for a question of so many bytes and texts, and gives its address.
std::size_t make_room(std::size_t size) {
  room.resize(size);
  return reinterpret_cast<std::size_t>(room.data());
}

/// Answers the question in the room, whose texts begin at `texts`. The block is good until the next call.
std::size_t ask(std::size_t texts) {
  const std::string_view question(room);
  written.clear();
  slide_rule::answer_question(Value(question.substr(0, texts), question.substr(texts)), written);
  return show();
}

#ifdef SLIDE_RULE_STEPS_LAW_FITS
// A law fit is the one question whose answer may take a minute: it is advanced a slice at a time, so that
// progress can be shown and a page stays alive. One is under way at a time; a new one drops the former.
std::optional<slide_rule::LawFitJob> fit;

/// Begins the fit that the question in the room asks for. The block holds {} or {"problems": [...]}.
std::size_t begin_fit(std::size_t texts) {
  const std::string_view question(room);
  written.clear();
  fit.reset();
  const std::size_t object = written.begin(slide_rule::Tag::object);
  const Value value(question.substr(0, texts), question.substr(texts));
  slide_rule::Call call(value, written);
  slide_rule::LawFitQuestion asked;
  if (call.read(slide_rule::type_of<slide_rule::LawFitQuestion>(), &asked)) {
    fit = slide_rule::begin_law_fit(asked, call.problems);
  }
  if (!call.problems.empty()) {
    fit.reset();
    written.name("problems");
    slide_rule::write(call.problems, written);
  }
  written.end(object);
  return show();
}

/// Does up to `units` solves of it; true when all are done.
bool step_fit(std::size_t units) { return !fit || slide_rule::step_law_fit(*fit, units); }

std::size_t progress_of_fit() {
  written.clear();
  slide_rule::write(fit ? slide_rule::progress_of(*fit) : slide_rule::FitProgress{}, written);
  return show();
}

/// Its answer by what is done so far.
std::size_t answer_of_fit() {
  written.clear();
  slide_rule::write(fit ? slide_rule::answer_of(*fit) : slide_rule::LawFitAnswer{}, written);
  return show();
}
#endif

std::size_t schema() {
  written.clear();
  slide_rule::write_schema_of_questions(written);
  return show();
}

}  // namespace

EMSCRIPTEN_BINDINGS(slide_rule) {
  emscripten::function("makeRoom", &make_room);
  emscripten::function("ask", &ask);
  emscripten::function("schema", &schema);
#ifdef SLIDE_RULE_STEPS_LAW_FITS
  emscripten::function("beginFit", &begin_fit);
  emscripten::function("stepFit", &step_fit);
  emscripten::function("progressOfFit", &progress_of_fit);
  emscripten::function("answerOfFit", &answer_of_fit);
#endif
}
