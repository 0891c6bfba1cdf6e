import type { Limits } from '../../limits.ts';
import { refused } from '../../reasons.ts';
import { readXml, type XmlPart } from './xml.ts';

/** Texts that cells share. Shapes: by number; parts of rich text joined, readings for pronunciation left out. */
export async function readSharedStrings(
  part: XmlPart,
  { sharedChars }: Pick<Limits, 'sharedChars'>,
): Promise<readonly string[]> {
  const strings: string[] = [];
  const collector = createTextCollector();
  let chars = 0;
  await readXml(part, {
    root: 'sst',
    open: (name) => {
      if (name === 'si') collector.start();
      else collector.open(name);
    },
    text: collector.text,
    close: (name) => {
      if (name !== 'si') return collector.close(name);
      const text = collector.end();
      chars += text.length + 1; // one without characters takes memory too
      if (chars > sharedChars) throw tooMuchText(sharedChars);
      strings.push(text);
    },
  });
  return strings;
}

/** Gathers the text of `t` elements, but not of those inside `rPh`. */
export function createTextCollector() {
  let text = '';
  let inText = false;
  let inPhonetic = false;
  return {
    start: () => {
      text = '';
      inText = false;
      inPhonetic = false;
    },
    open: (name: string) => {
      if (name === 't') inText = !inPhonetic;
      else if (name === 'rPh') inPhonetic = true;
    },
    close: (name: string) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') inPhonetic = false;
    },
    text: (part: string) => {
      if (inText) text += part;
    },
    end: () => unescaped(copyOf(text)),
  };
}

/** Below this, slices are copies already. */
const SLICED_CHARS = 13;

/** The text in memory of its own: what a parser hands out is a slice, which keeps its whole piece of the document in memory. */
function copyOf(text: string): string {
  return text.length < SLICED_CHARS ? text : Buffer.from(text).toString();
}

const ESCAPED = /_x(?<code>[0-9A-Fa-f]{4})_/gu;

/** Characters that XML cannot hold are written `_x000D_`. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Buffer.from(code, 'hex').readUInt16BE()));
}

function tooMuchText(most: number) {
  const zh = `工作簿中的文字超过${most}个字符，请分成几个文件`;
  return refused('XLSX_TOO_MANY_CELLS', `${zh} / more than ${most} characters of text: split the file`, { most });
}
