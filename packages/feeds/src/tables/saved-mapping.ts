import type { SavedMapping } from '@quhua/core';

/** The first saved mapping that matches the names of file and sheet. */
export function savedMappingFor(
  mappings: readonly SavedMapping[],
  file: string,
  sheet: string,
): SavedMapping | undefined {
  return mappings.find(({ match }) => matchesGlob(file, match.file) && matchesGlob(sheet, match.sheet));
}

/** Whether a name fits a glob of `*` and `?`; one that is left out fits all. Linear: no expression is built from settings. */
export function matchesGlob(name: string, glob: string | undefined): boolean {
  if (glob === undefined) return true;
  const text = [...name.normalize('NFC').toLowerCase()];
  const pattern = [...glob.normalize('NFC').toLowerCase()];
  let at = 0;
  let place = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place;
      place += 1;
      retry = at;
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === text[at])) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      place = star + 1;
      retry += 1;
      at = retry;
    } else return false;
  }
  return pattern.slice(place).every((char) => char === '*');
}
