// One measured row as a question and the figure of its answer that is compared.
//
//   question   what is asked, in fields of the batch command
//   also       fields that would say the rest of it, each with the words for it in order of preference: put into the
//              question where the schema has them; where it has not, the row is asked without them and set apart as
//              "cannot-say:<field>"
//   assume     the same for fields whose default means the same run: left out silently
//   needs      fields without which the question would ask for another run: where the schema lacks one, the row
//              is not asked and counted as "needs:<field>"
//   compare    which figure: {field}, {rate}, {phase}, {terms: [patterns]}, {room: {…}} or {outcome}
//   apart      reasons to report the row apart from its group: the run depends on something no question says

import { halfDigit, unitOf } from './units.mjs';

/** Thrown by the mappings: the row cannot be asked, for a reason that is counted. */
export class NotExpressible extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export function refuse(reason) {
  throw new NotExpressible(reason);
}

/** "swift-tuner-001" → "swift-tuner": the rows that one source measured in one way. */
export function familyOf(id) {
  return id.replace(/-[a-z]*\d+$/, '');
}

/** The people who measured: what is left out together when intervals are cross-validated. */
export function sourceOf(row) {
  const repository = /github:([^@:\s]+\/[^@:\s]+)/.exec(row.source)?.[1];
  if (repository) return repository;
  const page = /https:\/\/github\.com\/([^/]+\/[^/]+)\//.exec(row.source)?.[1];
  return page ?? (/public log/.test(row.source) ? 'public-logs' : /ggml-org/.test(row.source) ? 'ggml-org/ci' : row.source);
}

/** The measured value in bytes. `apart` gets "unit-not-stated" where the source prints no certain unit. */
export function measured(value, unit, family, apart) {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) refuse('value-not-a-number');
  const scale = unitOf(unit, family);
  if (!scale.stated) apart.push('unit-not-stated');
  return { measured: number * scale.bytes, rounding: halfDigit(value, scale.bytes) };
}

/** The leading whole number of "2048 (packed)", or null. */
export function leadingCount(text) {
  const digits = /^[~<>=]*\s*(\d+)/.exec(text.trim())?.[1];
  return digits ? Number(digits) : null;
}

/** Drops undefined fields, so that the command's defaults hold. */
export function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
