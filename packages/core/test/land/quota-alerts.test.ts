import { expect, test } from 'vitest';
import {
  addUp,
  affectedLines,
  crossesQuotaLimit,
  DEFAULT_LAND_POLICY,
  namesLines,
  overdraftCause,
  QUOTA_ALERT_KINDS,
  type QuotaKind,
  type QuotaLine,
  type QuotaState,
  quotaFinding,
} from '../../src/index.ts';

function lineOf(kind: QuotaKind, areaSqm: number, entryNo = 'E1', year = 2025): QuotaLine {
  const source = { type: 'entry', entryNo, batchId: 7, line: 3 } as const;
  return { year, kind, areaSqm, parcelNo: `P-${entryNo}`, date: `${year}-03-01`, source };
}

/** A unit whose year 2025 revitalised 1,000 ㎡ and used some of it. */
function stateOf(used: number, given: Partial<QuotaState> = {}): QuotaState {
  const lines = used === 0 ? [] : [lineOf('reserved', used)];
  const sums = addUp([lineOf('completed', 1000), ...lines]);
  return {
    accounts: [{ year: 2025, sums }],
    landSupply: 'swap',
    policy: DEFAULT_LAND_POLICY,
    lines,
    cause: '',
    ...given,
  };
}

function said(state: QuotaState): string[] {
  return QUOTA_ALERT_KINDS.filter((kind) => quotaFinding(kind, state).text !== null);
}

test.each([
  [0, []],
  [799, []],
  [800, ['QUOTA_NEAR']],
  [999, ['QUOTA_NEAR']],
  [1000, ['QUOTA_FULL']],
  [1001, ['QUOTA_FULL', 'QUOTA_OVERDRAWN']],
])('%i ㎡ used of 1,000', (used, kinds) => {
  expect(said(stateOf(used))).toEqual(kinds);
  expect(said(stateOf(used, { landSupply: 'free' }))).toEqual([]);
  expect(said(stateOf(used, { landSupply: 'suspended' }))).toEqual(used === 0 ? [] : ['RESERVATION_SUSPENDED']);
  expect(said(stateOf(used, { accounts: [] }))).toEqual([]);
});

test('a part of a percent is never rounded up, and the figures stand in it', () => {
  expect(quotaFinding('QUOTA_NEAR', stateOf(999)).text).toBe(
    '供地限额已用 99%（2025年盘活 0.1000 公顷，已用 0.0999 公顷，剩余 0.0001 公顷）',
  );
  expect(quotaFinding('QUOTA_FULL', stateOf(1000)).text).toContain('再供须先竣工或收回');
});

test('near and full speak of the newest year, an overdraft of every one', () => {
  const old = { year: 2024, sums: addUp([lineOf('confirmed', 300, 'E0', 2024)]) };
  const state = stateOf(100, { lines: [lineOf('confirmed', 300, 'E0', 2024)] });
  const both = { ...state, accounts: [old, ...state.accounts], cause: '起因：某事。' };
  expect(said(both)).toEqual(['QUOTA_OVERDRAWN']);
  expect(quotaFinding('QUOTA_OVERDRAWN', both).text).toBe(
    '供地限额2024年透支 0.0300 公顷，停止新的预留；已作出的不改。起因：某事。涉及：P-E0 0.0300公顷（E0（批次7第3行））',
  );
});

test('of many lines ten are named, the newest first, and the number of all', () => {
  const lines = Array.from({ length: 12 }, (_, at) => lineOf('reserved', 10, `E${at + 1}`));
  const text = quotaFinding('RESERVATION_SUSPENDED', stateOf(120, { landSupply: 'suspended', lines })).text ?? '';
  expect(text.match(/P-E\d+/gu)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((at) => `P-E${at}`));
  expect(text).toContain('等12宗');
});

test('a limit is crossed once: by what was taken, not by what was there', () => {
  const cross = (usedSqm: number, takenSqm: number, totalSqm = 1000) =>
    crossesQuotaLimit({ usedSqm, totalSqm, takenSqm }, DEFAULT_LAND_POLICY);
  expect([cross(799, 799), cross(800, 1), cross(850, 50), cross(999, 100), cross(1000, 1), cross(1001, 1)]).toEqual([
    false,
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(cross(5, 5, 0)).toBe(false);
});

test('a contract stands under a suspension and is part of an overdraft', () => {
  const lines = [lineOf('completed', 1), lineOf('reserved', 2, 'E2'), lineOf('confirmed', 3, 'E3')];
  expect(affectedLines(lines, 'suspended').map(({ kind }) => kind)).toEqual(['reserved']);
  expect(affectedLines(lines, 'swap').map(({ kind }) => kind)).toEqual(['reserved', 'confirmed']);
  const sums = addUp(lines);
  expect(namesLines({ sums }, 'suspended')).toBe(true);
  expect(namesLines({ sums }, 'swap')).toBe(true);
  expect(namesLines({ sums }, 'free')).toBe(false);
  expect(namesLines({ sums: addUp([lineOf('completed', 9), lineOf('confirmed', 3)]) }, 'swap')).toBe(false);
  expect(namesLines({ sums: addUp([lineOf('confirmed', 3)]) }, 'suspended')).toBe(false);
});

test('the cause of an overdraft is what the last change took of the revitalised land', () => {
  const before = [lineOf('completed', 5000), lineOf('recovered', 700, 'E2'), lineOf('reserved', 9, 'E3')];
  expect(overdraftCause(before, [lineOf('completed', 4000)])).toBe(
    '起因：P-E1 竣工 0.5000 公顷更正为 0.4000（E1（批次7第3行））、P-E2 收回 0.0700 公顷撤销（E2（批次7第3行））。',
  );
  expect(overdraftCause([lineOf('reserved', 9, 'E3')], [])).toBe('');
});
