import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type ConfigFault, type FaultCode, formatPath, type Path } from './fault.ts';
import { lexicalFaults, type PlacedFault, syntaxFaults } from './yaml-faults.ts';

/** A YAML file as plain values, with the way back from a path to the place in the text. */
export type YamlFile = {
  readonly file: string;
  /** Plain objects, arrays and scalars; undefined where the text has no structure to go by. */
  readonly value: unknown;
  readonly report: (path: Path, code: FaultCode, message: string) => void;
  /** As `report`, at the key and not at its value. */
  readonly reportKey: (path: Path, code: FaultCode, message: string) => void;
};

const DEEPEST = 64;
/** Nesting that needs no line breaks: brackets, and `- - -`. */
const COMPACT_NESTING = new RegExp(`(?:[-?:][ \\t]+){${DEEPEST}}`, 'u');

/** Parses a text; what YAML itself forbids, and what this configuration does without, goes to `faults`. */
export function parseYaml(file: string, text: string, faults: ConfigFault[]): YamlFile {
  const lines = new LineCounter();
  const add = ({ offset, path, code, message }: PlacedFault): void => {
    const { line, col } = lines.linePos(offset);
    faults.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), path: formatPath(path), message, code });
  };
  const deep = findDepthBreach(text);
  if (deep !== null) {
    const before = text.slice(0, deep).split('\n');
    const message = `嵌套超过 ${DEEPEST} 层 / nested more than ${DEEPEST} deep`;
    const column = (before.at(-1)?.length ?? 0) + 1;
    faults.push({ file, line: before.length, column, path: '.', message, code: 'YAML_DEPTH' });
    return { file, value: undefined, report: () => {}, reportKey: () => {} };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const lexical = lexicalFaults(document, text);
  const syntax = syntaxFaults(document, { text, lexical, lineOf: (offset) => lines.linePos(offset).line });
  for (const fault of [...lexical, ...syntax]) add(fault);
  const broken = syntax.some(({ breaks }) => breaks) || lexical.some(({ breaks }) => breaks);
  const known = new Set(lexical.map(({ path }) => formatPath(path)));
  const at = (path: Path, key: boolean, code: FaultCode, message: string): void => {
    if (known.has(formatPath(path))) return; // said already
    add({ offset: offsetOf(document, path, key), path, code, message, breaks: false });
  };
  if (!broken && isBlank(document.contents)) {
    add({ offset: 0, path: [], code: 'FILE_EMPTY', message: '文件没有内容，只有注释 / only comments', breaks: true });
  }
  return {
    file,
    value: broken || isBlank(document.contents) ? undefined : toPlain(document.contents),
    report: (path, code, message) => at(path, false, code, message),
    reportKey: (path, code, message) => at(path, true, code, message),
  };
}

/** Where the parser would be led too deep: beyond some thousands of levels it takes the process with it. */
function findDepthBreach(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '[' || sign === '{') depth += 1;
    if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return at;
  }
  const compact = COMPACT_NESTING.exec(text);
  return compact === null ? null : compact.index;
}

function isBlank(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && isEmpty(contents));
}

function toPlain(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(toPlain);
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [keyText(key), toPlain(value)]));
  return isAlias(node) ? undefined : null;
}

/** Offset of the value at `path`, of its key where asked for or where the value spans lines, else of what is nearest above. */
function offsetOf(document: Document, path: Path, preferKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => keyText(key) === step);
      if (pair === undefined) break;
      node = pair.value;
      const key = startOf(pair.key) ?? offset;
      offset = (last && preferKey) || !isScalar(node) || isEmpty(node) ? key : (startOf(node) ?? key);
    } else break;
  }
  return offset;
}

function isEmpty(node: { readonly source?: unknown; readonly value: unknown }): boolean {
  return node.value === null && (node.source === undefined || node.source === '');
}

function startOf(node: unknown): number | undefined {
  // safe: every parsed node of the library is a Node; only its range is read
  return typeof node === 'object' && node !== null ? (node as Node).range?.[0] : undefined;
}

export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}
