import { readGood } from './good.ts';

/** On which line of a good file a piece stands. Errors: if it does not stand there, the test is wrong. */
export function lineOf(file: string, piece: string): number {
  const at = readGood(file).indexOf(piece);
  if (at < 0) throw new Error(`${file} does not hold: ${piece}`);
  return readGood(file).slice(0, at).split('\n').length;
}
