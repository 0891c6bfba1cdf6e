import type { Command } from 'commander';
import { trialCommand } from './projects-trial.ts';

export function projects(command: Command): void {
  trialCommand(command);
}
