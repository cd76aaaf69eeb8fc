#include "slide_rule/fit/rule_table.hpp"

#include "catch.hpp"

using namespace slide_rule;

namespace {
RuleTableAnswer table_for(double parameters, std::vector<DeviceGroup> devices) {
  Problems problems;
  const RuleTableAnswer table = answer(RuleTableQuestion{parameters, std::move(devices)}, problems);
  REQUIRE(problems.empty());
  return table;
}
}  // namespace

TEST_CASE("48 GB holds 2e9 parameters by the article's rule, and no more", "[fit][reference]") {
  const auto table = table_for(2e9, {{48e9, 1}});
  const RuleRow& article = table.rows[4];
  REQUIRE(article.id == "article-fp32-adamw");
  CHECK(article.required_bytes == 48e9);
  CHECK(article.cells[0].parameters == 2e9);
  CHECK(article.cells[0].headroom_bytes == 0);
  CHECK(article.cells[0].outcome == Outcome::tight);
  CHECK(table_for(2e9 + 1, {{48e9, 1}}).rows[4].cells[0].outcome == Outcome::does_not_fit);
}

TEST_CASE("the largest count, asked back, is exactly what the device holds", "[fit][property]") {
  for (double memory : {8e9, 24e9, 25.757e9, 85.52e9, 1e12}) {
    for (double gpus : {1.0, 3.0, 8.0}) {
      const auto table = table_for(1, {{memory, gpus}});
      for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const double largest = table.rows[r].cells[0].parameters;
        const auto back = table_for(largest, {{memory, gpus}});
        CHECK_THAT(back.rows[r].required_bytes, WithinRel(memory * gpus, 1e-14));
      }
    }
  }
}

TEST_CASE("the fewest cards hold the model, one fewer does not", "[fit][property]") {
  const auto table = table_for(70e9, {{80e9, 1}, {24e9, 2}});
  for (const RuleRow& row : table.rows) {
    for (std::size_t d = 0; d < 2; ++d) {
      const double memory = d == 0 ? 80e9 : 24e9;
      CHECK(row.cells[d].min_gpus * memory >= row.required_bytes);
      CHECK((row.cells[d].min_gpus - 1) * memory < row.required_bytes);
    }
  }
}

TEST_CASE("less than a tenth of headroom is tight", "[fit]") {
  CHECK(outcome_of(10, 11, 12) == Outcome::fits);
  CHECK(outcome_of(10, 11, 10.5) == Outcome::tight);
  CHECK(outcome_of(10, 11, 9.9) == Outcome::does_not_fit);
}

TEST_CASE("a rule's cell keeps a tenth of what it needs for the allocator", "[fit]") {
  RuleRow row;
  row.bytes_per_parameter = 1;
  row.required_bytes = 100;
  row.terms = {{"weights", 100}};
  const auto outcome = [&](double bytes, double gpus) { return cell_of(row, {bytes, gpus}).outcome; };
  CHECK(outcome(111, 1) == Outcome::fits);
  CHECK(outcome(37, 3) == Outcome::fits);
  CHECK(outcome(109, 1) == Outcome::tight);
  CHECK(outcome(100, 1) == Outcome::tight);
  CHECK(outcome(99, 1) == Outcome::does_not_fit);
}

TEST_CASE("ten thousand devices are a table, more are refused", "[fit]") {
  RuleTableQuestion q;
  q.devices.resize(10000, {24e9, 1});
  Problems problems;
  CHECK(answer(q, problems).rows.front().cells.size() == 10000);
  CHECK(problems.empty());
  q.devices.push_back({24e9, 1});
  CHECK(answer(q, problems).rows.empty());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "devices");
  CHECK(problems[0].code == Code::too_large);
  CHECK(problems[0].limit == 10000);
}
