import type { LoadReport } from '../harness/load.ts';
import type { Outcome } from '../measure.ts';
import type { WorkloadName } from '../workloads.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Figures that hold on any machine: both sides come from the same repeat, minutes apart at most. */
export type Ratios = Partial<Record<RatioName, Spread>>;

export type RatioName =
  | 'smallToBare'
  | 'bigToBare'
  | 'seenToBare'
  | 'bigBusyToBare'
  | 'streamToBare'
  | 'translatedStreamToBare'
  | 'translatedToBare'
  | 'smallToNginx'
  | 'streamToNginx'
  | 'bareSmallToNginx'
  | 'portkeySmallToWeir'
  | 'portkeyStreamToWeir'
  | 'addedReplyP50Ms'
  | 'addedFirstByteP50Ms'
  | 'bareAddedReplyP50Ms'
  | 'bareAddedFirstByteP50Ms'
  | 'memoryMbPerThousandStreams';

type Side = readonly [contestant: string, workload: WorkloadName];

const cpuRatios: Partial<Record<RatioName, readonly [above: Side, below: Side]>> = {
  smallToBare: [
    ['weir', 'small'],
    ['bare', 'small'],
  ],
  bigToBare: [
    ['weir', 'big'],
    ['bare', 'big'],
  ],
  seenToBare: [
    ['weir', 'seen'],
    ['bare', 'seen'],
  ],
  bigBusyToBare: [
    ['weir', 'big-busy'],
    ['bare', 'big-busy'],
  ],
  streamToBare: [
    ['weir', 'stream'],
    ['bare', 'stream'],
  ],
  translatedStreamToBare: [
    ['weir', 'translated-stream'],
    ['bare', 'stream'],
  ],
  translatedToBare: [
    ['weir', 'translated'],
    ['bare', 'small'],
  ],
  smallToNginx: [
    ['weir', 'small'],
    ['nginx', 'small'],
  ],
  streamToNginx: [
    ['weir', 'stream'],
    ['nginx', 'stream'],
  ],
  bareSmallToNginx: [
    ['bare', 'small'],
    ['nginx', 'small'],
  ],
  portkeySmallToWeir: [
    ['portkey', 'small'],
    ['weir', 'small'],
  ],
  portkeyStreamToWeir: [
    ['portkey', 'stream'],
    ['weir', 'stream'],
  ],
};

const addedMilliseconds: Partial<
  Record<RatioName, readonly [who: string, workload: WorkloadName, field: keyof LoadReport]>
> = {
  addedReplyP50Ms: ['weir', 'steady', 'p50Us'],
  addedFirstByteP50Ms: ['weir', 'stream', 'firstByteP50Us'],
  bareAddedReplyP50Ms: ['bare', 'steady', 'p50Us'],
  bareAddedFirstByteP50Ms: ['bare', 'stream', 'firstByteP50Us'],
};

/** Repeats in which either side failed are left out; a ratio without any repeat is absent. */
export function ratiosOf(outcomes: readonly Outcome[]): Ratios {
  const find = (contestant: string, workload: string, repeat: number): LoadReport | undefined =>
    outcomes.find((o) => o.contestant === contestant && o.workload === workload && o.repeat === repeat && !o.fault)
      ?.report;
  const repeats = [...new Set(outcomes.map((outcome) => outcome.repeat))];
  const ratios: Ratios = {};
  const keep = (name: string, values: (number | undefined)[]): void => {
    const spread = spreadOf(values.filter((value) => value !== undefined));
    if (spread) ratios[name as RatioName] = spread;
  };
  for (const [name, [above, below]] of Object.entries(cpuRatios)) {
    keep(
      name,
      repeats.map((repeat) => divide(find(...above, repeat)?.cpuUs, find(...below, repeat)?.cpuUs)),
    );
  }
  for (const [name, [who, workload, field]] of Object.entries(addedMilliseconds)) {
    keep(
      name,
      repeats.map((repeat) => added(find(who, workload, repeat)?.[field], find('direct', workload, repeat)?.[field])),
    );
  }
  return ratios;
}

function divide(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || below === undefined || below === 0 ? undefined : above / below;
}

function added(withGateway: number | undefined, direct: number | undefined): number | undefined {
  return withGateway === undefined || direct === undefined ? undefined : (withGateway - direct) / 1000;
}
