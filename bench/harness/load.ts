import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pinned, toolsCore } from './pin.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);

/** What one run of the generator saw, as it prints it. Times in microseconds, of the measured window. */
export type LoadReport = {
  requests: number;
  perSecond: number;
  /** User and system time of all gateway processes and threads, per request. */
  cpuUs: number;
  /** Part of that time spent in user mode; 0 when the window was too short to tell. */
  userShare: number;
  p50Us: number;
  p90Us: number;
  p99Us: number;
  /** Until the first byte of the body. */
  firstByteP50Us: number;
  firstByteP99Us: number;
  /** HTTP status of the first reply that was not 200; 0 = there was none. */
  firstBadStatus: number;
  /** The three faults count from the first request on, warm-up included. */
  non200: number;
  wrongLength: number;
  connectionErrors: number;
  /** Requests that were due while every connection was busy (open loop). */
  longestQueue: number;
  peakRssKb: number;
  /** Mean body length, without chunk framing. */
  bodyBytes: number;
  generatorCpuUs: number;
  /** Cores the gateway used; 1 = saturated for a single-threaded one. */
  gatewayCores: number;
};

export type LoadRequest = {
  port: number;
  path?: string;
  bodyFile: string;
  headers: readonly string[];
  connections: number;
  /** Requests per second; 0 = closed loop. */
  rate: number;
  warmSeconds: number;
  seconds: number;
  pids: readonly number[];
  /** Absent = reply lengths are not compared. */
  expectedBytes?: number;
};

export async function generateLoad(tools: Tools, request: LoadRequest): Promise<LoadReport> {
  const [program, ...args] = pinned(toolsCore, [...tools.loadgen, ...argumentsFor(request)]);
  const { stdout } = await run(program, args, { timeout: (request.warmSeconds + request.seconds) * 1000 + 60_000 });
  return JSON.parse(stdout) as LoadReport;
}

function argumentsFor(request: LoadRequest): string[] {
  const args = ['--port', String(request.port), '--body', request.bodyFile];
  args.push('--connections', String(request.connections), '--rate', String(request.rate));
  args.push('--warm', String(request.warmSeconds), '--seconds', String(request.seconds));
  if (request.path !== undefined) args.push('--path', request.path);
  for (const header of request.headers) args.push('--header', header);
  if (request.pids.length > 0) args.push('--pids', request.pids.join(','));
  if (request.expectedBytes !== undefined) args.push('--expect-bytes', String(request.expectedBytes));
  return args;
}

/** Why a run cannot be counted, for people; undefined when every reply was right. */
export function faultOf(report: LoadReport): string | undefined {
  const faults: string[] = [];
  if (report.non200 > 0) faults.push(`${report.non200} replies were not 200 (the first was ${report.firstBadStatus})`);
  if (report.wrongLength > 0) faults.push(`${report.wrongLength} replies had another length`);
  if (report.connectionErrors > 0) faults.push(`${report.connectionErrors} connections broke`);
  if (report.requests === 0) faults.push('no reply was complete');
  return faults.length > 0 ? faults.join(', ') : undefined;
}
