import { join } from 'node:path';
import type { Engine } from './engine.ts';

/** Folder into which people and systems drop files. */
export function inboxFolder({ home }: Pick<Engine, 'home'>): string {
  return join(home, 'inbox');
}
