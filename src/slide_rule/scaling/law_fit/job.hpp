#pragma once
// The work of a law fit, without names and checks: starts, then bootstrap refits, one solve at a time.

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "slide_rule/scaling/law_fit/objective.hpp"
#include "slide_rule/scaling/law_fit/solver.hpp"
#include "slide_rule/scaling/law_fit/starts.hpp"

namespace slide_rule::law_fit {

struct Job {
  Form form;
  SolverOptions options;
  Columns data;
  std::vector<StartGroup> groups;
  std::size_t groups_done = 0;
  std::vector<double> objectives;  ///< of the groups that are done
  Solution best;                   ///< of the starts; polished when all are done
  Residuals residuals;             ///< at `best`, once all starts are done

  std::size_t bootstraps = 0;
  std::vector<Constants> refits;
  std::size_t unconverged = 0;  ///< refits that ran into the iteration limit
  std::mt19937 random;

  // Kept between solves, so that a solve allocates nothing.
  Columns resampled;
  Residuals work;
  std::vector<unsigned> times_drawn;

  bool starts_done() const { return groups_done == groups.size(); }
  bool finished() const { return starts_done() && refits.size() == bootstraps; }
};

/// Draws `rows` of `rows` with replacement and counts each: the draws of numpy's `np.random.choice(rows,
/// rows)` after `np.random.seed(seed)`, where `random` was seeded with the same (MT19937; of each word the
/// low bits that hold rows - 1; those >= rows are thrown away). Anyone can draw the same with three lines of
/// Python and compare.
void draw_rows(std::mt19937& random, std::size_t rows, std::vector<unsigned>& times_drawn);

/// Does the next solve: a group of starts, then, one a call, the bootstrap refits.
///
/// Refits start from the optimum and minimise the same objective over as many runs, drawn with replacement
/// [efron-1979]; see draw_rows. A draw of fewer distinct runs than constants determines nothing and is drawn
/// again.
void solve_next(Job& job);

/// Starts of the grid whose group reached the best objective to 1e-6 of it.
std::size_t starts_at_optimum(const Job& job);

}  // namespace slide_rule::law_fit
