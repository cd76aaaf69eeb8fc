// The batch contract answered by the native core: one JSON question a line in, one JSON reply a line out.
// For tests (native and WebAssembly must agree) and for quick work on the core; users have
// scripts/llm-slide-rule.mjs.

#include <iostream>
#include <string>

#include "json_node.hpp"
#include "slide_rule/kinds.hpp"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--schema") {
    std::cout << slide_rule::schema_of_questions<JsonNode>().json().dump(1) << '\n';
    return 0;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto question = nlohmann::ordered_json::parse(line, nullptr, false);
    if (question.is_discarded()) {
      std::cout << R"({"problems":[{"field":"line","code":"not-json"}]})" << '\n';
      continue;
    }
    std::cout << slide_rule::answer_question(JsonNode(question)).json().dump() << '\n';
  }
}
