#pragma once
// Reads a CSV of tests/reference: RFC 4180, without line breaks inside fields.

#include <fstream>
#include <map>
#include <string>
#include <vector>

using CsvRow = std::map<std::string, std::string>;

inline std::vector<std::string> split_csv_line(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else if (c != '\r')
      fields.back() += c;
  }
  return fields;
}

inline std::vector<CsvRow> read_csv(const std::string& name) {
  std::ifstream file(std::string(SLIDE_RULE_REFERENCE_DIR) + "/" + name);
  std::vector<CsvRow> rows;
  std::string line;
  std::getline(file, line);
  const auto header = split_csv_line(line);
  while (std::getline(file, line)) {
    const auto fields = split_csv_line(line);
    CsvRow row;
    for (std::size_t i = 0; i < header.size() && i < fields.size(); ++i) row[header[i]] = fields[i];
    rows.push_back(row);
  }
  return rows;
}

inline double number(const CsvRow& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() || found->second.empty() ? 0 : std::stod(found->second);
}
