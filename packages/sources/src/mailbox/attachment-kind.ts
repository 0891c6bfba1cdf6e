const TABLE = /\.(?:xlsx|xlsm|xls|et|ods|xlsb|csv|tsv|txt)$/iu;
const ARCHIVE = /\.(?:zip|rar|7z|gz|tgz|tar)$/iu;
const ARCHIVE_MAGIC = ['526172211a07', '377abcaf271c', '1f8b'];
/** What comes along with a message and is not meant as an attachment. */
const BESIDES =
  /^(?:image|audio|video)\/|^(?:application\/(?:(?:x-)?pkcs7-signature|pgp-signature|ms-tnef)|text\/calendar)$/iu;

export type AttachmentInput = {
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** Shown inside the message's text. */
  readonly related: boolean;
};

/** What an attachment is, by its content first: a table by whatever name, an archive, something else, or nothing to mention. */
export function attachmentKind({
  name,
  contentType,
  content,
  related,
}: AttachmentInput): 'table' | 'archive' | 'other' | 'ignored' {
  const magic = content.subarray(0, 8).toString('hex');
  if (magic.startsWith('504b0304')) return zipKind(content, name);
  if (ARCHIVE_MAGIC.some((known) => magic.startsWith(known))) return 'archive';
  if (magic === 'd0cf11e0a1b11ae1') return /\.(?:doc|ppt|wps|dps|msg)$/iu.test(name) ? 'other' : 'table';
  if (related || BESIDES.test(contentType)) return 'ignored';
  if (TABLE.test(name)) return 'table';
  return ARCHIVE.test(name) ? 'archive' : 'other';
}

/** A workbook is a zip that says so; its parts are named in plain text. */
function zipKind(content: Buffer, name: string): 'table' | 'archive' | 'other' {
  if (content.includes('[Content_Types].xml') || content.includes('mimetypeapplication/vnd.oasis')) {
    return content.includes('word/') || content.includes('ppt/') ? 'other' : 'table';
  }
  return TABLE.test(name) ? 'table' : 'archive'; // damaged or strange: whoever reads tables says what is wrong with it
}
