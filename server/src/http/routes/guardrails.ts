import { type GuardVerdictObject, guardCheckSchema, guardVerdictSchema } from '@weir/contract';
import type { GuardPlan } from '../../ports/guard-policy.ts';
import type { GuardScanner } from '../../ports/guard-scanner.ts';
import type { RouteSpec } from '../route.ts';
import { readBody } from '../server.ts';

export interface GuardCheckServices {
  readonly scanner: Pick<GuardScanner, 'full' | 'redact'>;
  /** All built-in detectors, whatever anybody's modes are. */
  readonly plan: GuardPlan;
  /** Longest wait, in milliseconds. */
  readonly deadlineMs: () => number;
}

/** The same detectors in the same thread as for calls. */
export function guardrailRoutes({ scanner, plan, deadlineMs }: GuardCheckServices): RouteSpec[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/guardrails/check',
      permission: 'view',
      errors: 'weir',
      tag: 'Guardrails',
      summary: 'What the built-in guardrails say of a text',
      body: guardCheckSchema,
      reply: guardVerdictSchema,
      async handle(request): Promise<GuardVerdictObject> {
        const { text, origin = 'user' } = readBody(request, guardCheckSchema);
        const [verdict] = await scanner.full([{ text, origin }], plan, deadlineMs());
        const hits = verdict?.hits ?? [];
        return {
          verdict: verdictOf(hits),
          score: verdict?.score ?? 0,
          findings: hits.map(({ guardrail, type, start, end, score }) => ({ guardrail, type, start, end, score })),
          redacted: scanner.redact(text, hits),
        };
      },
    },
  ];
}

function verdictOf(hits: readonly { readonly guardrail: string }[]): GuardVerdictObject['verdict'] {
  if (hits.some(({ guardrail }) => guardrail !== 'pii')) return 'block';
  return hits.length > 0 ? 'flag' : 'allow';
}
