import type { Json, JsonObject } from '../kernel/json.ts';
import type { Caller } from './call.ts';

/** Workflows that a project offers to others, as Weir's MCP server sees them. */
export interface PublishedWorkflows {
  /** In a fixed order. */
  list(projectId: string): Promise<readonly PublishedWorkflow[]>;
  /**
   * Starts a run in the caller's name and waits until it is over, needs a person, or `waitMs` have passed. Rejects with
   * `request.invalid` for input that does not fit, `resource.not_found` for a workflow that is not published.
   */
  run(of: {
    readonly caller: Caller;
    readonly id: string;
    readonly input: JsonObject;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  }): Promise<PublishedRun>;
  /** The run as it is after at most `waitMs`. Rejects with `resource.not_found`, also for runs that the caller may not see. */
  status(of: {
    readonly caller: Caller;
    readonly executionId: string;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  }): Promise<PublishedRun>;
  /** Ends a run; gives it as it is then. Rejects with `resource.not_found`, `conflict` when it is over. */
  cancel(of: {
    readonly caller: Caller;
    readonly executionId: string;
    readonly signal: AbortSignal;
  }): Promise<PublishedRun>;
  /** Runs that the caller started by tools, newest first, behind the one named by the cursor. */
  started(of: {
    readonly caller: Caller;
    readonly limit: number;
    readonly cursor: string | undefined;
  }): Promise<{ readonly runs: readonly PublishedRun[]; readonly nextCursor: string | undefined }>;
}

export interface PublishedWorkflow {
  readonly id: string;
  /** As its author wrote it; any text. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input; undefined: any object. */
  readonly input: JsonObject | undefined;
}

export interface PublishedRun {
  readonly executionId: string;
  /** waiting: for a person, a time or money. */
  readonly status: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** Of a completed run; otherwise null. */
  readonly output: Json;
  /** Why it failed, safe to show; null when it did not. */
  readonly error: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}
