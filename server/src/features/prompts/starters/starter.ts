import type { JsonObject } from '../../../kernel/json.ts';

/** A prompt that every project begins with, and what is needed to tell whether a change makes it better. */
export interface Starter {
  /** The prompt and its dataset are called `tutor/<type>`. */
  readonly type: string;
  readonly description: string;
  /** All of them are texts. */
  readonly parameters: readonly StarterParameter[];
  readonly system: string;
  readonly user: string;
  /** What a good answer is, for a judge. */
  readonly criteria: string;
  /** Cases: a value per parameter in their order, then words of which a good answer has all, separated by `|`. */
  readonly cases: readonly (readonly string[])[];
}

export interface StarterParameter {
  readonly name: string;
  readonly about: string;
  /** Absent: it must be given. */
  readonly default?: string;
}

export const STARTER_FOLDER = 'tutor';

export function starterName({ type }: Pick<Starter, 'type'>): string {
  return `${STARTER_FOLDER}/${type}`;
}

/** JSON Schema of the parameters. */
export function starterVariables({ parameters }: Starter): JsonObject {
  return {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, about, default: value }) => [
        name,
        { type: 'string', description: about, ...(value === undefined ? {} : { default: value }) },
      ]),
    ),
    required: parameters.filter((parameter) => parameter.default === undefined).map(({ name }) => name),
  };
}

/** The cases as items of a dataset. */
export function starterItems({ parameters, cases, type }: Starter) {
  return cases.map((row, at) => ({
    id: `${type}-${String(at + 1).padStart(2, '0')}`,
    vars: Object.fromEntries(parameters.map(({ name }, place) => [name, row[place] ?? ''])),
    expected: (row[parameters.length] ?? '').split('|'),
  }));
}
