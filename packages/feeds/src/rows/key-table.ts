import type { FeedValue } from '@quhua/core';

/** What is known of a key when a row comes: it is new, the same figures stood in `line`, or others did. */
export type Seen = { readonly kind: 'new' } | { readonly kind: 'same' | 'other'; readonly line: number };

/** A monthly feed has numbers only. */
type Figures = readonly FeedValue[];
/** Rows of a block of the table: line and figures, in the order of their first appearance. */
type Block = { readonly lines: Int32Array; readonly figures: Float64Array };

const NEW: Seen = { kind: 'new' };
/** Stands for figures that could not be read: equal to no figure, not even to itself. */
const UNREAD = Number.NEGATIVE_INFINITY;
const BLOCK_ROWS = 1_024;

/**
 * Unit-months of a file and their figures, in typed arrays: 2,000,000 rows must fit.
 *
 * Shapes: `conflicts` gives, for each key with differing figures, the line at which that was found.
 */
export type KeyTable = {
  readonly see: (key: number, line: number, figures: Figures | null) => Seen;
  /** Figures of the key's first row; null where one is missing, undefined if the row could not be read. */
  readonly firstFigures: (key: number) => Figures | undefined;
  readonly conflicts: ReadonlyMap<number, number>;
};

export function createKeyTable(width: number): KeyTable {
  const slots = new Map<number, number>();
  const conflicts = new Map<number, number>();
  const blocks: Block[] = [];
  const blockOf = (slot: number): Block => {
    const at = Math.floor(slot / BLOCK_ROWS);
    blocks[at] ??= { lines: new Int32Array(BLOCK_ROWS), figures: new Float64Array(BLOCK_ROWS * width) };
    return blocks[at];
  };
  const add = (key: number, line: number, figures: Figures | null) => {
    const slot = slots.size;
    slots.set(key, slot);
    const block = blockOf(slot);
    const at = slot % BLOCK_ROWS;
    block.lines[at] = line;
    for (let column = 0; column < width; column += 1) {
      block.figures[at * width + column] = figures === null ? UNREAD : numberOf(figures[column]);
    }
    return NEW;
  };
  const storedAt = (slot: number) => {
    const from = (slot % BLOCK_ROWS) * width;
    return blockOf(slot).figures.subarray(from, from + width);
  };
  return {
    conflicts,
    see: (key, line, figures) => {
      const slot = slots.get(key);
      if (slot === undefined) return add(key, line, figures);
      const first = blockOf(slot).lines[slot % BLOCK_ROWS] ?? 0;
      if (conflicts.has(key)) return { kind: 'other', line: first };
      if (figures !== null && equal(storedAt(slot), figures)) return { kind: 'same', line: first };
      conflicts.set(key, line);
      return { kind: 'other', line: first };
    },
    firstFigures: (key) => {
      const stored = Array.from(storedAt(slots.get(key) ?? 0));
      return stored.includes(UNREAD) ? undefined : stored.map((value) => (Number.isNaN(value) ? null : value));
    },
  };
}

/** NaN is how the table writes a missing figure: missing equals missing. */
function equal(stored: Float64Array, figures: Figures): boolean {
  return stored.every((value, column) => Object.is(value, numberOf(figures[column])));
}

function numberOf(value: FeedValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}
