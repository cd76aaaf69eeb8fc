#include "slide_rule/catalogue.hpp"

#include <cassert>

#include "slide_rule/rows.hpp"

namespace slide_rule {
namespace {

#include "catalog/generated/gpus.inc"
#include "catalog/generated/models.inc"

struct Table {
  std::string_view rows;
  std::span<const std::string_view> fields;
  std::size_t count;
};
constexpr Table kModels{kModelRows, kModelFields, kModelCount};
constexpr Table kGpus{kGpuRows, kGpuFields, kGpuCount};

/// Calls visit(row) for each row, until one returns true.
template <class Visit>
void any_row(const Table& table, Visit visit) {
  for (std::string_view rest = table.rows; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (visit(rest.substr(0, end))) return;
    rest = rest.substr(end + 1);
  }
}

std::string_view id_of(std::string_view row) { return row.substr(1, row.find('\t') - 1); }

template <class T>
T parse(std::string_view row, const Table& table) {
  T result{};
  RowReader reader(row, table.fields);
  T::describe(reader, result);
  assert(reader.finished());
  return result;
}

template <class T>
std::optional<T> find(std::string_view id, const Table& table) {
  std::optional<T> found;
  any_row(table, [&](std::string_view row) {
    if (id_of(row) != id) return false;
    found = parse<T>(row, table);
    return true;
  });
  return found;
}

template <class T>
std::vector<T> all(const Table& table) {
  std::vector<T> list;
  list.reserve(table.count);
  any_row(table, [&](std::string_view row) {
    list.push_back(parse<T>(row, table));
    return false;
  });
  return list;
}

std::string_view nearest(std::string_view id, const Table& table) {
  std::vector<std::string_view> ids;
  ids.reserve(table.count);
  any_row(table, [&](std::string_view row) {
    ids.push_back(id_of(row));
    return false;
  });
  // "h100" means h100-sxm rather than b100: the shortest id that holds the word, then the nearest by letters.
  std::string_view holding;
  for (const std::string_view known : ids) {
    const bool holds = id.size() >= 3 && known.find(id) != std::string_view::npos;
    if (holds && (holding.empty() || known.size() < holding.size())) holding = known;
  }
  return holding.empty() ? nearest_word(id, std::span<const std::string_view>(ids)) : holding;
}

}  // namespace

std::optional<CatalogueModel> find_model(std::string_view id) { return find<CatalogueModel>(id, kModels); }
std::optional<Gpu> find_gpu(std::string_view id) { return find<Gpu>(id, kGpus); }
std::vector<CatalogueModel> catalogue_models() { return all<CatalogueModel>(kModels); }
std::vector<Gpu> catalogue_gpus() { return all<Gpu>(kGpus); }
std::string_view nearest_model_id(std::string_view id) { return nearest(id, kModels); }
std::string_view nearest_gpu_id(std::string_view id) { return nearest(id, kGpus); }

}  // namespace slide_rule
