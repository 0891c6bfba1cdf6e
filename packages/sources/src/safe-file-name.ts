export type SafeName = {
  readonly name: string;
  /** The name was changed: say so (`FILENAME_ESCAPED`). */
  readonly escaped: boolean;
};

/** Characters of a name; with what is added to it in a folder, its bytes stay below a file system's 255. */
const LONGEST = 120;
const LONGEST_BYTES = 200;
/** Parts of a path, what acts on a terminal, and what turns the order of letters round. */
const UNSAFE = /[/\\:\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;
const ENDING = /\.[\p{L}\p{N}]{1,10}$/u;

/**
 * A file's name as it may be stored and shown: one line, no path, no characters that act on what shows them, 120 at most.
 *
 * Shapes: each of them becomes `_`; a long name keeps its beginning and its ending; an empty one is `_`.
 */
export function safeFileName(given: string): SafeName {
  const plain = given
    .replace(UNSAFE, '_')
    .replace(/^[.\s]+/u, '_')
    .trim();
  const ending = ENDING.exec(plain)?.[0] ?? '';
  let stem = [...plain.slice(0, plain.length - ending.length)];
  if (stem.length + ending.length > LONGEST) stem = stem.slice(0, LONGEST - ending.length);
  while (Buffer.byteLength(stem.join('') + ending) > LONGEST_BYTES) stem.pop();
  const name = stem.join('') + ending || '_';
  return { name, escaped: name !== given };
}
