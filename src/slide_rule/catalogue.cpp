#include "slide_rule/catalogue.hpp"

#include <algorithm>
#include <string>

#include "slide_rule/columns.hpp"

namespace slide_rule {
namespace {

#include "catalog/generated/gpus.inc"
#include "catalog/generated/models.inc"

template <class T>
std::optional<T> find(std::string_view id, std::string_view table) {
  const auto ids = first_column(table);
  const auto at = std::find(ids.begin(), ids.end(), id);
  if (at == ids.end()) return {};
  std::optional<T> found(std::in_place);
  read_columns(table, static_cast<std::size_t>(at - ids.begin()), &*found, 1);
  return found;
}

template <class T>
std::vector<T> all(std::string_view table) {
  std::vector<T> list(first_column(table).size());
  read_columns(table, 0, list.data(), list.size());
  return list;
}

std::string_view nearest(std::string_view given, std::string_view table) {
  const auto ids = first_column(table);
  std::string id(given);
  for (char& c : id)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  // "h100" means h100-sxm rather than b100: the shortest id that holds the word. "h100-sxm-80gb" means
  // h100-sxm rather than a100-sxm-80gb: the longest id that it begins with. Then the nearest by letters.
  std::string_view holding, begun;
  for (const std::string_view known : ids) {
    const bool holds = id.size() >= 3 && known.find(id) != std::string_view::npos;
    if (holds && (holding.empty() || known.size() < holding.size())) holding = known;
    const bool begins = id.starts_with(known) && id[known.size()] == '-';
    if (begins && known.size() > begun.size()) begun = known;
  }
  if (!holding.empty()) return holding;
  return begun.empty() ? nearest_word(id, std::span<const std::string_view>(ids)) : begun;
}

}  // namespace

std::optional<CatalogueModel> find_model(std::string_view id) {
  return find<CatalogueModel>(id, kModelTable);
}
std::optional<Gpu> find_gpu(std::string_view id) { return find<Gpu>(id, kGpuTable); }
std::vector<CatalogueModel> catalogue_models() { return all<CatalogueModel>(kModelTable); }
std::vector<Gpu> catalogue_gpus() { return all<Gpu>(kGpuTable); }
std::string_view nearest_model_id(std::string_view id) { return nearest(id, kModelTable); }
std::string_view nearest_gpu_id(std::string_view id) { return nearest(id, kGpuTable); }

}  // namespace slide_rule
