import { monthRange } from '@quhua/core';
import { type SalesRow, type StockRow, salesCsv, stockCsv } from '../support/engine.ts';
import type { Drops, Story } from '../support/story.ts';

export const UNITS = ['653101', '653100-JKQ', ...Array.from({ length: 11 }, (_, at) => String(653121 + at))] as const;
const MONTH = '2025-10';

/** Twelve months of 1,000 ㎡ a month in every unit: a stock of 36,000 ㎡ is the threshold of a suspension. */
export function yearOfSales(): Buffer {
  const months = monthRange('2024-11', MONTH);
  return salesCsv(UNITS.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0'])));
}

/** Month-end stock of every unit; 5,000 ㎡ where nothing else is said. */
export function stockOf(stocks: Readonly<Record<string, string>>): Buffer {
  return stockCsv(UNITS.map((unit): StockRow => [unit, MONTH, stocks[unit] ?? '5000', '0']));
}

/** Stock of some units only, as a correction brings it. */
export function correctionOf(stocks: Readonly<Record<string, string>>): Buffer {
  return stockCsv(Object.entries(stocks).map(([unit, stock]): StockRow => [unit, MONTH, stock, '0']));
}

/** Two files come in: two units are suspended, one goes to SWAP. */
export const MAIN_JOB: { readonly drops: Drops; readonly story: Story } = {
  drops: {
    first: {
      'sales.csv': yearOfSales(),
      'inventory.csv': stockOf({ '653101': '40000', '653121': '20000', '653122': '50000' }),
    },
  },
  story: [{ act: 'drop', folder: 'first' }],
};

/** A message with two tables and one without any: a unit leaves its suspension, another enters one. */
export const BY_MAIL: { readonly drops: Drops; readonly story: Story } = {
  drops: {
    messages: {
      'two.eml': messageOf({
        'monthly.csv': salesCsv([['653127', '2025-09', '900', '0']]),
        'stock.csv': correctionOf({ '653121': '30000', '653128': '40000' }),
      }),
      'none.eml': messageOf({}),
    },
  },
  story: [{ act: 'post', folder: 'messages' }],
};

/** What a source gives out when it is asked: one more correction. */
export const PULLED = correctionOf({ '653129': '37000' });

/** A message as a mail program stores it, with files attached. */
function messageOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts = Object.entries(files).map(([name, bytes]) => {
    const head = `Content-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"`;
    return `--part\r\n${head}\r\n\r\n${bytes.toString('base64')}\r\n`;
  });
  const head = `From: <report@county.example>\r\nSubject: ${parts.length} tables\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="part"`;
  return Buffer.from(`${head}\r\n\r\n${parts.join('')}--part--\r\n`);
}

/** What follows on it: a correction that resolves and opens alerts, a refused and a held file, a withdrawal, an approval. */
export const AFTERWARDS: { readonly drops: Drops; readonly story: Story } = {
  drops: {
    changes: {
      'restated.csv': correctionOf({ '653101': '15000', '653121': '38000', '653127': '25000' }),
      'refused.csv': Buffer.from('these,words\nare,no\nfeed,file\n'),
      'held.csv': stockCsv([
        ['653125', MONTH, '30000', '0'],
        ['653126', '2025-13', '1', '0'],
        ['nowhere', MONTH, '1', '0'],
      ]),
    },
    wrong: { 'wrong.csv': correctionOf({ '653122': '100' }) },
  },
  story: [
    { act: 'drop', folder: 'changes' },
    { act: 'drop', folder: 'wrong' },
    { act: 'withdraw', file: 'wrong.csv' },
    { act: 'approve', file: 'held.csv' },
  ],
};
