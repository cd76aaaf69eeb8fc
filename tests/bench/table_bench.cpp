// Times the fit table and the estimates behind it, in processor time (the best of several repeats: other work
// on the machine only ever adds); scripts/bench-table builds this natively and to WebAssembly and runs both.
// Prints one JSON object, times in seconds.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/table.hpp"

namespace {

using namespace slide_rule;

double seconds_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The least time of `repeats` runs, each of enough calls to be measured.
template <class Body>
double seconds_of(int repeats, int calls, Body body) {
  double best = 1e9;
  for (int r = 0; r < repeats; ++r) {
    const double begun = seconds_now();
    for (int c = 0; c < calls; ++c) body();
    best = std::min(best, (seconds_now() - begun) / calls);
  }
  return best;
}

struct TableTime {
  std::size_t models = 0, gpus = 0, cells = 0;
  double seconds = 0;
};

/// The table of the first `models` and `gpus` of the catalogue; 0: all of them, as one call asks for them.
TableTime table_time(std::size_t models, std::size_t gpus) {
  FitTableQuestion q;
  for (std::size_t i = 0; i < models; ++i) q.models.push_back({catalogue_models()[i].model});
  for (std::size_t i = 0; i < gpus; ++i) q.gpus.push_back({catalogue_gpus()[i]});
  TableTime t;
  t.seconds = seconds_of(7, 1, [&] {
    Problems problems;
    const FitTableAnswer a = answer(q, problems);
    t.models = a.models.size();
    t.gpus = a.gpus.size();
    t.cells = a.cells.size();
  });
  return t;
}

void print(const char* name, const std::vector<TableTime>& times) {
  std::printf("\"%s\":[", name);
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::printf("%s{\"models\":%zu,\"gpus\":%zu,\"cells\":%zu,\"seconds\":%.6g}", i ? "," : "",
                times[i].models, times[i].gpus, times[i].cells, times[i].seconds);
  }
  std::printf("]");
}

}  // namespace

int main() {
  const std::vector<CatalogueModel> models = catalogue_models();
  std::vector<LayerTable> tables;
  for (const CatalogueModel& m : models) tables.emplace_back(m.model);
  const auto each = static_cast<double>(models.size());

  std::printf("{");
  double sum = 0;  // printed, so that no call can be left out
  for (const TableMethod& method : default_methods()) {
    FitTableQuestion q;
    q.methods = {method};
    Problems problems;
    const JobPlan plan = answer(q, problems).methods[0].plan;
    const double seconds = seconds_of(7, 25, [&] {
      for (const LayerTable& t : tables) {
        sum += plan.task == Task::training ? training_bytes(t.model(), plan.training)
                                           : inference_bytes(t, plan.serving, serving_device());
      }
    });
    std::printf("\"%s\":%.6g,", method.id.c_str(), seconds / each);
  }
  print("whole", {table_time(0, 0)});
  std::printf(",");
  print("screenful", {table_time(32, 24)});
  std::printf(",");
  print("byModels", {table_time(51, 222), table_time(102, 222), table_time(204, 222)});
  std::printf(",");
  print("byGpus", {table_time(204, 55), table_time(204, 111), table_time(204, 222)});
  std::printf(",\"sum\":%.6g}\n", sum);
}
