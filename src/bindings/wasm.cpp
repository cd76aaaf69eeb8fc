// The only file that knows Embind. A question's bytes go in, an answer's bytes come out (value.hpp); the
// other end is web/src/engine/packed.ts. Embind hands over addresses and sizes only: trees of `val` cost four
// times the code.

#include <emscripten/bind.h>

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
}
