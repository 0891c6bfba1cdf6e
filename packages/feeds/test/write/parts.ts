import { text } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** The text of one part of a workbook. */
export async function partOf(bytes: Buffer, name: string): Promise<string> {
  const zip = await fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === name) return text(await zip.openReadStreamPromise(entry));
  }
  throw new Error(`no part ${name}`);
}
