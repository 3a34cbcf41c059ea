/** The section `guardrails` of a project's policy, as the server takes it. */
export interface GuardPolicy {
  readonly custom?: Readonly<Record<string, CustomGuardrail>>;
  readonly judge?: JudgePolicy;
  readonly [builtIn: string]: unknown;
}

export interface CustomGuardrail {
  readonly mode?: string;
  readonly applies?: string;
  readonly pattern?: string;
  readonly words?: readonly string[];
  readonly max_characters?: number;
  readonly max_lines?: number;
  readonly languages?: readonly string[];
}

export interface JudgePolicy {
  readonly model: string;
  readonly mode?: string;
  readonly applies?: string;
  readonly instructions?: string;
  readonly timeout_ms?: number;
}

/** One built-in guardrail as the form has it; '' is left to the configuration. */
export interface ModeDraft {
  readonly input: string;
  readonly output: string;
  readonly threshold: number | string;
}

export const BUILT_IN = [
  { name: 'injection', about: 'attacks on the model’s instructions' },
  { name: 'harmful', about: 'harmful content' },
  { name: 'pii', about: 'personal data' },
  { name: 'secrets', about: 'keys, tokens, passwords' },
] as const;

interface ModeObject {
  readonly mode?: string;
  readonly input?: string;
  readonly output?: string;
  readonly threshold?: number;
}

export function draftOf(own: GuardPolicy): Readonly<Record<string, ModeDraft>> {
  return Object.fromEntries(
    BUILT_IN.map(({ name }) => {
      const value = own[name] as string | ModeObject | undefined;
      const { mode, input, output, threshold } =
        typeof value === 'string' ? { mode: value } : ((value ?? {}) as ModeObject);
      return [name, { input: input ?? mode ?? '', output: output ?? mode ?? '', threshold: threshold ?? '' }];
    }),
  );
}

/** The policy with the form's modes; everything else in it stays. */
export function policyOf(own: GuardPolicy, draft: Readonly<Record<string, ModeDraft>>): GuardPolicy {
  const modes = Object.entries(draft).flatMap(([name, mode]) => {
    const said = saidOf(mode);
    return said === undefined ? [] : [[name, said]];
  });
  const { custom, judge } = own;
  return {
    ...Object.fromEntries(modes),
    ...(custom === undefined || Object.keys(custom).length === 0 ? {} : { custom }),
    ...(judge === undefined ? {} : { judge }),
  };
}

export function isSame(own: GuardPolicy, draft: Readonly<Record<string, ModeDraft>>): boolean {
  return JSON.stringify(draftOf(own)) === JSON.stringify(draft);
}

/** The shortest way to say it; undefined when it says nothing. */
function saidOf({ input, output, threshold }: ModeDraft): string | ModeObject | undefined {
  if (input === output && threshold === '') return input === '' ? undefined : input;
  return {
    ...(input === '' ? {} : { input }),
    ...(output === '' ? {} : { output }),
    ...(threshold === '' ? {} : { threshold: Number(threshold) }),
  };
}
