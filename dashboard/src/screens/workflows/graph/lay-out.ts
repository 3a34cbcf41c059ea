import { type Branch, branchesOf, nameOfStep, type StepDefinition } from './step-definition.ts';

export interface PlacedStep {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Picture {
  readonly steps: readonly PlacedStep[];
  readonly lines: readonly Line[];
}

/** Pixels of a step's box and of the room around it. */
export const BOX = { width: 190, height: 62 };
const GAP = { along: 62, across: 22 };

interface Size {
  readonly along: number;
  readonly across: number;
}

/** Where every step of a document stands: one after the other along the way, branches beside each other. */
export function layOut(steps: readonly StepDefinition[], way: 'right' | 'down'): Picture {
  const placed: PlacedStep[] = [];
  const lines: Line[] = [];
  const box: Size =
    way === 'right' ? { along: BOX.width, across: BOX.height } : { along: BOX.height, across: BOX.width };

  const sizeOfStep = (step: StepDefinition, path: string): Size => {
    const inner = branchesOf(step, path).map((branch) => sizeOfList(branch));
    if (inner.length === 0) return box;
    return {
      along: box.along + GAP.along + Math.max(...inner.map(({ along }) => along)),
      across: Math.max(box.across, stacked(inner)),
    };
  };
  const sizeOfList = (branch: Branch): Size => {
    const columns = columnsOf(branch.steps).map((column) =>
      column.map((step) => sizeOfStep(step, branch.prefix + nameOfStep(step))),
    );
    return {
      along: columns.reduce(
        (sum, column) => sum + Math.max(...column.map(({ along }) => along)) + GAP.along,
        -GAP.along,
      ),
      across: Math.max(...columns.map(stacked)),
    };
  };

  /** Places a list with its middle at `across`; gives the steps that lead out of it. */
  const place = (branch: Branch, at: Size, from: readonly string[]): string[] => {
    const exits = new Map<string, readonly string[]>();
    let { along } = at;
    let before: readonly string[] = from;
    for (const column of columnsOf(branch.steps)) {
      const sizes = column.map((step) => sizeOfStep(step, branch.prefix + nameOfStep(step)));
      let top = at.across - stacked(sizes) / 2;
      const leaving: string[] = [];
      for (const [index, step] of column.entries()) {
        const size = sizes[index] as Size;
        const sources = (step.dependencies ?? []).flatMap((name) => exits.get(name) ?? []);
        const entered = sources.length > 0 ? sources : before;
        const label = entered === from ? branch.label : '';
        const out = placeStep(
          step,
          { along, across: top + size.across / 2 },
          { prefix: branch.prefix, from: entered, label },
        );
        exits.set(nameOfStep(step), out);
        leaving.push(...out);
        top += size.across + GAP.across;
      }
      along += Math.max(...sizes.map((size) => size.along)) + GAP.along;
      before = leaving;
    }
    return [...before];
  };
  const placeStep = (
    step: StepDefinition,
    at: Size,
    entry: { readonly prefix: string; readonly from: readonly string[]; readonly label: string },
  ): string[] => {
    const name = nameOfStep(step);
    const path = entry.prefix + name;
    const [x, y] = way === 'right' ? [at.along, at.across - box.across / 2] : [at.across - box.across / 2, at.along];
    placed.push({ path, name, type: step.type, x, y });
    for (const from of entry.from) lines.push({ from, to: path, label: entry.label });
    const branches = branchesOf(step, path);
    if (branches.length === 0) return [path];
    const sizes = branches.map(sizeOfList);
    let top = at.across - stacked(sizes) / 2;
    const out: string[] = [];
    for (const [index, branch] of branches.entries()) {
      const { across } = sizes[index] as Size;
      const inner = { along: at.along + box.along + GAP.along, across: top + across / 2 };
      const exits = place(branch, inner, [path]);
      // What handles an error ends beside the way.
      if (branch.label !== 'on error') out.push(...exits);
      top += across + GAP.across;
    }
    const isOneWay = step.type === 'condition' && branches.length < 2;
    return isOneWay || out.length === 0 ? [path, ...out] : out;
  };

  if (steps.length > 0) place({ prefix: '', label: '', steps }, { along: 0, across: 0 }, []);
  return { steps: placed, lines };
}

function stacked(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { across }) => sum + across + GAP.across, -GAP.across);
}

/** Steps that stand beside each other: those without dependencies follow the one before. */
function columnsOf(steps: readonly StepDefinition[]): StepDefinition[][] {
  const level = new Map<string, number>();
  const columns: StepDefinition[][] = [];
  for (const [at, step] of steps.entries()) {
    const before = steps[at - 1];
    const after = step.dependencies ?? (before === undefined ? [] : [nameOfStep(before)]);
    const own = after.reduce((most, name) => Math.max(most, (level.get(name) ?? -1) + 1), 0);
    level.set(nameOfStep(step), own);
    columns[own] = [...(columns[own] ?? []), step];
  }
  return columns.filter((column) => column !== undefined);
}
