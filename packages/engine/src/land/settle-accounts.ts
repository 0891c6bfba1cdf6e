import {
  addUp,
  type LandPolicy,
  type LandSupply,
  landPolicyOf,
  parcelsOf,
  type QuotaLine,
  quotaLineKey,
  quotaLinesOf,
  type Rulebook,
  supplyLookup,
} from '@quhua/core';
import {
  type LandAccount,
  listAssessments,
  listLandEntries,
  listLandLines,
  listStandingReservations,
  lockLandAccounts,
  lockLandLedger,
  type StoredLine,
  saveLandAccount,
  saveLandParcels,
  type Tx,
} from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';

export type SettleInput = { readonly regionIds: readonly number[]; readonly at: Date };

/**
 * Makes the quota accounts of some units agree with what the ledger and the reservations say now; part of the caller's
 * commit. Nothing of the past is rewritten: lines that no longer hold are ended, and the account gets a further version.
 *
 * Concurrency: one unit is settled by one transaction at a time; reservations wait for its commit, or it for theirs.
 */
export async function settleLandAccounts(engine: Engine, tx: Tx, { regionIds, at }: SettleInput): Promise<void> {
  for (const regionId of [...new Set(regionIds)].sort((a, b) => a - b)) await settleUnit(engine, tx, regionId, at);
}

async function settleUnit(engine: Engine, tx: Tx, regionId: number, at: Date): Promise<void> {
  const jurisdiction = engine.config.jurisdiction.code;
  const rulebook = ruleInForce(engine);
  const policy = landPolicyOf(rulebook);
  await lockLandLedger(tx, regionId);
  // The locks first: what is read after them is all that was committed, and nothing is added meanwhile.
  await lockLandAccounts(tx, { jurisdiction, regionId, years: [], at });
  const entries = await listLandEntries(tx.sql, { jurisdiction, asOf: null, regionIds: [regionId] });
  const reservations = await listStandingReservations(tx.sql, [regionId], null);
  const supplyOn = await supplyNow(engine, tx, { regionId, rulebook, policy });
  const lines = quotaLinesOf({ entries, reservations, ...(supplyOn === null ? {} : { supplyOn }) }, policy);
  const years = [...new Set(lines.map(({ year }) => year))];
  const accounts = await lockLandAccounts(tx, { jurisdiction, regionId, years, at });
  const stored = Map.groupBy(await listLandLines(tx.sql, accounts), ({ year }) => year);
  const simulated = entries.some((entry) => entry.simulated);
  for (const account of accounts) {
    const wanted = lines.filter(({ year }) => year === account.year);
    await saveDifference(tx, { account, simulated, at, wanted, stored: stored.get(account.year) ?? [] });
  }
  await saveLandParcels(tx, { jurisdiction, regionId }, parcelsOf(entries, policy));
  engine.onStep('land.settled');
}

type Difference = {
  readonly account: LandAccount;
  readonly simulated: boolean;
  readonly at: Date;
  readonly wanted: readonly QuotaLine[];
  readonly stored: readonly StoredLine[];
};

async function saveDifference(tx: Tx, { account, simulated, at, wanted, stored }: Difference): Promise<void> {
  const known = new Map(stored.map((line) => [identityOf(line), line]));
  const kept = new Set(wanted.map(identityOf));
  const added = wanted.filter((line) => !known.has(identityOf(line)));
  const ended = stored.filter((line) => !kept.has(identityOf(line))).map(({ id }) => id);
  if (added.length === 0 && ended.length === 0 && account.simulated === simulated) return;
  await saveLandAccount(tx, { account, ended, added, sums: addUp(wanted), simulated, at });
}

/** Two lines are the same where everything that they say is. */
function identityOf(line: QuotaLine): string {
  const { areaSqm, parcelNo, date, source } = line;
  const place = source.type === 'entry' ? [source.batchId, source.line] : [];
  return JSON.stringify([quotaLineKey(line), areaSqm, parcelNo, date, ...place]);
}

type Supply = { readonly regionId: number; readonly rulebook: Rulebook; readonly policy: LandPolicy };

/** What the tier meant for land on a day, where the settings ask for it: by the assessment of the month before. */
async function supplyNow(
  { config }: Engine,
  tx: Tx,
  { regionId, rulebook, policy }: Supply,
): Promise<((day: string) => LandSupply | null) | null> {
  if (policy.announcedBefore === 'bound') return null;
  const jurisdiction = config.jurisdiction.code;
  const all = await listAssessments(tx.sql, {
    jurisdiction,
    rulebook,
    from: '1900-01',
    to: '2199-12',
    regionIds: [regionId],
  });
  const [assessments = []] = all.values();
  return supplyLookup(assessments, rulebook);
}
