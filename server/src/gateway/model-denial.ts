import { WeirError } from '../kernel/errors.ts';
import type { Call } from '../ports/call.ts';

/** Why this key may not ask for the call's models or routes; undefined: it may. */
export function modelDenial(call: Call, isRoute: (name: string) => boolean): WeirError | undefined {
  for (const model of call.models) {
    const route = isRoute(model);
    const allowed = route ? call.caller.routes : call.caller.models;
    if (allowed === undefined || allowed.some((pattern) => matches(pattern, model))) continue;
    return new WeirError('auth.denied', {
      param: 'model',
      message: `This key may not use the ${route ? 'route' : 'model'} "${model}". It may use: ${allowed.join(', ') || 'none'}.`,
    });
  }
  return undefined;
}

/** `*` at the end of a pattern stands for anything: `openai/*`, `claude-*`. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
