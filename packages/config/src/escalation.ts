import { type EscalationStep, LEVELS, type Level } from '@quhua/core';
import * as z from 'zod';
import type { Partially } from './check-shape.ts';
import { show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { count, slug } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const step = z.strictObject({
  afterHours: z.exactOptional(count(1, 400)),
  afterDays: z.exactOptional(count(1, 60)),
  to: slug,
});
const steps = z.exactOptional(z.array(step).min(1));

/** `escalation` of alerts.yaml: by level, who is told next if nobody takes an alert over. */
export const escalationShape = z.strictObject({
  red: steps,
  orange: steps,
  yellow: steps,
  blue: steps,
} satisfies Record<Level, typeof steps>);
type Escalation = Partially<z.output<typeof escalationShape>>;

/** A level that is left out has no chain. */
export function toEscalation(
  written: z.output<typeof escalationShape> = {},
): Readonly<Record<Level, readonly EscalationStep[]>> {
  const chain = (level: Level): EscalationStep[] =>
    (written[level] ?? []).map(({ afterHours = null, afterDays = null, to }) => ({ afterHours, afterDays, to }));
  return { red: chain('red'), orange: chain('orange'), yellow: chain('yellow'), blue: chain('blue') };
}

/**
 * Every step says after how long and to a receiver that exists; patience grows along a chain. Returns who is told.
 *
 * Missing: `receivers` undefined, or a name of them: not known for sure, so none is called unknown.
 */
export function checkEscalation(
  source: YamlFile,
  escalation: Escalation,
  receivers: readonly (string | undefined)[] | undefined,
): string[] {
  const sure = receivers?.every((name) => name !== undefined) === true;
  const told: string[] = [];
  for (const level of LEVELS) {
    const chain = escalation?.[level] ?? [];
    for (const [at, one] of chain.entries()) {
      if (one === undefined) continue;
      const path = ['escalation', level, at];
      if ('afterHours' in one === 'afterDays' in one) {
        const message = 'afterHours 和 afterDays 要写一个，也只能写一个 / exactly one of afterHours and afterDays';
        source.report(path, 'ESCALATION_AFTER', message);
      }
      for (const key of ['afterHours', 'afterDays'] as const) {
        const before = chain.slice(0, at).findLast((other) => other?.[key] !== undefined)?.[key];
        if (before === undefined || one[key] === undefined || one[key] > before) continue;
        const message = `应大于前面的 ${before}，否则先告诉后面的人 / must be more than the ${before} before it`;
        source.report([...path, key], 'ESCALATION_ORDER', message);
      }
      if (one.to === undefined) continue;
      told.push(one.to);
      if (!sure || receivers.includes(one.to)) continue;
      const { zh, en } = suggestion(
        one.to,
        receivers.filter((name) => name !== undefined),
      );
      source.report([...path, 'to'], 'RECEIVER_UNKNOWN', `没有接收人 ${show(one.to)}${zh} / no such receiver${en}`);
    }
  }
  return told;
}
