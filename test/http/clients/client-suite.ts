import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ClientUnderTest } from './client-under-test.ts';
import { type Stand, startStand } from './stand.ts';

interface Provider {
  readonly chat: string;
  readonly seeing: string;
  /** Takes a JSON Schema itself. */
  readonly structured: string;
  readonly path: RegExp;
  /** Where its key goes. */
  readonly credential: (headers: Readonly<Record<string, string | string[] | undefined>>) => unknown;
}

const bearer: Provider['credential'] = (headers) => headers.authorization;

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  openai: {
    chat: 'openai/gpt-4o-mini',
    seeing: 'openai/gpt-4o-mini',
    structured: 'openai/gpt-4o-mini',
    path: /^\/v1\/(chat\/completions|responses)$/,
    credential: bearer,
  },
  anthropic: {
    chat: 'anthropic/claude-sonnet-4-6',
    seeing: 'anthropic/claude-sonnet-4-6',
    structured: 'anthropic/claude-sonnet-4-6',
    path: /^\/v1\/messages(\?beta=true)?$/,
    credential: (headers) => headers['x-api-key'],
  },
  groq: {
    chat: 'groq/llama-3.3-70b-versatile',
    seeing: 'groq/meta-llama/llama-4-scout-17b-16e-instruct',
    structured: 'groq/openai/gpt-oss-20b',
    path: /^\/openai\/v1\/chat\/completions$/,
    credential: bearer,
  },
  huggingface: {
    chat: 'huggingface/meta-llama/Llama-3.1-8B-Instruct',
    seeing: 'huggingface/Qwen/Qwen3-VL-235B-A22B-Instruct',
    structured: 'huggingface/meta-llama/Llama-3.1-8B-Instruct',
    path: /^\/hf\/v1\/chat\/completions$/,
    credential: bearer,
  },
};

const CREDENTIALS: Readonly<Record<string, string>> = {
  openai: 'Bearer sim-openai-0000000000000000',
  anthropic: 'sim-anthropic-0000000000000000',
  groq: 'Bearer sim-groq-0000000000000000',
  huggingface: 'Bearer hf_sim0000000000000000',
};

const SENTENCE = 'The weir holds 42 litres, naïve café ☕ 漢字 and <b>tags</b> at 8 °C';
const TWO_CITIES = 'What is the weather in Oslo and Rome?';
const BOTH = [
  { name: 'get_weather', arguments: { city: 'Oslo' } },
  { name: 'get_weather', arguments: { city: 'Rome' } },
];

export interface ClientSuite {
  /** Makes the client with its own settings; nothing of Weir but address and key. */
  readonly make: (url: string, key: string) => ClientUnderTest;
  /** Status the client tells when its key is wrong; absent: 401. */
  readonly wrongKeyStatus?: number;
  /**
   * False when the library reads the tokens of a stream wrongly, provider or Weir: LangChain's Anthropic client adds the
   * running count of the start to the final count, and looks for input tokens in the start alone.
   */
  readonly countsStreams?: boolean;
  /** False when the library has no way to show the headers of an error. */
  readonly showsRetryAfter?: boolean;
}

/** Asks one client library for everything, of every provider. */
export function describeClient(name: string, suite: ClientSuite): void {
  const can = suite.make('http://127.0.0.1:9', 'unused');
  describe(`${name}, with only address and key changed`, () => {
    let stand: Stand;
    let client: ClientUnderTest;

    beforeAll(async () => {
      stand = await startStand();
      client = suite.make(stand.weir.url, stand.key);
    });
    afterEach(() => stand.simulator.faults.clear());
    afterAll(() => stand.close());

    describe.each(Object.entries(PROVIDERS))('talking to %s', (provider, models) => {
      const expectItsRequest = () => {
        const sent = stand.lastSent();
        expect(sent.path).toMatch(models.path);
        expect(models.credential(sent.headers)).toBe(CREDENTIALS[provider]);
        expect(JSON.stringify(sent.headers)).not.toContain(stand.key);
      };

      test('gets a text with its usage', async () => {
        const said = await client.text(models.chat, `say "${SENTENCE}"`);
        expect(said).toMatchObject({ text: SENTENCE, finish: 'stop' });
        expect(said.inputTokens).toBeGreaterThan(5);
        expect(said.outputTokens).toBeGreaterThan(5);
        expectItsRequest();
      });

      test('streams the same text, in pieces, with the same usage', async () => {
        const whole = await client.text(models.chat, `say "${SENTENCE}"`);
        const { pieces, ...streamed } = await client.stream(models.chat, `say "${SENTENCE}"`);
        if (suite.countsStreams === false) expect([streamed.text, streamed.finish]).toEqual([whole.text, whole.finish]);
        else expect(streamed).toEqual(whole);
        expect(pieces).toBeGreaterThan(3);
        expect(stand.lastSent().body).toMatchObject({ stream: true });
        expectItsRequest();
      });

      test('gets parallel tool calls, whole and streamed', async () => {
        expect(await client.tools(models.chat, TWO_CITIES)).toEqual(BOTH);
        expect(await client.streamTools(models.chat, TWO_CITIES)).toEqual(BOTH);
        expectItsRequest();
      });

      test('hands back the results of parallel tools and gets the answer', async () => {
        const answer = await client.toolRound(models.chat, TWO_CITIES);
        expect(answer).toContain('Oslo: rain, 8 degrees');
        expect(answer).toContain('Rome: rain, 8 degrees');
      });

      if (can.schema !== undefined)
        test('gets a reply after its JSON Schema', async () => {
          expect(await client.schema?.(models.structured)).toEqual({
            name: expect.any(String),
            age: expect.any(Number),
          });
        });

      if (can.image !== undefined)
        test('shows an image to the model', async () => {
          expect(await client.image?.(models.seeing)).toContain('I received the image');
          expectItsRequest();
        });

      test.each([
        [400, undefined],
        [429, '7'],
        [500, undefined],
      ])('learns of a refusal with status %i', async (code, retryAfter) => {
        stand.simulator.faults.add({
          fault: { kind: 'status', code, ...(retryAfter === undefined ? {} : { retry_after: Number(retryAfter) }) },
        });
        const failure = await failureOf(client, client.text(models.chat, 'hi'));
        // What goes wrong at the provider is not the client's wrong: a 500 there may be a 502 or 503 here.
        if (code === 500) expect(failure.status).toBeGreaterThanOrEqual(500);
        else expect(failure.status).toBe(code);
        if (retryAfter !== undefined && suite.showsRetryAfter !== false) expect(failure.retryAfter).toBe(retryAfter);
        expect(failure.message.length).toBeGreaterThan(3);
      });

      test('learns that the provider has no such model', async () => {
        const failure = await failureOf(client, client.text(`${provider}/missing-model`, 'hi'));
        expect(failure.status).toBe(404);
      });

      test('learns of an error before and inside a stream', async () => {
        stand.simulator.faults.add({ fault: { kind: 'status', code: 429, retry_after: 7 } });
        expect((await failureOf(client, client.stream(models.chat, 'hi'))).status).toBe(429);
        stand.simulator.faults.add({ fault: { kind: 'reset_mid_stream', after: 6 } });
        await expect(client.stream(models.chat, 'in 100 words')).rejects.toThrow();
      });

      test('stops the provider when it leaves a stream', async () => {
        stand.simulator.faults.add({ fault: { kind: 'headers_then_hang', after: 8 } });
        const controller = new AbortController();
        const running = client.abort(models.chat, 'in 100 words', {
          signal: controller.signal,
          started: () => controller.abort(),
        });
        await running.catch(() => undefined);
        const entry = stand.lastSent();
        await stand.simulator.journal.until(({ id, aborted }) => id === entry.id && aborted);
        expect(entry.finished).toBe(false);
      });
    });

    test('is refused with a wrong key, without a word to the provider', async () => {
      const stranger = suite.make(stand.weir.url, 'weir_wrong');
      const before = stand.simulator.journal.entries.at(-1)?.id;
      const failure = await failureOf(stranger, stranger.text('openai/gpt-4o-mini', 'hi'));
      expect(failure.status).toBe(suite.wrongKeyStatus ?? 401);
      expect(stand.simulator.journal.entries.at(-1)?.id).toBe(before);
    });

    if (can.embed !== undefined)
      test('embeds texts', async () => {
        const vectors = (await client.embed?.('openai/text-embedding-3-small', ['a weir', 'a river'])) ?? [];
        expect(vectors.map((vector) => vector.length)).toEqual([1536, 1536]);
        expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 3);
        expect(vectors[0]).not.toEqual(vectors[1]);
      });
  });
}

async function failureOf(client: ClientUnderTest, running: Promise<unknown>) {
  const error = await running.then(
    () => {
      throw new Error('the call went through');
    },
    (thrown: unknown) => thrown,
  );
  return client.failure(error);
}
