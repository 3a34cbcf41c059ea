import { describe, expect, it } from 'vitest';
import { requires } from '../support/optional.ts';
import { requirement } from '../support/requirement.ts';
import { run } from './stage.ts';

const env = { PATH: process.env.PATH ?? '' };

/** Lines kept and seen, as an example says at its end. */
function countsIn(output: string): { kept: number; seen: number } {
  const { kept, seen } = /(?<kept>\d+) of (?<seen>\d+) lines kept, all errors among them/.exec(output)?.groups ?? {};
  return { kept: Number(kept), seen: Number(seen) };
}

describe(requirement('C12'), () => {
  it.each(['pino.ts', 'winston.ts'])('%s keeps a part of its lines and all of its errors', async (file) => {
    const { code, output } = await run([process.execPath, `examples/log-sampling/${file}`], { env });
    expect(code).toBe(0);
    const { kept, seen } = countsIn(output);
    expect(seen).toBe(1005);
    expect(kept).toBeGreaterThan(60);
    expect(kept).toBeLessThan(250);
    expect(output.match(/Payment refused/g)).toHaveLength(5);
    expect(output).toMatch(/"sample_rate":20,.*"weir\.pattern":"P1"/);
  });

  requires('python')('the Python example', () => {
    it('keeps a part of its lines and all of its errors', async () => {
      const { code, output } = await run(['python3', 'examples/log-sampling/python_logging.py'], { env });
      expect(code).toBe(0);
      expect(countsIn(output).seen).toBe(1506);
      expect(countsIn(output).kept).toBeLessThan(400);
      expect(output.match(/Payment of order \d+ refused \(stands for 1\)/g)).toHaveLength(5);
      expect(output).toContain('Stored order');
      expect(output).toContain('Nothing is dropped in here (stands for 1)');
    });
  });
});
