import type { AppError, FeedName } from '@quhua/core';
import { type DecodedText, decodedAs } from './decode.ts';
import type { Limits } from './limits.ts';
import { type Candidate, candidatesOf } from './map-header.ts';
import { isMojibake } from './mojibake.ts';
import { openCsv } from './open-csv.ts';
import { refused, shown } from './reasons.ts';
import type { TableRow } from './table.ts';
import type { FeedContext } from './types.ts';

/** A first row that no feed's header fits. */
export type Trouble = {
  readonly head: readonly TableRow[];
  readonly best: Candidate;
  readonly text: DecodedText;
  readonly bytes: Buffer;
  readonly context: FeedContext;
  readonly limits: Limits;
};

const OTHER_DELIMITERS = /[，、|｜]/u;

/** Says why, as closely as can be told: the sender can mend what is named. */
export function headerTrouble(trouble: Trouble): AppError {
  const { head, best } = trouble;
  const header = head[0]?.cells ?? [];
  if (header.some(isMojibake)) {
    const zh = `表头${shown(header.find(isMojibake) ?? '')}是乱码，文件在转换编码时已损坏；请从原系统重新导出为 UTF-8`;
    return refused('ENC_MOJIBAKE', `${zh} / the header was decoded wrongly before: export the file again`);
  }
  const later = head.slice(1).find(({ cells }) => isHeader(cells, trouble.context));
  if (later !== undefined) {
    const zh = `表头不在第一行，像是在第${later.line}行；目前只读表头在第一行的文件，请删除它前面的标题、说明行`;
    return refused(
      'HEADER_NOT_FIRST',
      `${zh} / the header seems to be in line ${later.line}: remove the lines above it`,
      {
        line: later.line,
      },
    );
  }
  if (readsAsGb18030(trouble)) {
    const zh = '按 UTF-8 和 GB18030 都能读，但表头只有按 GB18030 才认识，无法确定编码；请另存为 UTF-8';
    return refused('ENC_AMBIGUOUS', `${zh} / both encodings are possible: save the file as UTF-8`);
  }
  if (header.length === 1 && OTHER_DELIMITERS.test(header[0] ?? '')) {
    const zh = '分隔符不支持：请用英文逗号、分号或制表符分列';
    return refused('CSV_DELIMITER', `${zh} / columns are cut by a comma, a semicolon or a tab`);
  }
  return missing(best, header, head[0]?.line ?? 1);
}

function isHeader(cells: readonly string[], context: FeedContext): boolean {
  return candidatesOf(cells, context).some((candidate) => candidate.missing.length === 0);
}

function readsAsGb18030({ text, bytes, context, limits }: Trouble): boolean {
  if (text.encoding !== 'utf-8') return false;
  try {
    const { head } = openCsv(decodedAs('gb18030', bytes, 0), context, limits);
    return isHeader(head[0]?.cells ?? [], context);
  } catch {
    return false; // not sound as GB18030: then there is nothing to choose from
  }
}

function missing({ feed, missing: columns }: Candidate, header: readonly string[], line: number): AppError {
  const found = header.slice(0, 12).map(shown).join('、');
  const zh = `第${line}行不是 ${feed} 的完整表头，缺少列：${columns.map((name) => wanted(name, feed)).join('、')}；该行是：${found}`;
  const en = `no header of ${feed}; missing columns: ${columns.join(', ')}`;
  return refused('HEADER_MISSING', `${zh}；请补上，或在 feeds.yaml 中加列名 / ${en}`, { feed, missing: columns });
}

function wanted(name: string, feed: FeedName): string {
  if (name === 'region') return '县市（region_code 或 region_name）';
  return name === 'month' ? '月份（month）' : `${name}（${feed}）`;
}
