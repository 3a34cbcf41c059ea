import type { ExecutionStep } from '@weir/contract';
import { formatDuration } from '../../../parts/format-duration.ts';
import { formatUsd } from '../../../parts/format-usd.ts';
import type { StepMark } from '../graph/workflow-graph.tsx';

/** The worst first: what a box shows when it stands for the steps of many items. */
const RANK = ['failed', 'needs_attention', 'waiting', 'running', 'cancelled', 'pending', 'completed', 'skipped'];

/** How each box of the picture stands; the items of a map share the boxes of its steps. */
export function marksOf(steps: readonly ExecutionStep[]): Map<string, StepMark> {
  const groups = Map.groupBy(steps, ({ path }) => boxOf(path));
  return new Map([...groups].map(([path, group]) => [path, markOf(group)]));
}

/** The box of a step: its path without the items of maps. */
export function boxOf(path: string): string {
  return path.replace(/\[\d+\]/g, '');
}

function markOf(group: readonly ExecutionStep[]): StepMark {
  const [worst] = group.toSorted((one, other) => RANK.indexOf(one.status) - RANK.indexOf(other.status));
  const cost = group.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
  const duration = group.reduce((sum, { duration_ms }) => sum + (duration_ms ?? 0), 0);
  const parts = [
    group.length > 1 ? `${group.length}×` : '',
    cost > 0 ? formatUsd(cost) : '',
    duration > 0 ? formatDuration(duration) : '',
  ];
  return { status: worst?.status ?? 'pending', note: parts.filter((part) => part !== '').join(' · ') };
}
