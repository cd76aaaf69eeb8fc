#pragma once
// The catalogue: rows of src/catalog/{models.json,gpus.csv}, generated into compact tables by
// scripts/generate-facts.mjs. Sources and notes of each row stand in web/src/generated-facts.

#include <optional>
#include <string_view>
#include <vector>

#include "slide_rule/gpu.hpp"
#include "slide_rule/model.hpp"

namespace slide_rule {

/// How far a row's shape was checked. D (unverified) is not in the catalogue.
enum class ShapeVerification {
  a,  ///< a published config was found and the count from it equals the published count
  b,  ///< structure sourced, count partly nominal
  c,  ///< dimensions confirmed only by one exact total
};
SLIDE_RULE_NAMES(ShapeVerification, "A", "B", "C")

struct CatalogueModel {
  Model model;
  std::string_view organisation, family;
  std::string_view released;  ///< date, or year and month, or year
  std::string_view licence;
  std::string_view native_format;  ///< the weights' format as published
  ShapeVerification verification = ShapeVerification::a;

  static constexpr void describe(auto& v, auto& m) {
    v.field("model", m.model);
    v.field("organisation", m.organisation);
    v.field("family", m.family);
    v.field("released", m.released);
    v.field("licence", m.licence);
    v.field("nativeFormat", m.native_format);
    v.field("verification", m.verification);
  }
};

/// The row with this id; nothing where there is none. O(size of the table), some microseconds.
std::optional<CatalogueModel> find_model(std::string_view id);
std::optional<Gpu> find_gpu(std::string_view id);

/// All rows in the table's order. Read at each call, some tenths of a millisecond: keep the result.
std::vector<CatalogueModel> catalogue_models();
std::vector<Gpu> catalogue_gpus();

/// The known id nearest to a wrong one, or empty: the shortest that contains it, else the longest that it
/// begins with, else the nearest by letters.
std::string_view nearest_model_id(std::string_view id);
std::string_view nearest_gpu_id(std::string_view id);

}  // namespace slide_rule
