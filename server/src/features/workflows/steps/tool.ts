import { asObject } from '../../../kernel/json.ts';
import type { ToolCallOrigin, ToolServers } from '../../../ports/tool-servers.ts';
import type { Effect, StepOf } from '../flow.ts';
import { besideOf } from './ask-model.ts';
import { renderField, wrongInput } from './render-field.ts';
import { reportedUsage } from './reported-usage.ts';
import type { Attempt, StepRunner } from './step-runner.ts';

/** Calls a tool of an MCP server. The output is the unwrapped result, `raw` the result as the server gave it. */
export function toolRunner(servers: ToolServers): StepRunner<'tool'> {
  return {
    type: 'tool',
    asksModel: false,
    render: (step, scope) => renderField(step, 'params', { template: step.params, scope }),
    effect: (step) => step.effect ?? effectOf(servers, step),
    async perform(step, input, attempt) {
      const given = input === null ? {} : asObject(input);
      if (given === undefined) throw wrongInput(step, 'params', 'an object');
      const { caller, signal, timeoutMs } = attempt;
      const result = await servers.callTool({
        server: step.server,
        tool: step.tool,
        arguments: given,
        origin: originOf(attempt),
        caller,
        signal,
        timeoutMs,
      });
      return { ...result, ...reportedUsage(result) };
    },
  };
}

function originOf(attempt: Attempt): ToolCallOrigin {
  const { runId, path: step, idempotencyKey, budgets, allowances, isApproved, asks, settled } = attempt;
  return { runId, step, idempotencyKey, budgets, allowances, isApproved, asks, settled, beside: besideOf(attempt) };
}

/** What the server says of the tool; one that says nothing may do anything, and is not run again unasked. */
async function effectOf(servers: ToolServers, step: StepOf<'tool'>): Promise<Effect> {
  const tool = (await servers.tools(step.server)).find(({ name }) => name === step.tool);
  if (tool?.readOnly === true) return 'none';
  return tool?.idempotent === true ? 'idempotent' : 'once';
}
