import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import { providerDefinition, providerDefinitions } from './registry.ts';

/** What the gateway does with a bare name: the catalogue first, then whose family it is. */
function resolve(name: string): string | undefined {
  for (const { type, models } of providerDefinitions) {
    const model = models.find(({ id, aliases }) => id === name || aliases?.includes(name));
    if (model !== undefined) return `${type}/${model.id}`;
  }
  const owner = providerDefinitions.find(({ ownsModel }) => ownsModel?.(name));
  return owner === undefined ? undefined : `${owner.type}/${name}`;
}

describe(requirement('A1'), () => {
  it('holds OpenAI and Anthropic behind one interface, each with its variables', () => {
    expect(providerDefinition('openai')?.environment).toMatchObject({
      apiKey: ['OPENAI_API_KEY'],
      baseUrl: ['OPENAI_BASE_URL'],
    });
    expect(providerDefinition('anthropic')?.environment).toMatchObject({
      apiKey: ['ANTHROPIC_API_KEY'],
      baseUrl: ['ANTHROPIC_BASE_URL'],
    });
  });

  it('finds every definition under its own type, and nothing else', () => {
    for (const definition of providerDefinitions) expect(providerDefinition(definition.type)).toBe(definition);
    expect(new Set(providerDefinitions.map(({ type }) => type)).size).toBe(providerDefinitions.length);
    expect(providerDefinition('nobody')).toBeUndefined();
  });
});

describe(requirement('A2'), () => {
  it.each([
    ['gpt-4-turbo', 'openai/gpt-4-turbo'],
    ['gpt-4', 'openai/gpt-4'],
    ['gpt-3.5-turbo', 'openai/gpt-3.5-turbo'],
    ['claude-3-opus', 'anthropic/claude-3-opus-20240229'],
    ['claude-3-sonnet', 'anthropic/claude-3-sonnet-20240229'],
    ['claude-3-haiku', 'anthropic/claude-3-haiku-20240307'],
    ['claude-3.5-sonnet', 'anthropic/claude-3-5-sonnet-20241022'],
  ])('resolves %s to %s', (name, target) => {
    expect(resolve(name)).toBe(target);
  });
});

describe(requirement('D10'), () => {
  it('has Cohere and the further providers of the contract', () => {
    const types = providerDefinitions.map(({ type }) => type);
    for (const type of [
      'cohere',
      'mistral',
      'gemini',
      'vertex',
      'bedrock',
      'azure-openai',
      'ollama',
      'openai-compatible',
    ]) {
      expect(types).toContain(type);
    }
  });
});

describe('bare model names', () => {
  it.each([
    ['gpt-4o-2024-11-20', 'openai'],
    ['o3-2025-04-16', 'openai'],
    ['chatgpt-4o-latest', 'openai'],
    ['text-embedding-3-large', 'openai'],
    ['dall-e-3', 'openai'],
    ['whisper-1', 'openai'],
    ['tts-1-hd', 'openai'],
    ['claude-next-20270101', 'anthropic'],
    ['gemini-9-ultra', 'gemini'],
    ['mistral-next', 'mistral'],
    ['codestral-2601', 'mistral'],
    ['command-z', 'cohere'],
    ['mixtral-8x7b-32768', 'groq'],
    ['llama-3.3-70b-versatile', 'groq'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'bedrock'],
  ])('%s belongs to %s', (name, type) => {
    expect(resolve(name)?.split('/')[0]).toBe(type);
  });

  it('belong to nobody when nobody is known to have them', () => {
    expect(resolve('some-model')).toBeUndefined();
    expect(resolve('gpt4all')).toBeUndefined();
  });

  it('keep a dated name that is a model of its own', () => {
    expect(resolve('gpt-4o-2024-11-20')).toBe('openai/gpt-4o-2024-11-20');
  });
});

describe.each(providerDefinitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (_, definition) => {
    it('lists every model once, and no alias that is a model', () => {
      const names = definition.models.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
      expect(new Set(names).size).toBe(names.length);
    });

    it('speaks chat to at least one wire and gives absolute addresses', () => {
      expect(definition.chat.length).toBeGreaterThan(0);
      for (const protocol of definition.chat) expect(URL.canParse(chatUrl(definition, protocol.wire))).toBe(true);
    });

    it('knows its default model, where it lists models', () => {
      const { defaultModel, models } = definition;
      if (defaultModel !== undefined) expect(models.map(({ id }) => id)).toContain(defaultModel);
      else expect(['azure-openai', 'ollama', 'openai-compatible']).toContain(definition.type);
    });

    it('takes ordinary keys and refuses a half-copied one', () => {
      const { keyPattern } = definition;
      for (const key of ['test-key', 'sk-0123456789abcdef', 'A1b2C3d4E5f6'])
        expect(keyPattern?.test(key) ?? true).toBe(true);
      expect(keyPattern?.test('key with spaces') ?? false).toBe(false);
    });
  },
);

function chatUrl(definition: ProviderDefinition, wire: string): string {
  const baseUrl = definition.defaultBaseUrl ?? 'https://host.example';
  const settings = { project: 'project-1', region: 'us-east5' };
  return definition.endpoint({ operation: 'chat', wire, model: 'm', stream: true, baseUrl, settings }).url;
}
