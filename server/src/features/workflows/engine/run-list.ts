import type { Json } from '../../../kernel/json.ts';
import type { Step, StepView } from '../flow.ts';
import { type Context, checkGoing, type Frame, type Group } from './context.ts';
import { Interrupted, StepFailure } from './ending.ts';

/** Runs one step in its place; gives it as others see it. Rejects with StepFailure when it failed for good. */
export type RunStep = (context: Context, step: Step, frame: Frame) => Promise<StepView>;

/** Steps in their order, or by their dependencies where any names some. Gives the output of the last that ran. */
export async function runList(
  context: Context,
  steps: readonly Step[],
  of: { frame: Frame; runStep: RunStep },
): Promise<Json> {
  if (steps.some(({ dependencies }) => dependencies !== undefined)) {
    await runGraph(context, steps, { ...of, limit: undefined, inOrder: true });
    return steps.reduce<Json>((last, { name }) => of.frame.steps[name]?.output ?? last, null);
  }
  let last: Json = null;
  for (const step of steps) {
    const view = await of.runStep(context, step, of.frame);
    if (view.status === 'completed') last = view.output;
  }
  return last;
}

/** Steps beside each other, each when those it depends on are over. `inOrder`: one that names none follows the one before. */
export async function runGraph(
  context: Context,
  steps: readonly Step[],
  of: { frame: Frame; runStep: RunStep; limit: number | undefined; inOrder: boolean },
): Promise<void> {
  const group: Group = { parent: of.frame.group, isStopped: false, deadline: undefined };
  const frame = { ...of.frame, group };
  const byName = new Map(steps.map(({ name }, at) => [name, at]));
  const tasks = steps.map((step, at) => {
    const own = step.dependencies ?? (of.inOrder && at > 0 ? [(steps[at - 1] as Step).name] : []);
    return {
      after: own.map((name) => byName.get(name)).filter((index) => index !== undefined),
      run: async () => void (await of.runStep(context, step, frame)),
    };
  });
  // What had failed for good before a crash fails before anything beside it starts again.
  const failed = steps.findIndex(({ name }) => context.run.steps.get(frame.prefix + name)?.status === 'failed');
  if (failed >= 0) await (tasks[failed] as Task).run();
  await runTasks(context, tasks, { group, limit: of.limit ?? Number.POSITIVE_INFINITY });
}

export interface Task {
  /** Places in the list of those that must be over first. */
  readonly after: readonly number[];
  readonly run: () => Promise<void>;
}

/** Runs all tasks, so many at once. After the first failure nothing new starts; what runs comes to its end. */
export function runTasks(
  context: Context,
  tasks: readonly Task[],
  { group, limit }: { group: Group; limit: number },
): Promise<void> {
  if (tasks.length === 0) return Promise.resolve();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const open = tasks.map(({ after }) => new Set(after));
  const ready = open.flatMap((before, at) => (before.size === 0 ? [at] : []));
  let running = 0;
  let ended: unknown;
  const worse = (thrown: unknown) => {
    if (ended === undefined || (thrown instanceof StepFailure && !(ended instanceof StepFailure))) ended = thrown;
    if (isParking(thrown) || group.isStopped) return;
    group.isStopped = true;
    // Whoever waits in the group sees that it is stopped; the others look once more in vain.
    context.fibers.wake();
  };
  const start = (at: number) => {
    // Neither of the two that follow it throws.
    void (tasks[at] as Task)
      .run()
      .then(() => {
        open.forEach((before, other) => {
          if (before.delete(at) && before.size === 0) ready.push(other);
        });
      }, worse)
      .then(() => next(1));
  };
  /** `over`: branches that came to their end. The count of branches that can go on never shows a step in between. */
  const next = (over: number) => {
    running -= over;
    const starting: number[] = [];
    while (ended === undefined && ready.length > 0 && running + starting.length < limit) {
      starting.push(ready.shift() as number);
    }
    running += starting.length;
    if (running > 0) {
      context.fibers.change(starting.length - 1);
      for (const at of starting) start(at);
    } else if (ended === undefined) resolve();
    else reject(ended);
  };
  try {
    checkGoing(context, group);
  } catch (error) {
    return Promise.reject(error);
  }
  next(0);
  return promise;
}

function isParking(thrown: unknown): boolean {
  return thrown instanceof Interrupted && thrown.reason === 'parked';
}
