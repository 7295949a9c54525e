/** Rows as a client prints them: a box of columns. */

const widthMax = 34;

function cell(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text = Buffer.isBuffer(value) ? `0x${value.toString('hex')}` : String(value);
  const oneLine = text.replaceAll(/\s+/g, ' ');
  return oneLine.length > widthMax ? `${oneLine.slice(0, widthMax - 1)}…` : oneLine;
}

/** @param rowsMax rows printed; the rest is counted in a last line */
export function tableText(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  rowsMax: number,
): string {
  const shown = rows.slice(0, rowsMax).map((row) => row.map(cell));
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...shown.map((row) => row[index]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `  │ ${cells.map((text, index) => text.padEnd(widths[index]!)).join(' │ ')} │`;
  const rule = `  ├─${widths.map((width) => '─'.repeat(width)).join('─┼─')}─┤`;
  const rest = rows.length > rowsMax ? [`  … ${rows.length - rowsMax} more rows`] : [];
  return [line(columns), rule, ...shown.map(line), ...rest].join('\n');
}
