const MOST = 10_000;

/** A pure reading of short texts, remembered: months and units repeat a thousand times in a file. Bounded, whatever the file holds. */
export function cached<T>(read: (text: string) => T & {}): (text: string) => T {
  const known = new Map<string, T & {}>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MOST) known.clear();
    const found = read(text);
    known.set(text, found);
    return found;
  };
}
