import type { RollupTable, UsageRecordTable } from '../schema.ts';

/** Rows as one array per column, in the order of INSERT_RECORDS. */
export function recordColumns(rows: readonly UsageRecordTable[]): unknown[] {
  const text = (of: (row: UsageRecordTable) => string) => rows.map((row) => storable(of(row)));
  const number = (of: (row: UsageRecordTable) => number) => rows.map((row) => Math.round(of(row)));
  return [
    text((row) => row.request_id),
    number((row) => row.timestamp),
    text((row) => row.project_id),
    text((row) => row.key_id),
    text((row) => row.user_id),
    text((row) => row.agent_type),
    text((row) => row.model),
    text((row) => row.provider),
    text((row) => row.wire),
    number((row) => row.succeeded),
    number((row) => row.input_tokens),
    number((row) => row.output_tokens),
    number((row) => row.cost_nano),
    number((row) => row.unpriced),
    number((row) => row.estimated),
    number((row) => row.saved_nano),
    text((row) => row.run_id),
    text((row) => row.record),
  ];
}

/** In the order of their keys: two replicas that add to the same sums must meet them in the same order. */
export function rollupColumns(sums: Iterable<RollupTable>): unknown[] {
  const rows = [...sums]
    .map((row) => ({ row, key: JSON.stringify([row.start, ...DIMENSIONS.map((dimension) => row[dimension])]) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ row }) => row);
  const of = (column: keyof RollupTable) => rows.map((row) => row[column]);
  return [
    of('start'),
    ...DIMENSIONS.map((dimension) => of(dimension).map((value) => storable(String(value)))),
    ...SUMS.map(of),
  ];
}

const DIMENSIONS = ['project_id', 'user_id', 'key_id', 'agent_type', 'model', 'provider', 'wire'] as const;
const SUMS = [
  'calls',
  'succeeded',
  'input_tokens',
  'output_tokens',
  'cost_nano',
  'unpriced',
  'estimated',
  'saved_nano',
] as const;

/** PostgreSQL has no U+0000 in text; a record that cannot be stored would hold up all behind it. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{FFFD}') : text;
}
