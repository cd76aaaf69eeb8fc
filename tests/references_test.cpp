#include <fstream>
#include <iterator>
#include <string>

#include "catch.hpp"
#include "slide_rule/number_format.hpp"

using namespace slide_rule;

TEST_CASE("every format's source stands in the references", "[references]") {
  std::ifstream file(std::string(SLIDE_RULE_REFERENCE_DIR) + "/../../src/catalog/references.json");
  const std::string references{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(references.size() > 1000);
  for (const FormatLayout& f : kFormatLayouts) {
    INFO(f.source);
    CHECK(references.find("\"key\": \"" + std::string(f.source) + "\"") != std::string::npos);
  }
}
