import type { CommandContext } from '../../../cli/command.ts';
import { CommandFailure } from '../../../cli/usage-error.ts';
import type { Stage } from '../stage.ts';
import { type SampledLogs, sampleLogs } from './sample-logs.ts';
import { sampledText } from './sampled-text.ts';

/** What the demo promises of a stream with few errors. */
const LEAST_SAVING = 0.5;
const MOST_SAVING = 0.8;
const MOST_ERRORS = 0.05;
const MODEL = 'gpt-4o-mini';

/** Shows log sampling: the first project by rules, the second with a model that says what patterns are worth. */
export async function showSampling(stage: Stage, context: CommandContext): Promise<SampledLogs[]> {
  const [storefront, supportDesk] = stage.projects;
  context.out('\nLog sampling: two minutes of logs become a policy, the next two go through @weir/sampler.\n');
  const all: SampledLogs[] = [];
  for (const [project, llmProvider] of [
    [storefront, 'rule-based'],
    [supportDesk, MODEL],
  ] as const) {
    context.status(`sampling the logs of ${project.name}`);
    const sampled = await sampleLogs(stage, { project, llmProvider, seed: 11 }).catch((thrown: unknown) => {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new CommandFailure(`Log sampling failed for ${project.name}: ${reason}\n${stage.weir.log()}`);
    });
    context.status('');
    context.out(sampledText(sampled, context.hasColours));
    const broken = brokenPromises(sampled, llmProvider);
    if (broken.length > 0) throw new CommandFailure(`Log sampling of ${project.name}: ${broken.join('; ')}.`);
    all.push(sampled);
  }
  return all;
}

/** What was not as promised; empty: nothing. */
export function brokenPromises({ analysis, policy, window }: SampledLogs, llmProvider: string): string[] {
  const real = 1 - window.keptBytes / window.bytes;
  const wanted = llmProvider === 'rule-based' ? 'rules' : 'llm';
  return [
    ...(analysis.errorRate <= MOST_ERRORS ? [] : ['more than one line in twenty is an error']),
    ...(policy.generatedBy === wanted ? [] : [`the policy is by ${policy.generatedBy}, not ${wanted}`]),
    ...(within(1 - policy.projectedShare) ? [] : [`the projected saving is ${1 - policy.projectedShare}`]),
    ...(within(real) ? [] : [`the real saving is ${real}`]),
    ...(window.keptErrors === window.errors ? [] : [`${window.keptErrors} of ${window.errors} errors were kept`]),
  ];
}

function within(saving: number): boolean {
  return saving >= LEAST_SAVING && saving <= MOST_SAVING;
}
