import { hash } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { GuardrailsConfig, ProjectGuardrails } from '../../config/sections/guardrails.ts';
import type { GuardedCall } from '../../gateway/guarding/guard-services.ts';
import { INTERNAL_APIS } from '../../kernel/internal-apis.ts';
import { compact } from '../../kernel/json.ts';
import type {
  CustomGuardrail,
  GuardMode,
  GuardPlan,
  GuardPolicy,
  GuardRule,
  OutsideGuardrail,
} from '../../ports/guard-policy.ts';
import type { ProjectPolicies } from '../../ports/project-policy.ts';

export const GUARDRAILS_SECTION = 'guardrails';

const BUILT_IN = ['injection', 'harmful', 'pii', 'secrets'] as const;
type BuiltIn = (typeof BUILT_IN)[number];

/** Where an API guards more than by watching, when nobody said otherwise. */
const DEFAULT_MODES: Readonly<Record<string, Partial<Record<BuiltIn, GuardMode>>>> = {
  sampling: { injection: 'block', harmful: 'block' },
};
/** All built-in detectors at their own thresholds, for texts that somebody wants to try. */
export const CHECK_PLAN: GuardPlan = {
  version: 'check',
  rules: BUILT_IN.map((guardrail) => ({ guardrail, mode: 'monitor', threshold: undefined })),
  custom: [],
  outside: [],
  isStrict: false,
  inBackground: false,
};

const SEED_APIS: readonly string[] = ['sampling', 'llm', 'inference'];

type Direction = 'input' | 'output';

/**
 * What guards a call: the project's policy, before the configuration's word on the API, before its general word, before the
 * API's own default. One object per API and project lives as long as configuration and policy do.
 */
export function guardPolicies(
  config: () => Config,
  projects: ProjectPolicies,
): (call: GuardedCall) => GuardPolicy | undefined {
  let source: Config | undefined;
  const known = new Map<string, { readonly projectVersion: string; readonly policy: GuardPolicy | undefined }>();
  return ({ wire, caller }) => {
    const current = config();
    if (source !== current) {
      source = current;
      known.clear();
    }
    const projectVersion = projects.version(caller.projectId);
    // Projects without a policy share one object.
    const key = projectVersion === '' ? wire : `${wire} ${caller.projectId}`;
    const found = known.get(key);
    if (found !== undefined && found.projectVersion === projectVersion) return found.policy;
    const project = projects.section(caller.projectId, GUARDRAILS_SECTION) as ProjectGuardrails | undefined;
    const policy = policyOf(current.guardrails, wire, project);
    known.set(key, { projectVersion, policy });
    return policy;
  };
}

function policyOf(
  config: GuardrailsConfig,
  api: string,
  project: ProjectGuardrails | undefined,
): GuardPolicy | undefined {
  if (INTERNAL_APIS.includes(api)) return undefined;
  const input = planOf('input', { config, api, project });
  const output = planOf('output', { config, api, project });
  if (input === undefined && output === undefined) return undefined;
  return {
    version: versionOf([input?.version, output?.version, config.on_error]),
    input,
    output,
    deadlineMs: config.deadline_ms,
    onError: config.on_error,
    blockedStatus: SEED_APIS.includes(api) ? 422 : 400,
  };
}

interface Sources {
  readonly config: GuardrailsConfig;
  readonly api: string;
  readonly project: ProjectGuardrails | undefined;
}

function planOf(direction: Direction, of: Sources): GuardPlan | undefined {
  const rules = BUILT_IN.flatMap((name) => builtInRule(name, direction, of));
  const custom: CustomGuardrail[] = [];
  const customs = { ...of.config.custom, ...of.project?.custom };
  for (const [name, own] of Object.entries(customs)) {
    if (own.mode === 'off' || !appliesTo(own.applies, direction)) continue;
    rules.push({ guardrail: name, mode: own.mode, threshold: undefined });
    const { pattern, words, max_characters: maxCharacters, max_lines: maxLines, languages } = own;
    custom.push({ name, ...compact({ pattern, words, maxCharacters, maxLines, languages }) });
  }
  const outside = outsideOf(direction, of);
  if (rules.length === 0 && outside.length === 0) return undefined;
  const isStrict = [...rules, ...outside].some(({ mode }) => mode !== 'monitor');
  const inBackground = of.config.background && rules.length > 0;
  return { version: versionOf([rules, custom]), rules, custom, outside, isStrict, inBackground };
}

function builtInRule(name: BuiltIn, direction: Direction, { config, api, project }: Sources): GuardRule[] {
  // What a model says attacks nobody.
  if (name === 'injection' && direction === 'output') return [];
  const settings = [project?.[name], config.apis[api as keyof typeof config.apis]?.[name], config[name]];
  const mode =
    firstOf(settings, (setting) => (typeof setting === 'string' ? setting : (setting?.[direction] ?? setting?.mode))) ??
    DEFAULT_MODES[api]?.[name] ??
    'monitor';
  const threshold = firstOf(settings, (setting) => (typeof setting === 'object' ? setting.threshold : undefined));
  return mode === 'off' ? [] : [{ guardrail: name, mode, threshold }];
}

function outsideOf(direction: Direction, { config, project }: Sources): OutsideGuardrail[] {
  const asked = { webhook: config.webhook, judge: project?.judge ?? config.judge };
  return Object.entries(asked).flatMap(([name, own]) =>
    own === undefined || own.mode === 'off' || !appliesTo(own.applies, direction) ? [] : [{ name, mode: own.mode }],
  );
}

function appliesTo(applies: 'both' | Direction, direction: Direction): boolean {
  return applies === 'both' || applies === direction;
}

function firstOf<T, V>(items: readonly T[], value: (item: T) => V | undefined): V | undefined {
  for (const item of items) {
    const found = value(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function versionOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 16);
}
