import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreGroups } from '../../../../../scripts/grouping/score-groups.ts';
import { requirement } from '../../../../../test/support/requirement.ts';
import { imaginedLogs } from '../testing/imagined-systems.ts';
import { Miner } from './miner.ts';
import { summarize } from './summarize.ts';

const mine = (texts: readonly string[], options = {}) => {
  const miner = new Miner(options);
  const shapes = texts.map((body) => miner.add({ body, bytes: Buffer.byteLength(body) }));
  return { ...miner.mine(), shapes };
};
const templates = (texts: readonly string[]) => mine(texts).patterns.map(({ template }) => template);
const each = (values: string, line: (value: string) => string) => values.split(' ').map(line);

describe('patterns', () => {
  test('merges lines that differ in variables only, whatever those are', () => {
    expect(
      templates([
        ...each('anna bob carol dave erin', (user) => `User ${user} logged in from 10.0.0.1`),
        ...each('lamp,chair rug desk,mug,vase', (list) => `Packed ${list.replaceAll(',', ', ')} for the next parcel`),
        'node-17 is up',
        'node-18 is up',
      ]),
    ).toEqual(['User <*> logged in from <*>', 'Packed <*> for the next parcel', 'node-<*> is up']);
  });

  test('keeps apart what says different things', () => {
    const texts = [
      'connection opened',
      'connection closed',
      'level=info msg="started"',
      'level=info msg="shutting down"',
      'level=info msg="config reloaded"',
      'level=info msg="cache warmed up"',
      'backup succeeded in 5 s',
      'backup failed in 5 s',
    ];
    expect(mine(texts).patterns).toHaveLength(texts.length);
  });

  test('takes free text after a failure for a variable', () => {
    const errors = [
      'timeout',
      'connection refused',
      'no route to host',
      'broken pipe',
      'disk is full',
      'too many open files',
    ];
    expect(templates(errors.map((error) => `Upload of batch 7 failed: ${error}`))).toEqual([
      'Upload of batch <*> failed: <*>',
    ]);
  });

  test('finds names that change all at once', () => {
    const name = (number: number) => [...String(number)].map((digit) => 'ghijklmnop'[Number(digit)]).join('');
    const lines = Array.from(
      { length: 40 },
      (_, at) => `Moved ${name(at * 77)} of team ${name(at * 991)} to the new plan`,
    );
    expect(templates(lines)).toEqual(['Moved <*> of team <*> to the new plan']);
  });

  test('does not depend on how often the same lines come', () => {
    const lines = imaginedLogs(300, 4).flatMap(({ raw }) => raw);
    const often = Array.from({ length: 20 }, () => lines).flat();
    expect(templates(often)).toEqual(templates(lines));
  });

  test('knows the same pattern with and without a header', () => {
    const header = (at: number) => `2026-01-01 10:00:0${at} INFO [worker ${at}] com.acme.Shop: `;
    const messages = ['cart 5 was emptied', 'order 7 was sent', 'user 9 left'];
    const [bare, headed] = [messages, messages.map((message, at) => header(at) + message)].map(
      (texts) => mine(texts).patterns,
    );
    expect(new Set(headed?.map(({ id }) => id))).toEqual(new Set(bare?.map(({ id }) => id)));
    expect(headed?.map(({ template }) => template)).toContain(
      '<*> INFO [worker <*>] com.acme.Shop: cart <*> was emptied',
    );
  });

  test('gives each line the id of its pattern', () => {
    const { shapes, patternOfShape } = mine(['a 1 b', 'c', 'a 2 b', '']);
    const ids = shapes.map((shape) => patternOfShape(shape)?.id);
    expect(ids[0]).toBe(ids[2]);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^p[01][0-9a-f]{13}$/);
  });
});

test('ids are the same in whatever order lines come, and after a restart', () => {
  const lines = imaginedLogs(600, 3).flatMap(({ content }) => content);
  const idsOf = (texts: readonly string[]) =>
    mine(texts)
      .patterns.map(({ id, template, lines }) => `${id} ${template} ${lines}`)
      .sort();
  const expected = idsOf(lines);
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      expect(idsOf(shuffled)).toEqual(expected);
    }),
    { numRuns: 4 },
  );
});

test('counts lines, bytes, severities and times', () => {
  const miner = new Miner({ maxExamples: 2 });
  miner.add({ body: 'job 1 done', bytes: 10, time: 2000, severity: 'info' });
  miner.add({ body: 'job 2 done', bytes: 11, time: 1000, severity: 'WARN' });
  miner.add({ body: 'job 3 done', bytes: 12 });
  miner.add({ body: '2026-01-01 12:00:00 ERROR mail ana@example.org lost', bytes: 50 });
  const { patterns } = miner.mine();
  expect(patterns[0]).toMatchObject({
    lines: 3,
    bytes: 33,
    severities: { INFO: 1, WARNING: 1, UNKNOWN: 1 },
    firstSeen: 1000,
    lastSeen: 2000,
    examples: ['job 1 done'],
  });
  expect(patterns[1]).toMatchObject({
    severities: { ERROR: 1 },
    firstSeen: undefined,
    examples: ['2026-01-01 12:00:00 ERROR mail <email> lost'],
  });
  expect(summarize(patterns)).toEqual({
    total_logs: 4,
    unique_patterns: 2,
    clusters: 2,
    error_rate: 0.25,
    severity_distribution: { INFO: 1, WARNING: 1, ERROR: 1, UNKNOWN: 1 },
  });
});

test('remembers a bounded number of shapes, and loses no count', () => {
  const words = (number: number) => number.toString(2).replaceAll('0', 'no').replaceAll('1', 'yes');
  const texts = Array.from({ length: 3000 }, (_, line) =>
    line % 3 === 0 ? 'heartbeat' : `state${words(line)} is ${words(line * 7)} since 5 s`,
  );
  const { patterns, shapes, patternOfShape } = mine(texts, { maxShapes: 300 });
  expect(patterns.length).toBeLessThanOrEqual(300);
  expect(patterns.reduce((sum, { lines }) => sum + lines, 0)).toBe(3000);
  expect(patterns.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(texts.reduce((sum, text) => sum + text.length, 0));
  const assigned = new Map<string, number>();
  for (const shape of shapes) {
    const id = patternOfShape(shape)?.id ?? 'none';
    assigned.set(id, (assigned.get(id) ?? 0) + 1);
  }
  expect([...assigned].sort()).toEqual(patterns.map(({ id, lines }) => [id, lines] as const).sort());
});

describe(requirement('C3'), () => {
  test('groups the lines of systems it has never seen, one configuration for all', () => {
    const scores = imaginedLogs(2000, 11).map(({ content, events }) => {
      const { shapes, patternOfShape } = mine(content);
      return scoreGroups(
        events,
        shapes.map((shape) => patternOfShape(shape)?.id ?? ''),
      );
    });
    expect(scores.length).toBeGreaterThan(5);
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean(scores.map(({ accuracy }) => accuracy))).toBeGreaterThan(0.96);
    expect(mean(scores.map(({ groupF1 }) => groupF1))).toBeGreaterThan(0.93);
    for (const { accuracy, groupF1 } of scores) {
      expect(accuracy).toBeGreaterThan(0.8);
      expect(groupF1).toBeGreaterThan(0.7);
    }
  });

  test('puts patterns alike in wording into one cluster', () => {
    const { patterns } = mine([
      'Payment 5 accepted by bank today',
      'Payment 5 declined by bank today',
      'Disk sda1 is full',
    ]);
    const clusterOf = (start: string) => patterns.find(({ template }) => template.startsWith(start))?.cluster;
    expect(clusterOf('Payment <*> accepted')).toBe(clusterOf('Payment <*> declined'));
    expect(clusterOf('Disk')).not.toBe(clusterOf('Payment <*> accepted'));
  });
});
