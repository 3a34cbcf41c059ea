import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { anthropicModels } from './anthropic.ts';
import { chatModel, embeddingModel, TEXT, TOOLS } from './model-table.ts';

const SEEING: readonly Feature[] = [...TOOLS, 'vision'];
const NOVA: readonly Feature[] = [...SEEING, 'prompt-cache'];
const STRUCTURED: readonly Feature[] = [...TOOLS, 'json-schema'];

/** Claude's inference profiles that work from every region, by Anthropic's own name for the model. */
const CLAUDE_PROFILES: Readonly<Record<string, string>> = {
  'claude-fable-5-1': 'global.anthropic.claude-fable-5-1-v1:0',
  'claude-opus-5-5': 'global.anthropic.claude-opus-5-5',
  'claude-opus-5': 'global.anthropic.claude-opus-5',
  'claude-sonnet-5': 'global.anthropic.claude-sonnet-5-v1:0',
  'claude-opus-4-8': 'global.anthropic.claude-opus-4-8-v1:0',
  'claude-opus-4-7': 'global.anthropic.claude-opus-4-7-v1:0',
  'claude-opus-4-6': 'global.anthropic.claude-opus-4-6-v1:0',
  'claude-sonnet-4-6': 'global.anthropic.claude-sonnet-4-6-v1:0',
  'claude-opus-4-5': 'global.anthropic.claude-opus-4-5-v1:0',
  'claude-sonnet-4-5': 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'claude-haiku-4-5': 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
  'claude-sonnet-4-20250514': 'global.anthropic.claude-sonnet-4-20250514-v1:0',
  'claude-3-haiku-20240307': 'anthropic.claude-3-haiku-20240307-v1:0',
};

export const bedrockModels: readonly ModelInfo[] = [
  ...anthropicModels.flatMap((model): ModelInfo[] => {
    const id = CLAUDE_PROFILES[model.id];
    return id === undefined ? [] : [{ ...model, id, aliases: [model.id, ...(model.aliases ?? [])] }];
  }),
  chatModel('global.amazon.nova-2-lite-v1:0', [1_000_000, 65_535], { features: [...NOVA, 'reasoning'] }),
  chatModel('amazon.nova-premier-v1:0', [1_000_000, 10_000], { features: NOVA }),
  chatModel('amazon.nova-pro-v1:0', [300_000, 10_000], { features: NOVA }),
  chatModel('amazon.nova-lite-v1:0', [300_000, 10_000], { features: NOVA }),
  chatModel('amazon.nova-micro-v1:0', [128_000, 10_000], { features: [...TOOLS, 'prompt-cache'] }),
  chatModel('meta.llama3-3-70b-instruct-v1:0', [128_000, 8192], { features: TOOLS }),
  chatModel('meta.llama4-maverick-17b-instruct-v1:0', [1_000_000, 8192], { features: SEEING }),
  chatModel('mistral.mistral-large-3-675b-instruct', [256_000, 0], { features: [...STRUCTURED, 'vision'] }),
  chatModel('openai.gpt-oss-120b-1:0', [128_000, 0], { features: [...STRUCTURED, 'reasoning'] }),
  chatModel('openai.gpt-oss-20b-1:0', [128_000, 0], { features: [...STRUCTURED, 'reasoning'] }),
  chatModel('qwen.qwen3-32b-v1:0', [32_000, 0], { features: STRUCTURED }),
  // It thinks always and takes no wishes about it.
  chatModel('deepseek.r1-v1:0', [128_000, 32_768], { features: TEXT }),
  embeddingModel('amazon.titan-embed-text-v2:0', 8192),
  embeddingModel('amazon.titan-embed-text-v1', 8192),
  embeddingModel('cohere.embed-v4:0', 128_000),
  embeddingModel('cohere.embed-english-v3', 512),
  embeddingModel('cohere.embed-multilingual-v3', 512),
];
