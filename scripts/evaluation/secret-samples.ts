import { pick } from '../injection-model/random.ts';

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Vendors whose keys are random values without a prefix: characters and length. */
export const UNMARKED_KEYS: readonly (readonly [vendor: string, characters: string, length: number])[] = [
  ['mistral', MIXED, 32],
  ['cohere', MIXED, 40],
  ['together', HEX, 64],
  ['deepgram', HEX, 40],
  ['assemblyai', HEX, 32],
  ['azure_openai', HEX, 32],
  ['algolia', HEX, 32],
  ['adafruit', LOWER, 32],
  ['airtable', MIXED, 17],
  ['asana', HEX, 32],
  ['bitbucket', MIXED, 32],
  ['bittrex', LOWER, 32],
  ['cloudflare', MIXED, 40],
  ['codecov', LOWER, 32],
  ['coinbase', MIXED, 64],
  ['confluent', LOWER, 16],
  ['contentful', MIXED, 43],
  ['datadog', HEX, 32],
  ['discord', HEX, 64],
  ['droneci', LOWER, 32],
  ['etsy', LOWER, 24],
  ['facebook', HEX, 32],
  ['fastly', MIXED, 32],
  ['finnhub', LOWER, 20],
  ['flickr', HEX, 32],
  ['freshbooks', HEX, 64],
  ['gitter', HEX, 40],
  ['hubspot', HEX, 36],
  ['intercom', MIXED, 60],
  ['kraken', MIXED, 80],
  ['kucoin', HEX, 24],
  ['launchdarkly', LOWER, 40],
  ['linkedin', LOWER, 16],
  ['mailgun', HEX, 32],
  ['mattermost', LOWER, 26],
  ['messagebird', LOWER, 25],
  ['netlify', MIXED, 43],
  ['nytimes', LOWER, 32],
  ['okta', MIXED, 42],
  ['rapidapi', MIXED, 50],
  ['sendbird', HEX, 40],
  ['sentry', HEX, 64],
  ['snyk', HEX, 36],
  ['sumologic', MIXED, 64],
  ['travis', LOWER, 22],
  ['trello', MIXED, 32],
  ['twitch', LOWER, 30],
  ['twitter', MIXED, 45],
  ['wandb', HEX, 40],
  ['zendesk', LOWER, 40],
];

const CONTEXTS: readonly ((key: string, vendor: string) => string)[] = [
  (key, vendor) => `${vendor.toUpperCase()}_API_KEY=${key}`,
  (key, vendor) => `const ${vendor}Token = "${key}";`,
  (key, vendor) => `{"${vendor}_secret": "${key}", "region": "eu-west-1"}`,
  (key, vendor) => `${vendor}:\n  api_key: ${key}\n  timeout: 30`,
  (key, vendor) => `my ${vendor} api key is ${key}, why do I get a 401?`,
  (key, vendor) => `export ${vendor.toUpperCase()}_TOKEN='${key}'`,
];

/** The key where people paste keys. */
export function inContext(key: string, vendor: string, random: () => number): string {
  return pick(CONTEXTS, random)(key, vendor);
}

/** Values that look random and are no secrets. */
export function harmlessValues(random: () => number): string[] {
  const make = (characters: string, length: number) =>
    Array.from({ length }, () => pick([...characters], random)).join('');
  return Array.from({ length: 20 }, () => [
    `commit ${make(HEX, 40)} fixes the build`,
    `"integrity": "sha512-${make(MIXED, 86)}=="`,
    `request id ${make(HEX, 8)}-${make(HEX, 4)}-4${make(HEX, 3)}-a${make(HEX, 3)}-${make(HEX, 12)}`,
    'OPENAI_API_KEY=sk-your-key-here',
    'const apiKey = process.env.GROQ_API_KEY;',
    'password: ********',
    `sha256: ${make(HEX, 64)}`,
    `<img src="data:image/png;base64,iVBORw0KGgo${make(MIXED, 60)}">`,
    `the color is #${make(HEX, 6)} and the id is item-${make(LOWER, 5)}`,
    `etag: "${make(HEX, 32)}"`,
    'How do I rotate an AWS access key such as AKIAIOSFODNN7EXAMPLE?',
  ]).flat();
}
