import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Fate, ownerOf, type Told, type Wanted } from '../support/land-load.ts';
import { ask, withClient } from '../support/with-client.ts';

/** What may never be otherwise, at whatever moment one looks; each counts what is. */
const LOOK = `
  select
    (select count(*) from land_balance where remaining_sqm < 0) as oversold,
    (select count(*) from land_balance where not agrees or remaining_sqm <> lines_sqm) as apart,
    (select count(*) from land_account a left join (
       select account_id, sum(quota_sqm) filter (where status = 'active') as reserved, sum(confirmed_sqm) as confirmed
       from land_reservation group by account_id) r on r.account_id = a.id
     where a.reserved_sqm <> coalesce(r.reserved, 0) or a.confirmed_sqm <> coalesce(r.confirmed, 0)) as unlike`;

export type Watch = { readonly looks: () => number; readonly stop: () => Promise<void> };

/** Looks at the accounts again and again; told to stop, fails if they were ever otherwise than they must be. */
export function watchBooks(databaseUrl: string, everyMs: number): Watch {
  const seen: object[] = [];
  let looks = 0;
  let stopped = false;
  const look = (): Promise<void> =>
    withClient(databaseUrl, async (client) => {
      while (!stopped) {
        const began = performance.now();
        const [row] = (await client.query<Record<string, number>>(LOOK)).rows;
        looks += 1;
        if (row === undefined || Object.values(row).some((count) => count > 0)) seen.push({ looks, ...row });
        await delay(Math.max(everyMs, 3 * (performance.now() - began))); // the clients are to have most of the machine
      }
    });
  const looking = (async () => {
    while (!stopped) await look().catch(() => delay(everyMs)); // the server was killed: it looks again
  })();
  return {
    looks: () => looks,
    stop: async () => {
      stopped = true;
      await looking;
      expect(seen).toEqual([]);
    },
  };
}

/** Laws of the books at rest; each selects what breaks it. */
const LAWS: Readonly<Record<string, string>> = {
  'balance and lines agree, and nothing is oversold':
    'select * from land_balance where not agrees or remaining_sqm <> lines_sqm or remaining_sqm < 0',
  'at every version of an account no more was taken than there was': `
    with step as (
      select account_id, from_version as version, case when kind in ('reserved', 'confirmed') then -area_sqm else area_sqm end as sqm from land_line
      union all
      select account_id, to_version, case when kind in ('reserved', 'confirmed') then area_sqm else -area_sqm end from land_line where to_version is not null
    ), balance as (
      select account_id, version, sum(sum(sqm)) over (partition by account_id order by version) as sqm from step group by account_id, version
    ) select * from balance where sqm < 0`,
  'at every instant, as it is told afterwards, no more stood than there was': `
    with step as (
      select account_id, since as at, area_sqm as sqm from land_line where kind in ('carried', 'completed', 'recovered')
      union all select account_id, created_at, -quota_sqm from land_reservation
      union all select account_id, confirmed_at, quota_sqm - confirmed_sqm from land_reservation where status = 'confirmed'
      union all select account_id, ended_at, quota_sqm from land_reservation where status in ('released', 'expired')
    ), balance as (
      select account_id, at, sum(sum(sqm)) over (partition by account_id order by at) as sqm from step group by account_id, at
    ) select * from balance where sqm < 0`,
  'every version of an account is one change, and none is missing': `
    with change as (
      select account_id, from_version as version, reservation_id, entry_no from land_line
      union select account_id, to_version, reservation_id, entry_no from land_line where to_version is not null
    )
    select a.id, a.version, count(distinct c.version) as versions, count(distinct (c.version, c.reservation_id, c.entry_no)) as changes
    from land_account a left join change c on c.account_id = a.id
    group by a.id having a.version <> count(distinct c.version) or a.version <> count(distinct (c.version, c.reservation_id, c.entry_no))`,
  'a reservation took its quota once': `
    select r.id from land_reservation r
    left join land_line l on l.reservation_id = r.id and l.kind = 'reserved' and l.area_sqm = r.quota_sqm
    group by r.id having count(l.id) <> 1`,
  'a reservation has the events of its status, each once': `
    select r.id, r.status, array_agg(e.event order by e.id) as events
    from land_reservation r left join land_reservation_event e on e.reservation_id = r.id group by r.id
    having array_agg(e.event order by e.id) <> case r.status when 'active' then array['reserve'] when 'confirmed' then array['reserve', 'confirm']
      when 'released' then array['reserve', 'release'] else array['reserve', 'expire'] end`,
  'a reservation rests on a decision that said yes to it': `
    select r.id from land_reservation r left join land_decision d on d.id = r.decision_id and d.purpose = 'reserve'
      and d.answer = 'WITHIN_QUOTA' and d.region_id = r.region_id and d.parcel_key = r.parcel_key
      and (d.decision ->> 'quotaSqm')::bigint = r.quota_sqm
    where d.id is null`,
};

export async function expectLawful(databaseUrl: string): Promise<void> {
  const broken: Record<string, unknown[]> = {};
  for (const [law, violations] of Object.entries(LAWS)) {
    const rows = await ask(databaseUrl, violations);
    if (rows.length > 0) broken[law] = rows.slice(0, 3);
  }
  expect(broken).toEqual({});
}

type Stored = {
  readonly key: string;
  readonly id: number;
  readonly status: string;
  readonly area: number;
  readonly quota: number;
  readonly confirmed_area: number | null;
  readonly confirmed: number | null;
  readonly created_at: Date;
  readonly region: string;
  readonly parcel: string;
};

type Heard = { readonly wanted: readonly Wanted[]; readonly told: readonly Told[] };

/** Whatever a client was told is what stands in the books, and all that were told something of one key were told the same. */
export async function expectKept(databaseUrl: string, { wanted, told }: Heard): Promise<void> {
  const stored = await ask<Stored>(
    databaseUrl,
    `select v.key, v.id, v.status, v.area_sqm as area, v.quota_sqm as quota, v.confirmed_area_sqm as confirmed_area, v.confirmed_sqm as confirmed,
       v.created_at, g.code as region, v.parcel_no as parcel
     from land_reservation v join region g on g.id = v.region_id`,
  );
  const byKey = new Map(stored.map((row) => [row.key, row]));
  const byWanted = new Map(wanted.map((one) => [one.key, one]));
  const heard = Map.groupBy(told, ({ key }) => key);
  expect(told.filter(({ what }) => what === 'fault')).toEqual([]);
  expect(wanted.filter(({ key }) => heard.get(key)?.at(-1)?.what !== 'done').map(({ key }) => key)).toEqual([]);
  const unheard = stored.filter(({ key }) => !heard.get(key)?.some(({ what }) => what === 'reserved'));
  expect(unheard.map((row) => ({ row, wanted: byWanted.get(row.key), told: heard.get(row.key) }))).toEqual([]);
  const faults = [...heard].flatMap(([key, answers]) => {
    const one = byWanted.get(key);
    return one === undefined ? [`${key}: unheard of`] : faultsOf(one, answers, byKey.get(key));
  });
  expect(faults).toEqual([]);
}

/** What is wrong with the answers that were given under one key. */
function faultsOf(wanted: Wanted, answers: readonly Told[], stored: Stored | undefined): string[] {
  const faults: string[] = [];
  const say = (what: string, told?: Told): void => {
    faults.push(`${what}: ${JSON.stringify({ wanted, stored, told })}`);
  };
  const firstTold = Math.min(
    ...answers.map((told) => (told.what === 'reserved' ? told.toldAt : Number.POSITIVE_INFINITY)),
  );
  // To whom it was refused before another client got it, it is no business any more.
  const minded = answers.some((told) => told.what === 'reserved' && told.client === ownerOf(wanted));
  const fate: Fate = minded ? wanted.fate : 'kept';
  const ends = STATUS[fate];
  for (const told of answers) {
    if (told.what === 'refused') {
      if (stored === undefined) continue;
      if (told.askedAt > firstTold) say('refused after it had been reserved', told);
      if (!wanted.contested && told.why !== 'OVER_QUOTA') say('refused for its own sake', told);
    }
    if (told.what !== 'reserved' && told.what !== 'ended') continue;
    if (stored === undefined) {
      say('lost', told);
      continue;
    }
    const same =
      told.id === String(stored.id) &&
      told.area === String(wanted.areaSqm) &&
      told.quotaArea === String(stored.quota) &&
      told.createdAt === stored.created_at.toISOString();
    if (!same) say('not what is stored', told);
    if (told.status !== 'active' && told.status !== stored.status) say('another status', told);
    if (told.what === 'ended' && told.status !== ends) say('ended otherwise than asked', told);
  }
  if (stored === undefined) return faults;
  if (stored.status !== ends) say('did not become what it should');
  if (stored.region !== wanted.region || stored.parcel !== wanted.parcel || stored.area !== wanted.areaSqm)
    say('another sale');
  const contracted = {
    kept: null,
    confirmed: wanted.areaSqm,
    'confirmed for less': Math.ceil(wanted.areaSqm * 0.7),
    released: null,
  };
  if (stored.confirmed_area !== contracted[fate] || stored.confirmed !== contracted[fate])
    say('another area confirmed');
  return faults;
}

const STATUS = {
  kept: 'active',
  confirmed: 'confirmed',
  'confirmed for less': 'confirmed',
  released: 'released',
} as const;
