import { action } from '../../../cli/action.ts';
import { CONNECTION, JSON_OPTION, serverOf } from '../../../cli/connection.ts';
import { jsonClient } from '../../../cli/json-client.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { printExecution, watchExecution } from './watch-execution.ts';

export const show = action({
  summary: 'Show a run with its steps and their cost',
  operands: 'RUN',
  options: {
    follow: { kind: 'flag', about: 'Stay until it is over' },
    json: JSON_OPTION,
    ...CONNECTION,
  },
  async run({ context, options, operands }) {
    const [id, more] = operands;
    if (id === undefined || more !== undefined) throw new UsageError('Name one run: weir workflow show RUN.');
    const server = serverOf(options, context.environment);
    if (options.follow) return watchExecution(server, id, { context, json: options.json });
    await printExecution(jsonClient(server), id, { context, json: options.json });
    return 0;
  },
});
