import type { CommandContext } from '../../cli/command.ts';
import { demoClient } from './library-client.ts';
import { accountOf } from './run-tour.ts';
import type { Stage } from './stage.ts';
import { summarise, totalOf } from './summary.ts';
import { chat } from './tour.ts';

const PAUSE_MS = 1500;
const MODELS = ['gpt-4o-mini', 'claude-sonnet-5', 'groq/llama-3.3-70b-versatile', 'resilient'];

/** Keeps sending a call now and then until the promise resolves, with one line about the totals. */
export async function liveTraffic(stage: Stage, context: CommandContext, stop: Promise<unknown>): Promise<void> {
  const until = stop.then(() => 'stop' as const);
  for (let turn = 0; ; turn++) {
    const account = accountOf(stage, stage.projects[turn % 2 === 0 ? 0 : 1]);
    const { client } = await demoClient(account);
    const body = { ...chat(`Question number ${turn}.`), model: MODELS[turn % MODELS.length] ?? 'gpt-4o-mini' };
    await client.send({ api: 'chat', body }).catch((thrown: unknown) => context.err(String(thrown)));
    const total = totalOf(await summarise(stage.admin, stage.projects));
    context.status(
      `${total.calls} calls · ${total.tokens.toLocaleString('en-US')} tokens · $${total.costUsd.toFixed(4)} · ${total.retries} retries · ${total.fallbacks} fallbacks · Ctrl-C ends`,
    );
    if ((await Promise.race([until, pause(PAUSE_MS)])) === 'stop') return;
  }
}

function pause(ms: number): Promise<'go on'> {
  return new Promise((resolve) => setTimeout(() => resolve('go on'), ms).unref());
}
