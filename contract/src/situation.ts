import { z } from 'zod';

/** Something that is wrong now. */
export const statementSchema = z.object({
  cause: z.enum([
    'provider_down',
    'provider_slow',
    'budget_nearly_gone',
    'key_leaking',
    'error_surge',
    'cache_stopped',
    'guardrail_false_positives',
    'workflow_stuck',
  ]),
  object: z.string().describe('What it is about: a provider, a model, a key id, a budget, a guardrail, a workflow'),
  severity: z.enum(['critical', 'warning']).describe('critical: calls fail or money goes; warning: they will'),
  sentence: z.string().describe('At most twelve words'),
  href: z.string().describe('The screen of the dashboard where it can be put right'),
  since: z.string().describe('ISO 8601: when this server first saw it'),
});
export type StatementObject = z.infer<typeof statementSchema>;

export const situationSchema = z.object({ data: z.array(statementSchema).describe('Worst first; empty: all is well') });
