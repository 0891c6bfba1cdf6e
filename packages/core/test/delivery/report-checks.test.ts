import { describe, expect, test } from 'vitest';
import {
  checkReports,
  DEFAULT_DELIVERY,
  DEFAULT_REPORT_CHECKS,
  type FreshReport,
  type ProjectReport,
  REPORT_CHECK_CODES,
  type ReportCheckCode,
  type ReportCheckInput,
  type ReportChecks,
} from '../../src/index.ts';

const NOTHING: ProjectReport = {
  date: '2025-09-30',
  physicalBp: null,
  plannedBp: null,
  escrowBalanceFen: null,
  escrowRequiredFen: null,
  guaranteeFen: null,
  costToCompleteFen: null,
  unpaidBuyersFen: null,
  idleDays: null,
  petitions30d: null,
  frozen: null,
  completionFiled: null,
  householdsDelivered: null,
};
const PROJECT = { householdsSold: 100, whitelistDisbursedFen: null, guaranteeFen: null };

const known = (figures: Partial<ProjectReport>): ProjectReport => ({ ...NOTHING, ...figures });
const fresh = (figures: Partial<ProjectReport>, line = 2): FreshReport => {
  return { ...NOTHING, date: '2025-10-31', ...figures, line };
};

const EVERYTHING: ReportChecks = {
  ...DEFAULT_REPORT_CHECKS,
  levels: Object.fromEntries(REPORT_CHECK_CODES.map((code) => [code, 'warn'])) as ReportChecks['levels'], // safe: one of each
};

function found(
  before: readonly ProjectReport[],
  reports: readonly FreshReport[],
  {
    project = PROJECT,
    checks = EVERYTHING,
  }: { project?: ReportCheckInput['project']; checks?: Partial<ReportChecks> } = {},
): string[] {
  const settings = { guaranteePercent: 30, checks: { ...EVERYTHING, ...checks } };
  const input = { project, schedule: [], known: before, fresh: reports };
  return checkReports(input, settings).map(({ code, line }) => `${line} ${code}`);
}

/** One report before and one fresh. */
function pair(before: Partial<ProjectReport>, after: Partial<ProjectReport>, more?: Parameters<typeof found>[2]) {
  return found([known(before)], [fresh(after)], more).map((one) => one.split(' ')[1] as ReportCheckCode); // safe: as written above
}

describe('PROGRESS_BACK', () => {
  test.each([
    { from: 5000, to: 4999, backBp: 0, says: true, why: 'any fall' },
    { from: 5000, to: 5000, backBp: 0, says: false, why: 'no change' },
    { from: 5000, to: 4950, backBp: 50, says: false, why: 'as far as is let pass' },
    { from: 5000, to: 4949, backBp: 50, says: true, why: 'further than that' },
    { from: null, to: 0, backBp: 0, says: false, why: 'nothing to be held against' },
    { from: 5000, to: null, backBp: 0, says: false, why: 'nothing given' },
  ])('$from to $to with $backBp let pass: $says, $why', ({ from, to, backBp, says }) => {
    expect(pair({ physicalBp: from }, { physicalBp: to }, { checks: { backBp } })).toEqual(
      says ? ['PROGRESS_BACK'] : [],
    );
  });

  test('is held against the newest earlier report that gives a progress, never against a later one', () => {
    const before = [
      known({ date: '2025-07-31', physicalBp: 9000 }),
      known({ date: '2025-08-31', physicalBp: 3000 }),
      known({ date: '2025-09-30' }),
      known({ date: '2025-11-30', physicalBp: 1 }),
    ];
    expect(found(before, [fresh({ physicalBp: 3000 })])).toEqual([]);
    expect(found(before, [fresh({ physicalBp: 2999 })])).toEqual(['2 PROGRESS_BACK']);
  });

  test('a report that is refused is none that later ones are held against', () => {
    const levels = { ...EVERYTHING.levels, PROGRESS_BACK: 'refuse' } as const;
    const file = [fresh({ date: '2025-10-15', physicalBp: 10 }, 3), fresh({ physicalBp: 20 }, 4)];
    expect(found([known({ physicalBp: 30 })], file, { checks: { levels } })).toEqual([
      '3 PROGRESS_BACK',
      '4 PROGRESS_BACK',
    ]);
  });

  test('what a fresh report replaces is not held against it; reports of one file are held against each other', () => {
    expect(found([known({ date: '2025-10-31', physicalBp: 9000 })], [fresh({ physicalBp: 10 })])).toEqual([]);
    const file = [fresh({ physicalBp: 10 }, 7), fresh({ date: '2025-09-30', physicalBp: 20 }, 9)];
    expect(found([], file)).toEqual(['7 PROGRESS_BACK']);
  });
});

describe('REPORT_COPIED', () => {
  const figures = { physicalBp: 5000, plannedBp: 6000, idleDays: 0, frozen: false } as const;

  test('every figure that of the report before it', () => {
    expect(pair(figures, figures)).toEqual(['REPORT_COPIED']);
    expect(pair({ ...figures, petitions30d: 1 }, { ...figures, petitions30d: 1 })).toEqual(['REPORT_COPIED']);
  });

  test.each([
    ['another figure', { plannedBp: 6001 }],
    ['another flag', { frozen: true }],
    ['a figure more', { petitions30d: 0 }],
    ['a figure less', { idleDays: null }],
  ])('not with %s', (_, change) => {
    expect(pair(figures, { ...figures, ...change })).toEqual([]);
  });

  test('not of a project that is built, nor where hardly anything is given', () => {
    const built = { ...figures, physicalBp: 10_000 };
    expect(pair(built, built)).toEqual([]);
    const three = { physicalBp: 5000, plannedBp: 6000, idleDays: 0 };
    expect(pair(three, three)).toEqual([]);
    expect(pair(three, three, { checks: { copiedFigures: 3 } })).toEqual(['REPORT_COPIED']);
  });

  test('only of the very report before it', () => {
    const between = known({ date: '2025-10-15', ...figures, physicalBp: 5100 });
    expect(found([known(figures), between], [fresh({ ...figures, physicalBp: 5100 })])).toEqual(['2 REPORT_COPIED']);
    expect(found([known(figures), between], [fresh({ ...figures, physicalBp: 5200 })])).toEqual([]);
  });
});

describe('ESCROW_UNEXPLAINED', () => {
  const checks = { unexplainedFen: 10 };
  const rise = (balance: number, unpaid: number | null, loan: number | null = null) =>
    pair(
      { escrowBalanceFen: 100, unpaidBuyersFen: 50 },
      { escrowBalanceFen: balance, unpaidBuyersFen: unpaid },
      { checks, project: { ...PROJECT, whitelistDisbursedFen: loan } },
    );

  test.each([
    { balance: 110, unpaid: 50, loan: null, says: false, why: 'as much as is not worth a question' },
    { balance: 111, unpaid: 50, loan: null, says: true, why: 'a fen more' },
    { balance: 141, unpaid: 20, loan: null, says: true, why: 'buyers paid 30' },
    { balance: 140, unpaid: 20, loan: null, says: false, why: 'buyers paid 30, and 10 are let pass' },
    { balance: 111, unpaid: 90, loan: null, says: true, why: 'new sales explain nothing, and take nothing away' },
    { balance: 117, unpaid: 50, loan: 7, says: false, why: 'the loan' },
    { balance: 118, unpaid: 50, loan: 7, says: true, why: 'more than the loan' },
    { balance: 999, unpaid: null, loan: null, says: false, why: 'buyers’ money is not known' },
    { balance: 1, unpaid: 50, loan: null, says: false, why: 'a fall' },
  ])('$balance with $unpaid unpaid and a loan of $loan: $says, $why', ({ balance, unpaid, loan, says }) => {
    expect(rise(balance, unpaid, loan)).toEqual(says ? ['ESCROW_UNEXPLAINED'] : []);
  });

  test('of a project that is not on the list there is no loan', () => {
    const before = known({ escrowBalanceFen: 0, unpaidBuyersFen: 0 });
    const after = fresh({ escrowBalanceFen: 11, unpaidBuyersFen: 0 });
    expect(found([before], [after], { checks, project: null })).toEqual(['2 ESCROW_UNEXPLAINED', '2 PROJECT_UNKNOWN']);
  });
});

describe('ESCROW_BELOW', () => {
  test.each([
    { balance: 100, required: 100, own: null, registered: null, says: false, why: 'just enough' },
    { balance: 99, required: 100, own: null, registered: null, says: true, why: 'a fen too little' },
    { balance: 70, required: 100, own: 90, registered: null, says: false, why: 'the guarantee stands for 30 of them' },
    { balance: 69, required: 100, own: 90, registered: null, says: true, why: 'for no more' },
    { balance: 80, required: 100, own: null, registered: 20, says: false, why: 'the registered guarantee' },
    { balance: 80, required: 100, own: 0, registered: 20, says: true, why: 'the report’s own goes first' },
    { balance: null, required: 100, own: null, registered: null, says: false, why: 'no balance' },
    { balance: 0, required: null, own: null, registered: null, says: false, why: 'no requirement' },
    { balance: 0, required: 0, own: null, registered: null, says: false, why: 'nothing required' },
  ])(
    '$balance of $required, guarantee $own or $registered: $says, $why',
    ({ balance, required, own, registered, says }) => {
      const after = { escrowBalanceFen: balance, escrowRequiredFen: required, guaranteeFen: own };
      const project = { ...PROJECT, guaranteeFen: registered };
      expect(found([], [fresh(after)], { project })).toEqual(says ? ['2 ESCROW_BELOW'] : []);
    },
  );

  test('exact where a third of the largest amount is no double', () => {
    const required = Number.MAX_SAFE_INTEGER;
    const stands = Number((BigInt(required) * 30n) / 100n);
    const at = (balance: number) => {
      return found([], [fresh({ escrowBalanceFen: balance, escrowRequiredFen: required, guaranteeFen: required })]);
    };
    expect([at(required - stands), at(required - stands - 1)]).toEqual([[], ['2 ESCROW_BELOW']]);
  });
});

test.each([
  { delivered: 100, sold: 100, says: false },
  { delivered: 101, sold: 100, says: true },
  { delivered: 101, sold: null, says: false },
  { delivered: null, sold: 100, says: false },
])('$delivered delivered of $sold sold: $says', ({ delivered, sold, says }) => {
  const project = { ...PROJECT, householdsSold: sold };
  expect(found([], [fresh({ householdsDelivered: delivered })], { project })).toEqual(says ? ['2 DELIVERED_OVER'] : []);
});

test('a check that is off says nothing; each has its own level', () => {
  const input = { project: null, schedule: [], known: [known({ physicalBp: 2 })], fresh: [fresh({ physicalBp: 1 })] };
  const levels = { ...DEFAULT_REPORT_CHECKS.levels, PROGRESS_BACK: 'refuse', PROJECT_UNKNOWN: 'off' } as const;
  const said = checkReports(input, { ...DEFAULT_DELIVERY, checks: { ...DEFAULT_REPORT_CHECKS, levels } });
  expect(said).toEqual([
    {
      code: 'PROGRESS_BACK',
      level: 'refuse',
      line: 2,
      column: 'physical_progress_pct',
      zh: '形象进度 0.01% 低于 2025-09-30 报告的 0.02%',
      en: 'progress went back from 0.02 % on 2025-09-30',
    },
  ]);
});

test('what is said of every check names its figures in Chinese and in English', () => {
  const before = known({ escrowBalanceFen: 0, unpaidBuyersFen: 0, physicalBp: 1 });
  const figures = {
    escrowBalanceFen: 900_000_000,
    unpaidBuyersFen: 0,
    physicalBp: 0,
    escrowRequiredFen: 1e9,
    householdsDelivered: 101,
  };
  const said = [
    ...checkReports(
      { project: PROJECT, schedule: [], known: [before], fresh: [fresh(figures)] },
      { guaranteePercent: 30, checks: EVERYTHING },
    ),
    ...checkReports(
      { project: null, schedule: [], known: [], fresh: [fresh({})] },
      { guaranteePercent: 30, checks: EVERYTHING },
    ),
  ];
  expect(said.map(({ code, column, zh }) => `${code} ${column} ${zh}`)).toEqual([
    'PROGRESS_BACK physical_progress_pct 形象进度 0% 低于 2025-09-30 报告的 0.01%',
    'ESCROW_UNEXPLAINED escrow_balance 账户余额比 2025-09-30 多 9,000,000.00 元，其中 9,000,000.00 元不是购房人付款（0.00）也不是白名单贷款（0.00）',
    'ESCROW_BELOW escrow_balance 账户余额 9,000,000.00 元加可抵减保函 0.00 元，低于重点监管额度 10,000,000.00 元',
    'DELIVERED_OVER households_delivered 已交付 101 户，多于已售 100 户',
    'PROJECT_UNKNOWN project_no 项目清单中没有这个项目编号，请核对编号或补报清单',
  ]);
  for (const { en } of said) expect(en).toMatch(/^[\x20-\x7e]+$/u);
});
