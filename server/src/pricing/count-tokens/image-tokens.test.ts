import { describe, expect, it } from 'vitest';
import type { ImageContent } from '../../kernel/chat.ts';
import { imageSize } from './image-size.ts';
import { imageTokens } from './image-tokens.ts';

function png(width: number, height: number): string {
  const bytes = Buffer.alloc(33);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}

function image(width: number, height: number, detail?: string): ImageContent {
  const source = { kind: 'base64', mediaType: 'image/png', data: png(width, height) } as const;
  return { type: 'image', source, ...(detail === undefined ? {} : { detail }) };
}

describe('image tokens', () => {
  // OpenAI's own worked examples: 1024 square is 4 tiles, 2048 x 4096 is 6.
  it.each([
    ['gpt-4o', image(1024, 1024), 765],
    ['gpt-4o', image(2048, 4096), 1105],
    ['gpt-4o', image(4096, 8192, 'low'), 85],
    ['gpt-4o', image(512, 512), 255],
    ['gpt-4o-mini', image(512, 512), 8500],
    ['gpt-4.1-mini', image(1024, 1024), 1659],
    ['claude-sonnet-4-5', image(1000, 750), 1000],
    ['claude-sonnet-4-5', image(4000, 4000), 1600],
  ])('follow the formula of %s', (model, content, tokens) => {
    expect(imageTokens(model, content)).toBe(tokens);
  });

  it('take an image that cannot be measured for a square of 1024', () => {
    const linked: ImageContent = { type: 'image', source: { kind: 'url', url: 'https://images.example/a.png' } };
    expect(imageTokens('gpt-4o', linked)).toBe(765);
  });
});

describe('image size', () => {
  it('reads PNG, GIF, WebP and JPEG headers', () => {
    expect(imageSize(png(640, 480))).toEqual({ width: 640, height: 480 });
    const gif = Buffer.from('GIF89a\x80\x02\xe0\x01', 'latin1');
    expect(imageSize(gif.toString('base64'))).toEqual({ width: 640, height: 480 });
    const webp = Buffer.alloc(30);
    webp.write('RIFF....WEBPVP8X', 'latin1');
    webp.writeUIntLE(639, 24, 3);
    webp.writeUIntLE(479, 27, 3);
    expect(imageSize(webp.toString('base64'))).toEqual({ width: 640, height: 480 });
    const jpeg = Buffer.from(`ffd8ffe000040000ffc000110801e00280${'0301220002110103'.repeat(2)}`, 'hex');
    expect(imageSize(jpeg.toString('base64'))).toEqual({ width: 640, height: 480 });
  });

  it('does not trip over bytes that are no image', () => {
    for (const bytes of ['', 'AAAA', Buffer.from('ffd8ffe0', 'hex').toString('base64')]) {
      expect(imageSize(bytes)).toBeUndefined();
    }
  });
});
