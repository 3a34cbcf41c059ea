import { WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { Stage } from '../stage.ts';

export interface AdmitServices {
  /** True once shutdown began: running calls finish, new ones are told to go elsewhere. */
  readonly isDraining: () => boolean;
  /** Why a new call is refused just now; undefined: it may come. */
  readonly overload: () => WeirError | undefined;
  readonly isRoute: (name: string) => boolean;
}

/** Refuses what this key may not ask for before anything is spent on it. */
export function admit(services: AdmitServices): Stage {
  return {
    name: 'admit',
    around(call, next) {
      if (services.isDraining()) return Promise.reject(new WeirError('server.draining', { retryAfterMs: 1000 }));
      const overload = services.overload();
      if (overload !== undefined) return Promise.reject(overload);
      for (const model of call.models) {
        const denied = denial(call, model, services);
        if (denied !== undefined) return Promise.reject(denied);
      }
      return next();
    },
  };
}

function denial(call: Call, model: string, services: AdmitServices): WeirError | undefined {
  const route = services.isRoute(model);
  const allowed = route ? call.caller.routes : call.caller.models;
  if (allowed === undefined || allowed.some((pattern) => matches(pattern, model))) return undefined;
  return new WeirError('auth.denied', {
    param: 'model',
    message: `This key may not use the ${route ? 'route' : 'model'} "${model}". It may use: ${allowed.join(', ') || 'none'}.`,
  });
}

/** `*` at the end of a pattern stands for anything: `openai/*`, `claude-*`. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
