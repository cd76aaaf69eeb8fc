#include "slide_rule/choices.hpp"

#include "catch.hpp"
#include "slide_rule/kinds.hpp"
#include "tools/value_node.hpp"

using namespace slide_rule;

namespace {

ValueNode ask(std::string_view kind, std::initializer_list<std::pair<std::string_view, ValueNode>> fields) {
  ValueNode question = ValueNode::object();
  question.set("ask", ValueNode::of(kind));
  for (const auto& [name, value] : fields) question.set(name, value);
  return answer_question(question);
}

ValueNode object(std::initializer_list<std::pair<std::string_view, ValueNode>> fields) {
  ValueNode o = ValueNode::object();
  for (const auto& [name, value] : fields) o.set(name, value);
  return o;
}

std::string first_problem(const ValueNode& reply) {
  const ValueNode problems = reply.get("problems");
  if (problems.size() == 0) return "";
  return problems.at(0).get("field").text() + " " + problems.at(0).get("code").text();
}

ValueNode text(std::string_view s) { return ValueNode::of(s); }

}  // namespace

TEST_CASE("a model is an id, a shape or a bare count", "[choices]") {
  const ValueNode by_id = ask("model", {{"model", text("deepseek-v3")}}).get("result");
  CHECK(by_id.get("parameters").number() == 671026419200.0);
  CHECK(by_id.get("activeParameters").number() == 37552297472.0);
  CHECK(by_id.get("kvBytesPerToken").number() == 2 * 576 * 61);
  CHECK(by_id.get("extraParameters").number() == 13463426304.0);

  const ValueNode bare =
      ask("model", {{"model", object({{"parameters", ValueNode::of(7e9)}})}}).get("result");
  CHECK_THAT(bare.get("parameters").number(), WithinRel(7e9, 1e-3));
  REQUIRE(bare.get("assumptions").size() == 1);
  CHECK(bare.get("assumptions").at(0).get("id").text() == "shape-estimated");
  CHECK(bare.get("assumptions").at(0).get("value").number() == bare.get("parameters").number());
}

TEST_CASE("the shape in an answer can be asked again and gives the same", "[choices][property]") {
  for (const CatalogueModel& row : catalogue_models()) {
    INFO(row.model.id);
    const ValueNode first = ask("model", {{"model", text(row.model.id)}}).get("result");
    const ValueNode again = ask("model", {{"model", first.get("shape")}});
    REQUIRE(first_problem(again) == "");
    for (const char* field :
         {"parameters", "activeParameters", "extraParameters", "kvBytesPerToken", "stateElements"}) {
      CHECK(again.get("result").get(field).number() == first.get(field).number());
    }
  }
}

TEST_CASE("what is no model is refused", "[choices]") {
  const auto problem = [](ValueNode model) {
    return first_problem(ask("model", {{"model", std::move(model)}}));
  };
  CHECK(first_problem(ask("model", {})) == "model missing");
  CHECK(problem(text("lama-3.1-8b")) == "model unknown-id");
  CHECK(problem(ValueNode::of(7e9)) == "model wrong-type");
  CHECK(problem(ValueNode::array()) == "model wrong-type");
  CHECK(problem(object({})) == "model.layers missing");
  CHECK(problem(object({{"parameters", ValueNode::of(0.0)}})) == "model.parameters below-minimum");
  CHECK(problem(object({{"parameters", ValueNode::of(1e300)}})) == "model.parameters above-maximum");
  CHECK(problem(object({{"parameters", text("7e9")}})) == "model.parameters not-a-number");
  CHECK(problem(object({{"parameters", ValueNode::of(7e9)}, {"layers", ValueNode::of(2.0)}})) ==
        "model.layers unknown-field");
  const ValueNode reply = ask("model", {{"model", text("lama-3.1-8b")}});
  CHECK(reply.get("problems").at(0).get("nearest").text() == "llama-3.1-8b");
}

TEST_CASE("the catalogue lists every row, with its formula for the FLOP", "[choices]") {
  const ValueNode models = ask("models", {}).get("result").get("models");
  CHECK(models.size() == 204);
  const ValueNode gpus = ask("gpus", {}).get("result").get("gpus");
  CHECK(gpus.size() == 222);
  for (std::size_t i = 0; i < gpus.size(); ++i) CHECK(gpus.at(i).get("usableBytes").number() > 1e9);
  const ValueNode tensors = ask("model", {{"model", text("mixtral-8x7b")}, {"tensors", ValueNode::of(true)}})
                                .get("result")
                                .get("tensors");
  double sum = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const ValueNode t = tensors.at(i);
    CHECK(t.get("in").number() * t.get("out").number() * t.get("count").number() ==
          t.get("parameters").number());
    sum += t.get("parameters").number();
  }
  CHECK(sum == 46702792704.0);
}
