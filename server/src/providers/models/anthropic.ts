import type { Feature, ModelInfo } from '../../ports/provider.ts';
import { chatModel, TOOLS } from './model-table.ts';

const SEEING: readonly Feature[] = [...TOOLS, 'vision', 'prompt-cache'];
const THINKING: readonly Feature[] = [...SEEING, 'reasoning'];
const STRUCTURED: readonly Feature[] = [...THINKING, 'json-schema'];

/** Where Anthropic's own name is a dated one, the short names people use are its aliases. */
export const anthropicModels: readonly ModelInfo[] = [
  chatModel('claude-fable-5-2', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-fable-5-1', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-fable-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-5-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-sonnet-5-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-haiku-5-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-sonnet-5', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-4-8', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-4-7', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-4-6', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-sonnet-4-6', [1_000_000, 128_000], { features: STRUCTURED }),
  chatModel('claude-opus-4-5', [200_000, 64_000], { features: STRUCTURED, aliases: ['claude-opus-4.5'] }),
  chatModel('claude-sonnet-4-5', [200_000, 64_000], { features: STRUCTURED, aliases: ['claude-sonnet-4.5'] }),
  chatModel('claude-haiku-4-5', [200_000, 64_000], { features: STRUCTURED, aliases: ['claude-haiku-4.5'] }),
  chatModel('claude-opus-4-1-20250805', [200_000, 32_000], { features: THINKING, aliases: ['claude-opus-4-1'] }),
  chatModel('claude-opus-4-20250514', [200_000, 32_000], {
    features: THINKING,
    aliases: ['claude-opus-4', 'claude-opus-4-0'],
  }),
  chatModel('claude-sonnet-4-20250514', [200_000, 64_000], {
    features: THINKING,
    aliases: ['claude-sonnet-4', 'claude-sonnet-4-0'],
  }),
  chatModel('claude-3-7-sonnet-20250219', [200_000, 64_000], {
    features: THINKING,
    aliases: ['claude-3-7-sonnet', 'claude-3.7-sonnet', 'claude-3-7-sonnet-latest'],
  }),
  chatModel('claude-3-5-sonnet-20241022', [200_000, 8192], {
    features: SEEING,
    aliases: ['claude-3-5-sonnet', 'claude-3.5-sonnet', 'claude-3-5-sonnet-latest'],
  }),
  chatModel('claude-3-5-haiku-20241022', [200_000, 8192], {
    features: SEEING,
    aliases: ['claude-3-5-haiku', 'claude-3.5-haiku', 'claude-3-5-haiku-latest'],
  }),
  chatModel('claude-3-opus-20240229', [200_000, 4096], {
    features: SEEING,
    aliases: ['claude-3-opus', 'claude-3-opus-latest'],
  }),
  chatModel('claude-3-sonnet-20240229', [200_000, 4096], { features: SEEING, aliases: ['claude-3-sonnet'] }),
  chatModel('claude-3-haiku-20240307', [200_000, 4096], { features: SEEING, aliases: ['claude-3-haiku'] }),
];
