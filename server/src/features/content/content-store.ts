import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CapturedContent, CapturedText, CaptureMode } from '../../ports/content-sink.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { Storage } from '../../ports/storage.ts';
import { type RedactTexts, redactContent } from './redact-content.ts';

export interface KeptContent {
  readonly requestId: string;
  readonly userId: string | undefined;
  /** Epoch ms. */
  readonly keptAt: number;
  readonly mode: CaptureMode;
  /** null: nothing of it is kept. */
  readonly request: string | null;
  readonly reply: string | null;
  /** True when one of them was longer than `capture.max_bytes`. */
  readonly truncated: boolean;
}

interface Packed {
  readonly mode: CaptureMode;
  readonly request: string | null;
  readonly reply: string | null;
  readonly truncated: boolean;
}

export interface ContentStoreParts {
  readonly storage: {
    readonly objects: Pick<Storage['objects'], 'get' | 'insert'>;
    readonly content: Pick<Storage['content'], 'erase'>;
  };
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: RedactTexts;
}

/** What was said in calls, encrypted with the project's data key. */
export class ContentStore {
  readonly #of: ContentStoreParts;

  constructor(of: ContentStoreParts) {
    this.#of = of;
  }

  async put(content: CapturedContent): Promise<void> {
    const { requestId, projectId, userId, mode, request, reply } = content;
    const packed: Packed = {
      mode,
      request: await this.#shown(request, mode),
      reply: reply === undefined ? null : await this.#shown(reply, mode),
      truncated: request.isCut || reply?.isCut === true,
    };
    await this.#of.storage.objects.insert({
      id: requestId,
      kind: 'content',
      project_id: projectId,
      user_id: userId ?? null,
      provider: '',
      credential_id: '',
      previous_id: null,
      content: this.#of.seal.seal(projectId, JSON.stringify(packed)),
      created_at: this.#of.clock.now(),
    });
  }

  /** `projectId` undefined: any project. What is not kept and what is another project's are the same error. */
  async read(requestId: string, projectId: string | undefined): Promise<KeptContent> {
    const row = await this.#of.storage.objects.get(requestId);
    const isVisible = row?.kind === 'content' && (projectId === undefined || row.project_id === projectId);
    if (!isVisible || row.content === null) {
      throw new WeirError('resource.not_found', { message: 'Nothing is kept of such a call.' });
    }
    const packed = JSON.parse(this.#of.seal.open(row.project_id, row.content)) as Packed;
    return { requestId, userId: row.user_id ?? undefined, keptAt: row.created_at, ...packed };
  }

  /** Everything stored of a user: what was said in calls, responses, files. Gives how many things went. */
  erase(owner: { projectId: string; userId: string }): Promise<number> {
    return this.#of.storage.content.erase(owner);
  }

  async #shown(side: CapturedText, mode: CaptureMode): Promise<string | null> {
    if (mode === 'full') return side.text;
    return (await redactContent(side, this.#of.redact)) ?? null;
  }
}
