// Times the fit table and the estimates behind it, in processor time (the best of several repeats: other work
// on the machine only ever adds); scripts/bench-table builds this natively and to WebAssembly and runs both.
// Prints one JSON object, times in seconds.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/table.hpp"

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
// clock() counts whole milliseconds there, other processes' among them.
EM_JS(double, seconds_now, (), {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
})
#else
static double seconds_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
#endif

namespace {

using namespace slide_rule;

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

/// `count` of a list, spread over all of it.
template <class T>
std::vector<T> sample(const std::vector<T>& list, std::size_t count) {
  std::vector<T> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(list[i * list.size() / count]);
  return some;
}

/// The table of so many models and GPUs of the catalogue; 0: all of them, as one call asks for them.
TableTime table_time(std::size_t models, std::size_t gpus, int repeats = 7) {
  FitTableQuestion q;
  for (const CatalogueModel& m : sample(catalogue_models(), models)) q.models.push_back({m.model});
  for (const Gpu& g : sample(catalogue_gpus(), gpus)) q.gpus.push_back({g});
  TableTime t;
  t.seconds = seconds_of(repeats, 1, [&] {
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
  std::printf("{");
  print("first", {table_time(0, 0, 1)});  // before the machine's or the browser's compiler has warmed up

  const std::vector<CatalogueModel> models = catalogue_models();
  const std::size_t all = models.size(), cards = catalogue_gpus().size();
  std::vector<LayerTable> tables;
  for (const CatalogueModel& m : models) tables.emplace_back(m.model);
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
    std::printf(",\"%s\":%.6g", method.id.c_str(), seconds / static_cast<double>(all));
  }
  std::printf(",");
  print("whole", {table_time(0, 0)});
  std::printf(",");
  print("screenful", {table_time(32, 24)});
  std::printf(",");
  print("byModels", {table_time(all / 4, cards), table_time(all / 2, cards), table_time(all, cards)});
  std::printf(",");
  print("byGpus", {table_time(all, cards / 4), table_time(all, cards / 2), table_time(all, cards)});
  std::printf(",\"sum\":%.6g}\n", sum);
}
