/** An instant as people of the jurisdiction read it, `2025-11-06 10:00:00`. */
export function instantText(instant: Date | string | null, timeZone: string): string {
  if (instant === null) return '—';
  // Sweden writes days as ISO does
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(
    new Date(instant),
  );
}
