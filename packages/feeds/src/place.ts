/** Where a row stands, for people. Shapes: `sheet` is empty for a text file; `row` as the spreadsheet or editor counts. */
export type Place = { readonly sheet: string; readonly row: number };
