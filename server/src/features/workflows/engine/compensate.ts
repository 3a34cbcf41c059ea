import type { Json } from '../../../kernel/json.ts';
import type { Step, StepView } from '../flow.ts';
import { boundsAt } from './bounds.ts';
import { type Context, type Frame, type Group, knownSteps } from './context.ts';
import { Interrupted } from './ending.ts';
import { runStep } from './run-step.ts';
import { stepAt } from './step-at.ts';

/** Undoes what was done, newest first. One that cannot be undone does not keep the others from it; its row says so. */
export async function compensate(context: Context, group: Group): Promise<void> {
  const { run } = context;
  const done = [...run.steps.values()]
    .filter(({ status }) => status === 'completed')
    .sort((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0) || b.sequence - a.sequence || b.position - a.position);
  for (const { path } of done) {
    const undo = stepAt(run.flow, path)?.compensate;
    if (undo === undefined) continue;
    const step: Step = { ...undo, name: 'compensate' };
    try {
      await runStep(context, step, frameOf(context, path, group));
    } catch (thrown) {
      if (thrown instanceof Interrupted) throw thrown;
    }
  }
}

/** What the step saw, as far as rows know it: everything that is over, and the item it was for. */
function frameOf({ run }: Context, path: string, group: Group): Frame {
  const steps: Record<string, StepView> = { ...knownSteps(run, '') };
  let item: Json | undefined;
  let index: number | undefined;
  for (const match of path.matchAll(/\[(\d+)\]\//g)) {
    const map = path.slice(0, match.index);
    const items = JSON.parse(run.steps.get(map)?.raw ?? '[]') as Json[];
    index = Number(match[1]);
    item = items[index];
    Object.assign(steps, knownSteps(run, `${map}[${index}]/`));
  }
  return {
    prefix: `${path}/`,
    steps,
    group,
    around: boundsAt(run.flow, { runId: run.row.id, path: `${path}/compensate` }),
    ...(item === undefined ? {} : { item }),
    ...(index === undefined ? {} : { index }),
  };
}
