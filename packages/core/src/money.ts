/** Units of money that feeds write; fen (0.01 yuan) is what is stored. */
export const MONEY_UNITS = ['yuan', 'qian-yuan', 'wan-yuan', 'bai-wan-yuan', 'yi-yuan'] as const;
export type MoneyUnit = (typeof MONEY_UNITS)[number];

/** Powers of ten between a unit and the fen. */
export const FEN_SCALE: Readonly<Record<MoneyUnit, number>> = {
  yuan: 2,
  'qian-yuan': 5,
  'wan-yuan': 6,
  'bai-wan-yuan': 8,
  'yi-yuan': 10,
};
