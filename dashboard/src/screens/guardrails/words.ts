const REVIEWS = 'guardrail:';

/** Metric under which people say whether a guardrail was right: 1 right, 0 a false alarm. */
export function reviewMetric(guardrail: string): string {
  return `${REVIEWS}${guardrail}`;
}

export function isOfGuardrail(metric: string): boolean {
  return metric.startsWith(REVIEWS);
}

/** `instruction_override` as people say it. */
export function plain(type: string): string {
  return type.replaceAll('_', ' ');
}

const ORIGINS = { user: 'user', untrusted: 'tool or document', output: 'reply' } as const;

export function originName(origin: keyof typeof ORIGINS): string {
  return ORIGINS[origin];
}

const ACTIONS = {
  monitor: { name: 'told', level: 'quiet' },
  redact: { name: 'redacted', level: 'warn' },
  block: { name: 'blocked', level: 'bad' },
} as const;

export function actionOf(action: keyof typeof ACTIONS) {
  return ACTIONS[action];
}
