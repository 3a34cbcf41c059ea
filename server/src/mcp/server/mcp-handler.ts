import type {
  CallToolRequest,
  CallToolResult,
  McpHttpHandler,
  McpRequestContext,
  Result,
  Server,
} from '@modelcontextprotocol/server';
import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Caller } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PublishedPrompts } from '../../ports/published-prompts.ts';
import type { PublishedWorkflows } from '../../ports/published-workflows.ts';
import { createdTask, type Era, TASK_CAPABILITIES, TASKS_EXTENSION, taskRequests } from './tasks.ts';
import { failedAnswer, toolAnswer } from './tool-answer.ts';
import { STATUS_TOOL, toolNames } from './tool-names.ts';

/** Less than the minute that clients wait when they say nothing. */
const WAIT_MS = 45_000;
/** A run that takes longer is a task, for clients that know tasks. */
const TASK_AFTER_MS = 5000;

export interface McpHandlerServices {
  readonly workflows: PublishedWorkflows;
  /** Absent: there are none. */
  readonly prompts?: PublishedPrompts;
  readonly version: string;
  readonly clock: Clock;
  /** Largest request, in bytes. */
  readonly maxBodyBytes: number;
  /** How long a tool waits for its run, in milliseconds; absent: 45,000. */
  readonly waitMs?: number;
  /** After how long a run is a task for clients that know tasks, in milliseconds; absent: 5,000. */
  readonly taskAfterMs?: number;
  /** An error that is a bug of ours. */
  readonly report: (error: unknown) => void;
}

/** Weir as an MCP server over HTTP, in both protocol eras; nothing is kept between requests. */
export interface McpHandler {
  serve(request: Request, caller: Caller): Promise<Response>;
  close(): Promise<void>;
}

/** The libraries are loaded at the first request. */
export function createMcp(services: McpHandlerServices): McpHandler {
  let handler: Promise<McpHttpHandler> | undefined;
  const load = async (): Promise<McpHttpHandler> => {
    const { createMcpHandler, Server } = await import('@modelcontextprotocol/server');
    return createMcpHandler((context) => serverFor(Server, { services, caller: callerOf(context), era: context.era }), {
      maxRequestBodySize: services.maxBodyBytes,
    });
  };
  return {
    async serve(request, caller) {
      handler ??= load();
      const authInfo = { token: '', clientId: caller.keyId, scopes: [], extra: { caller } };
      return (await handler).fetch(request, { authInfo });
    },
    async close() {
      await (await handler)?.close();
    },
  };
}

function callerOf({ authInfo }: McpRequestContext): Caller {
  if (authInfo?.extra === undefined) throw new Error('a request without its caller');
  return authInfo.extra.caller as Caller;
}

/** What one caller is offered. */
function serverFor(Server_: typeof Server, of: { services: McpHandlerServices; caller: Caller; era: Era }): Server {
  const { services, caller, era } = of;
  const { workflows, prompts, waitMs = WAIT_MS, taskAfterMs = TASK_AFTER_MS } = services;
  const capabilities = { tools: {}, prompts: {}, ...TASK_CAPABILITIES[era] };
  const server = new Server_({ name: 'weir', version: services.version }, { capabilities });
  const knowsTasks = () => server.getClientCapabilities()?.extensions?.[TASKS_EXTENSION] !== undefined;
  const named = async () => toolNames(await workflows.list(caller.projectId));
  const told = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error) => {
      if (!isWeirError(error) || error.code === 'bug') services.report(error);
      throw protocolError(error);
    });
  server.setRequestHandler('tools/list', () =>
    told(
      named().then((tools) => ({
        tools: [...[...tools].map(([name, { description, input }]) => mayBeTask(name, { description, input })), STATUS],
      })),
    ),
  );
  const call = async (
    { name, arguments: given = {}, task }: CallToolRequest['params'],
    signal: AbortSignal,
  ): Promise<CallToolResult> => {
    const input = given as JsonObject;
    const question = { caller, waitMs, signal };
    if (name === STATUS_TOOL) {
      if (task !== undefined) throw new WeirError('request.invalid', { message: `${STATUS_TOOL} is never a task.` });
      return toolAnswer(await workflows.status({ ...question, executionId: String(input.execution_id) }));
    }
    const workflow = (await named()).get(name);
    if (workflow === undefined)
      throw new WeirError('resource.not_found', { message: `There is no tool "${name.slice(0, 64)}".` });
    const { id } = workflow;
    if (era === 'legacy' && task !== undefined)
      return createdTask(await workflows.run({ ...question, id, input, waitMs: 0 }), era);
    const mayBeTask = era === 'modern' && knowsTasks();
    const run = await workflows.run({ ...question, id, input, ...(mayBeTask ? { waitMs: taskAfterMs } : {}) });
    const isOpen = run.status === 'running' || run.status === 'waiting';
    return mayBeTask && isOpen ? createdTask(run, era) : toolAnswer(run);
  };
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    told(call(params, mcpReq.signal).catch(failedAnswer)),
  );
  for (const [method, { params, answer }] of Object.entries(
    taskRequests(era, { workflows, caller, clock: services.clock }),
  )) {
    server.setRequestHandler(method, { params }, (given, { mcpReq }) => {
      if (era === 'modern' && !knowsTasks()) throw missingTasks();
      return told(answer(given as { taskId: string }, mcpReq.signal) as Promise<Result>);
    });
  }
  server.setRequestHandler('prompts/list', () => told(listPrompts(caller, prompts)));
  server.setRequestHandler('prompts/get', ({ params }) =>
    told(getPrompt(params.name, { caller, prompts, given: params.arguments ?? {} })),
  );
  return server;
}

async function listPrompts({ projectId }: Caller, prompts: PublishedPrompts | undefined) {
  const all = (await prompts?.list(projectId)) ?? [];
  return { prompts: all.map((prompt) => ({ ...prompt, arguments: [...prompt.arguments] })) };
}

async function getPrompt(
  name: string,
  of: { caller: Caller; prompts: PublishedPrompts | undefined; given: Record<string, string> },
) {
  const messages = await of.prompts?.render({ caller: of.caller, name, arguments: of.given });
  if (messages === undefined) {
    throw new WeirError('resource.not_found', { message: `There is no prompt "${name.slice(0, 64)}".` });
  }
  return { messages: messages.map(({ role, text }) => ({ role, content: { type: 'text' as const, text } })) };
}

function toolOf(name: string, of: { description: string; input: JsonObject | undefined }) {
  return { name, description: of.description, inputSchema: { ...of.input, type: 'object' as const } };
}

/** Before 2026-07-28 a tool says whether it can be a task; since then the answer does. */
function mayBeTask(name: string, of: { description: string; input: JsonObject | undefined }) {
  return { ...toolOf(name, of), execution: { taskSupport: 'optional' as const } };
}

const STATUS = {
  ...toolOf(STATUS_TOOL, {
    description:
      'How a run is that was not over when its tool answered: waits for its end a while, and gives its output.',
    input: {
      properties: { execution_id: { type: 'string' } },
      required: ['execution_id'],
      additionalProperties: false,
    },
  }),
  annotations: { readOnlyHint: true },
};

const MISSING_CAPABILITY = -32_021;

function missingTasks(): Error {
  return Object.assign(new Error('Missing required client capability'), {
    code: MISSING_CAPABILITY,
    data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
  });
}

const INVALID_PARAMS = -32602;
const INTERNAL = -32603;

/** Only messages that are safe to show leave. */
function protocolError(error: unknown): Error {
  const isSafe = isWeirError(error);
  const code = isSafe && (error.fault === 'client' || error.fault === 'policy') ? INVALID_PARAMS : INTERNAL;
  return Object.assign(new Error(isSafe ? error.message : 'Something went wrong inside Weir.'), { code });
}
