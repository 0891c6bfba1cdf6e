import ExcelJS from 'exceljs';

/** All text of a workbook, a line for each row and a tab between cells: read by another library than ours. */
export async function workbookText(path: string): Promise<string> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(path);
  const lines: string[] = [];
  for (const sheet of workbook.worksheets) {
    sheet.eachRow((row) => {
      lines.push(Array.from({ length: row.cellCount }, (_, at) => row.getCell(at + 1).text).join('\t'));
    });
  }
  return lines.join('\n');
}
