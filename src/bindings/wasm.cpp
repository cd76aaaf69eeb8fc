// What WebAssembly exports: a question's bytes in, an answer's bytes out (value.hpp). The other end is
// web/src/engine/packed.ts. Plain functions over memory: Embind's tables and glue cost more than the whole of this.

#include <emscripten/emscripten.h>

#include <string>

#include "slide_rule/kinds.hpp"

namespace {

using slide_rule::Value;
using slide_rule::Writer;

std::string room;
Writer written;

/// Where the written block lies, as four sizes: bytes' address and length, texts' address and length.
std::size_t block[4];

const std::size_t* show() {
  block[0] = reinterpret_cast<std::size_t>(written.bytes().data());
  block[1] = written.bytes().size();
  block[2] = reinterpret_cast<std::size_t>(written.texts().data());
  block[3] = written.texts().size();
  return block;
}

}  // namespace

extern "C" {

/// Makes room for a question of so many bytes and texts, and gives its address.
EMSCRIPTEN_KEEPALIVE char* make_room(std::size_t size) {
  room.resize(size);
  return room.data();
}

/// Answers the question in the room, whose texts begin at `texts`. The block is good until the next call.
EMSCRIPTEN_KEEPALIVE const std::size_t* ask(std::size_t texts) {
  const std::string_view question(room);
  written.clear();
  slide_rule::answer_question(Value(question.substr(0, texts), question.substr(texts)), written);
  return show();
}

EMSCRIPTEN_KEEPALIVE const std::size_t* schema() {
  written.clear();
  slide_rule::write_schema_of_questions(written);
  return show();
}
}
