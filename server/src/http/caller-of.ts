import type { Key } from '../features/access/key-store.ts';
import type { Caller } from '../ports/call.ts';

/** What the pipeline must know of a key. */
export function callerOf(key: Key): Caller {
  return {
    keyId: key.id,
    projectId: key.projectId,
    role: key.role,
    models: key.scopes.models,
    routes: key.scopes.routes,
    limits: key.scopes.limits,
    budget: key.budget,
    cache: key.scopes.cache,
  };
}
