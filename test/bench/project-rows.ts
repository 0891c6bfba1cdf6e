import pg from 'pg';

export const PROJECTS = 10_000;
export const REPORTS = 60;
/** The last report's day is `2025-10-31`; everything is evaluated on this one. */
export const DAY = '2025-11-20';
export const JURISDICTION = '653100';

/**
 * A registry of ten thousand projects, sixty monthly reports on each and some notices, put into the tables as files of each month
 * would have left them: by month, some reports in an older version too, some in a newer one of a batch that was withdrawn.
 */
export async function fillProjects(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of STATEMENTS) await client.query(statement);
  await client.end();
}

/** `random()` gives the same numbers every time: one session, one seed, nothing in parallel. */
const SEED = ['set max_parallel_workers_per_gather = 0', 'select setseed(0.19)'];

const BATCHES = `
  insert into batch (jurisdiction, feed, file_name, sha256, byte_count, status, simulated, known_from, received_by, reasons, total, accepted,
    warned, quarantined, duplicate, empty)
  select '${JURISDICTION}', 'project-reports', 'bench', repeat('0', 64), 0, 'accepted', true, '2020-01-01', 'bench', '[]', 0, 0, 0, 0, 0, 0
  from generate_series(1, 2)`;
const WITHDRAWAL = `
  insert into batch_event (batch_id, event, at, by, reason)
  select max(id), 'withdrawn', now(), 'bench', 'bench' from batch`;
const REGIONS = `
  insert into region (jurisdiction, code, name)
  select '${JURISDICTION}', (653100 + n)::text, (653100 + n)::text from generate_series(1, 13) n`;

/** How many days of the years up to each day were no winter, as `config/kashgar` has it: plans and progress rest in it. */
const CALENDAR = `
  create temp table calendar as
  select day::date as day, sum((to_char(day, 'MM-DD') between '03-01' and '11-30')::int) over (order by day)::int as worked
  from generate_series(date '2012-01-01', date '2030-12-31', interval '1 day') day`;

/**
 * Of twenty projects twelve are built as planned, four slower, two stand still since some day, one is frozen since one and one
 * leaves figures out. Contract days lie from a year ago to two years ahead, so that some are delivered.
 */
const MADE = `
  create temp table made as
  select drawn.*, start.worked as begun, finish.worked as ended, stop.worked as idle_from
  from (
    select 'BJ-' || lpad(n::text, 6, '0') as project_no, 1 + n % 13 as region, (random() * 20)::int % 20 as chance,
      date '2024-10-31' + (random() * 1100)::int as due, 1000 + (random() * 1000)::int as days, 0.5 + random() * 0.4 as speed,
      date '2025-10-31' - (random() * 500)::int as stopped, 0.95 + random() as cover, (2e10 + random() * 6e10)::bigint as cost,
      50 + (random() * 900)::int as sold
    from generate_series(1, ${PROJECTS}) n
  ) drawn
  join calendar start on start.day = due - days join calendar finish on finish.day = due join calendar stop on stop.day = stopped`;

const PROJECT_ROWS = `
  insert into project (jurisdiction, region_id, known_from, row_hash, batch_id, line, simulated, open_from, project_no, name, developer, buildings,
    total_units, households_sold, contract_delivery_on, whitelist_approved_fen, whitelist_disbursed_fen, guarantee_amount_fen)
  select '${JURISDICTION}', region, '2020-11-01', md5(project_no)::uuid, 1, row_number() over (), true, '2020-11', project_no,
    '模拟项目' || project_no, '模拟公司', 1 + chance, sold + 20, sold, due, case when chance % 3 = 0 then cost / 4 end,
    case when chance % 3 = 0 then (cost / 4 * random())::bigint end, case when chance % 5 = 0 then cost / 50 end
  from made`;

/** Figures of each report before gaps. Shapes: by month, as files come. */
const FIGURES = `
  create temp table figures as
  select project_no, at, chance, cost, cover, sold, built, planned, built = 10000 and at > due + 45 as done,
    case when chance in (16, 17) then greatest(0, at - stopped) else 0 end as idle, chance = 18 and at > stopped as frozen,
    case when chance = 19 then 0.2 else 0.005 end as gap
  from (
    select made.*, at, least(10000, greatest(0, (month.worked - begun) * 10000 / (ended - begun))) as planned,
      least(10000, greatest(0, (case when chance in (16, 17) then least(month.worked, idle_from) else month.worked end - begun)
        * 10300 / (ended - begun) * case when chance in (12, 13, 14, 15) then speed else 1 end))::int as built
    from made, lateral (
      select day as at, worked from calendar
      where day > '2025-11-01'::date - interval '${REPORTS} months' and day < '2025-11-01' and extract(day from day + 1) = 1
    ) month
  ) drawn order by at, project_no`;

const given = (figure: string): string => `case when random() >= gap then (${figure})::bigint end`;
const VALUES = [
  given('built'),
  given('planned'),
  given('cost * 0.6 * (10000 - built) / 10000 * cover'),
  given('cost * 0.6 * (10000 - built) / 10000'),
  'null',
  given('cost * 0.6 * (10000 - built) / 10000'),
  given('cost * (10000 - built) / 10000'),
  given('idle'),
  given('case when chance > 11 then random() * sold / 20 else 0 end'),
  given('frozen::int'),
  given('done::int'),
  given('case when done then sold else 0 end'),
].join(', ');

/** A version of reports: so many of a thousand, known so many days after their date. */
const reportRows = (version: { readonly batch: number; readonly perMille: number; readonly after: number }): string => `
  insert into project_report (jurisdiction, known_from, row_hash, batch_id, line, simulated, open_from, project_no, report_date,
    physical_progress_bp, planned_progress_bp, escrow_balance_fen, escrow_required_fen, guarantee_amount_fen, unpaid_buyer_money_fen,
    cost_to_complete_fen, idle_days, petitions_30d, account_frozen, completion_filed, households_delivered)
  select '${JURISDICTION}', at + ${version.after}, md5(project_no || at || ${version.after})::uuid, ${version.batch}, row_number() over (), true,
    to_char(at, 'YYYY-MM'), project_no, at, ${VALUES}
  from figures where random() * 1000 < ${version.perMille} order by at, project_no`;

/** Courts, banks, petitions and acceptances. */
const notices = (kind: string, rows: string): string => `
  insert into project_notice (jurisdiction, known_from, row_hash, batch_id, line, simulated, open_from, notice_no, project_no, date, kind,
    amount_fen, count)
  select '${JURISDICTION}', date, md5('${kind}' || project_no || date)::uuid, 1, row_number() over (), true, to_char(date, 'YYYY-MM'),
    '${kind}-' || project_no || '-' || date, project_no, date, '${kind}', amount, count
  from (${rows}) said where date <= '2025-10-31'`;

const NO_FIGURE = 'null::bigint as amount, null::bigint as count';
const NOTICES = [
  notices('freeze', `select project_no, stopped as date, ${NO_FIGURE} from made where chance = 18`),
  notices(
    'unfreeze',
    `select project_no, stopped + 90 as date, ${NO_FIGURE} from made where chance = 18 and region % 2 = 0`,
  ),
  notices('restart', `select project_no, stopped + 120 as date, ${NO_FIGURE} from made where chance = 16`),
  notices(
    'statement',
    `select project_no, at + 4 as date, (cost * 0.6 * (10000 - built) / 10000 * cover)::bigint as amount, null::bigint as count
     from figures where chance % 5 = 2 and at >= '2024-11-01'`,
  ),
  notices(
    'petition',
    `select project_no, at + 9 as date, null::bigint as amount, 2::bigint as count from figures where idle > 60`,
  ),
  ...['utilities', 'fire', 'completion'].map((kind) =>
    notices(kind, `select project_no, min(at) as date, ${NO_FIGURE} from figures where done group by project_no`),
  ),
];

const STATEMENTS = [
  ...[...SEED, BATCHES, WITHDRAWAL, REGIONS, CALENDAR, MADE, PROJECT_ROWS, FIGURES],
  reportRows({ batch: 1, perMille: 20, after: 2 }),
  reportRows({ batch: 1, perMille: 1001, after: 3 }),
  reportRows({ batch: 2, perMille: 10, after: 5 }),
  ...NOTICES,
  'vacuum analyze',
];
