import type { z } from 'zod';
import { projectCacheSchema } from '../config/sections/cache.ts';
import { projectCaptureSchema } from '../config/sections/capture.ts';
import { projectGuardrailsSchema } from '../config/sections/guardrails.ts';
import { projectSanitizeSchema } from '../config/sections/sanitize.ts';
import { ownValidationSchema } from '../config/sections/validation.ts';
import { type ParseSection, PolicyStore } from '../features/policies/policy-store.ts';
import { invalidRequest } from '../kernel/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { CACHE_SECTION } from './caching/plan.ts';
import { CAPTURE_SECTION } from './capture.ts';
import { GUARDRAILS_SECTION } from './guarding/guard-policies.ts';
import { SANITIZE_SECTION, VALIDATION_SECTION } from './reply-rules.ts';
import type { Stores } from './stores.ts';

/** What a project's policy may say: one line per section. */
export const POLICY_SECTIONS: Readonly<Record<string, z.ZodType>> = {
  [GUARDRAILS_SECTION]: projectGuardrailsSchema,
  [VALIDATION_SECTION]: ownValidationSchema,
  [SANITIZE_SECTION]: projectSanitizeSchema,
  [CACHE_SECTION]: projectCacheSchema,
  [CAPTURE_SECTION]: projectCaptureSchema,
};

export async function openPolicies(stores: Stores, clock: Clock): Promise<PolicyStore> {
  const sections = Object.fromEntries(
    Object.entries(POLICY_SECTIONS).map(([name, schema]) => [name, parserOf(name, schema)]),
  );
  const policies = await PolicyStore.open(stores.storage, { clock, sections });
  stores.changes.on('setting:policy', () => policies.refresh());
  return policies;
}

function parserOf(section: string, schema: z.ZodType): ParseSection {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
    const path = [section, ...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String).join('.');
    throw invalidRequest(path, unknown.length > 0 ? 'unknown field' : (issue?.message ?? 'is not valid'));
  };
}
