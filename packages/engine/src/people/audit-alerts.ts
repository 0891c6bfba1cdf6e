import { dayAt } from '@quhua/core';
import { type BrokenChain, CHAIN_FAULTS, type ChainFault, listBrokenChains } from '@quhua/storage';
import type { Engine } from '../engine.ts';

/** So late an escalation may be before the auditor speaks: the job that brings it about looks every few minutes. */
const SLACK_MS = 10 * 60_000;

export type AlertAudit = {
  readonly broken: readonly BrokenChain[];
  readonly counts: Readonly<Record<ChainFault, number>>;
};

/** Looks for broken chains: what should have been escalated and was not, what is still counted and should not be. Reads only. */
export async function auditAlerts(engine: Engine): Promise<AlertAudit> {
  const { alerts, jurisdiction } = engine.config;
  const now = engine.now();
  const levels = Object.entries(alerts.escalation).flatMap(([level, chain]) => (chain.length > 0 ? [level] : []));
  const today = dayAt(now, jurisdiction.timezone);
  const input = { jurisdiction: jurisdiction.code, now, today, slackMs: SLACK_MS, levels };
  const broken = await listBrokenChains(engine.database.db, input);
  const count = (fault: ChainFault): number => broken.filter((one) => one.fault === fault).length;
  const counts = Object.fromEntries(CHAIN_FAULTS.map((fault) => [fault, count(fault)]));
  return { broken, counts: counts as Record<ChainFault, number> }; // safe: every fault is a key
}
