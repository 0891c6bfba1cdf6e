import { expect, test } from 'vitest';
import { findNearest } from '../src/nearest.ts';

test.each([
  { word: 'alert.yaml', known: ['feeds.yaml', 'alerts.yaml'], nearest: 'alerts.yaml', why: 'a letter left out' },
  { word: 'oragne', known: ['red', 'orange'], nearest: 'orange', why: 'two letters swapped' },
  { word: 'dueday', known: ['dueDay', 'graceDays'], nearest: 'dueDay', why: 'capitals' },
  { word: 'hedaers', known: ['headers'], nearest: 'headers', why: 'a swap inside' },
  { word: 'x', known: ['y'], nearest: 'y', why: 'one letter for another' },
  { word: 'levels', known: ['routes', 'receivers'], nearest: undefined, why: 'nothing near' },
  { word: 'a', known: [], nearest: undefined, why: 'nothing known' },
])('$word among $known is $nearest: $why', ({ word, known, nearest }) => {
  expect(findNearest(word, known)).toBe(nearest);
});
