const LONGEST = 31;
const FORBIDDEN = /[[\]:*?/\\\u0000-\u001f]/gu;
const EDGE_APOSTROPHES = /^'+|'+$/gu;

/** Names as spreadsheets take them, in order. Shapes: the first keeps its own words, later ones that are equal to it get a number. */
export function namesOf(wanted: readonly string[]): string[] {
  const taken = new Set(['_meta', 'history']);
  return wanted.map((name) => {
    const plain = [...name.replace(FORBIDDEN, '_').replace(EDGE_APOSTROPHES, '')];
    let unique = cut(plain, '') || '表';
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = cut(plain, `_${count}`);
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** Length counts UTF-16 units, and no character is cut in two. */
function cut(chars: readonly string[], tail: string): string {
  let text = '';
  for (const char of chars) {
    if (text.length + char.length + tail.length > LONGEST) break;
    text += char;
  }
  return text + tail;
}
