import { action } from '../../cli/action.ts';
import type { CommandContext } from '../../cli/command.ts';
import { stopSignal } from '../serving/stop-signal.ts';
import { liveTraffic } from './live-traffic.ts';
import { showSampling } from './logs/show-sampling.ts';
import { runTour } from './run-tour.ts';
import { showWorkflow } from './show-workflow.ts';
import { type Stage, setStage } from './stage.ts';
import { summarise, summaryTable } from './summary.ts';

export const demo = action({
  summary: 'Show Weir at work: simulated providers, sample traffic, no key needed',
  options: {
    once: { kind: 'flag', about: 'Do the tour, print the summary and end' },
    port: { kind: 'number', value: 'PORT', about: 'Port of Weir; default 0, which takes a free one' },
  },
  notes: [
    'Starts simulated providers and Weir as processes of their own, with their data in a temporary directory, and sends them traffic through the official client libraries (plain requests where those are not installed). Nothing leaves this machine; keys in the environment are not used.',
  ],
  async run({ context, options }) {
    context.status('starting simulated providers and Weir');
    const stage = await setStage(context.environment, options.port ?? 0);
    context.status('');
    try {
      return await play(stage, context, options.once);
    } finally {
      await stage.strike();
    }
  },
});

async function play(stage: Stage, context: CommandContext, once: boolean): Promise<number> {
  const stop = once ? undefined : stopSignal();
  context.out(welcome(stage));
  await runTour(stage, context);
  const sampled = await showSampling(stage, context);
  const runs = await showWorkflow(stage, context);
  const summaries = await summarise(stage.admin, stage.projects);
  context.out(summaryTable(summaries, { sampled, runs, colours: context.hasColours }));
  if (stop === undefined) return 0;
  context.out('\nTraffic goes on, slowly, until Ctrl-C.');
  await liveTraffic(stage, context, stop);
  return 0;
}

function welcome(stage: Stage): string {
  const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello!' }] });
  return [
    `Dashboard            ${stage.weir.url}`,
    `Admin key            ${stage.adminKey}`,
    `Simulated providers  ${stage.simulator.url}`,
    '',
    'Try it while the demo runs:',
    '',
    `curl ${stage.weir.url}/v1/chat/completions -H "Authorization: Bearer ${stage.projects[0].key}" -H "Content-Type: application/json" -d '${body}'`,
    '',
  ].join('\n');
}
