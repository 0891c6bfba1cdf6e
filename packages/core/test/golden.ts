import { readFileSync } from 'node:fs';

/** A golden file of this folder: cases worked out by hand or taken from a published document. */
export function golden<Case>(name: string): Case[] {
  const text = readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as Case[]; // safe: the files are part of the test
}
