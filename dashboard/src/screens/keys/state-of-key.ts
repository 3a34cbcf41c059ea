import type { KeyObject } from '@weir/contract';
import type { HealthLevel } from '../../parts/health.tsx';

/** Does a key work? In a word, with how bad that is. */
export function stateOfKey(key: KeyObject, nowMs = Date.now()): { readonly level: HealthLevel; readonly word: string } {
  if (key.revoked_at !== null) return { level: 'quiet', word: 'revoked' };
  if (key.expires_at !== null && Date.parse(key.expires_at) <= nowMs) return { level: 'quiet', word: 'expired' };
  return { level: 'good', word: 'works' };
}
