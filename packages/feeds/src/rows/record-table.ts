import type { FeedValue } from '@quhua/core';
import { HASHER, type Hasher } from './hashes.ts';
import { createPlaces } from './places-by-hash.ts';

/**
 * What is known of a record's key when it comes. `like`: a record of this key with values of the same hash stood in `line`,
 * so they are to be compared; `other`: its values surely differ, or could not be read.
 */
export type Met =
  | { readonly kind: 'new' }
  | { readonly kind: 'like' | 'other'; readonly slot: number; readonly line: number };

/**
 * Keys of a file's records, exact, and hashes of their values, in typed arrays: a million of them take about 45 MB.
 *
 * Shapes: keys are told apart by their text, never by a hash alone. `values` null: they could not be read. Values that are
 * in the key need not be among them: only those of one key are ever compared.
 */
export type RecordTable = {
  readonly meet: (key: string, line: number, values: readonly FeedValue[] | null) => Met;
  /** Slot of a key that was met before, or -1. */
  readonly slotOf: (key: string) => number;
};

const NEW: Met = { kind: 'new' };
const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const TEXT_BITS = 20;
const TEXT_BLOCK = 1 << TEXT_BITS;

/** Slots in blocks, so that nothing of them moves when there are more. */
type Block = {
  readonly text: Uint32Array;
  readonly line: Uint32Array;
  readonly values: Uint32Array;
  readonly unread: Uint8Array;
};

export function createRecordTable(hasher: Hasher = HASHER): RecordTable {
  const blocks: Block[] = [];
  const texts = createTexts();
  const places = createPlaces((slot, key) => {
    return texts.holds(blocks[slot >>> BLOCK_BITS]?.text[slot & (BLOCK - 1)] ?? 0, key);
  });
  let size = 0;
  const again = (slot: number, values: readonly FeedValue[] | null): Met => {
    const block = blocks[slot >>> BLOCK_BITS];
    const at = slot & (BLOCK - 1);
    const like = values !== null && block?.unread[at] === 0 && block.values[at] === hasher.values(values);
    return { kind: like ? 'like' : 'other', slot, line: block?.line[at] ?? 0 };
  };
  return {
    slotOf: (key) => Math.max(-1, places.find(key, hasher.text(key))),
    meet: (key, line, values) => {
      const hash = hasher.text(key);
      const found = places.find(key, hash);
      if (found >= 0) return again(found, values);
      const at = size & (BLOCK - 1);
      if (at === 0) blocks.push(newBlock());
      const block = blocks[size >>> BLOCK_BITS];
      if (block === undefined) throw new Error('a block was just made');
      block.text[at] = texts.add(key);
      block.line[at] = line;
      block.unread[at] = values === null ? 1 : 0;
      block.values[at] = values === null ? 0 : hasher.values(values);
      places.put(found, hash, size);
      size += 1;
      return NEW;
    },
  };
}

function newBlock(): Block {
  return {
    text: new Uint32Array(BLOCK),
    line: new Uint32Array(BLOCK),
    values: new Uint32Array(BLOCK),
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
