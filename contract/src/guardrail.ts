import { z } from 'zod';

export const guardCheckSchema = z.strictObject({
  text: z.string().max(1_000_000).describe('At most 1,000,000 characters'),
  origin: z
    .enum(['user', 'untrusted', 'output'])
    .optional()
    .describe('Who it comes from; untrusted: tool results and documents. Absent: user'),
});

export const guardVerdictSchema = z.object({
  verdict: z
    .enum(['allow', 'flag', 'block'])
    .describe('block: injection, harmful content or secrets; flag: personal data; else allow'),
  score: z.number().describe('0..1, the strongest evidence, also below every threshold'),
  findings: z.array(
    z.object({
      guardrail: z.string(),
      type: z.string(),
      start: z.number().describe('UTF-16 units'),
      end: z.number().describe('UTF-16 units'),
      score: z.number().describe("0..1, at least the detector's threshold"),
    }),
  ),
  redacted: z.string().describe('The text with a placeholder for every finding'),
});
export type GuardVerdictObject = z.infer<typeof guardVerdictSchema>;
