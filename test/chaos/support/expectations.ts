import { expect } from 'vitest';
import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { type ChatAnswer, type ClientWire, isWholeStream, type Scene, streamedError } from './scene.ts';

/** The one record of calls for a model whose client left before it knew the request id. */
export async function recordOfModel(scene: Scene, model: string): Promise<UsageRecord> {
  const of = async () => (await scene.records()).filter((record) => record.model_requested === model);
  await expect.poll(of, { timeout: 5000, interval: 10 }).toHaveLength(1);
  return (await of())[0] as UsageRecord;
}

/** The error of a reply, after a look at its shape. */
// biome-ignore lint/suspicious/noExplicitAny: tests read errors of every shape
export function repliedError(wire: ClientWire, answer: ChatAnswer): any {
  expect(answer.headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(answer.text);
  expect(body).toMatchObject(
    wire === 'openai'
      ? { error: { message: expect.any(String) } }
      : { type: 'error', error: { type: expect.any(String) } },
  );
  return body.error;
}

/** A stream ended with the error event of its wire, and with nothing that looks like a whole reply. */
export function expectBrokenStream(wire: ClientWire, answer: ChatAnswer): void {
  expect(answer.status).toBe(200);
  expect(isWholeStream(wire, answer.text)).toBe(false);
  expect(streamedError(wire, answer.text)?.message).toEqual(expect.any(String));
}
