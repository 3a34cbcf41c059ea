import type { Json } from '../../../kernel/json.ts';
import type { StepOf } from '../flow.ts';
import { type Context, type Frame, type Group, knownSteps } from './context.ts';
import type { Done } from './done.ts';
import { StepFailure } from './ending.ts';
import { renderIn } from './render-in.ts';
import { type RunStep, runList, runTasks } from './run-list.ts';

/** The same steps for each item, so many at once. The output has one entry per item, null for those that failed. */
export async function runMap(
  context: Context,
  step: StepOf<'map'>,
  { path, frame, runStep }: { path: string; frame: Frame; runStep: RunStep },
): Promise<Done> {
  const items = itemsOf(context, step, { path, frame });
  const outputs: Json[] = items.map(() => null);
  let failures = 0;
  const group: Group = { parent: frame.group, isStopped: false, deadline: undefined };
  const tasks = items.map((item, index) => ({
    after: [],
    async run() {
      const prefix = `${path}[${index}]/`;
      const steps = { ...frame.steps, ...knownSteps(context.run, prefix) };
      const inner: Frame = { ...frame, prefix, steps, item, index, group };
      try {
        outputs[index] = await runList(context, step.steps, { frame: inner, runStep });
      } catch (thrown) {
        if (!(thrown instanceof StepFailure)) throw thrown;
        failures++;
        if (failures > step.toleratedFailures) throw thrown;
      }
    },
  }));
  await runTasks(context, tasks, { group, limit: step.concurrency });
  return { output: outputs };
}

/** Rendered once: a crash must not change what is worked on. */
function itemsOf(context: Context, step: StepOf<'map'>, { path, frame }: { path: string; frame: Frame }): Json[] {
  const { run } = context;
  const raw = run.steps.get(path)?.raw ?? null;
  if (raw !== null) return JSON.parse(raw) as Json[];
  const items = renderIn(context, step.items, frame);
  if (!Array.isArray(items)) {
    throw new StepFailure('request.invalid', {
      message: `Step "${step.name}": items is not a list. Let it be an expression that gives one.`,
    });
  }
  if (items.length > step.maxItems) {
    throw new StepFailure('request.too_large', {
      message: `Step "${step.name}" has ${items.length} items; its maxItems allows ${step.maxItems}.`,
    });
  }
  run.put(path, { raw: JSON.stringify(items) });
  return items;
}
