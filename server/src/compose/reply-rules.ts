import type { Config } from '../config/schema.ts';
import type { ProjectSanitize } from '../config/sections/sanitize.ts';
import type { OwnValidation } from '../config/sections/validation.ts';
import type { ReplyRules } from '../gateway/validation/reply-rules.ts';
import type { Call } from '../ports/call.ts';
import type { ProjectPolicies } from '../ports/project-policy.ts';

export const VALIDATION_SECTION = 'validation';
export const SANITIZE_SECTION = 'sanitize';
const SEED_APIS: readonly string[] = ['sampling', 'llm', 'inference'];
const MAX_KNOWN = 1000;

interface Sources {
  readonly config: Config;
  readonly api: string;
  /** '' when the configuration says nothing about it. */
  readonly route: string;
  readonly validation: OwnValidation | undefined;
  readonly sanitize: ProjectSanitize | undefined;
}

/** How replies are checked, by API, route and project: what the route says comes first, then the project, then the rest. */
export function replyRules(config: () => Config, policies: ProjectPolicies): (call: Call) => ReplyRules {
  let source: Config | undefined;
  const known = new Map<string, ReplyRules>();
  return (call) => {
    const current = config();
    if (source !== current || known.size >= MAX_KNOWN) {
      source = current;
      known.clear();
    }
    const { projectId } = call.caller;
    const name = call.models[0] ?? '';
    const route = isNamed(current, name) ? name : '';
    const version = policies.version(projectId);
    // Most calls are of no route with rules and no project with a policy: no name is put together for them.
    const isPlain = version === '' && route === '';
    const key = isPlain ? call.wire : `${call.wire} ${route} ${version === '' ? '' : projectId} ${version}`;
    let rules = known.get(key);
    if (rules === undefined) {
      const own = <T>(section: string) => policies.section(projectId, section) as T | undefined;
      rules = rulesOf({
        config: current,
        api: call.wire,
        route,
        validation: own<OwnValidation>(VALIDATION_SECTION),
        sanitize: own<ProjectSanitize>(SANITIZE_SECTION),
      });
      known.set(key, rules);
    }
    return rules;
  };
}

/** Only names that the configuration knows are remembered: clients send any. */
function isNamed(config: Config, route: string): boolean {
  return Object.hasOwn(config.validation.routes, route) || Object.hasOwn(config.sanitize.routes, route);
}

function rulesOf({ config, api, route, ...project }: Sources): ReplyRules {
  const { validation, sanitize, llm } = config;
  const own = { ...project.validation, ...(route === '' ? {} : validation.routes[route]) };
  const isSeed = SEED_APIS.includes(api);
  const name = api as keyof typeof sanitize.apis;
  const all =
    (route === '' ? undefined : sanitize.routes[route]) ?? project.sanitize?.apis[name] ?? sanitize.apis[name];
  const otherwise = own.default ?? validation.default;
  return {
    mode: own.mode ?? validation.mode,
    maxReasks: own.max_reasks ?? validation.max_reasks,
    stream: own.stream ?? validation.stream,
    defaultText: otherwise === undefined ? undefined : JSON.stringify(otherwise),
    sanitizeJson: all ?? (isSeed ? (project.sanitize?.json ?? sanitize.json) : 'none'),
    sanitizeText: all ?? (isSeed ? (project.sanitize?.text ?? sanitize.text) : 'none'),
    maxCharacters: isSeed ? llm.max_response_characters : undefined,
    stripsControl: isSeed,
  };
}
