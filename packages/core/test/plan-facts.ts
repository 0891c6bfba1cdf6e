import type { LandEntry, LandKind } from '../src/land/ledger.ts';
import type { DoneFacts, ProgressReport, ProjectState } from '../src/plan-done.ts';

export const NO_FACTS: DoneFacts = {
  permits: [],
  land: [],
  landKnownOn: null,
  projects: [],
  projectsReportedOn: null,
  progress: [],
};

/** `甲 contracted 宗地1 2025-03-01 100`, with what differs. */
export function entry(text: string, more: Partial<LandEntry> = {}): LandEntry {
  const [regionCode = '', kind = '', parcelNo = '', date = '', area = '0'] = text.split(' ');
  return {
    entryNo: text,
    regionCode,
    kind: kind as LandKind, // safe: written in this folder's tests
    parcelNo,
    landUse: '商品住宅用地',
    areaSqm: Number(area),
    shareBp: null,
    date,
    document: null,
    batchId: 1,
    line: 2,
    simulated: false,
    ...more,
  };
}

/** `甲 公租房套数 2025-10-31`, with its figures. */
export function report(text: string, more: Partial<ProgressReport> = {}): ProgressReport {
  const [regionCode = '', item = '', reportedOn = ''] = text.split(' ');
  const none = { units: null, centisqm: null, sqm: null };
  return { regionCode, item, reportedOn, ...none, knownFrom: '2025-11-06T00:00:00.000Z', simulated: false, ...more };
}

export function project(regionCode: string, reportedOn: string | null, completed = false): ProjectState {
  return { projectNo: `${regionCode}${reportedOn}${completed}`, regionCode, reportedOn, completed, simulated: false };
}
