import type { EventLoopLag } from '../event-loop-lag.ts';
import type { MetricName } from '../metric-table.ts';
import { sample } from './counter.ts';
import { heading } from './family.ts';

const MICROSECONDS = 1e6;

/** What the process says of itself at the moment of the scrape. */
export function renderProcess(lag: EventLoopLag, startedAtMs: number): string {
  const cpu = process.cpuUsage();
  const memory = process.memoryUsage();
  const values: [MetricName, number][] = [
    ['process_cpu_user_seconds_total', cpu.user / MICROSECONDS],
    ['process_cpu_system_seconds_total', cpu.system / MICROSECONDS],
    ['process_cpu_seconds_total', (cpu.user + cpu.system) / MICROSECONDS],
    ['process_start_time_seconds', startedAtMs / 1000],
    ['process_resident_memory_bytes', memory.rss],
    ['nodejs_heap_size_total_bytes', memory.heapTotal],
    ['nodejs_heap_size_used_bytes', memory.heapUsed],
    ['nodejs_external_memory_bytes', memory.external],
    ['nodejs_eventloop_lag_seconds', lag.meanMs / 1000],
    ['nodejs_eventloop_lag_p99_seconds', lag.p99Ms / 1000],
    ['nodejs_eventloop_lag_max_seconds', lag.maxMs / 1000],
  ];
  return values.map(([name, value]) => heading(name) + sample(name, '', value)).join('');
}
