// Reads the measurement tables: RFC 4180 text to objects by header name.

/** @returns {Array<Record<string, string>>} one object a row, every field present ("" where empty). */
export function parseCsv(text) {
  const rows = [];
  let row = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') {
      quoted = true;
    } else if (c === ',') {
      row.push(field);
      field = '';
    } else if (c === '\n') {
      row.push(field);
      rows.push(row);
      row = [];
      field = '';
    } else if (c !== '\r') {
      field += c;
    }
  }
  if (quoted) throw new Error('csv: a quoted field is not closed');
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  const [header, ...records] = rows;
  return records.map((record, index) => {
    if (record.length !== header.length) {
      throw new Error(`csv: record ${index + 1} has ${record.length} fields, the header ${header.length}`);
    }
    return Object.fromEntries(header.map((name, column) => [name, record[column]]));
  });
}
