import { createHash } from 'node:crypto';
import { AppError } from '@quhua/core';
import type { Attachment, ParsedMail } from 'mailparser';
import { safeFileName } from '../safe-file-name.ts';
import type { IncomingFile, PassedOver } from '../types.ts';
import { attachmentKind } from './attachment-kind.ts';

/** What a message brought. */
export type MessageReading = {
  /** The sender, with most of the name before the `@` left out. */
  readonly sender: string;
  readonly subject: string;
  readonly files: readonly IncomingFile[];
  /** Attachments that were not taken, and why; pictures and signatures are not mentioned. */
  readonly passed: readonly PassedOver[];
};

/** Bytes of a message, and what may be attached to one. */
export const MESSAGE_LIMITS = { bytes: 60 * 1024 * 1024, attachments: 20, attachmentBytes: 25 * 1024 * 1024 } as const;

/**
 * The tables attached to a message, also those of messages that are attached to it themselves. Fetches nothing.
 *
 * Errors: invalid/MAIL_TOO_LARGE, MAIL_ATTACHMENTS (too many), MAIL_INVALID, MAIL_NO_TABLE (with the reasons of those passed over).
 */
export async function readMessage(bytes: Buffer): Promise<MessageReading> {
  if (bytes.length > MESSAGE_LIMITS.bytes)
    throw refused('MAIL_TOO_LARGE', '邮件超过 60 MB / the message is larger than 60 MB');
  const mail = await parse(bytes);
  const sender = masked(mail.from?.value[0]?.address ?? '');
  const subject = (mail.subject ?? '').slice(0, 200);
  const found = await collect(mail, 0);
  if (found.length > MESSAGE_LIMITS.attachments) {
    throw refused('MAIL_ATTACHMENTS', `附件超过 ${MESSAGE_LIMITS.attachments} 个 / too many attachments`);
  }
  const origin = `邮件 ${sender}《${subject}》`;
  const date = mail.date === undefined ? {} : { receivedAt: mail.date };
  const files: IncomingFile[] = [];
  const passed: PassedOver[] = [];
  for (const one of found) {
    if ('code' in one) passed.push(one);
    else files.push({ ...one, origin, ...date, key: createHash('sha256').update(one.bytes).digest('hex') });
  }
  if (files.length > 0) return { sender, subject, files, passed };
  const why = passed.map(({ name, why }) => `${name}：${why}`).join('；');
  throw refused(
    'MAIL_NO_TABLE',
    `邮件没有表格附件${why === '' ? '' : `（${why}）`} / no table is attached to the message`,
  );
}

async function parse(bytes: Buffer): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser'); // it takes long to load, and most installations get no mail
  try {
    return await simpleParser(bytes, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    });
  } catch (error) {
    const message = '邮件读不出来 / the message cannot be read';
    throw new AppError('invalid', 'MAIL_INVALID', message, { cause: error });
  }
}

type Found = { readonly name: string; readonly bytes: Buffer } | PassedOver;

/** Depth 1 is a message inside the message; deeper ones are passed over. */
async function collect({ attachments }: ParsedMail, depth: number): Promise<Found[]> {
  const found: Found[] = [];
  for (const attachment of attachments) {
    const { content, contentType } = attachment;
    const name = nameOf(attachment);
    if (contentType === 'message/rfc822') {
      if (depth > 0)
        found.push({
          name,
          code: 'MAIL_NESTED',
          why: '邮件套邮件超过一层 / a message inside a message inside a message',
        });
      else found.push(...(await collect(await parse(content), depth + 1)));
      continue;
    }
    const kind = attachmentKind({ name, contentType, content, related: attachment.related === true });
    if (kind === 'ignored') continue;
    if (kind !== 'table') found.push({ name, ...WHY[kind] });
    else if (content.length > MESSAGE_LIMITS.attachmentBytes) found.push({ name, ...WHY.large });
    else found.push({ name, bytes: content });
  }
  return found;
}

const WHY = {
  archive: { code: 'MAIL_ARCHIVE', why: '压缩包不拆，请把表格直接作附件 / an archive: attach the table itself' },
  other: { code: 'MAIL_NOT_TABLE', why: '不是表格 / no table' },
  large: { code: 'MAIL_TOO_LARGE', why: '附件超过 25 MB / larger than 25 MB' },
} as const;

function nameOf({ filename }: Attachment): string {
  return safeFileName(repaired(filename ?? 'attachment')).name;
}

/** A name that a mail program wrote as bare GBK bytes arrives as one character a byte. */
function repaired(name: string): string {
  const codes = [...name].map((sign) => sign.codePointAt(0) ?? 0);
  if (codes.every((code) => code < 0x80) || codes.some((code) => code > 0xff)) return name;
  const bytes = Buffer.from(name, 'latin1');
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {} // the next one
  }
  return name;
}

/** `zhang@kashgar.gov.cn` → `z***@kashgar.gov.cn`. */
function masked(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '未写明的发件人';
  return safeFileName(`${[...address][0]}***${address.slice(at)}`).name;
}

function refused(code: string, message: string): AppError {
  return new AppError('invalid', code, message);
}
