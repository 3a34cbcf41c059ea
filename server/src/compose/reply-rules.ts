import type { Config } from '../config/schema.ts';
import type { ReplyRules } from '../gateway/validation/reply-rules.ts';
import type { Call } from '../ports/call.ts';

const SEED_APIS: readonly string[] = ['sampling', 'llm', 'inference'];

/** How replies are checked, by API and route. One object per API and route lives as long as the configuration. */
export function replyRules(config: () => Config): (call: Call) => ReplyRules {
  let source: Config | undefined;
  const known = new Map<string, ReplyRules>();
  return (call) => {
    const current = config();
    if (source !== current) {
      source = current;
      known.clear();
    }
    const route = call.models[0] ?? '';
    const named = isNamed(current, route) ? route : '';
    const key = `${call.wire} ${named}`;
    let rules = known.get(key);
    if (rules === undefined) {
      rules = rulesOf(current, call.wire, named);
      known.set(key, rules);
    }
    return rules;
  };
}

/** Only names that the configuration knows are remembered: clients send any. */
function isNamed(config: Config, route: string): boolean {
  return Object.hasOwn(config.validation.routes, route) || Object.hasOwn(config.sanitize.routes, route);
}

function rulesOf({ validation, sanitize, llm }: Config, api: string, route: string): ReplyRules {
  const own = route === '' ? undefined : validation.routes[route];
  const isSeed = SEED_APIS.includes(api);
  const all = (route === '' ? undefined : sanitize.routes[route]) ?? sanitize.apis[api as keyof typeof sanitize.apis];
  const otherwise = own?.default ?? validation.default;
  return {
    mode: own?.mode ?? validation.mode,
    maxReasks: own?.max_reasks ?? validation.max_reasks,
    stream: own?.stream ?? validation.stream,
    defaultText: otherwise === undefined ? undefined : JSON.stringify(otherwise),
    sanitizeJson: all ?? (isSeed ? sanitize.json : 'none'),
    sanitizeText: all ?? (isSeed ? sanitize.text : 'none'),
    maxCharacters: isSeed ? llm.max_response_characters : undefined,
    stripsControl: isSeed,
  };
}
