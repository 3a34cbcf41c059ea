import type { GroupBy } from '../../ports/ledger.ts';
import type { UsageReport } from './usage-report.ts';

const SUMS = [
  'request_count',
  'success_rate',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cost_usd',
  'unpriced_count',
  'estimated_count',
  'saved_usd',
];

/** One line per group, or one line for everything when no group was asked for. RFC 4180. */
export function reportCsv(report: UsageReport, groupBy: readonly GroupBy[]): string {
  const rows = groupBy.length === 0 ? [report] : report.groups;
  const lines = rows.map((row) => [
    ...groupBy.map((by) => ('groups' in row ? '' : (row[by] as string | null))),
    row.request_count,
    row.success_rate,
    row.token_usage.input,
    row.token_usage.output,
    row.token_usage.total,
    row.total_cost,
    row.unpriced_count,
    row.estimated_count,
    row.saved_usd,
  ]);
  return [[...groupBy, ...SUMS], ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Labels come from clients: one that a spreadsheet would take for a formula gets a quote before it. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return decimal(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Never with an exponent, which other programs read as text. */
function decimal(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, '');
}
