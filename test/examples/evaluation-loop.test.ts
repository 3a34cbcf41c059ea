import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleStage, ROOT, run, startStage } from './stage.ts';

const EXAMPLE = 'examples/evaluation-loop';

describe('from a bad answer to a better prompt', () => {
  let stage: ExampleStage;
  beforeAll(async () => {
    stage = await startStage(readFileSync(join(ROOT, EXAMPLE, 'weir.yaml'), 'utf8'));
  });
  afterAll(() => stage.close());

  it('a complaint becomes a case, the evaluation fails, the next version passes, and the gated label moves', async () => {
    const { code, output } = await run([process.execPath, `${EXAMPLE}/loop.ts`], stage);
    expect([code, output]).toEqual([0, expect.any(String)]);
    const lines = output.split('\n').filter((line) => line.startsWith('   '));
    expect(lines).toEqual([
      '   10 cases, 1 of them from the complaint',
      '   weir eval run: exit code 100.',
      expect.stringMatching(/moving the label now: 409, .*no run of version 2 is complete/),
      expect.stringMatching(/exit code 0\. Against the baseline: better \(\+\d/),
      '   production is version 2: answers fit into an SMS',
      expect.stringMatching(/the customer now gets 12 words instead of \d\d/),
    ]);
    const { json } = await stage.weir.api('GET /api/v1/usage/records?limit=1');
    expect(json.data[0]).toMatchObject({ prompt: 'sms/answer', prompt_version: 2 });
  }, 120_000);
});
