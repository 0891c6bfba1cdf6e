import {
  type AlertKind,
  getTierRule,
  hectareText,
  type LandPolicy,
  type LandSupply,
  landPolicyOf,
  monthAt,
  type QuotaLine,
  quotaLineKey,
  type Region,
  type Rulebook,
  SIMULATED_MARK,
} from '@quhua/core';
import {
  type Alert,
  type LandAccount,
  listChangedLines,
  listLandAccounts,
  listLandLines,
  listNewestTiers,
  listOpenAlerts,
  type Tx,
} from '@quhua/storage';
import { type Engine, regionIdsOf, ruleInForce } from '../engine.ts';
import { applyAlertPlan } from '../open-and-resolve-alerts.ts';
import type { UnitAlertPlan } from '../unit-alerts.ts';
import { sourceText } from './lines.ts';

export type WatchInput = { readonly regionIds: readonly number[]; readonly at: Date };

const KINDS = [
  'QUOTA_NEAR',
  'QUOTA_FULL',
  'QUOTA_OVERDRAWN',
  'RESERVATION_SUSPENDED',
] as const satisfies readonly AlertKind[];
type LandAlertKind = (typeof KINDS)[number];

/**
 * Opens, updates and resolves the alerts about the quota accounts of some units, so that they agree with what the accounts
 * and the tiers say; part of the caller's commit.
 *
 * Shapes: at most one open alert a kind and unit; it speaks of the newest open year, an overdraft of every open year.
 * Missing: a unit without an account has nothing to say, and one without a tier changes nothing.
 */
export async function watchLand(engine: Engine, tx: Tx, { regionIds, at }: WatchInput): Promise<void> {
  const accounts = await listLandAccounts(tx.sql, { regionIds });
  if (accounts.length === 0) return;
  const rulebook = ruleInForce(engine);
  const byId = new Map((await regionsById(engine, tx)).map((one) => [one.id, one.region]));
  const watched = [...Map.groupBy(accounts, ({ regionId }) => regionId)].flatMap(([regionId, own]) => {
    const region = byId.get(regionId);
    // A unit whose years are all closed is watched too: what is open about it ends.
    const running = own.filter(({ closedAt }) => closedAt === null);
    return region === undefined ? [] : [{ regionId, region, accounts: running }];
  });
  const tiers = await listNewestTiers(
    tx.sql,
    rulebook.id,
    watched.map(({ regionId }) => regionId),
  );
  const codes = watched.map(({ region }) => region.code);
  const open = Map.groupBy(
    await listOpenAlerts(tx.sql, engine.config.jurisdiction.code, 'region', codes),
    ({ subject }) => subject.code,
  );
  const plan: { -readonly [K in keyof UnitAlertPlan]: UnitAlertPlan[K][number][] } = {
    opened: [],
    resolved: [],
    restated: [],
    touched: [],
  };
  for (const unit of watched) {
    const tier = tiers.get(unit.regionId);
    if (tier === undefined) continue;
    const landSupply = getTierRule(rulebook, tier.tier).landSupply;
    const lines = await linesAtFault(tx, unit.accounts, landSupply);
    const cause = await causeOf(tx, { unit, landSupply, running: open.get(unit.region.code) ?? [] });
    const state: State = {
      ...unit,
      landSupply,
      tierMonth: tier.month,
      rulebook,
      policy: landPolicyOf(rulebook),
      lines,
      cause,
    };
    for (const kind of KINDS)
      merge(plan, settleKind(engine, state, { kind, running: open.get(unit.region.code) ?? [], at }));
  }
  if (plan.opened.length + plan.resolved.length + plan.touched.length > 0)
    await applyAlertPlan(engine, tx, { plan, at });
}

/** The same for every unit that has an account: the net below the alerts that changes open at once. */
export async function watchAllLand(engine: Engine): Promise<void> {
  const regionIds = [...(await regionIdsOf(engine)).values()];
  await engine.database.transaction((tx) => watchLand(engine, tx, { regionIds, at: engine.now() }));
}

async function regionsById(engine: Engine, tx: Tx): Promise<{ readonly id: number; readonly region: Region }[]> {
  const ids = await regionIdsOf({ ...engine, database: { ...engine.database, db: tx.sql } });
  return engine.config.jurisdiction.regions.flatMap((region) => {
    const id = ids.get(region.code);
    return id === undefined ? [] : [{ id, region }];
  });
}

/** Lines are needed only where something is to be named. */
async function linesAtFault(
  tx: Tx,
  accounts: readonly LandAccount[],
  landSupply: LandSupply,
): Promise<readonly QuotaLine[]> {
  const named = accounts.filter(({ sums }) =>
    landSupply === 'suspended' ? sums.reserved > 0 : landSupply === 'swap' && sums.remaining < 0,
  );
  if (named.length === 0) return [];
  const lines = await listLandLines(tx.sql, named);
  return lines.filter(({ kind }) => kind === 'reserved' || (landSupply === 'swap' && kind === 'confirmed'));
}

type Watched = { readonly accounts: readonly LandAccount[] };

/** Said once, when the account was overdrawn, and kept: later changes of the account are not its cause. */
async function causeOf(
  tx: Tx,
  {
    unit,
    landSupply,
    running,
  }: { readonly unit: Watched; readonly landSupply: LandSupply; readonly running: readonly Alert[] },
): Promise<string> {
  const known = running.find(({ kind }) => kind === 'QUOTA_OVERDRAWN')?.inputs;
  if (known !== undefined) return 'cause' in known ? String(known.cause) : '';
  const over = unit.accounts.filter(({ sums }) => sums.remaining < 0);
  if (landSupply !== 'swap' || over.length === 0) return '';
  const { ended, begun } = await listChangedLines(tx.sql, over);
  const less = ended.filter(({ kind }) => kind === 'completed' || kind === 'recovered');
  const texts = less.map((line) => {
    const now = begun.find((other) => quotaLineKey(other) === quotaLineKey(line));
    const to = now === undefined ? '撤销' : `更正为 ${hectareText(now.areaSqm)}`;
    return `${line.parcelNo ?? ''} ${line.kind === 'completed' ? '竣工' : '收回'} ${hectareText(line.areaSqm)} 公顷${to}（${sourceText((now ?? line).source)}）`;
  });
  return texts.length === 0 ? '' : `起因：${texts.slice(0, MOST_NAMED).join('、')}。`;
}

type State = {
  readonly region: Region;
  readonly accounts: readonly LandAccount[];
  readonly landSupply: LandSupply;
  readonly tierMonth: string;
  readonly rulebook: Rulebook;
  readonly policy: LandPolicy;
  readonly lines: readonly QuotaLine[];
  /** What overdrew the account, in words; empty where only its tier has changed, or nothing is overdrawn. */
  readonly cause: string;
};
type Asked = { readonly kind: LandAlertKind; readonly running: readonly Alert[]; readonly at: Date };

function settleKind(engine: Engine, state: State, { kind, running, at }: Asked): Partial<UnitAlertPlan> {
  const { config } = engine;
  const alert = running.find((one) => one.kind === kind);
  const said = textOf(kind, state);
  const month = monthAt(at, config.jurisdiction.timezone);
  const simulated = state.accounts.some((account) => account.simulated);
  const mark = simulated ? SIMULATED_MARK : '';
  if (said === null) {
    if (alert === undefined) return {};
    return {
      resolved: [{ alert, detail: { text: `${mark}${state.region.name}：${OVER[kind]}，预警解除` }, loud: true }],
    };
  }
  const text = `${mark}${state.region.name}：${said}`;
  const inputs = inputsOf(state);
  if (alert !== undefined) return { touched: [{ id: alert.id, month, since: alert.since, text, inputs }] };
  const subject = { type: 'region', code: state.region.code, name: state.region.name } as const;
  const fresh = {
    kind,
    rule: state.rulebook.id,
    subject,
    level: config.alerts.levels[kind],
    status: 'open',
    since: month,
    month,
    text,
    inputs,
    simulated,
  } as const;
  return { opened: [fresh] };
}

const OVER: Readonly<Record<LandAlertKind, string>> = {
  QUOTA_NEAR: '本年限额不再处于将用完的状态',
  QUOTA_FULL: '本年限额又有余额，或已不受限额限制',
  QUOTA_OVERDRAWN: '本年限额不再透支，或已不受限额限制',
  RESERVATION_SUSPENDED: '已没有受暂停影响的预留',
};

function textOf(kind: LandAlertKind, state: State): string | null {
  const newest = state.accounts.at(-1);
  if (newest === undefined) return null;
  const { sums, year } = newest;
  const total = sums.carried + sums.completed + sums.recovered;
  const used = sums.reserved + sums.confirmed;
  const swap = state.landSupply === 'swap';
  const figures = `${year}年盘活 ${hectareText(total)} 公顷，已用 ${hectareText(used)} 公顷`;
  switch (kind) {
    case 'QUOTA_NEAR': {
      const near = BigInt(used) * 100n >= BigInt(total) * BigInt(state.policy.nearPercent);
      return swap && used > 0 && sums.remaining > 0 && near
        ? `供地限额已用 ${percentText(used, total)}（${figures}，剩余 ${hectareText(sums.remaining)} 公顷）`
        : null;
    }
    case 'QUOTA_FULL':
      return swap && used > 0 && sums.remaining <= 0 ? `供地限额已用完（${figures}），再供须先竣工或收回` : null;
    case 'QUOTA_OVERDRAWN':
      return swap ? overdrawnText(state) : null;
    case 'RESERVATION_SUSPENDED':
      return state.landSupply === 'suspended' && state.lines.length > 0
        ? `已转为暂停供应，下列已公告或预留的地块受影响：${listed(state.lines)}。请国土部门处理`
        : null;
  }
}

function overdrawnText({ accounts, lines, cause }: State): string | null {
  const over = accounts.filter(({ sums }) => sums.remaining < 0);
  if (over.length === 0) return null;
  const years = over.map(({ year, sums }) => `${year}年透支 ${hectareText(-sums.remaining)} 公顷`);
  return `供地限额${years.join('、')}，停止新的预留；已作出的不改。${cause}涉及：${listed(lines)}`;
}

/** Down to the whole percent: 80 % is said only when it is reached. */
function percentText(used: number, total: number): string {
  return total === 0 ? '全部' : `${String((BigInt(used) * 100n) / BigInt(total))}%`;
}

const MOST_NAMED = 10;

function listed(lines: readonly QuotaLine[]): string {
  const named = lines
    .toReversed()
    .slice(0, MOST_NAMED)
    .map(({ parcelNo, areaSqm, source }) => `${parcelNo ?? ''} ${hectareText(areaSqm)}公顷（${sourceText(source)}）`);
  return `${named.join('、')}${lines.length > MOST_NAMED ? `等${lines.length}宗` : ''}`;
}

function inputsOf({ accounts, landSupply, tierMonth, rulebook, lines, cause }: State): object {
  return {
    rulebook: rulebook.id,
    landSupply,
    tierMonth,
    cause,
    accounts: accounts.map(({ year, version, sums }) => ({ year, version, ...sums })),
    lines: lines
      .slice(0, 200)
      .map(({ year, kind, areaSqm, parcelNo, source }) => ({ year, kind, areaSqm, parcelNo, source })),
  };
}

function merge(
  plan: { -readonly [K in keyof UnitAlertPlan]: UnitAlertPlan[K][number][] },
  part: Partial<UnitAlertPlan>,
): void {
  plan.opened.push(...(part.opened ?? []));
  plan.resolved.push(...(part.resolved ?? []));
  plan.touched.push(...(part.touched ?? []));
}
