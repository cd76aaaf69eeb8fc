#include "slide_rule/catalogue.hpp"

#include <cctype>

#include "catch.hpp"
#include "csv.hpp"

using namespace slide_rule;

TEST_CASE("every architecture counts to the parameters that its shape gives", "[catalogue][reference]") {
  const auto rows = read_csv("models-check.csv");
  REQUIRE(rows.size() == 204);
  for (const CsvRow& row : rows) {
    const auto found = find_model(row.at("id"));
    REQUIRE(found);
    const ParameterCount count = count_parameters(found->model);
    INFO(row.at("id"));
    CHECK(count.text == number(row, "computed_text_params"));
    CHECK(count.active == number(row, "computed_active_params"));
    CHECK(count.part(Part::mtp) == number(row, "computed_mtp_params"));
    CHECK(count.part(Part::towers) == number(row, "computed_other_params"));
  }
}

TEST_CASE("counts equal what the repositories publish, where that is exact", "[catalogue][reference]") {
  int exact = 0, after_what_is_stored_besides = 0;
  for (const CsvRow& row : read_csv("models-check.csv")) {
    const std::string& verdict = row.at("verdict");
    if (verdict != "exact" && verdict != "exact after stored extras") continue;
    const ParameterCount count = count_parameters(find_model(row.at("id"))->model);
    const std::string& scope = row.at("published_scope");
    const bool with_mtp = scope.find("mtp") != std::string::npos;
    const bool with_towers = scope.find("vision") != std::string::npos;
    const double comparable = count.text + (with_mtp ? count.part(Part::mtp) : 0) +
                              (with_towers ? count.part(Part::towers) : 0) +
                              number(row, "stored_extra_elements");
    INFO(row.at("id"));
    CHECK(comparable == number(row, "published"));
    ++(verdict == "exact" ? exact : after_what_is_stored_besides);
  }
  CHECK(exact == 158);
  CHECK(after_what_is_stored_besides == 15);
}

TEST_CASE("cache and state of every architecture", "[catalogue][reference]") {
  for (const CsvRow& row : read_csv("models-check.csv")) {
    const auto found = find_model(row.at("id"));
    REQUIRE(found);
    const CacheElements cache = cache_elements(found->model);
    INFO(row.at("id"));
    // The reference prints six digits.
    CHECK_THAT(cache.per_token, WithinRel(number(row, "kv_elems_per_token_unbounded"), 5e-6));
    CHECK_THAT(cache.per_token * 2, WithinRel(number(row, "kv_bytes_per_token_bf16_unbounded"), 5e-6));
    CHECK(cache.per_token_windowed == number(row, "kv_elems_per_token_windowed"));
    CHECK(cache.fixed == number(row, "fixed_state_elems_per_seq"));
    if (cache.per_token_windowed > 0) CHECK(cache.window == number(row, "window"));
  }
}

TEST_CASE("GPT-3's rows count what Table D.1 prints", "[catalogue][reference]") {
  int found = 0;
  for (const CsvRow& row : read_csv("scaling/gpt3_table_d1.csv")) {
    std::string id = row.at("model");
    if (!id.starts_with("GPT-3 ")) continue;
    for (char& c : id) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    id = "gpt3-" + id.substr(6);
    INFO(id);
    // Printed to three digits at least; biases and norms, which the paper leaves out, are 0.1 % of the
    // smallest.
    CHECK_THAT(count_parameters(find_model(id)->model).text, WithinRel(number(row, "N_params"), 0.004));
    ++found;
  }
  CHECK(found == 8);
}

TEST_CASE("a context length is the model's, not a library's block size", "[catalogue]") {
  CHECK(find_model("gemma-7b")->model.max_context == 8192);
  CHECK(find_model("gemma-2b")->model.max_context == 8192);
}
