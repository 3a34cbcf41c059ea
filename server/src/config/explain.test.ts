import { describe, expect, test } from 'vitest';
import { explainConfig } from './explain.ts';
import { loadConfig } from './load-config.ts';
import { maskSecret, maskValue } from './mask-secret.ts';

const FILE = `
server: { port: 9000, host: 127.0.0.2 }
providers:
  openai: { api_key: sk-proj-aaaaaaaaaaaaSECRET, headers: { x-org: org-1234567890 }, credentials: [{ api_key: sk-proj-bbbbbbbbbbbbOTHER }] }
  local: { base_url: 'http://user:password@127.0.0.1:8000/v1', api_key: none }
telemetry: { otlp_headers: { authorization: Bearer-cccccccccccc } }
`;

function explained() {
  const loaded = loadConfig({
    environment: { LLM_RETRY_MAX_ATTEMPTS: '5', PORT: '7000' },
    file: { name: 'weir.yaml', text: FILE },
    flags: { 'server.port': 1234 },
  });
  return new Map(explainConfig(loaded).map(({ setting, value, source }) => [setting, { value, source }]));
}

describe('the explained configuration', () => {
  test('says of each value who set it: flag over environment over file over default', () => {
    const values = explained();
    expect(values.get('server.port')).toEqual({ value: 1234, source: 'flag' });
    expect(values.get('server.host')).toEqual({ value: '127.0.0.2', source: 'file' });
    expect(values.get('retry.max_attempts')).toEqual({ value: 5, source: 'env LLM_RETRY_MAX_ATTEMPTS' });
    expect(values.get('retry.max_delay_ms')).toEqual({ value: 8000, source: 'default' });
    expect(values.get('providers.openai.weight')).toEqual({ value: 1, source: 'default' });
  });

  test('shows of secrets only the end', () => {
    const values = explained();
    expect(values.get('providers.openai.api_key')).toEqual({ value: '****CRET', source: 'file' });
    expect(values.get('providers.openai.credentials.0.api_key')).toEqual({ value: '****THER', source: 'file' });
    expect(values.get('providers.openai.headers.x-org')?.value).toBe('****7890');
    expect(values.get('telemetry.otlp_headers.authorization')?.value).toBe('****cccc');
    expect(values.get('providers.local.base_url')?.value).toBe('http://user:****@127.0.0.1:8000/v1');
    expect(values.get('providers.local.api_key')?.value).toBe('none');
    const all = JSON.stringify([...values]);
    expect(all).not.toMatch(/aaaaaaaa|bbbbbbbb|cccccccccc|password/);
  });

  test('hides short secrets whole', () => {
    expect(maskSecret('short')).toBe('****');
    expect(maskValue('retry.max_attempts', 3)).toBe(3);
  });
});
