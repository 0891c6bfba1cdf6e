import { type CaseState, checkCaseChange, dayAt, type SettableCase } from '@quhua/core';
import { lockProjects, saveProjectCase } from '@quhua/storage';
import type { Engine } from '../engine.ts';
import { evaluateProject } from './evaluate-project.ts';
import { findProject } from './project-page.ts';
import { watchProjects } from './watch-projects.ts';

export type CaseInput = {
  readonly projectNo: string;
  readonly to: SettableCase;
  readonly by: string;
  readonly reason: string;
  readonly document?: string;
};
export type CaseOutcome = { readonly projectNo: string; readonly from: CaseState; readonly state: CaseState };

/**
 * Keeps a person's word about a project's case, if the facts do not contradict it, and makes its alerts agree; one commit.
 *
 * Errors: not_found/PROJECT_NOT_FOUND; those of `checkCaseChange`.
 */
export async function setProjectCase(engine: Engine, input: CaseInput): Promise<CaseOutcome> {
  const { jurisdiction, delivery: settings } = engine.config;
  const { projectNo, to, by, reason, document = null } = input;
  return engine.database.transaction(async (tx) => {
    await lockProjects(tx, jurisdiction.code);
    const within: Engine = { ...engine, database: { ...engine.database, db: tx.sql } };
    const at = engine.now();
    const day = dayAt(at, jurisdiction.timezone);
    const evaluation = { day, settings, pooled: [] };
    const known = await findProject(within, projectNo, null);
    const { risk, now } = evaluateProject(known, evaluation);
    checkCaseChange({ to, reason, document, facts: known.facts, risk, now });
    await saveProjectCase(tx, {
      jurisdiction: jurisdiction.code,
      projectNo,
      state: to,
      on: day,
      at,
      by,
      reason,
      document,
    });
    const after = evaluateProject(await findProject(within, projectNo, null), evaluation);
    await watchProjects(engine, tx, { projectNos: [projectNo], at });
    return { projectNo, from: now.state, state: after.now.state };
  });
}
