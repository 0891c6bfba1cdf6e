import { resolve } from 'node:path';
import { SOURCE_KINDS } from '@quhua/sources';
import type { Engine } from './engine.ts';

/** Folder into which people and systems drop files. */
export function inboxFolder({ home }: Pick<Engine, 'home'>): string {
  return resolve(home, 'inbox');
}

/** A folder into which a mail program puts messages. */
export type MailFolder = { readonly name: string; readonly folder: string; readonly accepts: RegExp };

/** The folders of messages that the configuration names. */
export function mailFolders({ home, config }: Pick<Engine, 'home' | 'config'>): MailFolder[] {
  const { accepts } = SOURCE_KINDS.mailbox;
  return config.sources.flatMap((source) =>
    source.kind === 'mailbox' ? [{ name: source.name, folder: resolve(home, source.folder), accepts }] : [],
  );
}
