import { describe, expect, test } from 'vitest';
import { LiveTraffic, type ReportedLines } from './live-traffic.ts';

const MINUTE = 60_000;
const report = (signature: string, lines: number, of: Partial<ReportedLines> = {}): ReportedLines => ({
  ...{ signature, lines, bytes: lines * 10, errors: 0, severities: { INFO: lines }, example: undefined },
  ...of,
});
const kinds = (live: LiveTraffic) => live.anomalies((signature) => signature).map(({ kind }) => kind);

describe('minutes of a service', () => {
  test('are complete when the next one begins', () => {
    const live = new LiveTraffic();
    expect(live.add([report('a', 5)], 0)).toBe(false);
    expect(live.add([report('a', 5)], MINUTE - 1)).toBe(false);
    expect(live.add([], MINUTE)).toBe(true);
    expect(live.traffic()).toMatchObject([{ signature: 'a', linesPerHour: 600, bytesPerHour: 6000 }]);
  });

  test('tell a flood from what is usual, and forget it after an hour', () => {
    const live = new LiveTraffic();
    for (let minute = 0; minute < 12; minute++) live.add([report('a', 100 + (minute % 3))], minute * MINUTE);
    expect(kinds(live)).toEqual([]);
    for (let minute = 12; minute < 15; minute++) live.add([report('a', 900)], minute * MINUTE);
    live.add([], 15 * MINUTE);
    expect(kinds(live)).toEqual(['rate_band']);
    for (let minute = 15; minute < 80; minute++) live.add([report('a', 900)], minute * MINUTE);
    expect(kinds(live)).toEqual([]);
    live.add([report('a', 1)], 500 * MINUTE);
    expect(live.traffic()).toMatchObject([{ linesPerHour: 0 }]);
  });

  test('hold a bounded number of signatures', () => {
    const live = new LiveTraffic();
    live.add(
      Array.from({ length: 6000 }, (_, at) => report(`s${at}`, 1)),
      0,
    );
    expect(live.traffic()).toHaveLength(5000);
  });
});
