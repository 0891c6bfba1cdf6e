import { pullHttp } from './http/pull.ts';
import { readMessage } from './mailbox/read-message.ts';

/**
 * How each kind of source gets at its files. `folder`: files of the file system, each opened into the files it holds
 * (left out: it is one itself); `pull`: asked at its times. A new kind is a folder beside this file and a line here.
 */
export const SOURCE_KINDS = {
  inbox: { shape: 'folder' },
  mailbox: { shape: 'folder', accepts: /\.eml$/iu, open: readMessage },
  http: { shape: 'pull', pull: pullHttp },
} as const;
