// The report of scripts/accuracy, its packed points given names.

import json from '../../../tests/accuracy/report.json';

export interface Figures {
  readonly n: number;
  readonly median?: number;
  readonly p90?: number;
}

interface Peer extends Figures {
  readonly id: string;
  readonly tool: string;
  readonly ours: { readonly median: number; readonly p90: number };
}

export interface Share {
  readonly n: number;
  readonly share: number | null;
}

export interface NumericGroup {
  readonly id: string;
  readonly high: Figures;
  readonly main: Figures;
  readonly apartBy: readonly (Figures & { readonly why: string })[];
  readonly inside: Share;
  readonly leftOut: Share;
  readonly target?: readonly [number, number];
  readonly met?: boolean;
  readonly best?: Peer;
  readonly peers: readonly Peer[];
  readonly worst: readonly WorstRow[];
  readonly worstApart: readonly WorstRow[];
}

interface WorstRow {
  readonly id: string;
  readonly error: number;
  readonly reason: string;
}

interface Judged {
  readonly n: number;
  readonly nonTrivial: number;
  readonly nonTrivialRight: number;
  readonly share: number | null;
  readonly falseFits: number;
}

export interface MeasuredRow {
  readonly id: string;
  readonly measuredBytes: number;
  readonly predictedBytes: number;
  readonly errorPercent: number;
  readonly source: string;
  readonly apart: readonly string[];
}

interface Report {
  readonly rows: number;
  readonly answered: number;
  readonly groups: readonly { readonly id: string }[];
  readonly refused: Readonly<Record<string, number>>;
  readonly pointFields: readonly string[];
  readonly groupIds: readonly string[];
  readonly apartReasons: readonly string[];
  readonly sources: readonly string[];
  readonly points: readonly (readonly unknown[])[];
}

const written = json as unknown as Report;

// Marked pure, so that pages that do not show the report do not carry it.
export const report = /* @__PURE__ */ (() => ({
  rows: written.rows,
  answered: written.answered,
  refused: written.refused,
  groups: written.groups.filter((g): g is NumericGroup => g.id !== 'fit' && (g as NumericGroup).main.n > 0),
  fit: written.groups.find((g) => g.id === 'fit') as unknown as { high: Judged; main: Judged },
}))();

const GiB = 2 ** 30;

/** The measured rows of a group, largest first. */
export function rowsOf(group: string): readonly MeasuredRow[] {
  const index = written.groupIds.indexOf(group);
  const field = (p: readonly unknown[], name: string) => p[written.pointFields.indexOf(name)];
  return written.points
    .filter((p) => field(p, 'group') === index)
    .map((p) => ({
      id: field(p, 'id') as string,
      measuredBytes: (field(p, 'measured') as number) * GiB,
      predictedBytes: (field(p, 'predicted') as number) * GiB,
      errorPercent: field(p, 'error') as number,
      source: written.sources[field(p, 'source') as number] ?? '',
      apart: (field(p, 'apart') as number[]).map((i) => written.apartReasons[i] ?? ''),
    }))
    .sort((a, b) => b.measuredBytes - a.measuredBytes);
}
