import type { CallToolResult } from '@modelcontextprotocol/server';
import { isWeirError, type WeirError } from '../../kernel/errors.ts';
import { isObject } from '../../kernel/json.ts';
import type { PublishedRun } from '../../ports/published-workflows.ts';
import { STATUS_TOOL } from './tool-names.ts';

/** What a client gets of a run: its output; why it failed; or how to ask for it later. */
export function toolAnswer(run: PublishedRun): CallToolResult {
  if (run.status === 'completed') {
    const structured = isObject(run.output) ? { structuredContent: run.output } : {};
    return { content: [{ type: 'text', text: textOf(run.output) }], ...structured };
  }
  if (run.status === 'failed' || run.status === 'cancelled') {
    const why = run.error ?? `The run ${run.executionId} was ${run.status}.`;
    return { isError: true, content: [{ type: 'text', text: why }] };
  }
  const how = run.status === 'waiting' ? 'waits: see the inbox of Weir' : 'is not over yet';
  return {
    content: [{ type: 'text', text: `The run ${run.executionId} ${how}. Ask for it with ${STATUS_TOOL}.` }],
    structuredContent: { execution_id: run.executionId, status: run.status },
  };
}

/** What the caller did wrong is an answer a model can read; everything else is an error of the protocol. */
export function failedAnswer(thrown: unknown): CallToolResult {
  if (!isWeirError(thrown) || !isAnswer(thrown)) throw thrown;
  return { isError: true, content: [{ type: 'text', text: thrown.message }] };
}

function isAnswer({ fault }: WeirError): boolean {
  return fault === 'client' || fault === 'policy';
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}
