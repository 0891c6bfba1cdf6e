/** Does something with every item, at most `atOnce` at a time; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [at, item] of rest) results.set(at, await work(item));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return items.map((_, at) => results.get(at) as R); // safe: every lane ended, so each item has its result
}
