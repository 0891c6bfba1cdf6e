import {
  CHECKS,
  type CheckDefinition,
  DEFAULT_LAND_POLICY,
  FEED_NAMES,
  FEEDS,
  LIMITED,
  REPORT_CHECK_CODES,
  WARNING_LEVELS,
} from '@quhua/core';
import { type Document, isMap, isScalar, isSeq, parse, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { lineAt, type Mutant, splice } from './mutant.ts';

/** Keys that may be left out; without any other the configuration is incomplete. */
const OPTIONAL = new Set(
  [
    'short kind aliases local tile until clause sums heldAboveShare keyHeaders region month unit feeds sales inventory headers',
    'simulated dueDay graceDays signed_area cancelled_area signed_units cancelled_units presale_unsold_area',
    'completed_unsold_area presale_unsold_units completed_unsold_units unpermitted_area newly_permitted_area',
    'adjustment_area levels TIER_SUSPEND TIER_SWAP STOCK_GREW FEED_LATE FEED_STALE FEED_PARTIAL FEED_REFUSED',
    'expected project-reports staleDays owner units',
  ].flatMap((line) => line.split(' ')),
);
/** `unit` and `region` are optional header words in feeds.yaml, and required columns' units in a plan. */
const REQUIRED_IN: Readonly<Record<string, readonly string[]>> = { 'plan-2025/source.yaml': ['unit'] };
const CHECK_KEYS = Object.entries<CheckDefinition>(CHECKS).flatMap(([code, check]) => [
  code,
  ...Object.keys(check.parameters),
]);
const FEED_KEYS = FEED_NAMES.flatMap((name) => [name, ...FEEDS[name].columns.map((column) => column.name)]);
const OPTIONAL_IN: Readonly<Record<string, readonly string[]>> = {
  'feeds.yaml': ['totals', 'mappings', 'year', ...FEED_KEYS],
  'alerts.yaml': [
    ...['title', 'kinds', 'consumer'], // of a queue it is asked for by another check
    ...['QUOTA_NEAR', 'QUOTA_FULL', 'QUOTA_OVERDRAWN', 'RESERVATION_SUSPENDED', 'PLAN_SIGNAL'],
    ...['escalation', 'red', 'orange', 'yellow', 'afterHours', 'afterDays'], // of the last two one, by another check
    ...['PROJECT_OVERRIDE', 'PROJECT_LATE', 'PROJECT_FUNDING', 'PROJECT_STALE', 'PROJECT_LIST', 'DEVELOPER_RISK'],
  ],
  'rulebook/mnr-2024-918.yaml': ['land', ...Object.keys(DEFAULT_LAND_POLICY)],
  'plan-2025/source.yaml': [
    'done',
    'at',
    'uses',
    'targets',
    'pace',
    'signals',
    'landPerHousing',
    'homeSize',
    'blankRow',
  ],
  'calendar.yaml': ['withoutTable', 'hours', 'local'],
  // the days of a local holiday may be unknown; those of another have a case of their own
  'calendar-2025.yaml': ['to', 'workdays', 'local', 'from'],
  'checks.yaml': ['historyMonths', 'zones', 'checks', 'level', ...CHECK_KEYS],
  'delivery.yaml': [
    ...[
      'expected',
      'limits',
      'overrides',
      'overdueDays',
      'idleDays',
      'frozen',
      'required',
      'weights',
      'horizons',
      'winter',
    ],
    ...[
      'alertFrom',
      'paceDays',
      'fallAfter',
      'reportEvery',
      'filingDays',
      'guaranteePercent',
      'checks',
      'points',
      'figures',
      'aboveYuan',
    ],
    'level', // of a check; that of a horizon is required, and has a case of its own
    ...LIMITED,
    ...WARNING_LEVELS,
    ...REPORT_CHECK_CODES,
  ],
};
const COMPARATORS = ['over', 'atLeast', 'under', 'atMost', 'always'];

type Range = readonly [number, number];
type Pair = {
  readonly key: string;
  readonly keyRange: Range;
  readonly valueRange: Range;
  readonly scalar: boolean;
  readonly flow: boolean;
  /** Where a fault of the whole mapping is shown. */
  readonly parentLine: number;
  readonly root: boolean;
};

/** Every key of a file misspelt, doubled, emptied, given a wrong type and, where it is required, left out. */
export function yamlMutants(file: string, text: string): Mutant[] {
  const document = parseDocument(text);
  return [
    ...pairsOf(document, text).flatMap((pair) => pairMutants(file, text, pair)),
    ...quoteMutants(file, text, document),
  ];
}

function pairMutants(file: string, text: string, pair: Pair): Mutant[] {
  const { key, keyRange, valueRange, scalar } = pair;
  const line = lineAt(text, keyRange[0]);
  const name = (what: string) => `${file}:${line} ${key} ${what}`;
  const indent = ' '.repeat(keyRange[0] - text.lastIndexOf('\n', keyRange[0] - 1) - 1);
  const twice = pair.flow ? `${key}: 1, ` : `${key}: 1\n${indent}`;
  const wrong = ['VALUE_TYPE', 'VALUE_CHOICE'];
  // a block collection begins below its key and ends with its last line break
  const block = !scalar && !/^[[{]/u.test(text.slice(valueRange[0]));
  const whole: Range = block ? [keyRange[1] + 1, text.slice(0, valueRange[1]).trimEnd().length] : valueRange;
  const mutants: Mutant[] = [
    { name: name('misspelt'), file, text: splice(text, keyRange, `${key}q`), lines: [line], codes: ['KEY_UNKNOWN'] },
    {
      name: name('doubled'),
      file,
      text: splice(text, [keyRange[0], keyRange[0]], twice),
      lines: [pair.flow ? line : line + 1],
      codes: ['YAML_DUPLICATE_KEY'],
    },
    { name: name('emptied'), file, text: splice(text, whole, scalar ? '~' : ''), lines: [line], codes: wrong },
    {
      name: name('of a wrong type'),
      file,
      text: splice(text, whole, scalar ? '[[]]' : ' 7'),
      lines: [line],
      codes: wrong,
    },
  ];
  const optional = OPTIONAL.has(key) || OPTIONAL_IN[file]?.includes(key) === true;
  const required = !optional || REQUIRED_IN[file]?.includes(key) === true;
  if (!required) return mutants;
  const codes = COMPARATORS.includes(key) ? ['CONDITION_KEYS'] : ['KEY_MISSING', 'FILE_EMPTY'];
  return [...mutants, { ...withoutPair(text, pair), name: name('left out'), file, codes }];
}

function withoutPair(
  text: string,
  { keyRange, valueRange, flow, parentLine, root }: Pair,
): Pick<Mutant, 'text' | 'lines'> {
  const after = /^\s*,\s*/u.exec(text.slice(valueRange[1]))?.[0].length ?? 0;
  const before = after > 0 ? 0 : (/,\s*$/u.exec(text.slice(0, keyRange[0]))?.[0].length ?? 0);
  if (flow) return { text: splice(text, [keyRange[0] - before, valueRange[1] + after], ''), lines: [parentLine] };
  const line = lineAt(text, keyRange[0]);
  const item = /-\s*$/u.test(text.slice(text.lastIndexOf('\n', keyRange[0]) + 1, keyRange[0]));
  if (item) {
    const next = text.slice(valueRange[1]).search(/\S/u) + valueRange[1];
    return { text: splice(text, [keyRange[0], next], ''), lines: [line] };
  }
  const start = text.lastIndexOf('\n', keyRange[0] - 1) + 1;
  const lineEnd = text.indexOf('\n', Math.max(valueRange[1] - 1, keyRange[1]));
  const changed = splice(text, [start, lineEnd === -1 ? text.length : lineEnd + 1], '');
  const first = changed.split('\n').findIndex((content) => /^[^\s#]/u.test(content)) + 1;
  return { text: changed, lines: [root ? Math.max(first, 1) : parentLine] };
}

/** Quotes of a text taken away, where that changes what it says, and the closing one alone. */
function quoteMutants(file: string, text: string, document: Document): Mutant[] {
  return scalarsOf(document.contents).flatMap(({ range, source, type }) => {
    if (type !== 'QUOTE_DOUBLE' || range == null) return [];
    const [from, to] = range;
    const lines = [lineAt(text, from)];
    const bare = splice(text, [from, to], source ?? '');
    const open = {
      name: `${file}:${lines[0]} “${source}” not closed`,
      file,
      text: splice(text, [to - 1, to], ''),
      lines,
    };
    if (sameMeaning(bare, text)) return [open];
    return [open, { name: `${file}:${lines[0]} “${source}” without quotes`, file, text: bare, lines }];
  });
}

/** Every line moved by one blank, one Tab or to the left, where the file then says something else or nothing. */
export function indentMutants(file: string, text: string): Mutant[] {
  const lines = text.split('\n');
  return lines.flatMap((content, at) => {
    if (!CONTENT.test(content)) return [];
    const moved = [` ${content}`, `\t${content.trimStart()}`, ...(content.startsWith('  ') ? [content.slice(1)] : [])];
    return moved.flatMap((line, way) => {
      const changed = lines.with(at, line).join('\n');
      if (sameMeaning(changed, text)) return [];
      const name = `${file}:${at + 1} ${['a blank more', 'a Tab', 'a blank less'][way]}`;
      return [{ name, file, text: changed, lines: [at + 1, ...neighbours(lines, at)] }];
    });
  });
}

const CONTENT = /^\s*[^\s#]/u;

/** Lines that a line's indentation must agree with: the one before, the one after, and the next that is not inside it. */
function neighbours(lines: readonly string[], at: number): number[] {
  const depth = (content: string) => content.search(/\S/u);
  const own = depth(lines[at] ?? '');
  const isContent = (content: string) => CONTENT.test(content);
  const next = lines.findIndex((content, other) => other > at && isContent(content));
  const outside = lines.findIndex((content, other) => other > at && isContent(content) && depth(content) <= own);
  const before = lines.findLastIndex((content, other) => other < at && isContent(content));
  return [before, next, outside].filter((line) => line !== -1).map((line) => line + 1);
}

function sameMeaning(a: string, b: string): boolean {
  try {
    return JSON.stringify(parse(a, { logLevel: 'silent' })) === JSON.stringify(parse(b, { logLevel: 'silent' }));
  } catch {
    return false;
  }
}

function pairsOf(document: Document, text: string): Pair[] {
  const pairs: Pair[] = [];
  const walk = (node: unknown, parentLine: number, root: boolean): void => {
    if (isSeq(node)) {
      const chosen = new Set([0, node.items.length - 1]); // of a long list the first and the last stand for all
      for (const at of chosen) walk(node.items[at], lineAt(text, startOf(node.items[at])), false);
    }
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const [keyRange, valueRange] = [rangeOf(pair.key), rangeOf(pair.value)];
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      const { flow = false } = node as YAMLMap; // safe: isMap
      pairs.push({ key, keyRange, valueRange, scalar: isScalar(pair.value), flow, parentLine, root });
      walk(pair.value, lineAt(text, keyRange[0]), false);
    }
  };
  walk(document.contents, 1, true);
  return pairs;
}

function scalarsOf(node: unknown): Scalar[] {
  if (isScalar(node)) return [node];
  if (isSeq(node)) return node.items.flatMap(scalarsOf);
  return isMap(node) ? node.items.flatMap(({ value }) => scalarsOf(value)) : [];
}

function rangeOf(node: unknown): Range {
  const range = (node as { range?: readonly number[] | null } | null)?.range; // safe: only read
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}
