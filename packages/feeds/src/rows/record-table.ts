import type { FeedValue } from '@quhua/core';
import { HASHER, type Hasher } from './hashes.ts';

/**
 * What is known of a record's key when it comes. `like`: a record of this key with values of the same hash stood in `line`,
 * so they are to be compared; `other`: its values surely differ, or could not be read.
 */
export type Met = { readonly kind: 'new' | 'like' | 'other'; readonly slot: number; readonly line: number };

/**
 * Keys of a file's records, exact, and hashes of their values, in typed arrays: a million of them take about 50 MB.
 *
 * Shapes: keys are told apart by their text, never by a hash alone. `values` null: they could not be read.
 */
export type RecordTable = {
  readonly meet: (key: string, line: number, values: readonly FeedValue[] | null) => Met;
  /** Slot of a key that was met before, or -1. */
  readonly slotOf: (key: string) => number;
};

const FIRST_PLACES = 1_024;
const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const TEXT_BITS = 20;
const TEXT_BLOCK = 1 << TEXT_BITS;
/** Share of places taken above which the table grows. */
const FULL = 0.5;

/** Slots in blocks, so that nothing of them moves when the table grows. */
type Block = {
  readonly hash: Uint32Array;
  readonly text: Uint32Array;
  readonly line: Uint32Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly unread: Uint8Array;
};

export function createRecordTable(hasher: Hasher = HASHER): RecordTable {
  const blocks: Block[] = [];
  const texts = createTexts();
  let places = new Int32Array(FIRST_PLACES);
  let marks = new Uint8Array(FIRST_PLACES);
  let size = 0;
  const find = (key: string, hash: number): number => {
    const mask = places.length - 1;
    const mark = markOf(hash);
    let at = hash & mask;
    for (let slot = (places[at] ?? 0) - 1; slot >= 0; slot = (places[at] ?? 0) - 1) {
      if (marks[at] === mark) {
        const block = blocks[slot >>> BLOCK_BITS];
        const own = slot & (BLOCK - 1);
        if (block?.hash[own] === hash && texts.holds(block.text[own] ?? 0, key)) return slot;
      }
      at = (at + 1) & mask;
    }
    return -1 - at;
  };
  const grow = () => {
    places = new Int32Array(places.length * 2);
    marks = new Uint8Array(places.length);
    const mask = places.length - 1;
    for (let slot = 0; slot < size; slot += 1) {
      const hash = blocks[slot >>> BLOCK_BITS]?.hash[slot & (BLOCK - 1)] ?? 0;
      let at = hash & mask;
      while (places[at] !== 0) at = (at + 1) & mask;
      places[at] = slot + 1;
      marks[at] = markOf(hash);
    }
  };
  return {
    slotOf: (key) => Math.max(-1, find(key, hasher.text(key))),
    meet: (key, line, values) => {
      const hash = hasher.text(key);
      const found = find(key, hash);
      if (found >= 0) return again(blocks, found, values === null ? null : hasher.values(values));
      if ((size & (BLOCK - 1)) === 0) blocks.push(newBlock());
      const block = blocks[size >>> BLOCK_BITS];
      if (block === undefined) throw new Error('a block was just made');
      const at = size & (BLOCK - 1);
      block.hash[at] = hash;
      block.text[at] = texts.add(key);
      block.line[at] = line;
      block.unread[at] = values === null ? 1 : 0;
      const { high, low } = values === null ? { high: 0, low: 0 } : hasher.values(values);
      block.high[at] = high;
      block.low[at] = low;
      places[-1 - found] = size + 1;
      marks[-1 - found] = markOf(hash);
      size += 1;
      if (size > places.length * FULL) grow();
      return { kind: 'new', slot: size - 1, line };
    },
  };
}

/** What tells most keys apart beside their place, without a look into the blocks: memory far away costs more than all else here. */
function markOf(hash: number): number {
  return hash >>> 24;
}

function again(blocks: readonly Block[], slot: number, hash: { high: number; low: number } | null): Met {
  const block = blocks[slot >>> BLOCK_BITS];
  const at = slot & (BLOCK - 1);
  const like = hash !== null && block?.unread[at] === 0 && block.high[at] === hash.high && block.low[at] === hash.low;
  return { kind: like ? 'like' : 'other', slot, line: block?.line[at] ?? 0 };
}

function newBlock(): Block {
  return {
    hash: new Uint32Array(BLOCK),
    text: new Uint32Array(BLOCK),
    line: new Uint32Array(BLOCK),
    high: new Uint32Array(BLOCK),
    low: new Uint32Array(BLOCK),
    unread: new Uint8Array(BLOCK),
  };
}

/** Texts one after the other in blocks of bytes: one for a plain character, three for any other, so that no two texts look alike. Keys are short: a cell that is no name is refused before. */
function createTexts() {
  const blocks: Uint8Array[] = [];
  let used = TEXT_BLOCK;
  return {
    /** Keeps a text. Shapes: gives its place. */
    add: (text: string): number => {
      const most = text.length * 3 + 2;
      if (used + most > TEXT_BLOCK) {
        blocks.push(new Uint8Array(TEXT_BLOCK));
        used = 0;
      }
      const place = (blocks.length - 1) * TEXT_BLOCK + used;
      const block = blocks.at(-1);
      if (block === undefined) throw new Error('a block was just made');
      block[used] = text.length >>> 8;
      block[used + 1] = text.length;
      used = write(block, used + 2, text);
      return place;
    },
    holds: (place: number, text: string): boolean => {
      const block = blocks[place >>> TEXT_BITS];
      return block !== undefined && equals(block, place & (TEXT_BLOCK - 1), text);
    },
  };
}

function write(block: Uint8Array, from: number, text: string): number {
  let at = from;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      block[at] = code;
      at += 1;
    } else {
      block[at] = 0x80 | (code >>> 14);
      block[at + 1] = (code >>> 7) & 0x7f;
      block[at + 2] = code & 0x7f;
      at += 3;
    }
  }
  return at;
}

function equals(block: Uint8Array, place: number, text: string): boolean {
  if (block[place] !== text.length >>> 8 || block[place + 1] !== (text.length & 0xff)) return false;
  let at = place + 2;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      if (block[at] !== code) return false;
      at += 1;
    } else {
      const same = block[at] === (0x80 | (code >>> 14)) && block[at + 1] === ((code >>> 7) & 0x7f);
      if (!same || block[at + 2] !== (code & 0x7f)) return false;
      at += 3;
    }
  }
  return true;
}
