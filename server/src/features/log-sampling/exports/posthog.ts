import type { LogPolicy } from '@weir/contract';
import { commonRate, type ExportFile, type ExportPlan, type ExportRule, planExport } from './export-plan.ts';

const SEVERITY_NAMES = { DEBUG: 'DEBUG', INFO: 'INFO', WARNING: 'WARN' } as const;
const NEVER_DROPPED = ['error', 'fatal', 'critical', 'crit', 'emerg', 'emergency', 'alert', 'panic', 'severe', 'err'];
const EXCEPTIONS = ['exception.type', 'exception.message', 'exception.stacktrace'];
const MOST_NAME = 255;

/**
 * Rules for PostHog's log ingestion, to be created in this order: it drops by pattern and samples by severity, but cannot
 * sample by pattern. What is lost by that is said in `about`, which no rule contains: JSON has no comments.
 */
export function exportToPostHog(policy: LogPolicy, nowMs: number): ExportFile[] {
  const plan = planExport(policy, nowMs);
  const dropped = plan.rules.filter(({ rates }) => commonRate(rates) === 0);
  const rules = [...dropped.map((rule) => dropRule(rule, policy)), severityRule(plan)];
  const document = {
    about: [...plan.notes, ...limitsOf(plan)],
    rules: rules.map((rule, priority) => ({ ...rule, priority })),
  };
  return [{ name: 'weir-posthog.json', text: `${JSON.stringify(document, null, 2)}\n` }];
}

function dropRule({ id, template, regex }: ExportRule, policy: LogPolicy) {
  return {
    name: `Weir ${policy.policy_version}: drop ${id} ${template}`.slice(0, MOST_NAME),
    enabled: true,
    rule_type: 'path_drop',
    ...scope(policy),
    config: {
      always_keep: alwaysKeep(),
      filter_group: {
        type: 'AND',
        values: [
          MAY_BE_DROPPED,
          // PostHog ignores case; within the brackets it does not.
          { key: 'message', type: 'log', operator: 'regex', value: `(?-is:${regex})` },
        ],
      },
    },
  };
}

/** A line without a severity is not one whose severity is not in the list: it matches only what asks for it. */
const MAY_BE_DROPPED = {
  type: 'OR',
  values: [
    { key: 'severity_text', type: 'log', operator: 'is_not', value: NEVER_DROPPED },
    { key: 'severity_text', type: 'log', operator: 'is_not_set' },
  ],
};

function severityRule({ policy, rates }: ExportPlan) {
  const actions = Object.entries(SEVERITY_NAMES).map(([name, theirs]) => [
    theirs,
    actionAt(rates[name as keyof typeof SEVERITY_NAMES]),
  ]);
  return {
    name: `Weir ${policy.policy_version}: severities`,
    enabled: true,
    rule_type: 'severity_sampling',
    ...scope(policy),
    config: { always_keep: alwaysKeep(), actions: { ...Object.fromEntries(actions), ERROR: { type: 'keep' } } },
  };
}

function actionAt(rate: number) {
  if (rate === 1) return { type: 'keep' };
  return rate === 0 ? { type: 'drop' } : { type: 'sample', rate };
}

function scope({ service_name }: LogPolicy) {
  return { scope_service: service_name === '' ? null : service_name };
}

function alwaysKeep() {
  return { attribute_predicates: EXCEPTIONS.map((key) => ({ key, op: 'exists' })) };
}

function limitsOf({ policy, rates, rules }: ExportPlan): string[] {
  const unexpressed = rules.filter((rule) => commonRate(rule.rates) !== 0);
  return [
    'PostHog has drop rules, severity rates and rate limits, but no rate by pattern: only patterns of rate 0 are expressed.',
    ...unexpressed.map(
      ({ id, template, rates: own }) =>
        `Not expressed, its lines go by their severity: ${id} at ${commonRate(own) ?? JSON.stringify(own)}: ${template}`,
    ),
    `Lines without a severity count as INFO there (${rates.INFO}), not by the rate for lines without one (${rates.NONE}).`,
    'A level that PostHog does not know, critical or notice for example, counts by its severity number, and without one as INFO.',
    "A line without a text for its severity is dropped by no pattern: PostHog's comparison needs one. It counts as INFO.",
    'Kept lines are not stamped with sample_rate or the policy version: PostHog cannot change a line while it samples.',
    "Lines with a trace id share the fate of their trace at equal rates, by a hash that is not the samplers': other traces are kept.",
    ...(policy.service_name === '' ? ['The policy names no service: the rules apply to all services.'] : []),
  ];
}
