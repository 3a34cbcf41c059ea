import {
  analyzeLogsSchema,
  type GeneratedPolicy,
  generatedPolicySchema,
  generatePolicySchema,
  type LogAnalysisObject,
  logAnalysisSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { Key } from '../../../../features/access/key-store.ts';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { Adviser } from '../../../../features/log-sampling/advice/ask-advice.ts';
import type { LogAnalysis } from '../../../../features/log-sampling/analyze-lines.ts';
import type { LogSampling, WindowRequest } from '../../../../features/log-sampling/log-sampling.ts';
import { invalidRequest } from '../../../../kernel/errors.ts';
import { parseInstant } from '../../../../kernel/parse-instant.ts';
import type { LogLine } from '../../../../ports/log-source.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../../route.ts';
import { readBody } from '../../../server.ts';
import { audited } from '../audited.ts';
import { type KnownProjects, projectOf } from '../project-scope.ts';

export interface LogAnalysisRouteServices {
  readonly sampling: Pick<LogSampling, 'analyze' | 'generate'>;
  /** Who gives advice for this `llm_provider`, on this key's bill; why nobody can; undefined: there is no such provider. */
  readonly adviserFor: (provider: string, key: Key) => Adviser | { readonly missing: string } | undefined;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const scopeQuery = z.object({ project_id: z.string().optional() });
const RULES = 'rule-based';
const MOST_PATTERNS = 200;
const MOST_READING_MS = 120_000;

/** From lines to patterns, and from patterns to a policy. */
export function logAnalysisRoutes(services: LogAnalysisRouteServices): RouteSpec[] {
  const common = {
    method: 'POST',
    errors: 'weir',
    tag: 'Log sampling',
    permission: 'develop',
    query: scopeQuery,
  } as const;
  return [
    {
      ...common,
      path: '/api/v1/analysis/analyze',
      summary: 'Patterns and anomalies of a service, from a source or from lines in the request',
      body: analyzeLogsSchema,
      reply: logAnalysisSchema,
      async handle(request) {
        const body = readBody(request, analyzeLogsSchema);
        const lines = body.lines?.map((line, at) => lineOf(line, at));
        const { analysis } = await services.sampling.analyze({ ...windowOf(request, { body, services }), lines });
        return shownAnalysis(analysis);
      },
    },
    {
      ...common,
      path: '/api/v1/pipeline/generate-policy',
      summary: 'Read logs, find patterns, compute a policy under a cost target, and put it in force',
      body: generatePolicySchema,
      reply: generatedPolicySchema,
      handle: (request) => generate(request, services),
    },
  ];
}

async function generate(request: WeirRequest, services: LogAnalysisRouteServices): Promise<GeneratedPolicy> {
  const body = readBody(request, generatePolicySchema);
  const { policy, service, isActive } = await services.sampling.generate({
    ...windowOf(request, { body, services }),
    usdPerDay: body.cost_target ?? undefined,
    adviser: adviserOf(body.llm_provider, { key: keyOf(request), services }),
    locks: body.locks,
    foldErrorsPerSecond: body.fold_errors_per_second,
    activate: body.activate,
    author: keyOf(request).id,
  });
  const detail = { version: policy.policy_version, generated_by: policy.generated_by, active: isActive };
  await audited(services.audit, request, {
    ...{ projectId: service.project_id, action: 'log_policy.generate', object: service.name, detail },
  });
  const { policy_id, policy_version, global_rate, severity_rates, pattern_rates, anomaly_boost } = policy;
  const { reasoning, generated_by, analysis_summary } = policy;
  return {
    ...{ status: 'success', policy_id, policy_version, global_rate, severity_rates, pattern_rates, anomaly_boost },
    ...{ reasoning, generated_by, analysis_summary },
  };
}

function adviserOf(provider: string, of: { key: Key; services: LogAnalysisRouteServices }) {
  if (provider === RULES) return undefined;
  const adviser = of.services.adviserFor(provider, of.key);
  if (adviser !== undefined) return adviser;
  throw invalidRequest('llm_provider', `must be openai, anthropic, ${RULES}, or a model or route of this server.`);
}

function windowOf(
  request: WeirRequest,
  of: {
    body: z.infer<typeof analyzeLogsSchema> | z.infer<typeof generatePolicySchema>;
    services: LogAnalysisRouteServices;
  },
): WindowRequest {
  const { body } = of;
  return {
    projectId: projectOf(request, of.services.projects),
    service: body.service_name,
    teamId: body.team_id ?? null,
    hours: body.hours,
    source: body.source,
    clickhouseHost: body.clickhouse_host,
    apiUrl: body.api_url,
    signal: AbortSignal.timeout(MOST_READING_MS),
  };
}

type PushedLine = NonNullable<z.infer<typeof analyzeLogsSchema>['lines']>[number];

function lineOf(line: PushedLine, index: number): LogLine {
  if (typeof line === 'string') return { body: line, bytes: Buffer.byteLength(line) };
  const { body, severity, time, trace_id: traceId } = line;
  const at = parseInstant(time);
  if (time !== undefined && at === undefined)
    throw invalidRequest(`lines.${index}.time`, 'must be ISO 8601, or Unix seconds or milliseconds.');
  return { body, bytes: Buffer.byteLength(body), time: at, severity, traceId };
}

function shownAnalysis({ summary, patterns, anomalies }: LogAnalysis): LogAnalysisObject {
  const largest = [...patterns].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_PATTERNS);
  return {
    ...{ status: 'completed', total_logs: summary.total_logs, unique_patterns: summary.unique_patterns },
    ...{ clusters_found: summary.clusters, anomalies_detected: summary.anomalies, error_rate: summary.error_rate },
    severity_distribution: summary.severity_distribution,
    top_patterns: largest.map(({ id, template, lines, bytes, severities, cluster, signatures }) => ({
      ...{ id, template, count: lines, bytes, severities, cluster, signatures: [...signatures] },
    })),
    anomalies: anomalies.map(({ kind, pattern, severity, message, seen, usual }) => ({
      ...{ type: kind, pattern_id: pattern, severity, message, seen, usual },
    })),
  };
}
