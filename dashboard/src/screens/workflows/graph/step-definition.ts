/** What the picture needs of a step of a document; everything else stays as it was sent. */
export interface StepDefinition {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly dependencies?: readonly string[];
  readonly catch?: readonly StepDefinition[];
  readonly config?: {
    readonly then?: readonly StepDefinition[];
    readonly else?: readonly StepDefinition[];
    readonly steps?: readonly StepDefinition[];
    readonly cases?: readonly { readonly steps: readonly StepDefinition[] }[];
    readonly default?: readonly StepDefinition[];
  };
}

/** Lists of steps below a step: each with how its steps' paths begin, and what the line to it says. */
export interface Branch {
  readonly prefix: string;
  readonly label: string;
  readonly steps: readonly StepDefinition[];
}

export function nameOfStep(step: StepDefinition): string {
  return step.id ?? step.name ?? step.type;
}

/** The branches of a step whose path is `path`; paths are written as runs write them, without the items of maps. */
export function branchesOf(step: StepDefinition, path: string): readonly Branch[] {
  const { config = {} } = step;
  const branches: Branch[] = [];
  const add = (prefix: string, label: string, steps: readonly StepDefinition[] | undefined) => {
    if (steps !== undefined && steps.length > 0) branches.push({ prefix, label, steps });
  };
  if (step.type === 'condition') {
    add(`${path}/then/`, 'yes', config.then);
    add(`${path}/else/`, 'no', config.else);
  } else if (step.type === 'switch') {
    for (const [at, one] of (config.cases ?? []).entries()) add(`${path}/${at}/`, `case ${at + 1}`, one.steps);
    add(`${path}/default/`, 'else', config.default);
  } else if (step.type === 'parallel') {
    for (const one of config.steps ?? []) add(`${path}/`, '', [one]);
  } else if (step.type === 'map') {
    add(`${path}/`, 'each', config.steps);
  }
  add(`${path}/catch/`, 'on error', step.catch);
  return branches;
}
