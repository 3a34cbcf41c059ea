import type { Config } from '../../config/schema.ts';
import type { ProjectGuardrails } from '../../config/sections/guardrails.ts';
import type { AuditLog } from '../../features/audit/audit-log.ts';
import type { GuardServices } from '../../gateway/guarding/guard-services.ts';
import { redact } from '../../guardrails/redact.ts';
import { BUILT_IN_DETECTORS, inlineScanner } from '../../guardrails/registry.ts';
import { ThreadedScanner } from '../../guardrails/scan/threaded-scanner.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectPolicies } from '../../ports/project-policy.ts';
import type { Access } from '../../ports/provider.ts';
import { callTexts } from '../../protocols/call-texts/call-texts.ts';
import type { GuardCounts } from '../../telemetry/metrics/guard-metrics.ts';
import { modelGateway } from '../model-gateway.ts';
import { GUARDRAILS_SECTION, guardPolicies } from './guard-policies.ts';
import { askJudge } from './judge.ts';
import { loopIdleness } from './loop-idleness.ts';
import { startScanWorker } from './start-scan-worker.ts';
import { askWebhook } from './webhook.ts';

export interface GuardingParts {
  readonly config: () => Config;
  readonly projects: ProjectPolicies;
  readonly clock: Clock;
  readonly fetch: Access['fetch'];
  readonly audit: Pick<AuditLog, 'record'>;
  readonly metrics: GuardCounts;
  readonly run: (call: Call) => Promise<Outcome>;
  /** The audit log did not take the note of a refusal. */
  readonly report: (error: unknown, call: Call) => void;
}

export interface Guarding {
  /** For the stages. */
  readonly services: GuardServices;
  close(): Promise<void>;
}

/** Characters of texts that may wait for the background thread: about a second and a half of its work. */
const MAX_WAITING_CHARACTERS = 8_388_608;

export function composeGuarding(parts: GuardingParts): Guarding {
  const { clock, metrics, projects } = parts;
  const scanner = new ThreadedScanner({
    clock,
    maxWaitingCharacters: MAX_WAITING_CHARACTERS,
    backgroundShare: () => parts.config().guardrails.background_share,
    idle: loopIdleness(),
    detectors: BUILT_IN_DETECTORS,
    inline: inlineScanner,
    redact,
    start: startScanWorker,
  });
  const models = modelGateway(parts);
  const services: GuardServices = {
    policy: guardPolicies(parts.config, projects),
    texts: callTexts,
    scanner,
    clock,
    askOutside(name, { call, texts, direction }) {
      const { guardrails } = parts.config();
      const { projectId } = call.caller;
      const project = projects.section(projectId, GUARDRAILS_SECTION) as ProjectGuardrails | undefined;
      const judge = project?.judge ?? guardrails.judge;
      if (name === 'webhook' && guardrails.webhook !== undefined) {
        return askWebhook(texts, { direction, projectId, settings: guardrails.webhook, clock, fetch: parts.fetch });
      }
      if (judge !== undefined) return askJudge(texts, { models, call, settings: judge });
      return Promise.reject(new Error(`the guardrail ${name} is not configured any more`));
    },
    observer: {
      checked: (direction, tier, seconds) => metrics.checked(direction, tier, seconds),
      found: ({ guardrail, action }, direction) => metrics.found(guardrail, action, direction),
      unscanned: (direction) => metrics.unscanned(direction),
      blocked(call, finding, direction) {
        const { guardrail, type, score, origin } = finding;
        metrics.blocked(guardrail, direction);
        parts.audit
          .record({
            projectId: call.caller.projectId,
            actor: call.caller.keyId,
            action: 'guardrail.block',
            object: call.id,
            detail: { guardrail, type, score, origin, direction, api: call.wire },
          })
          .catch((error: unknown) => parts.report(error, call));
      },
    },
  };
  return { services, close: () => scanner.close() };
}
