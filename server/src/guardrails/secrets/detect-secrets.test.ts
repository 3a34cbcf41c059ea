import { describe, expect, it } from 'vitest';
import { secretsDetector } from './detect-secrets.ts';

/** Put together here, so that the repository holds nothing that looks like a key. */
const RANDOM = 'q7Zt2Kx9Wm4Rb8Ny1Vc6Jd3Hf5Lg0PsTaUeXoYi';
const HEX = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

function find(text: string): string[] {
  return secretsDetector
    .full(text, 'user')
    .detections.map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`);
}

describe('keys of LLM vendors', () => {
  it.each([
    ['openai_api_key', `sk-${RANDOM}`],
    ['openai_api_key', `sk-proj-${RANDOM}_${RANDOM}`],
    ['openai_api_key', `sk-svcacct-${RANDOM}`],
    ['anthropic_api_key', `sk-ant-api03-${RANDOM}${RANDOM}`],
    ['openrouter_api_key', `sk-or-v1-${HEX}`],
    ['groq_api_key', `gsk_${RANDOM}${RANDOM.slice(0, 12)}`],
    ['xai_api_key', `xai-${RANDOM}${RANDOM}`],
    ['huggingface_token', `hf_${RANDOM.slice(0, 34)}`],
    ['replicate_token', `r8_${RANDOM.slice(0, 37)}`],
    ['perplexity_api_key', `pplx-${RANDOM}${RANDOM.slice(0, 8)}`],
    ['gcp_api_key', `AIza${RANDOM.slice(0, 35)}`],
  ])('are found: %s', (type, key) => {
    expect(find(`my key is ${key}, why do I get a 401?`)).toEqual([`${type}: ${key}`]);
  });
});

describe('keys of other vendors', () => {
  it.each([
    ['aws_access_key', 'AKIA' + 'Q7ZT2KX9WM4RB8NY'],
    ['github_token', `ghp_${RANDOM.slice(0, 36)}`],
    ['gitlab_token', `glpat-${RANDOM.slice(0, 20)}`],
    ['slack_token', `xoxb-123456789012-${RANDOM.slice(0, 24)}`],
    ['stripe_key', `sk_live_${RANDOM.slice(0, 24)}`],
    ['sendgrid_api_key', `SG.${RANDOM.slice(0, 22)}.${RANDOM}${RANDOM.slice(0, 4)}`],
    ['npm_token', `npm_${RANDOM.slice(0, 36)}`],
    ['pypi_token', `pypi-${RANDOM}${RANDOM}`],
    ['digitalocean_token', `dop_v1_${HEX}`],
    ['shopify_token', `shpat_${HEX.slice(0, 32)}`],
  ])('are found: %s', (type, key) => {
    expect(find(`TOKEN="${key}"`)).toEqual([`${type}: ${key}`]);
  });
});

describe('secrets without a mark of their own', () => {
  it.each([
    ['assigned_secret', `api_key: ${HEX.slice(0, 32)}`],
    ['assigned_secret', `const clientSecret = "${RANDOM}";`],
    ['service_key', `datadog = ${HEX.slice(0, 32)}`],
    ['password', 'the password is tr0ub4dor&3x'],
    ['url_password', 'postgres://app:tr0ub4dor3x@db.internal:5432/app'],
    ['bearer_token', `Authorization: Bearer ${RANDOM}`],
    ['json_web_token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${RANDOM}`],
    ['private_key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'],
  ])('are found by what stands around them: %s', (type, text) => {
    expect(find(text).map((found) => found.split(':')[0])).toEqual([type]);
  });
});

describe('what only looks like a secret', () => {
  it.each([
    `commit ${HEX.slice(0, 40)} fixes the build`,
    `"integrity": "sha512-${RANDOM}${RANDOM}=="`,
    'request id 30422ced-3bea-46ef-a1b9-da2494ed3889',
    'OPENAI_API_KEY=sk-your-key-here',
    'const apiKey = process.env.GROQ_API_KEY;',
    'AKIAIOSFODNN7EXAMPLE is the example of the manual',
    'password: ********',
    'pip install sk-learn-contrib and pypi-simple',
    'DATABASE_URL=postgres://user:password@localhost/db',
    'the token is valid for one hour, the key idea is simple',
  ])('is let pass: %s', (text) => {
    expect(find(text)).toEqual([]);
  });
});

it('covers a private key from its first line to its last', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${RANDOM}\n${RANDOM}\n-----END PRIVATE KEY-----`;
  expect(find(`here it is:\n${key}\nplease rotate`)).toEqual([`private_key: ${key}`]);
});
