import type { CommandContext } from '../../cli/command.ts';
import { jsonClient } from '../../cli/json-client.ts';
import { progressBar } from '../../cli/progress.ts';
import { coloured } from '../../cli/table.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Account } from './demo-client.ts';
import { demoClient } from './library-client.ts';
import { type DemoProject, type Stage, textField } from './stage.ts';
import { type ProjectSummary, summarise, totalOf } from './summary.ts';
import { TOUR } from './tour.ts';

/** Plays the whole tour, the projects taking turns. Throws when anything failed, or is missing in the ledger. */
export async function runTour(stage: Stage, context: CommandContext): Promise<void> {
  const script = jsonClient({ url: stage.simulator.url, key: 'simulator' });
  const fault = async (rule: object) => {
    await script.json('POST', '/_simulator/faults', rule);
  };
  const failures: string[] = [];
  const bar = progressBar(context, TOUR.length, 'touring');
  for (const [at, step] of TOUR.entries()) {
    bar.advance(at, step.title);
    const project = stage.projects[at % 2 === 0 ? 0 : 1];
    const account = accountOf(stage, project);
    const { client } = await demoClient(account);
    const keyWith = async (limits: JsonObject) => {
      const made = await stage.admin.json('POST', '/api/v1/keys', { name: 'tour', project_id: project.id, ...limits });
      return { ...account, key: textField(made, 'key') };
    };
    const failure = await step.run({ client, account, fault, keyWith }).then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
    bar.end();
    const verdict = failure === undefined ? coloured('green', 'ok', context.hasColours) : 'FAILED';
    context.out(`  ${verdict}  ${step.title}${failure === undefined ? '' : `: ${failure}`}`);
    if (failure !== undefined) failures.push(`${step.title}: ${failure}`);
  }
  if (failures.length > 0) throw new CommandFailure(`The tour failed.\n${failures.join('\n')}\n${stage.weir.log()}`);
  refuseEmpty(totalOf(await summarise(stage.admin, stage.projects)));
}

export function accountOf(stage: Stage, project: DemoProject): Account {
  return {
    url: stage.weir.url,
    key: project.key,
    headers: { 'x-user-id': 'alice', 'x-weir-agent': `${project.name}-bot` },
  };
}

/** The tour makes some of each; a zero means that something was not recorded. */
function refuseEmpty(total: ProjectSummary): void {
  for (const name of ['calls', 'tokens', 'costUsd', 'cacheHits', 'blocked', 'retries', 'fallbacks'] as const) {
    if (total[name] === 0) throw new CommandFailure(`The tour ran, but the ledger shows no ${name}.`);
  }
}
