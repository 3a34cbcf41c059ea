import type { Anomaly } from './find-anomalies.ts';

/** An anomaly with how bad it is and a sentence about it, as the API and the command line show it. */
export interface DescribedAnomaly extends Anomaly {
  readonly severity: 'high' | 'medium';
  readonly message: string;
}

const HIGH = new Set<Anomaly['kind']>(['error_surge', 'error_share']);

export function describeAnomaly(anomaly: Anomaly): DescribedAnomaly {
  return {
    ...anomaly,
    severity: HIGH.has(anomaly.kind) ? 'high' : 'medium',
    message: anomalySentence(anomaly, anomaly.pattern ?? 'The service'),
  };
}

/** `name` is what to call what it is about. */
export function anomalySentence({ kind, seen, usual }: Anomaly, name: string): string {
  const bound = seen < usual ? 'least' : 'most';
  return `${name}: ${kind.replace('_', ' ')}, ${short(seen)} now, ${short(usual)} at ${bound} before`;
}

function short(number: number): number {
  return Number(number.toPrecision(3));
}
