import { describe, expect, it } from 'vitest';
import { NO_USAGE, usage } from '../kernel/usage.ts';
import { readImageUsage, readNoCharge, readTranscriptionUsage } from './media-usage.ts';

describe('usage of images', () => {
  it('counts images, with tokens where the provider tells them', () => {
    const told = { input_tokens: 12, input_tokens_details: { text_tokens: 12 }, output_tokens: 272 };
    expect(readImageUsage({ data: [{}, {}], usage: told })).toEqual(usage({ input: 12, output: 272, images: 2 }));
    expect(readImageUsage({ data: [{}] })).toEqual(usage({ images: 1 }));
  });

  it('counts one image per completed event of a stream', () => {
    const told = { input_tokens: 3, input_tokens_details: {}, output_tokens: 5 };
    const event = { type: 'image_edit.completed', b64_json: '', usage: told };
    expect(readImageUsage(event)).toEqual(usage({ input: 3, output: 5, images: 1 }));
    expect(readImageUsage({ type: 'image_generation.partial_image' })).toBeUndefined();
  });

  it('is unknown when the reply tells nothing', () => {
    expect(readImageUsage({})).toBeUndefined();
  });
});

describe('usage of a transcription', () => {
  it('keeps the tokens of the sound apart from those of the text', () => {
    const told = {
      type: 'tokens',
      input_tokens: 40,
      input_token_details: { text_tokens: 10, audio_tokens: 30 },
      output_tokens: 3,
    };
    expect(readTranscriptionUsage({ usage: told })).toEqual(usage({ input: 10, audioInput: 30, output: 3 }));
  });

  it.each([
    [{ text: 'x' }],
    [{ usage: { type: 'duration', seconds: 12 } }],
    [{ usage: { type: 'tokens', input_tokens: -1, output_tokens: 3 } }],
    [{ usage: { type: 'tokens', input_tokens: 0, output_tokens: 0 } }],
  ])('is unknown for %j', (json) => {
    expect(readTranscriptionUsage(json)).toBeUndefined();
  });
});

it('calls without charge have a usage of nothing, which is known', () => {
  expect(readNoCharge()).toBe(NO_USAGE);
});
