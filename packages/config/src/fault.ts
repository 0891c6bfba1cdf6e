/** Where a value stands inside a file: keys and indices from the top. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a configuration, at the place where a person must change it. */
export type ConfigFault = {
  /** Relative to the configuration's folder; `.` is the folder itself. */
  readonly file: string;
  /** As an editor counts: the first line and the first column are 1. */
  readonly line: number;
  readonly column: number;
  /** `regions[3].code`; `.` is the whole file. */
  readonly path: string;
  readonly message: string;
  readonly code: FaultCode;
};

/** Every reason for which a configuration is refused. Each has a case in test/refused.ts and a line in the README. */
export const FAULT_CODES = [
  'DIR_MISSING',
  'DIR_NOT_DIRECTORY',
  'FILE_MISSING',
  'FILE_NOT_FILE',
  'FILE_UNREADABLE',
  'FILE_TOO_LARGE',
  'FILE_EMPTY',
  'FILE_ENCODING',
  'FILE_UNKNOWN',
  'YAML_SYNTAX',
  'YAML_QUOTE',
  'YAML_DEPTH',
  'YAML_DUPLICATE_KEY',
  'YAML_ALIAS',
  'YAML_TAG',
  'YAML_DOCUMENTS',
  'YAML_DIRECTIVE',
  'KEY_UNKNOWN',
  'KEY_MISSING',
  'VALUE_TYPE',
  'VALUE_CHOICE',
  'VALUE_RANGE',
  'VALUE_FORMAT',
  'TIMEZONE_UNKNOWN',
  'REGION_CODE_TWICE',
  'SPELLING_TWICE',
  'TILE_TWICE',
  'RULEBOOK_UNKNOWN',
  'RULEBOOK_NONE',
  'RULEBOOK_ID',
  'RULEBOOK_DATES',
  'CONDITION_KEYS',
  'RATIO_FORMAT',
  'TIER_TWICE',
  'TIER_COMPARATOR',
  'TIER_ORDER',
  'TIER_UNTIL',
  'RULEBOOK_NOT_TOTAL',
  'LAND_EVENT_ORDER',
  'LAND_WORD_TWICE',
  'DEFINITION_MIN',
  'DEFINITION_PROVISIONAL',
  'HEADER_TWICE',
  'MAPPING_TWICE',
  'MAPPING_MATCH',
  'MAPPING_ROWS',
  'MAPPING_MONTH',
  'MAPPING_COLUMN',
  'ZONE_REGION',
  'RECEIVER_TWICE',
  'RECEIVER_UNKNOWN',
  'RECEIVER_UNROUTED',
  'CHANNEL_TWICE',
  'CHANNEL_CONSUMER',
  'ROUTE_REGION',
  'ROUTE_NEVER',
  'KIND_UNROUTED',
  'ESCALATION_AFTER',
  'ESCALATION_ORDER',
  'CRON_FORMAT',
  'JOB_TWICE',
  'EXPECTED_REGION',
  'OWNER_UNKNOWN',
  'SOURCE_TWICE',
  'SOURCE_KEYS',
  'SOURCE_URL',
  'DELIVERY_LIMIT_ORDER',
  'DELIVERY_WEIGHTS',
  'DELIVERY_HORIZON_TWICE',
  'DELIVERY_WINTER_DAY',
  'CALENDAR_YEAR',
  'CALENDAR_DAY',
  'CALENDAR_OVERLAP',
  'CALENDAR_WORKDAY',
  'CALENDAR_LOCAL',
  'CALENDAR_HOURS',
  'PLAN_YEAR',
  'PLAN_FILE_TWICE',
  'PLAN_COLUMN_TWICE',
  'PLAN_SUM_COLUMN',
  'CSV_HEADER',
  'CSV_CELLS',
  'CSV_QUOTE',
  'PLAN_NUMBER',
  'PLAN_ROW_SUM',
  'PLAN_COLUMN_SUM',
  'PLAN_TOTALS',
  'PLAN_REGION_UNKNOWN',
  'PLAN_REGION_TWICE',
  'PLAN_REGION_MISSING',
  'PLAN_NAME',
  'PLAN_ITEM_TWICE',
  'PLAN_DONE_KEYS',
  'PLAN_DONE_UNIT',
  'PLAN_DONE_SUM',
  'PLAN_USE_TWICE',
  'PLAN_SIGNAL_COLUMN',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** Files in the order in which they are read, then by place. */
export function compareFaults(a: ConfigFault, b: ConfigFault): number {
  const byFile = rankOf(a.file) - rankOf(b.file) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);
  return byFile || a.line - b.line || a.column - b.column;
}

const ORDER = [
  '.',
  'jurisdiction.yaml',
  'rulebook',
  'feeds.yaml',
  'checks.yaml',
  'alerts.yaml',
  'schedule.yaml',
  'sources.yaml',
  'delivery.yaml',
  'calendar.yaml',
];

function rankOf(file: string): number {
  const at = ORDER.indexOf(file.split('/')[0] ?? file);
  return at === -1 ? ORDER.length : at;
}

/** `file:line:column path: message`. */
export function formatFault({ file, line, column, path, message }: ConfigFault): string {
  return `${file}:${line}:${column} ${path}: ${message}`;
}

const PLAIN_KEY = /^[\p{L}\p{N}_-]+$/u;

export function formatPath(path: Path): string {
  const text = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return PLAIN_KEY.test(step) ? `.${step}` : `[${show(step)}]`;
  });
  return path.length === 0 ? '.' : text.join('').replace(/^\./u, '');
}

const LONGEST_SHOWN = 60;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text as a message may quote it: on one line, of bearable length, without characters that act on a terminal. */
export function show(text: string): string {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return `“${shown.replace(UNPRINTABLE, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}”`;
}
