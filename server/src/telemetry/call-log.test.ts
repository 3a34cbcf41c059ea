import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { type CallLogOptions, callLog } from './call-log.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { failedRecord, sampleRecord } from './testing/sample-record.ts';

class Sink extends EventEmitter {
  text = '';
  isFull = false;

  write(text: string): boolean {
    this.text += text;
    return !this.isFull;
  }

  lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }
}

function setUp(options: Partial<CallLogOptions> = {}) {
  const clock = new ManualClock(Date.parse('2026-11-20T09:00:00.007Z'));
  const sink = new Sink();
  const log = callLog({ destination: sink, clock, level: 'info', ...options });
  return { clock, sink, log };
}

describe(requirement('B13'), () => {
  it('writes one line per call, with the promised fields, whether it worked or not', () => {
    const { clock, sink, log } = setUp();
    log.observe(sampleRecord());
    log.observe(failedRecord({ request_id: 'req_2' }));
    expect(sink.text).toBe('');
    clock.advance(50);
    expect(sink.lines()).toEqual([
      {
        level: 'info',
        timestamp: '2026-11-20T09:00:00.007Z',
        event: 'llm_request_completed',
        request_id: 'req_1',
        agent_type: 'planner',
        project_id: 'default',
        user_id: 'ada',
        provider: 'openai',
        model: 'gpt-4o-mini',
        tokens_used: 120,
        cost_usd: 0.000027,
        response_time_ms: 250,
        success: true,
        error_code: null,
        status: 200,
        attempts: 1,
        stream: false,
      },
      expect.objectContaining({
        level: 'error',
        event: 'llm_request_failed',
        request_id: 'req_2',
        success: false,
        error_code: 'upstream.unavailable',
        status: 503,
      }),
    ]);
  });

  it('writes a line with the same fields for a request that never became a call', () => {
    const { sink, log } = setUp();
    log.observe(sampleRecord());
    log.rejected('auth.invalid', { requestId: 'req_3', status: 401 });
    log.flush();
    const [call, rejected] = sink.lines();
    expect(Object.keys(rejected ?? {})).toEqual(Object.keys(call ?? {}));
    expect(rejected).toMatchObject({
      event: 'llm_request_failed',
      level: 'warn',
      request_id: 'req_3',
      error_code: 'auth.invalid',
      project_id: null,
      status: 401,
    });
  });
});

describe(requirement('E9'), () => {
  it('carries model, tokens, cost and time of each call', () => {
    const { sink, log } = setUp();
    log.observe(
      sampleRecord({ model: 'llama-3.3-70b-versatile', tokens_used: 77, cost_usd: 0.5, response_time_ms: 12.5 }),
    );
    log.flush();
    expect(sink.lines()[0]).toMatchObject({
      model: 'llama-3.3-70b-versatile',
      tokens_used: 77,
      cost_usd: 0.5,
      response_time_ms: 12.5,
    });
  });
});

describe('the call log', () => {
  it('keeps one record one line, whatever a client calls itself', () => {
    const { sink, log } = setUp();
    log.observe(sampleRecord({ user_id: 'x"}\n{"event":"forged', agent_type: '\u2028\ud800'.repeat(300) }));
    log.flush();
    const lines = sink.lines();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.user_id).toBe('x"}\n{"event":"forged');
    expect(String(lines[0]?.agent_type)).toHaveLength(256);
  });

  it('moves its timestamps with the clock', () => {
    const { clock, sink, log } = setUp();
    log.observe(sampleRecord());
    clock.advance(1993);
    log.observe(sampleRecord());
    log.flush();
    expect(sink.lines().map((line) => line.timestamp)).toEqual([
      '2026-11-20T09:00:00.007Z',
      '2026-11-20T09:00:02.000Z',
    ]);
  });

  it('leaves out what the level excludes', () => {
    const { sink, log } = setUp({ level: 'error' });
    log.observe(sampleRecord());
    log.rejected('request.invalid', { requestId: 'req_4', status: 400 });
    log.observe(failedRecord());
    log.flush();
    expect(sink.lines().map((line) => line.event)).toEqual(['llm_request_failed']);
  });

  it('drops and counts lines while its destination is stuck, and goes on when it drains', () => {
    const { clock, sink, log } = setUp({ maxPendingCharacters: 1000 });
    sink.isFull = true;
    log.observe(sampleRecord({ request_id: 'first' }));
    clock.advance(50);
    for (let at = 0; at < 1000; at++) {
      log.observe(sampleRecord({ request_id: `stuck-${at}` }));
      clock.advance(50);
    }
    expect(sink.lines()).toHaveLength(1);
    const kept = 1000 - log.dropped();
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(5);

    sink.isFull = false;
    sink.emit('drain');
    log.observe(sampleRecord({ request_id: 'last' }));
    clock.advance(50);
    expect(sink.lines()).toHaveLength(1 + kept + 1);
    expect(sink.lines().at(-1)?.request_id).toBe('last');
  });

  it('tries again after its destination failed', () => {
    const { clock, sink, log } = setUp();
    sink.isFull = true;
    log.observe(sampleRecord());
    clock.advance(50);
    sink.isFull = false;
    sink.emit('error', new Error('no space left'));
    log.observe(sampleRecord({ request_id: 'later' }));
    clock.advance(50);
    expect(sink.lines().at(-1)?.request_id).toBe('later');
  });

  it('needs no timer while there is nothing to write', () => {
    const { clock, log } = setUp();
    expect(clock.timers).toBe(0);
    log.observe(sampleRecord());
    log.observe(sampleRecord());
    expect(clock.timers).toBe(1);
    clock.advance(50);
    expect(clock.timers).toBe(0);
  });
});
