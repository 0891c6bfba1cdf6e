import { userInfo } from 'node:os';

/** Whoever runs the command, for the record. */
export function person(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`; // a container's user may have no name
  }
}
