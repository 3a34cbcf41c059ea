import { describe, expect, it } from 'vitest';
import type { LoadReport } from '../harness/load.ts';
import type { Outcome } from '../measure.ts';
import { ratiosOf } from './ratios.ts';

const silent: LoadReport = {
  requests: 1,
  perSecond: 1,
  cpuUs: 0,
  userShare: 0,
  p50Us: 0,
  p90Us: 0,
  p99Us: 0,
  firstByteP50Us: 0,
  firstByteP99Us: 0,
  firstBadStatus: 0,
  non200: 0,
  wrongLength: 0,
  connectionErrors: 0,
  longestQueue: 0,
  peakRssKb: 0,
  bodyBytes: 0,
  generatorCpuUs: 0,
  gatewayCores: 0,
};

function outcome(who: string, figures: Partial<LoadReport>, about: Partial<Outcome> = {}): Outcome {
  return { contestant: who, workload: 'small', repeat: 1, ...about, report: { ...silent, ...figures } };
}

describe('ratios', () => {
  it('divides within one repeat, so that a slow minute slows both sides', () => {
    const ratios = ratiosOf([
      outcome('bare', { cpuUs: 30 }),
      outcome('weir', { cpuUs: 45 }),
      outcome('bare', { cpuUs: 60 }, { repeat: 2 }),
      outcome('weir', { cpuUs: 90 }, { repeat: 2 }),
    ]);
    expect(ratios.smallToBare).toEqual({ median: 1.5, min: 1.5, max: 1.5 });
  });

  it('gives the median and the range over the repeats', () => {
    const repeats = [1.2, 3, 1.5].flatMap((factor, index) => [
      outcome('bare', { cpuUs: 10 }, { repeat: index + 1 }),
      outcome('weir', { cpuUs: 10 * factor }, { repeat: index + 1 }),
    ]);
    expect(ratiosOf(repeats).smallToBare).toEqual({ median: 1.5, min: 1.2, max: 3 });
  });

  it('leaves out a repeat in which one side failed', () => {
    const ratios = ratiosOf([
      outcome('bare', { cpuUs: 30 }),
      { ...outcome('weir', { cpuUs: 1 }), fault: '3 replies were not 200' },
      outcome('bare', { cpuUs: 30 }, { repeat: 2 }),
      outcome('weir', { cpuUs: 60 }, { repeat: 2 }),
    ]);
    expect(ratios.smallToBare).toEqual({ median: 2, min: 2, max: 2 });
  });

  it('has no ratio at all without the other side', () => {
    expect(ratiosOf([outcome('weir', { cpuUs: 45 })])).toEqual({});
  });

  it('counts added time from the direct way, in milliseconds', () => {
    const steady = { workload: 'steady' };
    const ratios = ratiosOf([outcome('direct', { p50Us: 100 }, steady), outcome('weir', { p50Us: 350 }, steady)]);
    expect(ratios.addedReplyP50Ms?.median).toBeCloseTo(0.25);
  });

  it('compares a translated stream with the same-wire stream of the bare proxy', () => {
    const ratios = ratiosOf([
      outcome('bare', { cpuUs: 3000 }, { workload: 'stream' }),
      outcome('weir', { cpuUs: 4200 }, { workload: 'translated-stream' }),
    ]);
    expect(ratios.translatedStreamToBare?.median).toBeCloseTo(1.4);
  });
});
