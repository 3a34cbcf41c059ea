import { LLMock } from '@copilotkit/aimock';
import { type RunningWeir, startWeir } from '../../../support/weir.ts';
import type { MockAnswer } from './mock-answer.ts';
import { configuration } from './providers.ts';

/** A request as the mock understood it: it reads every wire into this form. */
export interface MockedRequest {
  readonly path: string;
  readonly messages: readonly MockedMessage[];
  readonly tools: readonly { readonly function: { readonly name: string; readonly parameters?: unknown } }[];
  /** The whole of it as JSON text. */
  readonly text: string;
}

export interface MockedMessage {
  readonly role: string;
  readonly content: string | readonly { readonly type: string; readonly text?: string }[] | null;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** Weir before a mock that nobody of the project wrote. */
export interface MockStand {
  readonly weir: RunningWeir;
  /** What the mock says to every request from now on. */
  answer: MockAnswer;
  lastRequest(): MockedRequest;
  close(): Promise<void>;
}

export async function startMockStand(): Promise<MockStand> {
  const mock = new LLMock({ port: 0, logLevel: 'silent', chunkSize: 3 });
  const stand = { answer: { content: 'Hello!' } as MockAnswer };
  mock.onEmbedding(/./, { embedding: [0.5, -0.25, 1] });
  mock.on({ predicate: () => true }, () => stand.answer as never);
  await mock.start();
  const weir = await startWeir({ config: configuration(mock.url) });
  return Object.assign(stand, {
    weir,
    lastRequest(): MockedRequest {
      const entry = mock.getLastRequest();
      if (entry === null) throw new Error('the mock was not asked');
      const body = (entry.body ?? {}) as unknown as Partial<MockedRequest>;
      return { path: entry.path, messages: body.messages ?? [], tools: body.tools ?? [], text: JSON.stringify(body) };
    },
    async close() {
      await weir.stop();
      await mock.stop();
    },
  });
}
