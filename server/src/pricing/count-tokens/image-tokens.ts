import type { ImageContent } from '../../kernel/chat.ts';
import { type ImageSize, imageSize } from './image-size.ts';

/** What an image that cannot be measured (behind a URL or a file id) is taken for. */
const UNKNOWN_SIZE: ImageSize = { width: 1024, height: 1024 };

interface TileCost {
  readonly models: RegExp;
  readonly base: number;
  readonly tile: number;
}

/** OpenAI's published costs of 512-pixel tiles; the first row that matches counts. */
const TILES: readonly TileCost[] = [
  { models: /gpt-4o-mini/, base: 2833, tile: 5667 },
  { models: /gpt-5/, base: 70, tile: 140 },
  { models: /\bo[13]\b/, base: 75, tile: 150 },
  { models: /computer-use/, base: 65, tile: 129 },
  { models: /./, base: 85, tile: 170 },
];

/** Models that are charged by 32-pixel patches instead, with their factor. */
const PATCHES: readonly { models: RegExp; factor: number }[] = [
  { models: /gpt-(4\.1|5)-mini/, factor: 1.62 },
  { models: /gpt-(4\.1|5)-nano/, factor: 2.46 },
  { models: /\bo4-mini/, factor: 1.72 },
];
const MAX_PATCHES = 1536;

/** Anthropic: pixels divided by this; larger images are shrunk to at most about 1,600 tokens. */
const CLAUDE_PIXELS_PER_TOKEN = 750;
const CLAUDE_MAX_TOKENS = 1600;

/** Gemini: at most 16 tiles of 258 tokens. */
const GEMINI_MAX_TOKENS = 4128;
/** What no tiling goes beyond. */
const LARGEST: ImageSize = { width: 2048, height: 768 };

/** Prompt tokens of an image by the provider's published formula. */
export function imageTokens(model: string, image: ImageContent): number {
  const size = image.source.kind === 'base64' ? imageSize(image.source.data) : undefined;
  return tokensOfSize(model, image, size ?? UNKNOWN_SIZE);
}

function tokensOfSize(model: string, image: ImageContent, size: ImageSize): number {
  if (model.includes('claude')) {
    return Math.min(CLAUDE_MAX_TOKENS, Math.ceil((size.width * size.height) / CLAUDE_PIXELS_PER_TOKEN));
  }
  const patched = PATCHES.find((row) => row.models.test(model));
  if (patched !== undefined) return Math.ceil(Math.min(MAX_PATCHES, patches(size)) * patched.factor);
  const { base, tile } = TILES.find((row) => row.models.test(model)) ?? { base: 85, tile: 170 };
  return image.detail === 'low' ? base : base + tile * tiles(size);
}

/** The most that any image costs at this model, for images nobody can measure before they are paid. */
export function mostImageTokens(model: string): number {
  if (model.includes('gemini')) return GEMINI_MAX_TOKENS;
  const largest: ImageContent = { type: 'image', source: { kind: 'url', url: '' }, detail: 'high' };
  return model.includes('claude') ? CLAUDE_MAX_TOKENS : tokensOfSize(model, largest, LARGEST);
}

function patches({ width, height }: ImageSize): number {
  return Math.ceil(width / 32) * Math.ceil(height / 32);
}

/** Shrunk into a square of 2,048, then to a shorter side of 768, and covered with tiles of 512. */
function tiles({ width, height }: ImageSize): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const scale = fit * Math.min(1, 768 / (Math.min(width, height) * fit));
  return Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
}
