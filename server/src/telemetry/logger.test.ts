import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { createLogger, type LogLevel } from './logger.ts';

function setUp(level: LogLevel = 'info') {
  const lines: string[] = [];
  const logger = createLogger({ level, destination: { write: (line) => void lines.push(line) } });
  return { logger, lines };
}

describe(requirement('D9a'), () => {
  it('drops fields that are named like secrets, at any depth', () => {
    const { logger, lines } = setUp();
    logger.info(
      {
        apiKey: 'sk-1',
        key_id: 'key_1',
        tokens_used: 5,
        request: { headers: { authorization: 'Bearer sk-2', 'x-api-key': 'sk-3', accept: 'json' } },
        pool: [{ secret: 'sk-4', weight: 1 }],
        clientSecret: 'sk-5',
        refresh_token: 'sk-6',
        error: Object.assign(new Error('refused'), { password: 'sk-7', cause: { token: 'sk-8', code: 'E1' } }),
      },
      'asked',
    );
    expect(lines.join('')).not.toMatch(/sk-\d/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      message: 'asked',
      key_id: 'key_1',
      tokens_used: 5,
      request: { headers: { accept: 'json' } },
      pool: [{ weight: 1 }],
      error: { type: 'Error', message: 'refused', cause: { code: 'E1' } },
    });
  });
});

describe('the logger', () => {
  it('writes JSON lines with a level word and an ISO time', () => {
    const { logger, lines } = setUp();
    logger.warn('careful');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: 'careful',
    });
  });

  it('is silent when told so', () => {
    const { logger, lines } = setUp('silent');
    logger.error('nobody hears this');
    expect(lines).toEqual([]);
  });
});
