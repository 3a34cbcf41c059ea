import { ROLES } from '@weir/contract';
import type { Key, KeyScopes } from '../../../features/access/key-store.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { LIMIT_NAMES } from '../../../kernel/limits.ts';

/** Nobody hands out more than they have: no higher role, no wider scope, no longer life. Throws `auth.denied`. */
export function refuseMoreThanOwn(
  caller: Key,
  wanted: { role: Key['role']; scopes: KeyScopes; expiresAt: number | null },
): void {
  if (ROLES.indexOf(wanted.role) > ROLES.indexOf(caller.role)) {
    throw denied('role', `This key's role is "${caller.role}"; it cannot give or change the role "${wanted.role}".`);
  }
  for (const name of ['models', 'routes', 'endpoints'] as const) {
    const own = caller.scopes[name];
    const given = wanted.scopes[name];
    if (own !== undefined && !(given?.every((item) => own.includes(item)) ?? false)) {
      throw denied(name, `${name}: this key is limited to ${own.join(', ') || 'nothing'} and cannot give more.`);
    }
  }
  for (const name of LIMIT_NAMES) {
    const own = caller.scopes.limits?.[name];
    if (own !== undefined && (wanted.scopes.limits?.[name] ?? Number.POSITIVE_INFINITY) > own) {
      throw denied('limits', `limits.${name}: this key has ${own} and cannot give more.`);
    }
  }
  if (caller.scopes.budget !== undefined && wanted.scopes.budget === undefined) {
    throw denied('budget', 'budget: this key has a budget and cannot make a key without one.');
  }
  if (caller.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > caller.expiresAt)) {
    throw denied('expires_at', 'expires_at: this key ends earlier than that; it cannot make one that outlives it.');
  }
}

function denied(param: string, message: string): WeirError {
  return new WeirError('auth.denied', { param, message });
}
