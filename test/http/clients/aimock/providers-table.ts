import { CORPUS } from '../../../contracts/corpus.ts';
import { MOCKED_PROVIDERS } from './providers.ts';
import type { Cell, ClientWire, Verdict } from './run-cell.ts';

export const CLIENT_WIRES: readonly ClientWire[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];

/** Every provider by every client wire, whole and streamed, by every conversation. */
export function allCells(): Cell[] {
  return MOCKED_PROVIDERS.flatMap((provider) =>
    CLIENT_WIRES.flatMap((wire) =>
      [false, true].flatMap((stream) => CORPUS.map((conversation) => ({ provider, wire, stream, conversation }))),
    ),
  );
}

export interface Result {
  readonly cell: Cell;
  readonly verdict: Verdict;
}

/** One line per provider, one column per wire and form: `passed` of those that apply. Reasons and failures below. */
export function renderTable(results: readonly Result[]): string {
  const columns = CLIENT_WIRES.flatMap((wire) => [false, true].map((stream) => ({ wire, stream })));
  const header = ['provider', ...columns.map(({ wire, stream }) => `${wire}${stream ? ' stream' : ''}`)];
  const rows = MOCKED_PROVIDERS.map(({ title }) => [
    title,
    ...columns.map(({ wire, stream }) =>
      share(
        results.filter(({ cell }) => cell.provider.title === title && cell.wire === wire && cell.stream === stream),
      ),
    ),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const lines = [header, ...rows].map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  return [...lines, '', ...notes(results)].join('\n');
}

function share(results: readonly Result[]): string {
  const count = (state: Verdict['state']) => results.filter(({ verdict }) => verdict.state === state).length;
  const passed = count('passed');
  const failed = count('failed');
  const left = count('not applicable');
  return `${passed}/${passed + failed}${left === 0 ? '' : ` (${left} n/a)`}`;
}

function notes(results: readonly Result[]): string[] {
  const reasons = new Map<string, number>();
  for (const { cell, verdict } of results) {
    if (verdict.state !== 'not applicable') continue;
    const reason = `not applicable: "${cell.conversation.name}": ${verdict.why}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const failures = results.flatMap(({ cell, verdict }) =>
    verdict.state === 'failed' ? [`FAILED ${nameOf(cell)}: ${verdict.why}`] : [],
  );
  return [...[...reasons].map(([reason, times]) => `${reason} (${times} times)`), ...failures];
}

export function nameOf({ provider, wire, stream, conversation }: Cell): string {
  return `${wire}${stream ? ' stream' : ''} -> ${provider.title}: ${conversation.name}`;
}
