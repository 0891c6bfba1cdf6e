import type { ProjectFacts } from '@quhua/core';
import {
  type Db,
  listProjectCases,
  listProjectNotices,
  listProjectSchedules,
  listProjects,
  type ProjectsRequest,
  type RegisteredProject,
  type StoredCase,
  streamProjectReports,
  type TracedNotice,
  type TracedReport,
} from '@quhua/storage';

/** Everything that is known of one registered project, each figure with the file and line that brought it. */
export type KnownProject = {
  readonly project: RegisteredProject;
  readonly facts: Omit<ProjectFacts, 'reports' | 'notices'> & {
    readonly reports: readonly TracedReport[];
    readonly notices: readonly TracedNotice[];
  };
  /** What people said of it, in the order in which they did. */
  readonly cases: readonly StoredCase[];
  readonly simulated: boolean;
};

/**
 * Registered projects as known at an instant, one after the other, so that ten thousand of them need not be in memory.
 *
 * Shapes: first those with reports, by number, then those without. Projects that are reported on and not registered do not appear.
 */
export async function* streamProjects(db: Db, request: ProjectsRequest): AsyncGenerator<KnownProject> {
  const projects = await listProjects(db, request);
  const notices = await listProjectNotices(db, request);
  const schedules = await listProjectSchedules(db, request);
  const cases = await listProjectCases(db, request);
  const known = (project: RegisteredProject, reports: readonly TracedReport[]): KnownProject => {
    const own = notices.get(project.projectNo) ?? [];
    const schedule = schedules.get(project.projectNo) ?? [];
    return {
      project,
      facts: { project, reports, notices: own, schedule },
      cases: cases.get(project.projectNo) ?? [],
      simulated: [project, ...reports, ...own, ...schedule].some((one) => one.simulated),
    };
  };
  const silent = new Map(projects);
  for await (const { projectNo, reports } of streamProjectReports(db, request)) {
    const project = projects.get(projectNo);
    if (project === undefined) continue;
    silent.delete(projectNo);
    yield known(project, reports);
  }
  for (const project of silent.values()) yield known(project, []);
}
