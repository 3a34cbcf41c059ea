import { isWeirError, type WeirError } from '../../kernel/errors.ts';
import type { Finding } from '../../kernel/finding.ts';
import type { Call } from '../../ports/call.ts';
import type { GuardPlan, GuardPolicy } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { InlineDetection } from '../../ports/guardrail.ts';
import { blockedError, uncheckedError } from './guard-errors.ts';
import type { Direction, GuardServices } from './guard-services.ts';
import { findingOf, noteFinding, noteUnscanned, ruleOf } from './note-findings.ts';

/** A text of the call; `path` is undefined for texts of replies. */
export interface JudgedText extends GuardedText {
  readonly path?: readonly (string | number)[];
}

export interface Judging {
  readonly call: Call;
  readonly direction: Direction;
  readonly plan: GuardPlan;
  readonly policy: GuardPolicy;
  readonly services: GuardServices;
}

/** New texts by old texts; empty when nothing is redacted. */
export type Redactions = ReadonlyMap<string, string>;

/** The inline tier over all texts. Throws for what must be blocked. */
export function judgeInline(texts: readonly JudgedText[], of: Judging): void {
  const { services, plan, direction } = of;
  const startedMono = services.clock.monotonic();
  try {
    for (const text of texts) {
      const hits = services.scanner.inline(text, plan);
      if (hits.length > 0) note(text, hits, of);
    }
  } catch (thrown) {
    passOrThrow(thrown, of);
  }
  services.observer.checked(direction, 'inline', (services.clock.monotonic() - startedMono) / 1000);
}

/** The full tier while the call waits. Throws for what must be blocked, gives what must be redacted. */
export async function judgeFully(texts: readonly JudgedText[], of: Judging): Promise<Redactions> {
  const { services, plan, direction, policy } = of;
  const startedMono = services.clock.monotonic();
  const redactions = new Map<string, string>();
  try {
    const verdicts = await services.scanner.full(texts, plan, policy.deadlineMs);
    services.observer.checked(direction, 'full', (services.clock.monotonic() - startedMono) / 1000);
    texts.forEach((text, at) => {
      const hits = verdicts[at]?.hits ?? [];
      note(text, hits, of);
      const redacted = redactedHits(hits, plan);
      if (redacted.length > 0) redactions.set(text.text, services.scanner.redact(text.text, redacted));
    });
  } catch (thrown) {
    passOrThrow(thrown, of);
  }
  return redactions;
}

/** The full tier while the call goes on. */
export function judgeInBackground(texts: readonly GuardedText[], of: Judging): void {
  const { call, services, plan, direction } = of;
  const startedMono = services.clock.monotonic();
  services.scanner.later(texts, plan, (verdicts: readonly GuardVerdict[] | undefined) => {
    if (verdicts === undefined) {
      return noteUnscanned(call, plan, { observer: services.observer, direction, origin: texts[0]?.origin ?? 'user' });
    }
    services.observer.checked(direction, 'background', (services.clock.monotonic() - startedMono) / 1000);
    verdicts.forEach(({ hits }, at) => {
      const origin = texts[at]?.origin ?? 'user';
      for (const hit of hits) {
        const finding = findingOf(hit, origin, plan);
        if (finding !== undefined) noteFinding(call, finding, { observer: services.observer, direction });
      }
    });
  });
}

export function redactedHits(hits: readonly InlineDetection[], plan: GuardPlan): InlineDetection[] {
  return hits.filter(({ guardrail }) => ruleOf(plan, guardrail)?.mode === 'redact');
}

/** Notes what was found; throws for the first that must be blocked, after all are noted. */
export function note(text: JudgedText, hits: readonly InlineDetection[], of: Judging): void {
  let blocking: Finding | undefined;
  for (const hit of hits) {
    const finding = findingOf(hit, text.origin, of.plan);
    if (finding === undefined) continue;
    noteFinding(of.call, finding, { observer: of.services.observer, direction: of.direction });
    if (finding.action === 'block') blocking ??= finding;
  }
  if (blocking !== undefined) throw refusal(blocking, text.path, of);
}

export function refusal(finding: Finding, path: JudgedText['path'], of: Judging): WeirError {
  const { call, direction, policy, services } = of;
  services.observer.blocked(call, finding, direction);
  return blockedError(finding, { direction, policy, path });
}

/** A check that failed: what must be held stops the call, unless the operator said otherwise. */
export function passOrThrow(thrown: unknown, of: Judging): void {
  if (isWeirError(thrown) && thrown.code === 'guard.blocked') throw thrown;
  const { plan, policy, direction, call, services } = of;
  noteUnscanned(call, plan, {
    observer: services.observer,
    direction,
    origin: direction === 'input' ? 'user' : 'output',
  });
  const strict = [...plan.rules.map(({ guardrail, mode }) => ({ name: guardrail, mode })), ...plan.outside].find(
    ({ mode }) => mode !== 'monitor',
  );
  if (strict !== undefined && policy.onError === 'block') {
    throw uncheckedError(strict.name, { direction, deadlineMs: policy.deadlineMs });
  }
}
