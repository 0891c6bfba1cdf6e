import type { Config } from '@quhua/config';
import {
  type AlertChange,
  type Assessment,
  addMonths,
  type DataWarning,
  type Distance,
  distancesOf,
  EPISODE_KINDS,
  type Episode,
  type EpisodeKind,
  formatCentisqm,
  openText,
  planAlerts,
  type Region,
  type Rulebook,
  resolveText,
} from '@quhua/core';
import type { Alert, AlertUpdate, NewAlert } from '@quhua/storage';
import { type AlertPlan, NO_CHANGES } from './alert-plan.ts';

/** One unit after a derivation: what it was found to be, its episodes, and its unresolved alerts. */
export type DerivedUnit = {
  readonly regionId: number;
  readonly region: Region;
  readonly assessments: readonly Assessment[];
  readonly episodes: readonly Episode[];
  readonly open: readonly Alert[];
};

/** What alerts rest on beside the assessments. `warnings`: of the figures in them. */
export type Grounds = { readonly rulebook: Rulebook; readonly warnings: readonly DataWarning[] };

/**
 * What must happen to one unit's alerts so that they agree with its assessments.
 *
 * Missing: months without a tier neither open nor end anything; an alert ends without one only when the reports that it
 * rested on were withdrawn.
 */
export function planUnitAlerts(unit: DerivedUnit, config: Config, { rulebook, warnings }: Grounds): AlertPlan {
  const evidence = evidenceOf(unit);
  if (evidence === undefined) return NO_CHANGES;
  const running = unit.open.filter(isEpisodeAlert);
  const changes = planAlerts(
    running.map(({ id, kind, since }) => ({ id: String(id), kind, since })),
    unit.episodes,
  );
  const byId = new Map(running.map((alert) => [String(alert.id), alert]));
  const about = { unit, evidence, rulebook, warnings };
  return {
    ...NO_CHANGES,
    opened: changes.flatMap((change) => (change.change === 'open' ? [toNewAlert(about, config, change)] : [])),
    resolved: changes.flatMap((change) => {
      const alert = change.change === 'resolve' ? byId.get(change.id) : undefined;
      if (change.change !== 'resolve' || alert === undefined) return [];
      const text = resolveText({ ...textInput(about, change.kind), corrected: change.end === null });
      // Nobody was told of an alert that still waits for confirmation, so nobody is told that it ended.
      return [
        {
          alert,
          detail: { text, end: change.end, asOfMonth: evidence.month },
          loud: !change.silent && alert.status !== 'unconfirmed',
        },
      ];
    }),
    restated: changes.flatMap((change) => {
      const alert = change.change === 'restate' ? byId.get(change.id) : undefined;
      return change.change === 'restate' && alert !== undefined
        ? [{ alert, detail: { from: alert.since, to: change.since } }]
        : [];
    }),
    touched: touched(about, running, changes),
  };
}

/** The assessment that a unit's alerts speak of: the newest with a tier. Missing: undefined for a unit without months. */
export function evidenceOf({ assessments }: DerivedUnit): Assessment | undefined {
  return assessments.findLast((assessment) => assessment.tier !== null) ?? assessments.at(-1);
}

type About = Grounds & { readonly unit: DerivedUnit; readonly evidence: Assessment };
type EpisodeAlert = Alert & { readonly kind: EpisodeKind };

function isEpisodeAlert(alert: Alert): alert is EpisodeAlert {
  return EPISODE_KINDS.some((kind) => kind === alert.kind);
}

function toNewAlert(
  about: About,
  config: Config,
  { kind, since }: { readonly kind: EpisodeKind; readonly since: string },
): NewAlert {
  const { unit, evidence, rulebook } = about;
  return {
    kind,
    rule: rulebook.id,
    subject: { type: 'region', code: unit.region.code, name: unit.region.name },
    level: config.alerts.levels[kind],
    // Net sales below zero may be an error of the feed: a person looks before anyone outside is told.
    status: evidence.status === 'NET_NEGATIVE' ? 'unconfirmed' : 'open',
    since,
    month: evidence.month,
    text: openText(textInput(about, kind)),
    inputs: inputsOf(about),
    simulated: evidence.simulated,
  };
}

function touched(about: About, running: readonly EpisodeAlert[], changes: readonly AlertChange[]): AlertUpdate[] {
  if (about.evidence.tier === null) return [];
  const resolved = new Set(changes.flatMap((change) => (change.change === 'resolve' ? [change.id] : [])));
  return running
    .filter((alert) => !resolved.has(String(alert.id)))
    .map((alert) => {
      const restated = changes.find((change) => change.change === 'restate' && change.id === String(alert.id));
      return {
        id: alert.id,
        level: alert.level,
        month: about.evidence.month,
        since: restated?.change === 'restate' ? restated.since : alert.since,
        text: openText(textInput(about, alert.kind)),
        inputs: inputsOf(about),
      };
    });
}

function textInput({ unit, evidence, rulebook, warnings }: About, kind: EpisodeKind) {
  return {
    kind,
    regionName: unit.region.name,
    assessment: evidence,
    rulebook,
    distances: distances(evidence, rulebook),
    warnings,
  };
}

function distances(evidence: Assessment, rulebook: Rulebook): Distance[] {
  const { stockCentisqm, soldCentisqm, monthsPresent, tier } = evidence;
  if (stockCentisqm === null || tier === null) return [];
  return distancesOf({ stockCentisqm, soldCentisqm, monthsPresent }, rulebook.tiers, tier);
}

/** Everything that the decision rested on, enough to make it again. */
function inputsOf({ evidence, rulebook, warnings }: About): object {
  const { stockCentisqm, soldCentisqm, monthsPresent, presentMask } = evidence;
  const months = Array.from({ length: rulebook.definition.window }, (_, back) => back)
    .filter((back) => Math.floor(presentMask / 2 ** back) % 2 === 1)
    .map((back) => addMonths(evidence.month, -back))
    .reverse();
  return {
    month: evidence.month,
    status: evidence.status,
    tier: evidence.tier,
    previousTier: evidence.previousTier,
    stock: stockCentisqm === null ? null : formatCentisqm(stockCentisqm),
    sold: formatCentisqm(soldCentisqm),
    monthsPresent,
    months,
    provisional: evidence.provisional,
    stockGrew: evidence.stockGrew,
    simulated: evidence.simulated,
    rulebook: rulebook.id,
    definition: rulebook.definition.id,
    dataWarnings: warnings,
  };
}
