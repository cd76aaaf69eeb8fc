#pragma once
// Reads the rows of a generated table into described structs. A table is text, column by column: so the
// values that repeat lie together, and a column is read by its field's type alone.
//
//   table  = column, newline, column, newline ...
//   column = path ("experts.count"), then the rows' values, each after a tab
//   value  = text, or text "*" count for as many equal ones; empty where the row has no such field

#include <cstddef>
#include <string_view>
#include <vector>

#include "slide_rule/described.hpp"

namespace slide_rule {

/// Takes what stands before `end` off the front of `rest`, and `end` with it.
std::string_view take_until(std::string_view& rest, char end);

/// Reads the rows from `first` on, as many as there are `rows`, each a default `T`.
void read_columns(std::string_view table, const Fields& fields, std::size_t first, void* rows,
                  std::size_t count, std::size_t row_size);

template <class T>
void read_columns(std::string_view table, std::size_t first, T* rows, std::size_t count) {
  read_columns(table, *type_of<const T>().fields, first, rows, count, sizeof(T));
}

/// The values of a table's first column, which never repeat: the rows' ids.
std::vector<std::string_view> first_column(std::string_view table);

}  // namespace slide_rule
