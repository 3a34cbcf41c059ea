import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** User and system time of processes so far, in ticks of 10 ms where there is `/proc`, else as `ps` tells it. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (fromProc(pid) ?? fromPs(pid)), 0);
}

function fromProc(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return undefined;
  }
}

/** `ps` prints [days-][hours:]minutes:seconds. */
function fromPs(pid: number): number {
  const parts = ps(pid, 'time=').split(/[-:]/).map(Number);
  const weights = [1, 60, 3_600, 86_400];
  return parts.reverse().reduce((sum, part, index) => sum + part * (weights[index] ?? 0) * 1e6, 0);
}

/** Resident memory of all of them together; a process that has ended counts as nothing. */
export function residentKb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (residentFromProc(pid) ?? (Number(ps(pid, 'rss=')) || 0)), 0);
}

function residentFromProc(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function ps(pid: number, format: string): string {
  try {
    return execFileSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
