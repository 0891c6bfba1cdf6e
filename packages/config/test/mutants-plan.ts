import type { Mutant } from './mutant.ts';

/** Every cell of a plan table changed, those of some lines also spoilt; every line left out, doubled, cut or longer. */
export function planMutants(file: string, text: string): Mutant[] {
  const lines = text.trimEnd().split('\n');
  const last = lines.length;
  const build = (changed: readonly string[]) => `${changed.join('\n')}\n`;
  return lines.flatMap((content, at) => {
    const line = at + 1;
    const cells = content.split(',');
    const whole: Mutant[] = [
      { name: `${file}:${line} a cell more`, file, text: build(lines.with(at, `${content},1`)), lines: [line] },
      {
        name: `${file}:${line} a cell less`,
        file,
        text: build(lines.with(at, cells.slice(0, -1).join(','))),
        lines: [line],
      },
      {
        name: `${file}:${line} doubled`,
        file,
        text: build([...lines.slice(0, line), content, ...lines.slice(line)]),
        lines: [line, line + 1],
      },
      {
        name: `${file}:${line} left out`,
        file,
        text: build(lines.filter((_, other) => other !== at)),
        lines: [1, last - 1],
      },
    ];
    const spoil = at < 2 || at === last - 1; // the other lines are read by the same code: one change of a figure each
    const single = cells.flatMap((cell, column) =>
      cellTexts(cell, { header: at === 0, column })
        .slice(0, spoil ? 4 : 1)
        .map((to): Mutant => {
          const changed = build(lines.with(at, cells.with(column, to).join(',')));
          const name = `${file}:${line}:${column + 1} ${cell} → ${to}`;
          return { name, file, text: changed, lines: at > 0 && column > 1 ? [line, last] : [line] };
        }),
    );
    return [...whole, ...single];
  });
}

function cellTexts(cell: string, { header, column }: { readonly header: boolean; readonly column: number }): string[] {
  if (header) return [`${cell}s`];
  if (column === 0) return cell === '' ? ['653101'] : [`${cell}0`, ''];
  if (column === 1) return cell === '总计' ? [] : [`${cell}城`, '喀什地区']; // what the totals are called is free
  if (cell === '-') return ['1', '', '–'];
  const digit = (Number(cell.at(-1)) + 1) % 10;
  const zero = /^[0.]+$/u.test(cell);
  return [`${cell.slice(0, -1)}${digit}`, `${cell}万`, '', ...(zero ? [] : ['-'])];
}
