import { asObject } from '../../../kernel/json.ts';
import type { ToolServers } from '../../../ports/tool-servers.ts';
import { renderField, wrongInput } from './render-field.ts';
import type { StepRunner } from './step-runner.ts';

/** Fetches a prompt of an MCP server. The output is `{description, messages}`. */
export function promptRunner(servers: ToolServers): StepRunner<'prompt'> {
  return {
    type: 'prompt',
    asksModel: false,
    render: (step, scope) => renderField(step, 'arguments', { template: step.arguments, scope }),
    effect: (step) => step.effect ?? 'none',
    async perform(step, input, { caller, signal, timeoutMs }) {
      const given = input === null ? {} : asObject(input);
      if (given === undefined) throw wrongInput(step, 'arguments', 'an object');
      const { server, prompt: name } = step;
      return { output: await servers.getPrompt({ server, name, arguments: given, caller, signal, timeoutMs }) };
    },
  };
}
