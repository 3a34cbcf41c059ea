import { renderedPromptSchema } from '@weir/contract';
import { action } from '../../../cli/action.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import { bold } from '../../../cli/table.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { isObject, parseJson } from '../../../kernel/json.ts';
import { LABEL_OPTION, PROMPT_OPTIONS, RemotePrompts } from './remote-prompts.ts';

export const render = action({
  summary: 'Show the messages of a prompt for these variables',
  operands: 'NAME [VARIABLE=VALUE...]',
  options: {
    label: LABEL_OPTION,
    version: { kind: 'number', value: 'N', about: 'This version, instead of a label' },
    variables: { kind: 'text', value: 'JSON', about: 'Variables as a JSON object; - reads it from standard input' },
    ...PROMPT_OPTIONS,
    json: JSON_OPTION,
    ...CONNECTION,
  },
  async run({ context, options, operands }) {
    const [name, ...pairs] = operands;
    if (name === undefined) throw new UsageError('Name a prompt: weir prompts render tutor/code_review code=...');
    const { label, version } = options;
    const given = options.variables === '-' ? await context.readInput() : (options.variables ?? '{}');
    const variables = parseJson(given);
    if (!isObject(variables)) throw new UsageError('--variables takes a JSON object.');
    const remote = new RemotePrompts(connect(options, context.environment), options.project);
    const reply = await remote.render(name, { label, version, variables: { ...variables, ...readPairs(pairs) } });
    if (options.json) context.out(JSON.stringify(reply, null, 2));
    else {
      for (const { role, content } of renderedPromptSchema.parse(reply).messages) {
        context.out(`${bold(role, context.hasColours)}\n${content}\n`);
      }
    }
    return 0;
  },
});

function readPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`"${pair}" is no variable; write name=value.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
