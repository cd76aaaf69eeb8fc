// Stands in for d3-format, which d3-scale imports for tickFormat: numbers here are written by src/format, in the
// reader's language (3 KB gzip saved).

function unused(): never {
  throw new Error('numbers are formatted by src/format');
}

export {
  unused as format,
  unused as formatPrefix,
  unused as formatSpecifier,
  unused as precisionFixed,
  unused as precisionPrefix,
  unused as precisionRound,
};
