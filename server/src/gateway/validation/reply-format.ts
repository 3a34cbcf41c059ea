import type { ResponseFormat } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { StrictTool } from '../../ports/protocol.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';

/** The form the call's reply must have; undefined: any, or one that Weir does not know. */
export function replyFormat(call: Call): ResponseFormat | undefined {
  if (call.payload.kind !== 'chat') return undefined;
  try {
    const format = call.payload.request.responseFormat?.();
    return format?.kind === 'text' ? undefined : format;
  } catch {
    // Where it matters the wire's own decoder or the provider says what is wrong with it.
    return undefined;
  }
}

/** Tools of the call whose arguments are checked. */
export function strictToolsOf(call: Call): readonly StrictTool[] {
  return call.payload.kind === 'chat' ? (call.payload.request.strictTools?.() ?? NO_TOOLS) : NO_TOOLS;
}

const NO_TOOLS: readonly StrictTool[] = [];

/** Refuses a schema that no reply could be held to, before anything is spent. */
export async function assertUsable(call: Call, format: ResponseFormat, checker: ReplyChecker): Promise<void> {
  if (format.kind !== 'json-schema' || call.payload.kind !== 'chat') return;
  const reading = checker.read(format.schema, call.caller.projectId);
  const { problem } = reading instanceof Promise ? await reading : reading;
  if (problem === undefined) return;
  const field = call.payload.protocol.schemaField ?? 'response_format';
  throw invalidRequest(
    field,
    `the JSON Schema cannot be used: ${problem.message}. (With validation.mode "off" it would pass unchecked.)`,
  );
}
