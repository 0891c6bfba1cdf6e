/** One cell and the place where it begins, as an editor counts. */
export type CsvCell = { readonly text: string; readonly line: number; readonly column: number };

/** Cells of a plain CSV text, line by line; the line break at its end adds no line. Quotes are kept as they are. */
export function readCsvRows(text: string): CsvCell[][] {
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((content, at) => {
    let column = 1;
    return content.split(',').map((cell) => {
      const start = column;
      column += cell.length + 1;
      return { text: cell, line: at + 1, column: start };
    });
  });
}
