// The load generator where native/loadgen.c cannot be compiled: same flags and the same report, coarser clocks.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import type { LoadReport } from '../harness/load.ts';
import { cpuMicroseconds, residentKb } from '../harness/process-clock.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    path: { type: 'string', default: '/v1/chat/completions' },
    body: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    connections: { type: 'string', default: '32' },
    rate: { type: 'string', default: '0' },
    warm: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '5' },
    pids: { type: 'string', default: '' },
    'expect-bytes': { type: 'string' },
  },
});
if (values.port === undefined || values.body === undefined) throw new Error('--port and --body are needed');
const template = readFileSync(values.body, 'utf8').split('@@@@@@@@');
const connections = Number(values.connections);
const rate = Number(values.rate);
const expectedBytes = values['expect-bytes'] === undefined ? undefined : Number(values['expect-bytes']);
const pids = values.pids.split(',').filter(Boolean).map(Number);
const headers: Record<string, string> = { 'content-type': 'application/json' };
for (const line of values.header) headers[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 1).trim();
const target = { host: '127.0.0.1', port: Number(values.port), path: values.path, method: 'POST', headers };
const agent = new Agent({ keepAlive: true, maxSockets: connections });

let nextNumber = 0;
let isMeasuring = false;
let isOver = false;
const latencies: number[] = [];
const firstBytes: number[] = [];
const counts = {
  completed: 0,
  bodyBytes: 0,
  firstBadStatus: 0,
  non200: 0,
  wrongLength: 0,
  connectionErrors: 0,
  open: 0,
  longestQueue: 0,
};

function uniqueBody(): string {
  return template.reduce((body, part) => body + (nextNumber++).toString(16).padStart(8, '0') + part);
}

function send(dueMs: number, done: () => void): void {
  counts.open++;
  if (isMeasuring) counts.longestQueue = Math.max(counts.longestQueue, counts.open - connections);
  const finish = (): void => {
    counts.open--;
    done();
  };
  const outgoing = request({ ...target, agent }, (incoming) => {
    let bytes = 0;
    let firstByteMs = 0;
    incoming.on('data', (part: Buffer) => {
      firstByteMs ||= performance.now();
      bytes += part.length;
    });
    incoming.on('error', () => outgoing.emit('error', new Error('cut')));
    incoming.on('end', () => {
      complete({ status: incoming.statusCode ?? 0, bytes, dueMs, firstByteMs });
      finish();
    });
  });
  outgoing.once('error', () => {
    if (!isOver) counts.connectionErrors++;
    finish();
  });
  outgoing.end(uniqueBody());
}

function complete(reply: { status: number; bytes: number; dueMs: number; firstByteMs: number }): void {
  const now = performance.now();
  counts.completed++;
  counts.bodyBytes += reply.bytes;
  if (reply.status !== 200) {
    counts.non200++;
    counts.firstBadStatus ||= reply.status;
  } else if (expectedBytes !== undefined && reply.bytes !== expectedBytes) counts.wrongLength++;
  if (!isMeasuring) return;
  latencies.push((now - reply.dueMs) * 1000);
  firstBytes.push(((reply.firstByteMs || now) - reply.dueMs) * 1000);
}

function keepSending(): void {
  if (!isOver) send(performance.now(), keepSending);
}

function sendOnSchedule(startMs: number): void {
  let due = startMs;
  const timer = setInterval(() => {
    if (isOver) clearInterval(timer);
    for (const now = performance.now(); due <= now && !isOver; due += 1000 / rate) send(due, () => undefined);
  }, 1);
}

type Reading = { atMs: number; cpuUs: number; ownCpuUs: number; completed: number; bodyBytes: number };

function readAll(): Reading {
  const own = process.cpuUsage();
  const { completed, bodyBytes } = counts;
  const cpuUs = cpuMicroseconds(pids);
  return { atMs: performance.now(), cpuUs, ownCpuUs: own.user + own.system, completed, bodyBytes };
}

function atShare(samples: readonly number[], share: number): number {
  return samples[Math.floor((samples.length - 1) * share)] ?? 0;
}

function report(from: Reading, to: Reading, peakRssKb: number): LoadReport {
  for (const samples of [latencies, firstBytes]) samples.sort((a, b) => a - b);
  const elapsed = (to.atMs - from.atMs) / 1000;
  const requests = to.completed - from.completed;
  const per = Math.max(requests, 1);
  const { firstBadStatus, non200, wrongLength, connectionErrors, longestQueue } = counts;
  return {
    requests,
    perSecond: requests / elapsed,
    cpuUs: (to.cpuUs - from.cpuUs) / per,
    userShare: 0,
    p50Us: atShare(latencies, 0.5),
    p90Us: atShare(latencies, 0.9),
    p99Us: atShare(latencies, 0.99),
    firstByteP50Us: atShare(firstBytes, 0.5),
    firstByteP99Us: atShare(firstBytes, 0.99),
    firstBadStatus,
    non200,
    wrongLength,
    connectionErrors,
    longestQueue,
    peakRssKb,
    bodyBytes: (to.bodyBytes - from.bodyBytes) / per,
    generatorCpuUs: (to.ownCpuUs - from.ownCpuUs) / per,
    gatewayCores: (to.cpuUs - from.cpuUs) / 1e6 / elapsed,
  };
}

let from = readAll();
let peakRssKb = 0;
const sampler = setInterval(() => {
  peakRssKb = Math.max(peakRssKb, residentKb(pids));
}, 200);
if (rate > 0) sendOnSchedule(performance.now());
else for (let i = 0; i < connections; i++) keepSending();
setTimeout(() => {
  isMeasuring = true;
  from = readAll();
}, Number(values.warm) * 1000);
setTimeout(
  () => {
    isOver = true;
    clearInterval(sampler);
    console.log(JSON.stringify(report(from, readAll(), peakRssKb)));
    agent.destroy();
    process.exit(0);
  },
  (Number(values.warm) + Number(values.seconds)) * 1000,
);
