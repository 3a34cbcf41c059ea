import {
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { ERRORS, type ErrorCode } from '../../kernel/errors.ts';
import type { AttemptRecord, UsageRecord } from '../../kernel/usage-record.ts';
import { type DescribeProvider, genAiAttributes, operationName, usageAttributes } from './gen-ai-attributes.ts';
import { parentOf } from './traceparent.ts';

/** One server span per call and one client span per attempt, made after the fact from the record. */
export function recordSpans(
  record: UsageRecord,
  traceparent: string | undefined,
  to: { tracer: Tracer; describe: DescribeProvider },
): void {
  const parent = parentOf(traceparent);
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const span = to.tracer.startSpan(
    nameOf(record.operation, record.model),
    {
      kind: SpanKind.SERVER,
      startTime: timeOf(record.timestamp),
      attributes: { ...genAiAttributes(callOf(record), () => undefined), ...weirAttributes(record) },
    },
    context,
  );
  setStatus(span, record.error_code);
  for (const attempt of record.attempts) {
    recordAttempt(record.operation, attempt, { ...to, context: trace.setSpan(context, span) });
  }
  span.end(timeOf(record.timestamp + record.response_time_ms));
}

function recordAttempt(
  operation: string,
  attempt: AttemptRecord,
  to: { tracer: Tracer; describe: DescribeProvider; context: Context },
): void {
  const { provider, model, error_code } = attempt;
  const call = { operation, provider, model, success: error_code === null, error: error_code };
  const span = to.tracer.startSpan(
    nameOf(operation, model),
    {
      kind: SpanKind.CLIENT,
      startTime: timeOf(attempt.started_at),
      // Tokens stand here and not on the call's own span: backends add up the spans of a trace.
      attributes: {
        ...genAiAttributes(call, to.describe),
        ...usageAttributes(attempt.tokens),
        'http.response.status_code': attempt.status,
        'weir.attempt': attempt.attempt,
        'weir.attempt.reason': attempt.reason,
        'weir.cost_usd': attempt.cost_nano_usd / 1e9,
      },
    },
    to.context,
  );
  setStatus(span, error_code);
  span.end(timeOf(attempt.started_at + attempt.duration_ms));
}

function callOf(record: UsageRecord) {
  const { operation, provider, model, success, error_code } = record;
  return { operation, provider, model, success, error: error_code };
}

function weirAttributes(record: UsageRecord) {
  return {
    'http.response.status_code': record.status,
    'weir.request_id': record.request_id,
    'weir.project_id': record.project_id,
    'weir.wire': record.wire,
    'weir.tokens_used': record.tokens_used,
    'weir.cost_usd': record.cost_usd,
    'weir.overhead_ms': record.overhead_ms,
    ...(record.user_id === null ? {} : { 'enduser.id': record.user_id }),
    ...(record.agent_type === null ? {} : { 'gen_ai.agent.name': record.agent_type }),
    ...(record.session_id === null ? {} : { 'session.id': record.session_id }),
  };
}

/** A mistake of the client is no failure of this server; the conventions leave such spans unset. */
function setStatus(span: ReturnType<Tracer['startSpan']>, code: ErrorCode | null): void {
  if (code === null) return;
  const { fault } = ERRORS[code];
  if (fault === 'upstream' || fault === 'weir') span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

function nameOf(operation: string, model: string | null): string {
  return model === null ? operationName(operation) : `${operationName(operation)} ${model}`;
}

/** As seconds and nanoseconds: the SDK would take a small number for a reading of the monotonic clock. */
function timeOf(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}
