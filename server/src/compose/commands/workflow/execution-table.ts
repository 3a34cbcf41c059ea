import type { ExecutionObject, ExecutionStep } from '@weir/contract';
import { type Column, coloured, formatTable } from '../../../cli/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'step' },
  { title: 'type' },
  { title: 'status' },
  { title: 'retries', align: 'right' },
  { title: 'tokens', align: 'right' },
  { title: 'cost USD', align: 'right' },
  { title: 'model' },
  { title: 'ms', align: 'right' },
];

/** A run: a line about it, its steps as a table, and what it gave or why it failed. */
export function executionText(of: ExecutionObject, colours: boolean): string {
  const rows = of.steps.map(stepRow);
  const total = ['total', '', of.status, '', String(of.tokens_used), of.cost_usd.toFixed(6), '', ms(of.duration_ms)];
  const table = formatTable(COLUMNS, [...rows, total], { colours, hasTotal: true });
  const head = `run ${of.id} of version ${of.version}: ${colouredStatus(of.status, colours)}`;
  return [head, '', table, ...outcome(of)].join('\n');
}

function stepRow(step: ExecutionStep): string[] {
  const status = step.reused_from === null ? step.status : `${step.status} (reused)`;
  return [
    ...[step.path, step.type, status, step.retry_count === 0 ? '' : String(step.retry_count)],
    ...[step.tokens_used === 0 ? '' : String(step.tokens_used), step.cost_usd === 0 ? '' : step.cost_usd.toFixed(6)],
    ...[step.model_name ?? '', ms(step.duration_ms)],
  ];
}

function outcome({ status, error, output }: ExecutionObject): string[] {
  if (error !== null) {
    const where = error.step === undefined ? '' : ` in ${error.step}`;
    return ['', `${error.code}${where}: ${error.message}`];
  }
  if (status !== 'completed' || output === null || output === undefined) return [];
  return ['', typeof output === 'string' ? output : JSON.stringify(output, null, 2)];
}

export function colouredStatus(status: ExecutionObject['status'], colours: boolean): string {
  const colour = status === 'completed' ? 'green' : status === 'failed' ? 'red' : 'yellow';
  return coloured(colour, status, colours);
}

function ms(duration: number | null): string {
  return duration === null ? '' : String(Math.round(duration));
}
