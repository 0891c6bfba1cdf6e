import { type Document, isAlias, isNode, isPair, isScalar, isSeq, visit, type YAMLError } from 'yaml';
import type { FaultCode, Path } from './fault.ts';

/** A fault at an offset of the text; after one that `breaks`, the structure cannot be trusted. */
export type PlacedFault = {
  readonly offset: number;
  readonly path: Path;
  readonly code: FaultCode;
  readonly message: string;
  readonly breaks: boolean;
};

const ALIAS = '不能用锚点和别名，请把内容写全 / no anchors and aliases: write it out';
const TAG = '不能用标签（! 开头）；文字请加引号 / no tags (with !): put text in quotes';
const QUOTE = '引号没有在本行结束 / this quote does not end on its line';
const LEADING_DIRECTIVE = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*%/u;
const DIRECTIVE = '不能用 % 开头的指令，请删去 / no directives: delete this line';

/** What is correct YAML and refused here: it makes a file mean something else than it seems to. */
export function lexicalFaults(document: Document, text: string): PlacedFault[] {
  const faults: PlacedFault[] = [];
  const add = (offset: number, path: Path, code: FaultCode, message: string): void => {
    faults.push({ offset, path, code, message, breaks: code === 'YAML_QUOTE' });
  };
  const directive = LEADING_DIRECTIVE.exec(text);
  if (directive !== null) add(directive[0].length - 1, [], 'YAML_DIRECTIVE', DIRECTIVE);
  visit(document, (_, node, above) => {
    if (!isNode(node)) return;
    const [start, end] = node.range ?? [0, 0];
    const path = (): Path => pathOf([...above, node]);
    if (isAlias(node)) add(start, path(), 'YAML_ALIAS', ALIAS);
    else if (node.anchor !== undefined) add(backTo(text, start, '&'), path(), 'YAML_ALIAS', ALIAS);
    if (!isAlias(node) && node.tag !== undefined) add(backTo(text, start, '!'), path(), 'YAML_TAG', TAG);
    if (isScalar(node) && node.type?.startsWith('QUOTE') === true && text.slice(start, end).includes('\n')) {
      add(start, path(), 'YAML_QUOTE', QUOTE);
    }
  });
  return faults;
}

/** Anchors and tags stand before the node whose range it is. */
function backTo(text: string, start: number, sign: string): number {
  const at = text.lastIndexOf(sign, start);
  return at === -1 ? start : at;
}

function pathOf(nodes: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  for (const [at, node] of nodes.entries()) {
    const next = nodes[at + 1] ?? null;
    if (isPair(node)) path.push(isScalar(node.key) ? String(node.key.value) : '');
    else if (isSeq(node) && isNode(next)) path.push(node.items.indexOf(next));
  }
  return path;
}

/** Errors that leave the structure as it was. */
const HARMLESS: Readonly<Record<string, readonly [FaultCode, string]>> = {
  DUPLICATE_KEY: ['YAML_DUPLICATE_KEY', '键重复，只能留一个 / the key stands twice: keep one'],
  MULTIPLE_DOCS: [
    'YAML_DOCUMENTS',
    '一个文件只能有一份内容，请删去 --- 起的部分 / one document a file: delete from --- on',
  ],
};

const SYNTAX: Readonly<Record<string, string>> = {
  BAD_INDENT: '缩进不对，或括号、引号没有成对',
  TAB_AS_INDENT: '缩进不能用制表符（Tab），请用空格',
  MISSING_CHAR: '缺少符号：引号、逗号、冒号或括号',
  UNEXPECTED_TOKEN: '此处多了符号，或本行缩进与上文不一致',
  BLOCK_AS_IMPLICIT_KEY: '本行或下一行缩进不对，或冒号多了一个（含冒号的文字请加引号）',
  MULTILINE_IMPLICIT_KEY: '键必须写在一行内；看看本行和下一行的缩进',
  BAD_SCALAR_START: '文字不能以这个符号开头，请加引号',
  NON_STRING_KEY: '键必须是文字',
};

type SyntaxSource = {
  readonly text: string;
  readonly lineOf: (offset: number) => number;
  readonly lexical: readonly PlacedFault[];
};

/** Once the parser has lost the structure, whatever follows is an error to it. */
const LOST = /at node end|in YAML stream/u;

/** The parser's errors, the first of each line, up to where it is lost; those after an open quote only repeat it. */
export function syntaxFaults(document: Document, { text, lineOf, lexical }: SyntaxSource): PlacedFault[] {
  const open = Math.min(...lexical.filter(({ breaks }) => breaks).map(({ offset }) => offset));
  const lines = new Set<number>();
  let lost = false;
  return document.errors.flatMap((error) => {
    const offset = error.pos[0];
    const line = lineOf(offset);
    const told = lost || lines.has(line) || offset >= open || error.code === 'TAG_RESOLVE_FAILED';
    lines.add(line);
    lost ||= LOST.test(error.message);
    return told ? [] : [toFault(error, pastComments(text, offset))];
  });
}

const COMMENTS = /(?:[ \t]*#[^\n]*\n|[ \t\r]*\n)+[ \t]*(?=[^\s#])/uy;

/** The parser counts comments to the line that follows them; a person looks for the line itself. */
function pastComments(text: string, offset: number): number {
  COMMENTS.lastIndex = text.lastIndexOf('\n', offset - 1) + 1;
  return COMMENTS.test(text) ? Math.max(offset, COMMENTS.lastIndex) : offset;
}

function toFault({ code, message }: YAMLError, offset: number): PlacedFault {
  const own = HARMLESS[code];
  if (own !== undefined) return { offset, path: [], code: own[0], message: own[1], breaks: false };
  const zh = SYNTAX[code] ?? '不是正确的 YAML';
  return { offset, path: [], code: 'YAML_SYNTAX', message: `${zh} / ${message}`, breaks: true };
}
