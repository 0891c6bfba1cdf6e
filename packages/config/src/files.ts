import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigFault, type FaultCode, show } from './fault.ts';
import { suggestion } from './nearest.ts';

/** A national jurisdiction.yaml has a third of a megabyte. */
const LARGEST_BYTES = 2 * 1024 * 1024;

export const TOP_FILES = ['jurisdiction.yaml', 'feeds.yaml', 'alerts.yaml', 'schedule.yaml'] as const;
/** Read where they are; an installation does without. */
export const EXTRA_FILES = ['checks.yaml', 'sources.yaml', 'delivery.yaml', 'calendar.yaml'] as const;
/** Read by other parts, or by people. */
const RESERVED = ['alerts.test.yaml', 'sample', 'README.md'];
const CALENDAR_FILE = /^calendar-(?<year>\d{4})\.yaml$/u;
const PLAN_FOLDER = /^plan-\d{4}$/u;
const YAML = '.yaml';

/** What a configuration's folder holds, by what reads it. Shapes: names in order, without the folder. */
export type Inventory = {
  readonly top: readonly string[];
  /** Names without `.yaml`. */
  readonly rulebooks: readonly string[];
  /** `plan-2025`. */
  readonly plans: readonly string[];
  /** Years that have a `calendar-<year>.yaml`. */
  readonly calendarYears: readonly number[];
};

/** A configuration's folder and where its faults go. */
export type Place = { readonly root: string; readonly faults: ConfigFault[] };

/** Lists the folder and reports what nobody reads, or null where there is no folder to list. */
export function listFiles(place: Place): Inventory | null {
  const names = listFolder(place, '.');
  if (names === null) return null;
  const plans = names.filter((name) => PLAN_FOLDER.test(name));
  const calendars = names.filter((name) => CALENDAR_FILE.test(name));
  const known: readonly string[] = [...TOP_FILES, ...EXTRA_FILES, ...RESERVED, ...plans, ...calendars, 'rulebook'];
  const missing = [...TOP_FILES, 'rulebook', 'plan-2025'].filter((name) => !names.includes(name));
  for (const name of names) {
    if (!known.includes(name))
      reportUnread(place, name, missing.length > 0 ? missing : [...TOP_FILES, ...EXTRA_FILES, 'rulebook']);
  }
  const rulebooks = names.includes('rulebook') ? listRulebooks(place) : [];
  if (rulebooks?.length === 0) {
    const message =
      '没有规则；请在 rulebook/ 放至少一个 <id>.yaml / no rulebook: put at least one <id>.yaml in rulebook/';
    report(place, 'rulebook', 'RULEBOOK_NONE', message);
  }
  const calendarYears = calendars.map((name) => Number(CALENDAR_FILE.exec(name)?.groups?.year));
  return { top: names, rulebooks: rulebooks ?? [], plans, calendarYears };
}

function listRulebooks(place: Place): string[] | null {
  const names = listFolder(place, 'rulebook');
  if (names === null) return null;
  for (const name of names) {
    if (!name.endsWith(YAML) && name !== 'README.md') {
      reportUnread(place, `rulebook/${name}`, [`${name.replace(/\.[^.]*$/u, '')}${YAML}`]);
    }
  }
  return names.filter((name) => name.endsWith(YAML)).map((name) => name.slice(0, -YAML.length));
}

/** Names in a folder, hidden ones left out, or null where it cannot be listed. */
export function listFolder(place: Place, folder: string): string[] | null {
  const path = join(place.root, folder);
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    const reason = codeOf(error);
    if (reason === 'ENOENT' && folder === '.') {
      report(
        place,
        folder,
        'DIR_MISSING',
        `没有这个目录 ${show(path)}；看看 --config / no such folder: check --config`,
      );
    } else if (reason === 'ENOTDIR') {
      report(place, folder, 'DIR_NOT_DIRECTORY', `应为目录，现为文件 ${show(path)} / a file where a folder should be`);
    } else {
      report(
        place,
        folder,
        'FILE_UNREADABLE',
        `目录读不出来（${reason}）；看看权限 / cannot be listed: check permissions`,
      );
    }
    return null;
  }
}

export function reportUnread(place: Place, file: string, known: readonly string[]): void {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const { zh, en } = suggestion(file.slice(folder.length), known);
  const message = `没有程序读取它，请改名或移走${zh} / nothing reads it: rename it or move it away${en}`;
  report(place, file, 'FILE_UNKNOWN', message);
}

/** The text of a file, or null and a fault; a BOM is taken off. */
export function readText(place: Place, file: string): string | null {
  const path = join(place.root, file);
  try {
    const fault = statFault(statSync(path));
    if (fault !== null) {
      report(place, file, ...fault);
      return null;
    }
    return decode(place, file, readFileSync(path));
  } catch (error) {
    const reason = codeOf(error);
    if (reason === 'ENOENT') report(place, file, 'FILE_MISSING', '缺少这个文件，请补上 / the file is missing: add it');
    else report(place, file, 'FILE_UNREADABLE', `读不出来（${reason}）；看看权限 / cannot be read: check permissions`);
    return null;
  }
}

function statFault(stats: Stats): [FaultCode, string] | null {
  if (!stats.isFile()) return ['FILE_NOT_FILE', '应为文件，现为目录或设备 / must be a file, not a folder or a device'];
  if (stats.size <= LARGEST_BYTES) return null;
  return ['FILE_TOO_LARGE', `大于 2 MB，不像配置文件（${stats.size} 字节） / too large for a configuration`];
}

function decode(place: Place, file: string, bytes: Buffer): string | null {
  if (!isUtf8(bytes)) {
    const line = firstBadLine(bytes);
    const message = '不是 UTF-8；请另存为 UTF-8（常见原因：GBK 编码） / not UTF-8: save it as UTF-8';
    place.faults.push({ file, line, column: 1, path: '.', message, code: 'FILE_ENCODING' });
    return null;
  }
  const text = new TextDecoder().decode(bytes);
  if (text.trim() !== '') return text;
  report(place, file, 'FILE_EMPTY', '文件是空的 / the file is empty');
  return null;
}

const NEWLINE = 10;

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return 1;
}

/** A fault of a whole file. */
export function report({ faults }: Place, file: string, code: FaultCode, message: string): void {
  faults.push({ file, line: 1, column: 1, path: '.', message, code });
}

/** Errors of the file system carry a code; anything else is a bug and goes on. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}
