import { expect, test } from 'vitest';
import { MESSAGE_LIMITS, SOURCE_KINDS } from '../src/index.ts';
import { attached, messageOf, partOf } from './message.ts';

const read = SOURCE_KINDS.mailbox.open;
const CSV = Buffer.from('region_code,month,signed_area\n653101,2025-10,1\n');
const TEXT = partOf('Content-Type: text/plain; charset=utf-8', '见附件');
/** 喀什市网签.csv in GB18030. */
const GBK = Buffer.from('bfa6cab2cad0cdf8c7a92e637376', 'hex');

test.each([
  { why: 'RFC 2047, UTF-8', filename: `filename="=?UTF-8?B?${Buffer.from('喀什市网签.csv').toString('base64')}?="` },
  { why: 'RFC 2047, GB18030', filename: `filename="=?GB18030?B?${GBK.toString('base64')}?="` },
  {
    why: 'RFC 2047, GBK in quoted-printable',
    filename: `filename="=?gbk?Q?${GBK.toString('hex').replace(/../gu, '=$&').toUpperCase()}?="`,
  },
  { why: 'RFC 2231', filename: `filename*=UTF-8''${encodeURIComponent('喀什市网签.csv')}` },
  { why: 'RFC 2231, GB18030', filename: `filename*=gb18030''${GBK.toString('hex').replace(/../gu, '%$&')}` },
  {
    why: 'RFC 2231 in pieces',
    filename: `filename*0*=UTF-8''${encodeURIComponent('喀什')};\r\n filename*1*=${encodeURIComponent('市网签.csv')}`,
  },
  { why: 'bare GBK bytes', filename: `filename="${GBK.toString('latin1')}"` },
  { why: 'bare UTF-8 bytes', filename: `filename="${Buffer.from('喀什市网签.csv').toString('latin1')}"` },
])('an attachment named by $why', async ({ filename }) => {
  const { files } = await read(messageOf([TEXT, attached(filename, CSV)]));
  expect(files.map(({ name }) => name)).toEqual(['喀什市网签.csv']);
  expect(files[0]?.bytes.equals(CSV)).toBe(true);
});

test('says who sent it and about what, without the whole address', async () => {
  const subject = `=?UTF-8?B?${Buffer.from('十月网签').toString('base64')}?=`;
  const { sender, subject: about, files } = await read(messageOf([attached('filename=a.csv', CSV)], subject));
  expect({ sender, about }).toEqual({ sender: 'z***@kashgar.example', about: '十月网签' });
  expect(files[0]).toMatchObject({
    origin: '邮件 z***@kashgar.example《十月网签》',
    receivedAt: new Date('2025-11-06T02:00:00Z'),
  });
});

test('takes every table, by its content where its name says nothing; pictures and signatures are no matter', async () => {
  const xlsx = Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.from('..[Content_Types].xml..xl/workbook.xml')]);
  const { files, passed } = await read(
    messageOf([
      TEXT,
      attached('filename=a.csv', CSV),
      attached('filename=report', xlsx),
      attached('filename=logo.png', Buffer.from('png'), 'image/png'),
      attached('filename=smime.p7s', Buffer.from('x'), 'application/pkcs7-signature'),
      attached('filename=letter.pdf', Buffer.from('%PDF')),
    ]),
  );
  expect(files.map(({ name }) => name)).toEqual(['a.csv', 'report']);
  expect(passed.map(({ name, code }) => `${name} ${code}`)).toEqual(['letter.pdf MAIL_NOT_TABLE']);
});

test('a name that is a path stays a name', async () => {
  const { files } = await read(messageOf([attached('filename="../../etc/cron.d/x.csv"', CSV)]));
  expect(files[0]?.name).toMatch(/^[^/\\]+\.csv$/u);
});

test.each([
  { why: 'no attachment', parts: [TEXT], code: 'MAIL_NO_TABLE', says: '没有表格附件' },
  {
    why: 'an archive only',
    parts: [attached('filename=a.zip', Buffer.from('504b030400000000', 'hex'), 'application/zip')],
    code: 'MAIL_NO_TABLE',
    says: '压缩包不拆',
  },
  {
    why: 'a rar under another name',
    parts: [attached('filename=a.csv', Buffer.from('526172211a070100', 'hex'))],
    code: 'MAIL_NO_TABLE',
    says: '压缩包不拆',
  },
  {
    why: 'too many attachments',
    parts: Array.from({ length: MESSAGE_LIMITS.attachments + 1 }, (_, at) => attached(`filename=${at}.csv`, CSV)),
    code: 'MAIL_ATTACHMENTS',
    says: '超过 20 个',
  },
])('is refused with $why', async ({ parts, code, says }) => {
  await expect(read(messageOf(parts))).rejects.toMatchObject({
    kind: 'invalid',
    code,
    message: expect.stringContaining(says),
  });
});

test('a message inside the message is opened, one inside that is not', async () => {
  const wrap = (inner: Buffer) =>
    partOf('Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=f.eml', inner);
  const inner = messageOf([attached('filename=inner.csv', CSV)]);
  const { files } = await read(messageOf([TEXT, wrap(inner)]));
  expect(files.map(({ name }) => name)).toEqual(['inner.csv']);
  const deep = messageOf([wrap(messageOf([wrap(inner), attached('filename=b.csv', CSV)]))]);
  expect(await read(deep)).toMatchObject({ files: [{ name: 'b.csv' }], passed: [{ code: 'MAIL_NESTED' }] });
});

test('what is no message at all has no table', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('\u0000\u0001\u0002'), CSV]) {
    await expect(read(bytes)).rejects.toMatchObject({ kind: 'invalid', code: 'MAIL_NO_TABLE' });
  }
});
