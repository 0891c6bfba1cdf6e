/**
 * JSON that is the same for the same value, however it was put together: no blanks, keys sorted by UTF-16 unit at every depth.
 *
 * Shapes: members without a value are left out, as JSON.stringify does; texts are not normalised.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1)); // keys of one object are distinct
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
