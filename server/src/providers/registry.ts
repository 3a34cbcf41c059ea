import type { ProviderDefinition } from '../ports/provider.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { groq } from './groq.ts';
import { huggingface } from './huggingface.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { vertex } from './vertex.ts';

/** Every kind of provider, in the order in which bare model names are looked up. */
export const providerDefinitions: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  groq,
  huggingface,
  azureOpenai,
  bedrock,
  gemini,
  vertex,
  mistral,
  cohere,
  ollama,
  openaiCompatible,
];

const byType = new Map(providerDefinitions.map((definition) => [definition.type, definition]));

/** The definition for a `type` of configuration; undefined when there is no such kind. */
export function providerDefinition(type: string): ProviderDefinition | undefined {
  return byType.get(type);
}
