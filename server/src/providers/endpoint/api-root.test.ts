import { describe, expect, it } from 'vitest';
import { apiRoot, serverRoot } from './api-root.ts';

describe('apiRoot', () => {
  it.each([
    ['https://api.example', 'https://api.example/v1'],
    ['https://api.example/', 'https://api.example/v1'],
    ['https://api.example/v1', 'https://api.example/v1'],
    ['https://api.example/v1/', 'https://api.example/v1'],
    ['https://api.example/v1/v1', 'https://api.example/v1'],
    ['https://api.example/openai', 'https://api.example/openai/v1'],
    ['https://api.example/v1beta/openai', 'https://api.example/v1beta/openai'],
    ['http://[::1]:9', 'http://[::1]:9/v1'],
    ['http://v1.example', 'http://v1.example/v1'],
  ])('makes of %s the root %s', (baseUrl, root) => {
    expect(apiRoot(baseUrl)).toBe(root);
  });

  it.each([
    ['https://api.groq.com', 'https://api.groq.com/openai/v1'],
    ['https://api.groq.com/openai', 'https://api.groq.com/openai/v1'],
    ['https://api.groq.com/openai/v1/', 'https://api.groq.com/openai/v1'],
    ['http://127.0.0.1:9/v1', 'http://127.0.0.1:9/v1'],
  ])('adds to %s what a longer version path still needs', (baseUrl, root) => {
    expect(apiRoot(baseUrl, '/openai/v1')).toBe(root);
  });

  it('takes the version off again for what stands beside the API', () => {
    expect(serverRoot('http://127.0.0.1:9/hf/v1/')).toBe('http://127.0.0.1:9/hf');
    expect(serverRoot('http://127.0.0.1:9')).toBe('http://127.0.0.1:9');
  });
});
