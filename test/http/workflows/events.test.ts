import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExecutionEvents, toldBy } from '../../support/read-execution-events.ts';
import { approval, type Stage, sampling, set, workflowStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await workflowStage();
});
afterAll(() => stage.close());

const read = (run: string, of?: Parameters<typeof readExecutionEvents>[2]) => readExecutionEvents(stage, run, of);

describe('events of a run', () => {
  test('tell of every step with its cost until the run is over', async () => {
    const id = await stage.store({ name: 'told', steps: [sampling('ask', 'hi'), set('end', 1)] });
    const { body } = await stage.ask(`POST /api/workflows/${id}/execute`, {});
    const { status, type, events } = await read(body.id);
    expect([status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const told = toldBy(events);
    expect(told).toContain('ask completed');
    expect(told.at(-1)).toBe('end completed');
    expect(events.at(-1)?.data.execution).toMatchObject({ status: 'completed', cost_usd: expect.any(Number) });
    expect(events.at(-1)?.data.execution.cost_usd).toBeGreaterThan(0);
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right));
    expect(events.every((event) => Number(event.id) === event.data.sequence)).toBe(true);
  });

  test('go on behind the last one that was seen, and miss nothing', async () => {
    const id = await stage.store({
      name: 'resumed',
      steps: [set('a', 1), approval('ask', { message: 'Go?' }), set('b', 2)],
    });
    const { body } = await stage.ask(`POST /api/workflows/${id}/execute`, {});
    const first = await read(body.id, { enough: (events) => toldBy(events).includes('ask waiting') });
    const [item] = (await stage.ask(`GET /api/v1/inbox?execution_id=${body.id}`)).body.data;
    await stage.ask(`POST /api/v1/inbox/${item.id}/approve`, {});
    const last = first.events.at(-1)?.id ?? '';
    const second = await read(body.id, { after: last });
    expect(toldBy(first.events)).toContain('a completed');
    expect(toldBy(second.events)).toEqual(expect.arrayContaining(['ask completed', 'b completed']));
    expect(toldBy(second.events)).not.toContain('a completed');
    expect(second.events.every((event) => Number(event.id) > Number(last))).toBe(true);
    const rest = await read(body.id, { after: second.events.at(-1)?.id ?? '' });
    expect([rest.status, rest.events]).toEqual([204, []]);
  });

  test('are not there for a run that is not, and ask for a sequence', async () => {
    expect((await read('nobody')).status).toBe(404);
    const { body } = await stage.ask('POST /api/workflows/told/execute', {});
    expect((await read(body.id, { after: 'x' })).status).toBe(400);
  });
});
