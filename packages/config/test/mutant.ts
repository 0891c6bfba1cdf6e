/** One change of one file, and where a fault must then stand. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** Lines of the changed file on which a fault of that file must stand. */
  readonly lines: readonly number[];
  /** Which reasons it may have; any, where left out. */
  readonly codes?: readonly string[];
};

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function splice(text: string, [from, to]: readonly [number, number], piece: string): string {
  return text.slice(0, from) + piece + text.slice(to);
}
