import type { Limits } from '../kernel/limits.ts';
import { keyOf, type WeirRequest } from './route.ts';

/** Whose limits are asked for. */
export interface LimitedUser {
  readonly projectId: string;
  readonly keyId: string;
  readonly keyLimits: Limits | undefined;
  readonly userId: string | undefined;
}

/** A user as the calls of this request's key would be limited. */
export function limitedUser(request: WeirRequest, userId: string | undefined): LimitedUser {
  const key = keyOf(request);
  return { projectId: key.projectId, keyId: key.id, keyLimits: key.scopes.limits, userId };
}
