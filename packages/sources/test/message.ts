/** A message built part by part; every part as raw bytes, so that odd encodings can be tried. */
export type Part = { readonly header: string; readonly body: Buffer | string };

export function partOf(header: string, body: Buffer | string): Part {
  return { header, body };
}

/** An attachment in base64. `filename` is written as it is given, quotes and parameters included. */
export function attached(filename: string, bytes: Buffer, type = 'application/octet-stream'): Part {
  const header = `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; ${filename}`;
  return partOf(header, bytes.toString('base64').replace(/.{76}/gu, '$&\r\n'));
}

/** Each message has marks of its own, so that one can lie inside another. */
let messages = 0;

export function messageOf(parts: readonly Part[], subject = 'report', from = 'zhang@kashgar.example'): Buffer {
  messages += 1;
  const mark = `mark-${messages}`;
  const lines = [
    Buffer.from(
      `From: <${from}>\r\nTo: data@bureau.example\r\nSubject: ${subject}\r\nDate: Thu, 06 Nov 2025 10:00:00 +0800\r\nMIME-Version: 1.0\r\n`,
    ),
    Buffer.from(`Content-Type: multipart/mixed; boundary="${mark}"\r\n\r\n`),
    ...parts.flatMap(({ header, body }) => [
      Buffer.from(`--${mark}\r\n`),
      Buffer.from(header, 'latin1'),
      Buffer.from('\r\n\r\n'),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${mark}--\r\n`),
  ];
  return Buffer.concat(lines);
}
