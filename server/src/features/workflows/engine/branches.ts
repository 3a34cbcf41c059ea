import { asObject, type Json, parseJson } from '../../../kernel/json.ts';
import { holds } from '../expressions/holds.ts';
import type { Step, StepOf } from '../flow.ts';
import { type Context, type Frame, scopeOf } from './context.ts';
import type { Done } from './done.ts';
import { type RunStep, runGraph, runList } from './run-list.ts';

interface Place {
  readonly path: string;
  readonly frame: Frame;
  readonly runStep: RunStep;
}

export function runBranch(context: Context, step: StepOf<'condition'>, at: Place): Promise<Done> {
  return runChosen(context, at, {
    choose: () => (holds(step.condition, scopeOf(context, at.frame)) ? 'then' : 'else'),
    steps: (branch) => (branch === 'then' ? step.then : step.else),
  });
}

export function runSwitch(context: Context, step: StepOf<'switch'>, at: Place): Promise<Done> {
  const scope = () => scopeOf(context, at.frame);
  return runChosen(context, at, {
    choose() {
      const found = step.cases.findIndex(({ when }) => holds(when, scope()));
      return found === -1 ? 'default' : String(found);
    },
    steps: (branch) => (branch === 'default' ? step.default : (step.cases[Number(branch)]?.steps ?? [])),
  });
}

/** The choice is a row before anything of the branch runs, so that it is the same after a crash. */
async function runChosen(
  context: Context,
  { path, frame, runStep }: Place,
  of: { choose: () => string; steps: (branch: string) => readonly Step[] },
): Promise<Done> {
  const { run } = context;
  const raw = run.steps.get(path)?.raw ?? null;
  const known = raw === null ? undefined : asObject(parseJson(raw))?.branch;
  const branch = typeof known === 'string' ? known : of.choose();
  if (known === undefined) run.put(path, { raw: JSON.stringify({ branch }) });
  const output = await runList(context, of.steps(branch), {
    frame: { ...frame, prefix: `${path}/${branch}/` },
    runStep,
  });
  return { output };
}

export async function runParallel(context: Context, step: StepOf<'parallel'>, at: Place): Promise<Done> {
  const { frame, path, runStep } = at;
  const inner = { ...frame, prefix: `${path}/` };
  await runGraph(context, step.steps, { frame: inner, runStep, limit: step.concurrency, inOrder: false });
  const output: { [name: string]: Json } = {};
  for (const { name } of step.steps) output[name] = frame.steps[name]?.output ?? null;
  return { output };
}
