import { WeirError } from '../../../kernel/errors.ts';
import { asObject, asString, compact, type Json, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { WebFetch, WebReply } from '../../../ports/web-fetch.ts';
import type { Effect, Scope, StepOf } from '../flow.ts';
import { httpFailure } from './http-failure.ts';
import { idempotencyHeader } from './idempotency-header.ts';
import { fillEnv, hideEnv } from './late-env.ts';
import { renderField, renderOptional, wrongInput } from './render-field.ts';
import { reportedUsage } from './reported-usage.ts';
import type { Attempt, StepResult, StepRunner } from './step-runner.ts';

type HttpStep = StepOf<'http'>;

export interface HttpServices {
  readonly fetch: WebFetch;
  /** Values of settings that flows may read; undefined: not allowed or not set. */
  readonly env: (name: string) => string | undefined;
}

/**
 * Calls an address under the egress policy. The output is the body, parsed when it is JSON; `raw` is `{status, headers, body}`.
 * A status of 300 or more fails the step.
 */
export function httpRunner(services: HttpServices): StepRunner<'http'> {
  return {
    type: 'http',
    asksModel: false,
    render,
    effect: (step) => step.effect ?? EFFECTS[step.method],
    async perform(step, input, attempt) {
      const { url, headers, body } = asObject(input) ?? {};
      if (typeof url !== 'string' || !isWebAddress(url)) throw wrongInput(step, 'url', 'an http or https address');
      const sent = headersOf(step, asObject(headers) ?? {}, { services, attempt, body });
      const reply = await fetched(step, attempt, { url, headers: sent, body, fetch: services.fetch });
      if (reply.status >= 300) throw httpFailure(step, { url, reply });
      return resultOf(reply);
    },
  };
}

const EFFECTS: Readonly<Record<HttpStep['method'], Effect>> = {
  GET: 'none',
  HEAD: 'none',
  PUT: 'idempotent',
  DELETE: 'idempotent',
  POST: 'once',
  PATCH: 'once',
};

/** Settings in headers stay as names: what is rendered is stored, and secrets are not. */
function render(step: HttpStep, scope: Scope): JsonObject {
  return compact({
    url: renderField(step, 'url', { template: step.url, scope }),
    headers: renderField(step, 'headers', { template: step.headers, scope: hideEnv(scope) }),
    body: renderOptional(step, 'body', { template: step.body, scope }),
  });
}

function isWebAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
}

/** Set by the connection itself. */
const RESERVED = /^(host|content-length|transfer-encoding|connection|upgrade|expect|te|trailer|keep-alive)$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function headersOf(
  step: HttpStep,
  given: JsonObject,
  of: { services: HttpServices; attempt: Attempt; body: Json | undefined },
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (of.body !== undefined) headers['content-type'] = typeof of.body === 'string' ? 'text/plain' : 'application/json';
  if (step.method !== 'GET' && step.method !== 'HEAD') {
    headers['idempotency-key'] = idempotencyHeader(of.attempt.idempotencyKey);
  }
  const templates = asObject(step.headers) ?? {};
  for (const [name, value] of Object.entries(given)) {
    const field = `headers.${name}`;
    const lower = name.toLowerCase();
    if (!NAME.test(lower) || RESERVED.test(lower)) throw wrongInput(step, field, 'a header that a request may set');
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const filled = fillEnv(text, { template: templates[name], env: of.services.env });
    if (typeof filled !== 'string')
      throw wrongInput(step, field, `a setting that is allowed and set, not ${filled.missing}`);
    if (!VALUE.test(filled)) throw wrongInput(step, field, 'one line of Latin-1 text');
    headers[lower] = filled;
  }
  return headers;
}

async function fetched(
  step: HttpStep,
  { signal, timeoutMs }: Attempt,
  of: { url: string; headers: Record<string, string>; body: Json | undefined; fetch: WebFetch },
): Promise<WebReply> {
  const { url, headers, body } = of;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return await of.fetch({
      method: step.method,
      url,
      headers,
      ...(text === undefined ? {} : { body: text }),
      signal,
      timeoutMs,
    });
  } catch (thrown) {
    throw signal.aborted ? new WeirError('call.cancelled', { cause: thrown }) : thrown;
  }
}

function resultOf({ status, headers, body }: WebReply): StepResult {
  const isJson = /[/+]json\b/.test(asString(headers['content-type']) ?? '') || /^\s*[[{]/.test(body);
  const output = (isJson ? parseJson(body) : undefined) ?? body;
  const result: StepResult = { output, raw: { status, headers: compact({ ...headers }), body: output } };
  return { ...result, ...reportedUsage(result) };
}
