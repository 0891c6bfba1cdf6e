import { CATCH_UP, JOB_NAMES, type ScheduleSettings } from '@quhua/core';
import * as z from 'zod';
import { checkShape } from './check-shape.ts';
import { cronFault } from './cron.ts';
import { DEFAULT_EXPECTED, type Expected, expectedShape, toExpected } from './expected.ts';
import { show } from './fault.ts';
import type { YamlFile } from './yaml-file.ts';

const schedule = z.strictObject({
  jobs: z.array(z.strictObject({ job: z.enum(JOB_NAMES), cron: z.string(), catchUp: z.enum(CATCH_UP) })),
  expected: z.exactOptional(expectedShape),
});

/** Assess in the night, look for late feeds every hour, see every five minutes whether a source is to be asked. */
export const DEFAULT_SCHEDULE: ScheduleSettings = {
  jobs: [
    { job: 'assess-due', cron: '17 2 * * *', catchUp: 'latest' },
    { job: 'check-feeds', cron: '7 * * * *', catchUp: 'latest' },
    { job: 'pull-sources', cron: '*/5 * * * *', catchUp: 'latest' },
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
  // a job that is not listed would silently never run; where one's name is refused, which is missing cannot be said
  const sure = partial?.jobs?.every((entry) => entry?.job !== undefined) === true;
  for (const name of sure ? JOB_NAMES : []) {
    if (jobs.some((entry) => entry?.job === name)) continue;
    source.report(
      ['jobs'],
      'JOB_MISSING',
      `没有安排任务 ${show(name)}，请补上 / the job ${name} is not scheduled: add it`,
    );
  }
  const settings = value === null ? null : { jobs: value.jobs, expected: toExpected(value.expected) };
  return { settings, expected: partial?.expected };
}
