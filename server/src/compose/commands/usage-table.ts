import { type Column, formatTable } from '../../cli/table.ts';
import { asArray, asNumber, asObject, isObject, type JsonObject } from '../../kernel/json.ts';

const NUMBERS: readonly Column[] = [
  { title: 'calls', align: 'right' },
  { title: 'succeeded', align: 'right' },
  { title: 'input', align: 'right' },
  { title: 'output', align: 'right' },
  { title: 'tokens', align: 'right' },
  { title: 'cost USD', align: 'right' },
  { title: 'unpriced', align: 'right' },
];

/** The usage report as the API gives it, as a table whose last row is the total. */
export function usageTable(report: JsonObject, groupBy: readonly string[], colours: boolean): string {
  const groups = (asArray(report.groups) ?? []).filter(isObject);
  const rows = groups.map((group) => [...groupBy.map((name) => String(group[name] ?? '-')), ...numbersOf(group)]);
  const total = [...groupBy.map((_, at) => (at === 0 ? 'total' : '')), ...numbersOf(report)];
  const columns = [...groupBy.map((title): Column => ({ title })), ...NUMBERS];
  return formatTable(columns, [...rows, total], { colours, hasTotal: true });
}

function numbersOf(sums: JsonObject): string[] {
  const tokens = asObject(sums.token_usage) ?? {};
  const count = (value: unknown) => (asNumber(value) ?? 0).toLocaleString('en-US');
  return [
    count(sums.request_count),
    `${((asNumber(sums.success_rate) ?? 0) * 100).toFixed(1)}%`,
    count(tokens.input),
    count(tokens.output),
    count(tokens.total),
    (asNumber(sums.total_cost) ?? 0).toFixed(6),
    count(sums.unpriced_count),
  ];
}
