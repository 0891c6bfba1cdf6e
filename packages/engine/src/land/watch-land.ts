import {
  affectedLines,
  getTierRule,
  isOverdrawn,
  type LandSupply,
  landPolicyOf,
  type Month,
  monthAt,
  namesLines,
  overdraftCause,
  QUOTA_ALERT_KINDS,
  type QuotaState,
  quotaFinding,
  type Region,
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
import { type AlertPlan, isEmptyPlan, mergePlans, planFinding } from '../alert-plan.ts';
import { type Engine, regionIdsOf, ruleInForce } from '../engine.ts';
import { applyAlertPlan } from '../open-and-resolve-alerts.ts';

export type WatchInput = { readonly regionIds: readonly number[]; readonly at: Date };

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
  const plans: AlertPlan[] = [];
  for (const unit of watched) {
    const tier = tiers.get(unit.regionId);
    if (tier !== undefined)
      plans.push(await planUnit(engine, tx, { ...unit, tier, at, open: open.get(unit.region.code) ?? [] }));
  }
  const plan = mergePlans(plans);
  if (!isEmptyPlan(plan)) await applyAlertPlan(engine, tx, { plan, at });
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

type Watched = {
  readonly region: Region;
  readonly accounts: readonly LandAccount[];
  readonly tier: { readonly tier: string; readonly month: Month };
  readonly open: readonly Alert[];
  readonly at: Date;
};

async function planUnit(engine: Engine, tx: Tx, { region, accounts, tier, open, at }: Watched): Promise<AlertPlan> {
  const { config } = engine;
  const rulebook = ruleInForce(engine);
  const { landSupply } = getTierRule(rulebook, tier.tier);
  const named = accounts.filter((account) => namesLines(account, landSupply));
  const lines = named.length === 0 ? [] : affectedLines(await listLandLines(tx.sql, named), landSupply);
  const cause = await causeOf(tx, { accounts, landSupply, open });
  const state: StoredState = { accounts, landSupply, policy: landPolicyOf(rulebook), lines, cause };
  const simulated = accounts.some((account) => account.simulated);
  const about = {
    rule: rulebook.id,
    subject: { type: 'region', code: region.code, name: region.name },
    month: monthAt(at, config.jurisdiction.timezone),
    simulated,
    open,
  } as const;
  const name = `${simulated ? SIMULATED_MARK : ''}${region.name}`;
  const inputs = { rulebook: rulebook.id, tierMonth: tier.month, ...inputsOf(state) };
  return mergePlans(
    QUOTA_ALERT_KINDS.map((kind) => {
      const { text, over } = quotaFinding(kind, state);
      const said = text === null ? null : `${name}：${text}`;
      return planFinding({ kind, text: said, over: `${name}：${over}，预警解除`, inputs }, about, config.alerts);
    }),
  );
}

type StoredState = Omit<QuotaState, 'accounts'> & { readonly accounts: readonly LandAccount[] };

type Overdrawn = Pick<Watched, 'accounts' | 'open'> & { readonly landSupply: LandSupply };

/** Said once, when the account was overdrawn, and kept: later changes of the account are not its cause. */
async function causeOf(tx: Tx, { accounts, landSupply, open }: Overdrawn): Promise<string> {
  const known = open.find(({ kind }) => kind === 'QUOTA_OVERDRAWN')?.inputs;
  if (known !== undefined) return 'cause' in known ? String(known.cause) : '';
  const over = landSupply === 'swap' ? accounts.filter(isOverdrawn) : [];
  if (over.length === 0) return '';
  const { ended, begun } = await listChangedLines(tx.sql, over);
  return overdraftCause(ended, begun);
}

/** What an alert keeps of its ground: of very many lines the first. */
const MOST_LINES = 200;

function inputsOf({ accounts, landSupply, lines, cause }: StoredState): object {
  return {
    landSupply,
    cause,
    accounts: accounts.map(({ year, version, sums }) => ({ year, version, ...sums })),
    lines: lines
      .slice(0, MOST_LINES)
      .map(({ year, kind, areaSqm, parcelNo, source }) => ({ year, kind, areaSqm, parcelNo, source })),
  };
}
