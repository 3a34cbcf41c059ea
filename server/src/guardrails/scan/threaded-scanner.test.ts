import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { GuardPlan } from '../../ports/guard-policy.ts';
import type { Detector } from '../../ports/guardrail.ts';
import { redact } from '../redact.ts';
import { ThreadedScanner } from './threaded-scanner.ts';

/** Sees the letter x, in both tiers. */
const seesX: Detector = {
  name: 'pii',
  full: (text) => ({ score: text.includes('x') ? 0.6 : 0, detections: xs(text) }),
  threshold: () => 0.5,
};
const xs = (text: string) => {
  const start = text.indexOf('x');
  return start < 0 ? [] : [{ type: 'x', start, end: start + 1, score: 0.6 }];
};

function scanner() {
  const scanned: string[] = [];
  const tiers = new ThreadedScanner({
    clock: new ManualClock(),
    maxWaitingCharacters: 100,
    backgroundShare: () => 1,
    start: () => {
      throw new Error('no thread in this test');
    },
    detectors: [seesX],
    inline: {
      scan(text) {
        scanned.push(text);
        return xs(text).map((found) => ({ guardrail: 'pii', ...found }));
      },
    },
    redact,
  });
  return { tiers, scanned };
}

function plan(more: Partial<GuardPlan> = {}, threshold?: number): GuardPlan {
  return {
    version: String(threshold),
    rules: [{ guardrail: 'pii', mode: 'monitor', threshold }],
    custom: [],
    outside: [],
    isStrict: false,
    inBackground: false,
    ...more,
  };
}

describe('the inline tier', () => {
  test('takes no text for another that looks alike', () => {
    const { tiers } = scanner();
    const clean = 'y'.repeat(3000);
    const other = `${'y'.repeat(100)}x${'y'.repeat(2899)}`;
    for (const text of [clean, other, clean, other, clean]) {
      expect(tiers.inline({ text, origin: 'user' }, plan())).toHaveLength(text.includes('x') ? 1 : 0);
    }
  });

  test('looks at a long text that comes again twice, and keeps what it finds apart by origin', () => {
    const { tiers, scanned } = scanner();
    const text = `x${'y'.repeat(3000)}`;
    const first = tiers.inline({ text, origin: 'user' }, plan());
    for (let turn = 0; turn < 3; turn++) expect(tiers.inline({ text, origin: 'user' }, plan())).toEqual(first);
    expect(scanned).toHaveLength(2);
    tiers.inline({ text, origin: 'untrusted' }, plan());
    expect(scanned).toHaveLength(3);
    expect(first).toMatchObject([{ guardrail: 'pii', start: 0, end: 1 }]);
  });

  test('tells only what the plan asks for', () => {
    const { tiers } = scanner();
    expect(tiers.inline({ text: 'x', origin: 'user' }, plan({ rules: [] }))).toEqual([]);
    expect(tiers.inline({ text: 'x', origin: 'user' }, plan({}, 0.9))).toEqual([]);
  });
});

describe('the full tier on the spot', () => {
  test('lists what reaches the threshold of the plan, before the one of the detector', () => {
    const { tiers } = scanner();
    const of = { text: 'a x', origin: 'output' } as const;
    expect(tiers.now(of, plan()).hits).toHaveLength(1);
    expect(tiers.now(of, plan({}, 0.9))).toEqual({ score: 0.6, hits: [] });
  });

  test('knows guardrails of the operator', () => {
    const { tiers } = scanner();
    const own = plan({
      version: 'own',
      rules: [{ guardrail: 'own', mode: 'block', threshold: undefined }],
      custom: [{ name: 'own', words: ['secret garden'] }],
    });
    expect(tiers.now({ text: 'The Secret Garden', origin: 'user' }, own).hits).toMatchObject([
      { guardrail: 'own', type: 'own', start: 4, end: 17, score: 1 },
    ]);
  });
});
