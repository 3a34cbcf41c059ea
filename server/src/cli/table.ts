import { styleText } from 'node:util';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right; default left. */
  readonly align?: 'left' | 'right';
}

/** Rows of text as aligned columns; the last row may be a total, set apart by a line. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { readonly colours: boolean; readonly hasTotal?: boolean } = { colours: false },
): string {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const format = (row: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const text = row[at] ?? '';
        return align === 'right' ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
      })
      .join('  ')
      .trimEnd();
  const lines = rows.map(format);
  if (options.hasTotal === true && lines.length > 1)
    lines.splice(-1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return [bold(format(columns.map(({ title }) => title)), options.colours), ...lines].join('\n');
}

export function bold(text: string, colours: boolean): string {
  return colours ? styleText('bold', text, { validateStream: false }) : text;
}

export function coloured(colour: 'green' | 'yellow' | 'red' | 'dim', text: string, colours: boolean): string {
  return colours ? styleText(colour, text, { validateStream: false }) : text;
}
