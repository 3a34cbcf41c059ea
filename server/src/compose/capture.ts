import type { Config } from '../config/schema.ts';
import type { ProjectCapture } from '../config/sections/capture.ts';
import { ContentStore } from '../features/content/content-store.ts';
import type { RedactTexts } from '../features/content/redact-content.ts';
import { INTERNAL_APIS } from '../kernel/internal-apis.ts';
import { DAY_MS } from '../kernel/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { CapturedContent, ContentSink } from '../ports/content-sink.ts';
import type { GuardPlan } from '../ports/guard-policy.ts';
import type { GuardScanner } from '../ports/guard-scanner.ts';
import type { ProjectPolicies } from '../ports/project-policy.ts';
import type { Stores } from './stores.ts';

export const CAPTURE_SECTION = 'capture';

/** What goes from content before it is stored `redacted`. */
const REDACTION: GuardPlan = {
  version: 'capture',
  rules: ['pii', 'secrets'].map((guardrail) => ({ guardrail, mode: 'redact', threshold: undefined })),
  custom: [],
  outside: [],
  isStrict: true,
  inBackground: false,
};
/** Nobody waits for it. */
const REDACTION_DEADLINE_MS = 30_000;
/** Calls whose content is on its way into the database; more are not kept. */
const MAX_WAITING = 256;
const BATCH = 500;

export interface CaptureParts {
  readonly config: () => Config;
  readonly policies: ProjectPolicies;
  readonly stores: Pick<Stores, 'storage' | 'seal' | 'projects'>;
  readonly scanner: () => GuardScanner;
  readonly clock: Clock;
  /** The content of a call could not be kept; `error` is undefined when too many waited. */
  readonly report: (requestId: string, error: unknown) => void;
}

export interface Capture {
  readonly sink: ContentSink;
  readonly store: ContentStore;
  /** Takes personal data and secrets out of texts, as the mode `redacted` does. */
  readonly redact: RedactTexts;
  /** Deletes what is older than its project keeps; gives how much. */
  forgetOld(): Promise<number>;
  /** Resolves when everything that was taken is stored. */
  drained(): Promise<void>;
}

/** Prompts and replies at rest: which, for how long, and who may not wait for it. */
export function composeCapture(parts: CaptureParts): Capture {
  const { stores, clock } = parts;
  const redact: RedactTexts = (texts) => redactWith(parts.scanner(), texts);
  const store = new ContentStore({
    storage: stores.storage,
    seal: stores.seal,
    clock,
    redact,
  });
  const settings = (projectId: string) => {
    const { content, retention_days } = parts.config().capture;
    const own = parts.policies.section(projectId, CAPTURE_SECTION) as ProjectCapture | undefined;
    return { content: own?.content ?? content, retentionDays: own?.retention_days ?? retention_days };
  };
  const waiting = new Set<Promise<void>>();
  function keep(content: CapturedContent): void {
    if (waiting.size >= MAX_WAITING) return parts.report(content.requestId, undefined);
    const stored: Promise<void> = store
      .put(content)
      .catch((error: unknown) => parts.report(content.requestId, error))
      .finally(() => waiting.delete(stored));
    waiting.add(stored);
  }
  return {
    store,
    redact,
    sink: {
      mode({ wire, caller }) {
        const { content } = settings(caller.projectId);
        return content === 'off' || INTERNAL_APIS.includes(wire) ? undefined : content;
      },
      maxBytes: () => parts.config().capture.max_bytes,
      keep,
    },
    async forgetOld() {
      let gone = 0;
      for (const { id: projectId } of stores.projects.list()) {
        const beforeMs = clock.now() - settings(projectId).retentionDays * DAY_MS;
        for (let batch = BATCH; batch === BATCH; gone += batch) {
          batch = await stores.storage.content.forgetOld({ projectId, beforeMs, limit: BATCH });
        }
      }
      return gone;
    },
    async drained() {
      await Promise.all(waiting);
    },
  };
}

async function redactWith(scanner: GuardScanner, texts: readonly string[]): Promise<readonly string[]> {
  if (texts.length === 0) return texts;
  const judged = texts.map((text) => ({ text, origin: 'output' as const }));
  const verdicts = await scanner.full(judged, REDACTION, REDACTION_DEADLINE_MS);
  return texts.map((text, at) => {
    const verdict = verdicts[at];
    if (verdict === undefined) throw new Error('a text was not looked at');
    return scanner.redact(text, verdict.hits);
  });
}
