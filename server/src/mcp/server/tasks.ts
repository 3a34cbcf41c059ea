import type { CallToolResult, ServerCapabilities } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Caller } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PublishedRun, PublishedWorkflows } from '../../ports/published-workflows.ts';
import { toolAnswer } from './tool-answer.ts';

export type Era = 'legacy' | 'modern';

/** The extension of 2026-07-28. Before it, tasks were part of the protocol (2025-11-25). */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
const RELATED_TASK = 'io.modelcontextprotocol/related-task';
const POLL_MS = 1000;
const PAGE = 50;
/** Nobody waits longer for one answer. */
const MOST_MS = 600_000;

export const TASK_CAPABILITIES: Readonly<Record<Era, ServerCapabilities>> = {
  legacy: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
  modern: { extensions: { [TASKS_EXTENSION]: {} } },
};

/** A run as the answer to a tool call: how to ask for it. A library takes it for a result of a tool, which has content. */
export function createdTask(run: PublishedRun, era: Era): CallToolResult {
  if (era === 'modern') return { resultType: 'task', content: [], ...modernTask(run) };
  return { content: [], task: legacyTask(run) };
}

/** Requests about runs as tasks, by method. Whoever may see a run may ask about it; `task_id`s are ids of runs. */
export interface TaskRequests {
  readonly [method: string]: {
    readonly params: z.ZodType;
    readonly answer: (params: { taskId: string; cursor?: string | undefined }, signal: AbortSignal) => Promise<object>;
  };
}

export function taskRequests(
  era: Era,
  of: { workflows: PublishedWorkflows; caller: Caller; clock: Clock },
): TaskRequests {
  const { workflows, caller, clock } = of;
  const at = (taskId: string, waitMs: number, signal: AbortSignal) =>
    workflows.status({ caller, executionId: taskId, waitMs, signal });
  if (era === 'modern') {
    return {
      'tasks/get': { params: NAMED, answer: async ({ taskId }, signal) => detailed(await at(taskId, 0, signal)) },
      // Nothing is asked of clients: people answer in the inbox.
      'tasks/update': { params: NAMED, answer: async ({ taskId }, signal) => at(taskId, 0, signal).then(() => ({})) },
      'tasks/cancel': {
        params: NAMED,
        answer: ({ taskId }, signal) =>
          workflows.cancel({ caller, executionId: taskId, signal }).then(
            () => ({}),
            (error) => {
              if (isWeirError(error) && error.code === 'conflict') return {};
              throw error;
            },
          ),
      },
    };
  }
  return {
    'tasks/get': { params: NAMED, answer: async ({ taskId }, signal) => legacyTask(await at(taskId, 0, signal)) },
    'tasks/result': { params: NAMED, answer: ({ taskId }, signal) => resultOf(taskId, signal, { at, clock }) },
    'tasks/cancel': {
      params: NAMED,
      answer: async ({ taskId }, signal) => legacyTask(await workflows.cancel({ caller, executionId: taskId, signal })),
    },
    'tasks/list': {
      params: LISTED,
      async answer({ cursor }) {
        const { runs, nextCursor } = await workflows.started({ caller, limit: PAGE, cursor });
        return { tasks: runs.map(legacyTask), ...(nextCursor === undefined ? {} : { nextCursor }) };
      },
    },
  };
}

const NAMED = z.looseObject({ taskId: z.string().min(1).max(200) });
const LISTED = z.looseObject({ cursor: z.string().min(1).max(200).optional() });

/** What the tool would have answered, once the run is over. */
async function resultOf(
  taskId: string,
  signal: AbortSignal,
  of: { at: (taskId: string, waitMs: number, signal: AbortSignal) => Promise<PublishedRun>; clock: Clock },
): Promise<CallToolResult> {
  const { at, clock } = of;
  const until = clock.monotonic() + MOST_MS;
  for (;;) {
    const run = await at(taskId, Math.max(0, Math.min(POLL_MS * 10, until - clock.monotonic())), signal);
    if (isOver(run)) return { ...toolAnswer(run), _meta: { [RELATED_TASK]: { taskId } } };
    signal.throwIfAborted();
    if (clock.monotonic() >= until)
      throw new WeirError('conflict', { message: 'The task is not over yet: ask for its result again.' });
    // A run that waits for a person is told at once; it is asked about again as clients would.
    if (run.status === 'waiting') await pause(clock, signal);
  }
}

/** Until it is time to ask again; rejects when nobody waits any more. */
function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = clock.after(POLL_MS, resolve);
  const give = () => {
    cancel();
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', give, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', give));
}

function isOver({ status }: PublishedRun): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function common(run: PublishedRun) {
  const waits = run.status === 'waiting' ? { statusMessage: 'Waits: see the inbox of Weir.' } : {};
  const failed = run.status === 'failed' && run.error !== null ? { statusMessage: run.error } : {};
  return {
    taskId: run.executionId,
    ...waits,
    ...failed,
    createdAt: new Date(run.createdAt).toISOString(),
    lastUpdatedAt: new Date(run.updatedAt).toISOString(),
  };
}

function legacyTask(run: PublishedRun) {
  const status = isOver(run) ? run.status : 'working';
  return { ...common(run), status, ttl: null, pollInterval: POLL_MS };
}

/** A run that fails is a tool call that was answered: with an error. */
function modernTask(run: PublishedRun) {
  const status = run.status === 'failed' ? 'completed' : isOver(run) ? run.status : 'working';
  return { ...common(run), status, ttlMs: null, pollIntervalMs: POLL_MS };
}

function detailed(run: PublishedRun) {
  const task = modernTask(run);
  return task.status === 'completed' ? { ...task, result: toolAnswer(run) } : task;
}
