// The only file that knows Embind: JavaScript objects as the nodes of ask.hpp, and the functions the engine calls.

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <limits>
#include <string>
#include <vector>

#include "slide_rule/kinds.hpp"

namespace {

using emscripten::val;

class JsNode {
 public:
  JsNode() : value_(val::undefined()) {}
  explicit JsNode(val value) : value_(std::move(value)) {}

  bool is_missing() const { return value_.isUndefined() || value_.isNull(); }
  bool is_number() const { return value_.isNumber(); }
  bool is_string() const { return value_.isString(); }
  bool is_bool() const { return value_.isTrue() || value_.isFalse(); }
  bool is_array() const {
    return value_.isArray() || val::global("ArrayBuffer").call<bool>("isView", value_);
  }
  bool is_object() const { return !is_missing() && value_.typeOf().as<std::string>() == "object" && !is_array(); }

  double number() const { return value_.as<double>(); }
  std::string text() const { return value_.as<std::string>(); }
  bool boolean() const { return value_.as<bool>(); }
  std::size_t size() const { return value_["length"].as<std::size_t>(); }
  JsNode at(std::size_t i) const { return JsNode(value_[i]); }
  JsNode get(std::string_view name) const { return JsNode(value_[std::string(name)]); }
  std::vector<std::string> keys() const {
    return emscripten::vecFromJSArray<std::string>(val::global("Object").call<val>("keys", value_));
  }
  /// Elements that are not numbers become NaN in typed arrays and plain arrays alike.
  std::vector<double> numbers() const {
    std::vector<double> out;
    const std::size_t n = size();
    out.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const val x = value_[i];
      out.push_back(x.isNumber() ? x.as<double>() : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
  }

  static JsNode object() { return JsNode(val::object()); }
  static JsNode array() { return JsNode(val::array()); }
  static JsNode of(double x) { return JsNode(val(x)); }
  static JsNode of(bool x) { return JsNode(val(x)); }
  static JsNode of(std::string_view x) { return JsNode(val(std::string(x))); }
  void set(std::string_view name, const JsNode& x) { value_.set(std::string(name), x.value_); }
  void push(const JsNode& x) { value_.call<void>("push", x.value_); }

  const val& value() const { return value_; }

 private:
  val value_;
};

// Built twice: with the kinds that the page asks, and with every kind for the batch command.
#ifdef SLIDE_RULE_EVERY_KIND
using Kinds = slide_rule::AllKinds;
#else
using Kinds = slide_rule::PageKinds;
#endif

val ask(val question) { return slide_rule::answer_question<Kinds>(JsNode(std::move(question))).value(); }

val schema() { return slide_rule::schema_of_questions<JsNode, Kinds>().value(); }

}  // namespace

EMSCRIPTEN_BINDINGS(slide_rule) {
  emscripten::function("ask", &ask);
  emscripten::function("schema", &schema);
}
