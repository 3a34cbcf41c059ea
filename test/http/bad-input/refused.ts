import { expect } from 'vitest';
import type { ErrorShape } from '../../../server/src/http/route.ts';
import { type ComposedWeir, UPSTREAM_SECRETS } from '../security/composed-weir.ts';

/** In every bad body; no answer may repeat it. */
export const PRIVATE_TEXT = 'the-prompt-nobody-may-repeat';

export interface Refusal {
  readonly status: number;
  readonly param?: string;
  readonly code?: string;
}

/** The answer is a JSON error in the shape, names the field, and says nothing that it should not. */
export async function expectRefusal(
  response: Response,
  of: { shape: ErrorShape; refusal: Refusal; isCall: boolean; weir: ComposedWeir },
): Promise<void> {
  const { refusal, weir } = of;
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: refusal.status });
  expect(response.headers.get('content-type')).toBe('application/json');
  const requestId = response.headers.get('x-request-id') ?? '';
  expect(requestId).toMatch(/^req_/);
  const error = errorIn(JSON.parse(text), { shape: of.shape, requestId });
  if (refusal.param !== undefined) {
    expect(error.param).toBe(refusal.param);
    expect(error.message).toContain(refusal.param);
  }
  expect(text.length).toBeLessThan(1000);
  expect(text).not.toContain(PRIVATE_TEXT);
  expect(text).not.toMatch(/\n\s+at |\.ts:\d|node_modules|sk-made-up/);
  for (const secret of [weir.adminKey, ...Object.values(UPSTREAM_SECRETS)]) expect(text).not.toContain(secret);
  if (!of.isCall) return;
  const line = await weir.logLine(requestId);
  expect(line).toMatchObject({ event: 'llm_request_failed', success: false, status: refusal.status });
  if (of.shape !== 'anthropic') expect(line.error_code).toBe(error.code);
  expect(JSON.stringify(line)).not.toContain(PRIVATE_TEXT);
}

interface ShownError {
  readonly message: string;
  readonly param: string | undefined;
  /** Weir's own code; the Anthropic wire has none. */
  readonly code: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
function errorIn(body: any, { shape, requestId }: { shape: ErrorShape; requestId: string }): ShownError {
  expect(body.error.message).toEqual(expect.any(String));
  if (shape === 'anthropic') {
    expect(body).toMatchObject({ type: 'error', error: { type: expect.any(String) }, request_id: requestId });
    return { message: body.error.message, param: body.error.details?.param, code: undefined };
  }
  if (shape === 'openai') {
    expect(body.error).toMatchObject({ type: expect.any(String), code: expect.any(String) });
    return { message: body.error.message, param: body.error.param ?? undefined, code: body.error.code };
  }
  expect(body).toMatchObject({ success: false, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  expect(body.error.details.request_id).toBe(requestId);
  return { message: body.error.message, param: body.error.details.param, code: body.error.code };
}
