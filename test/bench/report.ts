/** One measured figure and the bound that it is to keep. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost: number;
  readonly note?: string;
};

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share of the values does not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A Markdown table, as it stands in the README. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, unit, atMost, note = '' }) => {
    const kept = value <= atMost ? 'yes' : '**no**';
    return `| ${what} | ${round(value)} ${unit} | ≤ ${atMost} ${unit} | ${kept} | ${note} |`;
  });
  return ['| what | measured | bound | kept | how |', '|---|---|---|---|---|', ...rows].join('\n');
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
