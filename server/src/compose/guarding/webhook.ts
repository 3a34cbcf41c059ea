import { createHmac } from 'node:crypto';
import type { GuardrailsConfig } from '../../config/sections/guardrails.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuardedText } from '../../ports/guard-scanner.ts';
import type { OutsideVerdict } from '../../ports/outside-guard.ts';
import type { Access } from '../../ports/provider.ts';
import { readVerdict } from './read-verdict.ts';

/** Asks the operator's own program. Rejects when it gave no verdict in time. */
export async function askWebhook(
  texts: readonly GuardedText[],
  of: {
    direction: 'input' | 'output';
    projectId: string;
    settings: NonNullable<GuardrailsConfig['webhook']>;
    clock: Clock;
    fetch: Access['fetch'];
  },
): Promise<OutsideVerdict> {
  const { settings, clock, direction, projectId } = of;
  const shown = texts.map(({ text, origin }) => ({ text, origin }));
  const body = JSON.stringify({ direction, project_id: projectId, texts: shown });
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (settings.secret !== undefined) {
    const seconds = Math.floor(clock.now() / 1000);
    const signature = createHmac('sha256', settings.secret).update(`${seconds}.${body}`).digest('hex');
    headers['x-weir-signature'] = `t=${seconds},v1=${signature}`;
  }
  const answer = of.fetch({ method: 'POST', url: settings.url, headers, body });
  const { status, body: said } = await inTime(answer, settings.timeout_ms, clock);
  if (status !== 200) throw new Error(`the guardrail webhook answered ${status}`);
  return readVerdict(said, 'webhook');
}

function inTime<T>(answer: Promise<T>, limitMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(new Error('the guardrail webhook did not answer in time')));
    answer.then(resolve, reject).finally(cancel);
  });
}
