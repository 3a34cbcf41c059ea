import { action } from '../../../cli/action.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { analysisJson } from './analysis-json.ts';
import { analysisText } from './analysis-text.ts';
import { analyzeFile } from './analyze-file.ts';
import { Assignments } from './assignments.ts';

export const analyze = action({
  summary: 'Find the patterns of a log file, without a server',
  operands: 'FILE',
  options: {
    json: JSON_OPTION,
    assignments: { kind: 'text', value: 'OUT', about: 'Write the pattern id of each line to this file, in order' },
    top: { kind: 'number', value: 'N', about: 'Patterns in the table; default 30' },
  },
  notes: [
    'FILE is plain text, or one JSON object a line, of which the message counts; - reads standard input. Nothing leaves this machine.',
    'Where lines say when they were written, in JSON or at their beginning, what is unusual at the end of the log is named.',
  ],
  async run({ context, options, operands }) {
    const [file, more] = operands;
    if (file === undefined || more !== undefined) throw new UsageError('Name one log file, or - for standard input.');
    const assignments = options.assignments === undefined ? undefined : new Assignments();
    const { mined, analysis } = await analyzeFile(file, context, (shape) => assignments?.add(shape));
    const { patterns } = mined;
    const { anomalies } = analysis;
    if (options.assignments !== undefined) await assignments?.write(options.assignments, mined);
    if (options.json) context.out(JSON.stringify(analysisJson(patterns, anomalies), null, 2));
    else context.out(analysisText(patterns, { anomalies, colours: context.hasColours, top: options.top ?? 30 }));
    return 0;
  },
});
