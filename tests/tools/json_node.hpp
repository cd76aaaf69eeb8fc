#pragma once
// ask.hpp's Node over nlohmann::json, so that the native tests speak the batch contract too.

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class JsonNode {
 public:
  JsonNode(nlohmann::ordered_json j = nullptr) : json_(std::move(j)) {}

  bool is_missing() const { return json_.is_null(); }
  bool is_number() const { return json_.is_number(); }
  bool is_string() const { return json_.is_string(); }
  bool is_bool() const { return json_.is_boolean(); }
  bool is_array() const { return json_.is_array(); }
  bool is_object() const { return json_.is_object(); }

  double number() const { return json_.get<double>(); }
  std::string text() const { return json_.get<std::string>(); }
  bool boolean() const { return json_.get<bool>(); }
  std::size_t size() const { return json_.size(); }
  JsonNode at(std::size_t i) const { return JsonNode(json_[i]); }
  JsonNode get(std::string_view name) const {
    const auto found = json_.find(std::string(name));
    return found == json_.end() ? JsonNode() : JsonNode(*found);
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> names;
    for (const auto& item : json_.items()) names.push_back(item.key());
    return names;
  }
  std::vector<double> numbers() const {
    std::vector<double> values;
    values.reserve(json_.size());
    for (const auto& x : json_) {
      values.push_back(x.is_number() ? x.get<double>() : std::numeric_limits<double>::quiet_NaN());
    }
    return values;
  }

  static JsonNode object() { return JsonNode(nlohmann::ordered_json::object()); }
  static JsonNode array() { return JsonNode(nlohmann::ordered_json::array()); }
  static JsonNode of(double x) { return JsonNode(x); }
  static JsonNode of(bool x) { return JsonNode(x); }
  static JsonNode of(std::string_view x) { return JsonNode(std::string(x)); }
  void set(std::string_view name, const JsonNode& x) { json_[std::string(name)] = x.json_; }
  void push(const JsonNode& x) { json_.push_back(x.json_); }

  const nlohmann::ordered_json& json() const { return json_; }

 private:
  nlohmann::ordered_json json_;
};
