import { expect, test } from 'vitest';
import type { Detector } from '../../ports/guardrail.ts';
import { ScanRunner } from './run-scan-job.ts';

function counting() {
  const looked: string[] = [];
  const detector: Detector = {
    name: 'pii',
    full(text) {
      looked.push(text);
      return { score: 0, detections: [] };
    },
    threshold: () => 0.5,
  };
  const runner = new ScanRunner({ detectors: [detector], maxVerdicts: 100 });
  const run = (texts: readonly string[], version = 'v') =>
    runner.run({
      version,
      texts: texts.map((text) => ({ text, origin: 'user' })),
      rules: [{ guardrail: 'pii', mode: 'monitor', threshold: undefined }],
      custom: [],
    });
  return { looked, run };
}

test('of a growing conversation only the new message is looked at', () => {
  const { looked, run } = counting();
  const messages = Array.from({ length: 20 }, (_, at) => `message ${at}`);
  run(messages.slice(0, 19));
  looked.length = 0;
  expect(run(messages)).toHaveLength(20);
  expect(looked).toEqual(['message 19']);
});

test('another version of the policy looks at everything again', () => {
  const { looked, run } = counting();
  run(['a']);
  run(['a'], 'another');
  expect(looked).toEqual(['a', 'a']);
});

test('a text as a whole that reaches the threshold is a hit of its own when no place in it is', () => {
  const whole: Detector = {
    name: 'harmful',
    full: () => ({ score: 0.9, detections: [{ type: 'weak', start: 0, end: 1, score: 0.2 }] }),
    threshold: () => 0.5,
  };
  const runner = new ScanRunner({ detectors: [whole], maxVerdicts: 10 });
  const [verdict] = runner.run({
    version: 'v',
    texts: [{ text: 'abc', origin: 'user' }],
    rules: [{ guardrail: 'harmful', mode: 'block', threshold: undefined }],
    custom: [],
  });
  expect(verdict).toEqual({
    score: 0.9,
    hits: [{ guardrail: 'harmful', type: 'harmful', start: 0, end: 3, score: 0.9 }],
  });
});
