import type { ToolServers } from '../../../ports/tool-servers.ts';
import { renderField, wrongInput } from './render-field.ts';
import type { StepRunner } from './step-runner.ts';

/** Reads a resource of an MCP server. The output is its contents; text that is JSON is parsed. */
export function resourceRunner(servers: ToolServers): StepRunner<'resource'> {
  return {
    type: 'resource',
    asksModel: false,
    render: (step, scope) => renderField(step, 'uri', { template: step.uri, scope }),
    effect: (step) => step.effect ?? 'none',
    async perform(step, input, { caller, signal, timeoutMs }) {
      if (typeof input !== 'string' || input === '') throw wrongInput(step, 'uri', 'the URI of a resource');
      return { output: await servers.readResource({ server: step.server, uri: input, caller, signal, timeoutMs }) };
    },
  };
}
