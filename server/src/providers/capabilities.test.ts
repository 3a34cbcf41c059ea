import { describe, expect, it } from 'vitest';
import type { ChatRequest, Content } from '../kernel/chat.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Feature, ProviderDefinition } from '../ports/provider.ts';
import { capabilitiesOf } from './capabilities.ts';
import { openai } from './openai.ts';
import { providerDefinitions } from './registry.ts';
import { upstreamFor } from './testing/provider-call.ts';

const IMAGE_DATA = 'aW1hZ2U=';
const SOUND_DATA = 'c291bmQ=';
const SCHEMA: JsonObject = { type: 'object', properties: { marker_field: { type: 'string' } } };

/** What a client asks for when it uses a feature, and what then must be in the body. */
const PROOFS: Readonly<
  Record<Exclude<Feature, 'stream'>, { ask: Partial<ChatRequest>; sees: (body: string) => boolean }>
> = {
  tools: {
    ask: { tools: [{ type: 'function', name: 'marker_tool', parameters: SCHEMA }] },
    sees: (body) => body.includes('marker_tool') && body.includes('marker_field'),
  },
  'parallel-tools': {
    ask: {
      messages: [
        said('user', [{ type: 'text', text: 'x' }]),
        said('assistant', [called('1'), called('2')]),
        result('1'),
        result('2'),
      ],
    },
    sees: (body) =>
      body.includes('one_1') && body.includes('one_2') && body.includes('answer 1') && body.includes('answer 2'),
  },
  vision: {
    ask: user({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: IMAGE_DATA } }),
    sees: (body) => body.includes(IMAGE_DATA),
  },
  'audio-input': {
    ask: user({ type: 'audio', data: SOUND_DATA, format: 'wav' }),
    sees: (body) => body.includes(SOUND_DATA),
  },
  'json-schema': {
    ask: { responseFormat: { kind: 'json-schema', name: 'marker', schema: SCHEMA } },
    // Not only asked for in the prompt.
    sees: (body) => body.includes('marker_field') && !body.includes('JSON Schema'),
  },
  reasoning: { ask: { reasoning: { effort: 'high' } }, sees: (body) => /reasoning|thinking/i.test(body) },
  'prompt-cache': { ask: {}, sees: () => true },
};

function said(role: 'user' | 'assistant', content: Content[]): ChatRequest['messages'][number] {
  return { role, content };
}

function called(id: string): Content {
  return { type: 'tool-call', id, name: `one_${id}`, argumentsText: '{}' };
}

function result(id: string): ChatRequest['messages'][number] {
  return {
    role: 'tool',
    content: [{ type: 'tool-result', toolCallId: id, content: [{ type: 'text', text: `answer ${id}` }] }],
  };
}

function user(content: Content): Partial<ChatRequest> {
  return { messages: [said('user', [{ type: 'text', text: 'x' }, content])] };
}

function encode(
  definition: ProviderDefinition,
  model: string,
  ask: Partial<ChatRequest>,
): { body: string; dropped: readonly string[] } {
  const upstream = upstreamFor(definition, model, { wire: 'openai-chat' });
  const request: ChatRequest = {
    model,
    messages: [said('user', [{ type: 'text', text: 'x' }])],
    stream: false,
    includeUsage: false,
    extensions: { wire: 'openai-chat', fields: {} },
    ...ask,
  };
  const context = { model, quirks: definition.quirks(model, upstream.wire), clientHeaders: {} };
  const { body, dropped } = upstream.encode(request, context);
  return { body: body.toString(), dropped };
}

const claims = providerDefinitions.flatMap((definition) =>
  definition.models
    .filter(({ operations }) => operations.includes('chat'))
    .map((model) => [`${definition.type}/${model.id}`, definition, model] as const),
);

describe('claimed features', () => {
  it.each(claims)('of %s are in what it is sent', (_, definition, { id, features }) => {
    for (const feature of features) {
      if (feature === 'stream') continue;
      const { ask, sees } = PROOFS[feature];
      const { body, dropped } = encode(definition, id, ask);
      expect(sees(body), `${feature}: ${body}`).toBe(true);
      expect(dropped, feature).toEqual([]);
    }
  });

  it('would show a claim that the wire cannot keep', () => {
    const cohere = providerDefinitions.find(({ type }) => type === 'cohere');
    const { body, dropped } = encode(cohere as ProviderDefinition, 'command-a-03-2025', PROOFS['audio-input'].ask);
    expect(PROOFS['audio-input'].sees(body)).toBe(false);
    expect(dropped).toEqual(['messages.audio']);
  });
});

describe('capabilitiesOf', () => {
  it('says operations, wires and models in the words of the API', () => {
    const capabilities = capabilitiesOf(openai);
    expect(capabilities.provider).toBe('openai');
    expect(capabilities.operations).toEqual(expect.arrayContaining(['chat', 'embeddings', 'moderations']));
    expect(capabilities.wires).toEqual(['openai-chat', 'openai-responses', 'openai-completions']);
    expect(capabilities.models.find(({ id }) => id === 'gpt-4o-mini')).toEqual({
      id: 'gpt-4o-mini',
      operations: ['chat'],
      features: expect.arrayContaining(['vision', 'json-schema', 'tools']),
      context_window: 128_000,
      max_output_tokens: 16_384,
      aliases: [],
    });
    expect(capabilities.models.find(({ id }) => id === 'whisper-1')).toMatchObject({
      context_window: null,
      max_output_tokens: null,
    });
  });

  it('is plain JSON for every provider', () => {
    for (const definition of providerDefinitions) {
      const capabilities = capabilitiesOf(definition);
      expect(JSON.parse(JSON.stringify(capabilities))).toEqual(capabilities);
    }
  });
});
