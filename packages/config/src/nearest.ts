/** The known word that somebody may have meant, or undefined if none is near. */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.floor(Math.min(wanted.length, 18) / 3));
  let nearest: string | undefined;
  let best = limit + 1;
  for (const candidate of known) {
    const distance = distanceBetween(wanted, candidate.toLowerCase(), best);
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

/** Changes of one letter (insert, delete, replace, swap neighbours) between two words; `limit` where it is no less. */
function distanceBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : limit,
        ),
      );
    }
    before = last;
    last = row;
  }
  return Math.min(limit, last[b.length] ?? limit);
}

/** `是不是 x？` in both languages, or what there is to choose from. */
export function suggestion(word: string, known: readonly string[]): { readonly zh: string; readonly en: string } {
  const nearest = findNearest(word, known);
  if (nearest !== undefined) return { zh: `，是不是 ${nearest}？`, en: `; did you mean ${nearest}?` };
  if (known.length === 0) return { zh: '', en: '' };
  const list = known.slice(0, SHOWN).join(', ') + (known.length > SHOWN ? ' …' : '');
  return { zh: `；可用：${list}`, en: `; known: ${list}` };
}

const SHOWN = 16;
