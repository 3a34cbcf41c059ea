import { WeirError } from '../kernel/errors.ts';
import { asObject } from '../kernel/json.ts';
import type { EndpointCall, ProviderDefinition } from '../ports/provider.ts';
import { openaiChatUpstream } from '../protocols/openai-chat/upstream.ts';
import { openaiEmbeddingsUpstream } from '../protocols/openai-embeddings/upstream.ts';
import { openaiResponsesUpstream } from '../protocols/openai-responses/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { openaiPath } from './define-openai-compatible.ts';
import { withoutSlashes } from './endpoint/api-root.ts';
import { pathSegment } from './endpoint/path-segment.ts';
import { openaiModels } from './models/openai.ts';
import { openaiQuirks } from './quirks/openai-quirks.ts';

/** The last version of the dated API; the undated one is chosen with api_version: v1. */
const DEFAULT_API_VERSION = '2024-10-21';
const RESOURCE_NAME = /^[a-z0-9-]{1,63}$/;

/**
 * OpenAI's models on Azure. The address names a deployment, which `deployments` maps models to; with `api_version: v1`
 * (or `preview`, or a base URL that ends in /openai/v1) the undated API is used, where the body names it.
 */
export const azureOpenai: ProviderDefinition = {
  type: 'azure-openai',
  title: 'Azure OpenAI',
  environment: {
    apiKey: ['AZURE_OPENAI_API_KEY'],
    baseUrl: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'],
    model: 'AZURE_OPENAI_DEPLOYMENT',
  },
  keyPattern: keyPattern(),
  chat: [openaiChatUpstream, openaiResponsesUpstream],
  embeddings: openaiEmbeddingsUpstream,
  passThrough: ['images', 'audio', 'files', 'batches', 'responses'],
  models: openaiModels.filter(({ operations }) => !operations.includes('moderations')),
  upstreamModel: deploymentOf,
  quirks: openaiQuirks,
  endpoint(call) {
    const root = resourceRoot(call);
    const version = apiVersion(call);
    // The dated API has its Responses outside of the deployments, with the deployment in the body.
    if (version === undefined) return { url: `${root}/openai/v1${openaiPath(call)}` };
    const isAboutDeployment =
      call.wire !== 'openai-responses' && call.operation !== 'files' && call.operation !== 'batches';
    const deployment = isAboutDeployment ? `/deployments/${pathSegment(deploymentOf(call.model, call.settings))}` : '';
    const path = openaiPath(call);
    return { url: `${root}/openai${deployment}${path}${path.includes('?') ? '&' : '?'}api-version=${version}` };
  },
  authorize(request, { secret }) {
    request.headers['api-key'] = secret;
  },
};

function deploymentOf(model: string, settings: EndpointCall['settings']): string {
  const deployment = asObject(settings.deployments)?.[model];
  return typeof deployment === 'string' ? deployment : model;
}

/** Undefined for the undated API. */
function apiVersion({ settings, baseUrl }: EndpointCall): string | undefined {
  const version = settings.api_version;
  if (version === 'v1' || version === 'preview' || version === 'latest') return undefined;
  if (typeof version === 'string' && version !== '') return encodeURIComponent(version);
  return /\/openai\/v1\/*$/.test(baseUrl) ? undefined : DEFAULT_API_VERSION;
}

/** The resource's address; `resource` in the settings builds it, and may hold nothing that leaves Azure. */
function resourceRoot({ settings, baseUrl }: EndpointCall): string {
  if (baseUrl !== '') return withoutSlashes(baseUrl).replace(/\/openai(?:\/v1)?$/, '');
  const { resource } = settings;
  if (typeof resource === 'string' && RESOURCE_NAME.test(resource)) return `https://${resource}.openai.azure.com`;
  throw new WeirError('config.invalid', {
    param: 'base_url',
    message: 'azure-openai needs a base_url such as https://NAME.openai.azure.com, or a resource of a-z, 0-9 and "-".',
  });
}
