const UTF16 = 1200;
/** Code pages of old workbooks by the name that decoders know; any other is read as Western. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gb18030'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [1250, 'windows-1250'],
  [1251, 'windows-1251'],
  [1253, 'windows-1253'],
  [1254, 'windows-1254'],
  [1256, 'windows-1256'],
  [1258, 'windows-1258'],
  [10000, 'macintosh'],
  [54936, 'gb18030'],
  [65001, 'utf-8'],
]);

type Bytes = Uint8Array | readonly number[];

/** What the library asks of its code page tables (half a megabyte), answered by the decoders that are there anyway. */
export const codepages = {
  utils: {
    decode: (codepage: number, bytes: Bytes): string => {
      const data = Uint8Array.from(bytes);
      if (codepage === UTF16) return Buffer.from(data).toString('utf16le');
      return new TextDecoder(NAMES.get(codepage) ?? 'windows-1252').decode(data);
    },
    encode: (): never => {
      throw new Error('old workbooks are read and never written');
    },
  },
};
