import type { LoadReport } from '../harness/load.ts';
import type { Workload } from '../workloads.ts';
import type { RatioName } from './ratios.ts';
import type { BenchResult } from './result.ts';
import { type Spread, spreadOf } from './spread.ts';

const ratioLabels: Record<RatioName, string> = {
  smallToBare: 'small: weir / bare (CPU)',
  bigToBare: '50 KB unseen: weir / bare (CPU)',
  seenToBare: '50 KB seen prefix: weir / bare (CPU)',
  bigBusyToBare: '50 KB unseen, closed loop: weir / bare (CPU)',
  streamToBare: 'stream, same wire: weir / bare (CPU)',
  translatedStreamToBare: 'stream, translated: weir / bare (CPU)',
  translatedToBare: 'small, translated: weir / bare (CPU)',
  smallToNginx: 'small: weir / nginx (CPU)',
  streamToNginx: 'stream: weir / nginx (CPU)',
  bareSmallToNginx: 'small: bare / nginx (CPU)',
  portkeySmallToWeir: 'small: portkey / weir (CPU)',
  portkeyStreamToWeir: 'stream: portkey / weir (CPU)',
  addedReplyP50Ms: 'reply p50 that weir adds at 200/s (ms)',
  addedFirstByteP50Ms: 'first streamed byte p50 that weir adds (ms)',
  bareAddedReplyP50Ms: 'reply p50 that bare adds at 200/s (ms)',
  bareAddedFirstByteP50Ms: 'first streamed byte p50 that bare adds (ms)',
  memoryMbPerThousandStreams: 'memory per 1,000 open streams, weir (MB)',
};

export function labelOf(name: RatioName): string {
  return ratioLabels[name];
}

/** Everything for people: a table per workload, then memory, ratios, notes and faults. */
export function renderResult(result: BenchResult, workloads: readonly Workload[]): string {
  const parts = workloads.map((workload) => renderWorkload(result, workload));
  if (result.memory.length > 0) parts.push(renderMemory(result));
  parts.push(renderRatios(result), renderRemarks(result));
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderWorkload(result: BenchResult, workload: Workload): string {
  const mine = result.outcomes.filter((outcome) => outcome.workload === workload.name);
  const names = [...new Set(mine.map((outcome) => outcome.contestant))];
  if (names.length === 0) return '';
  const latency = workload.isStream ? 'first byte p50 us' : 'p50 us';
  const header = [workload.name, 'CPU us', 'x bare', 'x nginx', latency, 'p99 us', 'req/s', 'peak RSS MB', 'faults'];
  const cpuOf = (name: string): number | undefined => median(reportsOf(name), 'cpuUs');
  const reportsOf = (name: string): LoadReport[] =>
    mine.filter((outcome) => outcome.contestant === name && !outcome.fault).flatMap((outcome) => outcome.report ?? []);
  const rows = names.map((name) => {
    const reports = reportsOf(name);
    const cpu = name === 'direct' ? undefined : cpuOf(name);
    const p50 = median(reports, workload.isStream ? 'firstByteP50Us' : 'p50Us');
    const p99 = median(reports, workload.isStream ? 'firstByteP99Us' : 'p99Us');
    const rss = median(reports, 'peakRssKb');
    const faults = mine.filter((outcome) => outcome.contestant === name && outcome.fault).length;
    return [
      name,
      number(cpu),
      times(cpu, cpuOf('bare')),
      times(cpu, cpuOf('nginx')),
      number(p50),
      number(p99),
      number(median(reports, 'perSecond')),
      name === 'direct' ? '-' : number(rss === undefined ? undefined : rss / 1024),
      faults > 0 ? `FAILED ${faults} of ${mine.filter((outcome) => outcome.contestant === name).length}` : '0',
    ];
  });
  return `${workload.about}\n${renderTable([header, ...rows])}`;
}

function renderMemory(result: BenchResult): string {
  const header = ['memory', 'before MB', 'at 1,000 streams MB', 'growth MB', 'faults'];
  const rows = result.memory.map((figure) => [
    figure.contestant,
    number(figure.beforeMb),
    number(figure.openMb),
    number(figure.growthMb),
    figure.fault === undefined ? '0' : 'FAILED',
  ]);
  return `1,000 open streams, a chunk each 200 ms\n${renderTable([header, ...rows])}`;
}

function renderRatios(result: BenchResult): string {
  const rows = Object.entries(result.ratios).map(([name, spread]) => [
    labelOf(name as RatioName),
    spread.median.toFixed(2),
    range(spread),
  ]);
  return rows.length === 0 ? '' : renderTable([['ratio within one repeat', 'median', 'min - max'], ...rows]);
}

function renderRemarks(result: BenchResult): string {
  const lines = Object.entries(result.skipped).map(([name, reason]) => `skipped ${name}: ${reason}`);
  lines.push(...result.notes.map((note) => `note: ${note}`));
  for (const { contestant, workload, repeat, fault } of result.outcomes) {
    if (fault !== undefined) lines.push(`FAILED ${contestant} ${workload} (repeat ${repeat}): ${fault}`);
  }
  for (const { contestant, fault } of result.memory) {
    if (fault !== undefined) lines.push(`FAILED ${contestant} memory: ${fault}`);
  }
  lines.push(...renderOtherLoad(result));
  return lines.join('\n');
}

/** Above this the median of a repeat or two may be off; the ratios suffer less than the microseconds. */
const noticeableLoad = 0.1;

function renderOtherLoad(result: BenchResult): string[] {
  const disturbed = result.outcomes.filter(({ otherLoad = 0 }) => otherLoad > noticeableLoad);
  const worst = disturbed.toSorted((a, b) => (b.otherLoad ?? 0) - (a.otherLoad ?? 0))[0];
  if (!worst) return [];
  const share = Math.round((worst.otherLoad ?? 0) * 100);
  return [
    `note: other programs used the gateway's core in ${disturbed.length} of ${result.outcomes.length} measurements (up to ${share}% of it: ${worst.contestant} ${worst.workload}, repeat ${worst.repeat}); repeat on a quiet machine before you believe a small difference`,
  ];
}

/** Columns as wide as their widest cell; the first one to the left, the others to the right. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

function median(reports: readonly LoadReport[], field: keyof LoadReport): number | undefined {
  return spreadOf(reports.map((report) => report[field]))?.median;
}

function number(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

function times(value: number | undefined, reference: number | undefined): string {
  return value === undefined || reference === undefined || reference === 0 ? '-' : `${(value / reference).toFixed(2)}x`;
}

function range(spread: Spread): string {
  return `${spread.min.toFixed(2)} - ${spread.max.toFixed(2)}`;
}
