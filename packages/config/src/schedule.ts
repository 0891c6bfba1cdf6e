import { CATCH_UP, JOB_NAMES, type ScheduledJob, type ScheduleSettings } from '@quhua/core';
import * as z from 'zod';
import { checkShape } from './check-shape.ts';
import { cronFault } from './cron.ts';
import { DEFAULT_EXPECTED, type Expected, expectedShape, toExpected } from './expected.ts';
import type { YamlFile } from './yaml-file.ts';

const schedule = z.strictObject({
  jobs: z.array(z.strictObject({ job: z.enum(JOB_NAMES), cron: z.string(), catchUp: z.enum(CATCH_UP) })),
  expected: z.exactOptional(expectedShape),
});

/** Assess in the night, look every five minutes for alerts that nobody took over, for late feeds and at the land accounts every hour, ask sources every five minutes. */
export const DEFAULT_SCHEDULE: ScheduleSettings = {
  jobs: [
    { job: 'assess-due', cron: '17 2 * * *', catchUp: 'latest' },
    { job: 'check-feeds', cron: '7 * * * *', catchUp: 'latest' },
    { job: 'pull-sources', cron: '*/5 * * * *', catchUp: 'latest' },
    { job: 'check-land', cron: '37 * * * *', catchUp: 'latest' },
    { job: 'check-projects', cron: '12 6 * * *', catchUp: 'latest' },
    { job: 'check-alerts', cron: '*/5 * * * *', catchUp: 'latest' },
  ],
  expected: DEFAULT_EXPECTED,
};

export type ScheduleFile = { readonly settings: ScheduleSettings | null; readonly expected: Expected };

/** Shapes: `expected` as far as it can be read, for checks against other files. */
export function readSchedule(source: YamlFile): ScheduleFile {
  const { value, partial } = checkShape(source, schedule);
  const jobs = partial?.jobs ?? [];
  for (const [at, entry] of jobs.entries()) {
    const fault = entry?.cron === undefined ? null : cronFault(entry.cron);
    if (fault !== null) source.report(['jobs', at, 'cron'], 'CRON_FORMAT', fault);
    const first = jobs.findIndex((other) => other?.job !== undefined && other.job === entry?.job);
    if (first !== -1 && first < at) {
      source.report(['jobs', at, 'job'], 'JOB_TWICE', `任务 ${entry?.job} 已写过 / the job stands above already`);
    }
  }
  const settings = value === null ? null : { jobs: withDefaults(value.jobs), expected: toExpected(value.expected) };
  return { settings, expected: partial?.expected };
}

/** A job that is not listed would silently never run: it runs at its default time. */
function withDefaults(jobs: readonly ScheduledJob[]): ScheduledJob[] {
  const listed = new Set(jobs.map(({ job }) => job));
  return [...jobs, ...DEFAULT_SCHEDULE.jobs.filter(({ job }) => !listed.has(job))];
}
