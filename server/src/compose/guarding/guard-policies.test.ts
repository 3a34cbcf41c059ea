import { describe, expect, test } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { projectGuardrailsSchema } from '../../config/sections/guardrails.ts';
import { guardPolicies } from './guard-policies.ts';

function policyFor(api: string, of: { guardrails?: object; project?: object } = {}) {
  const config = configSchema.parse({ guardrails: of.guardrails ?? {} });
  const project = of.project === undefined ? undefined : projectGuardrailsSchema.parse(of.project);
  const policy = guardPolicies(() => config, {
    section: () => project,
    version: () => (project === undefined ? '' : '1'),
  });
  return policy({ wire: api, caller: { projectId: 'p' } });
}

const modes = (policy: ReturnType<typeof policyFor>, direction: 'input' | 'output' = 'input') =>
  Object.fromEntries((policy?.[direction]?.rules ?? []).map(({ guardrail, mode }) => [guardrail, mode]));

describe('what guards a call', () => {
  test('watches everything by default, and blocks attacks and harm on the sampling API', () => {
    expect(modes(policyFor('openai-chat'))).toEqual({
      injection: 'monitor',
      harmful: 'monitor',
      pii: 'monitor',
      secrets: 'monitor',
    });
    expect(modes(policyFor('sampling'))).toEqual({
      injection: 'block',
      harmful: 'block',
      pii: 'monitor',
      secrets: 'monitor',
    });
    expect(policyFor('openai-chat')?.input?.isStrict).toBe(false);
    expect(policyFor('sampling')?.input?.isStrict).toBe(true);
  });

  test('refuses with the status of the API', () => {
    expect(policyFor('sampling')?.blockedStatus).toBe(422);
    expect(policyFor('anthropic-messages')?.blockedStatus).toBe(400);
  });

  test('is nothing at all when everything is off', () => {
    const off = { injection: 'off', harmful: 'off', pii: 'off', secrets: 'off' };
    expect(policyFor('sampling', { guardrails: off })).toBeUndefined();
  });

  test('is decided by the project, then for the API, then in general', () => {
    const guardrails = { pii: 'redact', injection: 'off', apis: { llm: { pii: 'block' } } };
    expect(modes(policyFor('openai-chat', { guardrails })).pii).toBe('redact');
    expect(modes(policyFor('llm', { guardrails })).pii).toBe('block');
    expect(modes(policyFor('llm', { guardrails, project: { pii: 'off' } })).pii).toBeUndefined();
    expect(modes(policyFor('sampling', { guardrails })).injection).toBeUndefined();
  });

  test('may differ by direction and threshold, and injection is no matter of replies', () => {
    const policy = policyFor('openai-chat', {
      guardrails: { pii: { input: 'off', output: 'redact', threshold: 0.9 } },
    });
    expect(modes(policy).pii).toBeUndefined();
    expect(modes(policy, 'output')).toEqual({ harmful: 'monitor', pii: 'redact', secrets: 'monitor' });
    expect(policy?.output?.rules.find(({ guardrail }) => guardrail === 'pii')?.threshold).toBe(0.9);
  });

  test('has another version whenever it decides otherwise', () => {
    const one = policyFor('openai-chat')?.version;
    expect(policyFor('openai-chat')?.version).toBe(one);
    expect(policyFor('openai-chat', { guardrails: { pii: 'redact' } })?.version).not.toBe(one);
    const custom = (pattern: string) => ({ custom: { own: { pattern } } });
    expect(policyFor('openai-chat', { guardrails: custom('a') })?.version).not.toBe(
      policyFor('openai-chat', { guardrails: custom('b') })?.version,
    );
  });

  test('follows a reload of the configuration', () => {
    let config = configSchema.parse({});
    const policy = guardPolicies(() => config, { section: () => undefined, version: () => '' });
    const call = { wire: 'llm', caller: { projectId: 'p' } };
    const before = policy(call);
    expect(policy(call)).toBe(before);
    config = configSchema.parse({ guardrails: { pii: 'block' } });
    expect(policy(call)?.input?.isStrict).toBe(true);
  });

  test.each([
    [{ pii: 'blok' }, 'pii'],
    [{ custom: { own: { pattern: '(?<=a)b' } } }, 'pattern'],
    [{ custom: { own: { pattern: 'a', words: ['b'] } } }, 'own'],
    [{ custom: { own: {} } }, 'own'],
    [{ unknown: 'block' }, ''],
  ])('refuses %j', (guardrails, place) => {
    const result = configSchema.safeParse({ guardrails });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(place);
  });
});
