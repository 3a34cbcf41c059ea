import type { Payload } from './harness/payloads.ts';

/** One way of sending requests. The CPU ratios come from closed loops, where nothing waits for a wake-up of its own. */
export type Workload = {
  name: WorkloadName;
  /** For people: what is sent. */
  about: string;
  payload: Payload;
  connections: number;
  /** Requests per second; 0 = closed loop. */
  rate: number;
  warmSeconds: number;
  seconds: number;
  /** Names of the contestants that run it: those whose figure is part of a ratio or worth seeing. */
  contestants: readonly string[];
  /** The client's wire is not the upstream's, so no contestant can pass bytes through. */
  isTranslated: boolean;
  isStream: boolean;
  /** Runs only when `--only` names it. */
  onDemand: boolean;
};

export type WorkloadName =
  | 'small'
  | 'steady'
  | 'big'
  | 'seen'
  | 'big-busy'
  | 'stream'
  | 'translated'
  | 'translated-stream';

const gateways = ['nginx', 'bare', 'weir', 'portkey'];
const everybody = ['direct', ...gateways];
const reply = {
  rate: 0,
  warmSeconds: 0.5,
  seconds: 2,
  isTranslated: false,
  isStream: false,
  onDemand: false,
  contestants: gateways,
};
const big = { ...reply, connections: 64, rate: 300, seconds: 3 };
// A stream lives for one second, so the warm-up outlasts it: the number of open streams is level when counting starts.
const stream = { ...reply, connections: 128, rate: 50, warmSeconds: 1.5, seconds: 4, isStream: true };

export const workloads: readonly Workload[] = [
  {
    ...reply,
    name: 'small',
    about: '1 KB prompt, 32 connections, as fast as they go',
    payload: 'small',
    connections: 32,
  },
  {
    ...reply,
    name: 'steady',
    about: '1 KB prompt, 200 requests a second',
    payload: 'small',
    connections: 32,
    rate: 200,
    seconds: 3,
    contestants: everybody,
  },
  { ...big, name: 'big', about: '50 KB chat, every turn new, 300 a second', payload: 'bigUnseen' },
  {
    ...big,
    name: 'seen',
    about: '50 KB chat, only the last turn new, 300 a second',
    payload: 'bigSeen',
    contestants: ['bare', 'weir'],
  },
  {
    ...reply,
    name: 'big-busy',
    about: '50 KB chat, every turn new, 16 connections, as fast as they go',
    payload: 'bigUnseen',
    connections: 16,
    onDemand: true,
  },
  {
    ...stream,
    name: 'stream',
    about: '50 streams a second of 100 chunks, 10 ms apart',
    payload: 'stream',
    contestants: everybody,
  },
  {
    ...reply,
    name: 'translated',
    about: '1 KB prompt, OpenAI client to Anthropic upstream, 32 connections',
    payload: 'smallTranslated',
    connections: 32,
    contestants: ['weir'],
    isTranslated: true,
  },
  {
    ...stream,
    name: 'translated-stream',
    about: '50 streams a second, OpenAI client to Anthropic upstream',
    payload: 'streamTranslated',
    contestants: ['weir'],
    isTranslated: true,
  },
];

/**
 * Brings a fresh process to its working temperature before anything is counted. V8 compiles a gateway's functions on threads
 * of their own while the first tens of thousands of calls pass; that time belongs to the start, not to a call.
 */
export const warmUp = { payload: 'small', connections: 32, seconds: 6 } as const;
