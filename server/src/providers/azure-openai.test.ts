import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import type { EndpointCall } from '../ports/provider.ts';
import { openaiResponsesClient } from '../protocols/openai-responses/client.ts';
import { azureOpenai } from './azure-openai.ts';
import { hear, send, sse } from './testing/provider-call.ts';

const baseUrl = 'https://weir-eu.openai.azure.com';
const deployments = { 'gpt-4o': 'prod-4o' };
const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };

describe(requirement('A17h'), () => {
  it('calls the deployment of the model with the key in its own header', async () => {
    const sent = await send(azureOpenai, { body, baseUrl, settings: { deployments }, secret: 'azure-key' });
    expect(sent.url).toBe(`${baseUrl}/openai/deployments/prod-4o/chat/completions?api-version=2024-10-21`);
    expect(sent.headers).toEqual({ 'api-key': 'azure-key' });
    expect(sent.body).toEqual({ ...body, model: 'prod-4o' });
  });

  it('takes a model without a mapping as the deployment, and the version from the settings', async () => {
    const sent = await send(azureOpenai, {
      body,
      baseUrl: `${baseUrl}/`,
      settings: { api_version: '2025-04-01-preview' },
    });
    expect(sent.url).toBe(`${baseUrl}/openai/deployments/gpt-4o/chat/completions?api-version=2025-04-01-preview`);
  });

  it.each([
    [baseUrl, { api_version: 'v1' }],
    [`${baseUrl}/openai/v1/`, {}],
  ])('uses the undated API for %s with %o, where the body names the deployment', async (url, settings) => {
    const sent = await send(azureOpenai, { body, baseUrl: url, settings: { ...settings, deployments } });
    expect(sent.url).toBe(`${baseUrl}/openai/v1/chat/completions`);
    expect(sent.body.model).toBe('prod-4o');
  });

  it('has its Responses outside of the deployments', async () => {
    const sent = await send(azureOpenai, {
      body: { model: 'gpt-4o', input: 'Hello' },
      client: openaiResponsesClient,
      baseUrl,
      settings: { deployments, api_version: '2025-04-01-preview' },
    });
    expect(sent.url).toBe(`${baseUrl}/openai/responses?api-version=2025-04-01-preview`);
    expect(sent.body.model).toBe('prod-4o');
  });

  it('passes images to their deployment and files beside them', () => {
    const call: EndpointCall = {
      operation: 'images',
      wire: 'pass-through',
      model: 'dall',
      stream: false,
      baseUrl,
      settings: {},
    };
    expect(azureOpenai.endpoint({ ...call, path: '/images/generations' }).url).toBe(
      `${baseUrl}/openai/deployments/dall/images/generations?api-version=2024-10-21`,
    );
    expect(azureOpenai.endpoint({ ...call, operation: 'files', path: '/files?limit=2' }).url).toBe(
      `${baseUrl}/openai/files?limit=2&api-version=2024-10-21`,
    );
  });

  it('builds the address of a named resource, and of no other host', () => {
    const call: EndpointCall = {
      operation: 'chat',
      wire: 'openai-chat',
      model: 'm',
      stream: false,
      baseUrl: '',
      settings: {},
    };
    expect(azureOpenai.endpoint({ ...call, settings: { resource: 'weir-eu' } }).url).toContain(
      'https://weir-eu.openai.azure.com/',
    );
    for (const resource of ['evil.example/', 'a.b', 'UPPER', 'x'.repeat(64), '', undefined]) {
      expect(() => azureOpenai.endpoint({ ...call, settings: { resource } })).toThrow(
        expect.objectContaining({ code: 'config.invalid' }),
      );
    }
  });

  it('reads a stream that opens with filter results', async () => {
    const { upstream } = await send(azureOpenai, { body, baseUrl });
    const heard = hear(
      upstream,
      sse(
        { id: '', model: '', choices: [], prompt_filter_results: [] },
        {
          id: 'c1',
          model: 'gpt-4o',
          created: 5,
          choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }],
        },
        '[DONE]',
      ),
    );
    expect(heard).toMatchObject({ id: 'c1', choices: [{ content: [{ type: 'text', text: 'Hi' }] }] });
  });
});
