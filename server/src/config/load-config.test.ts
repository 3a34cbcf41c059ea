import { describe, expect, test } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { isWeirError } from '../kernel/errors.ts';
import { ENVIRONMENT } from './environment.ts';
import { loadConfig } from './load-config.ts';

function load(of: { text?: string; environment?: Record<string, string>; flags?: Record<string, string | number> }) {
  const { text, environment = {}, flags = {} } = of;
  return loadConfig({ environment, file: text === undefined ? undefined : { name: 'weir.yaml', text }, flags });
}

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (isWeirError(thrown)) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

describe('the configuration', () => {
  test('needs no file', () => {
    const { config, origins } = load({});
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(config.retry).toMatchObject({ max_attempts: 3, base_delay_ms: 1000, max_delay_ms: 8000, budget_ratio: 0.2 });
    expect(origins.size).toBe(0);
  });

  test('takes a flag over the environment over the file over the default', () => {
    const text = 'server: { port: 1, host: 127.0.0.5, drain_timeout_ms: 7 }';
    const { config } = load({ text, environment: { PORT: '2', WEIR_HOST: '127.0.0.6' }, flags: { 'server.port': 3 } });
    expect(config.server).toMatchObject({ port: 3, host: '127.0.0.6', drain_timeout_ms: 7 });
  });

  test.for([
    ['retries: { max_attempts: 2 }', 'weir.yaml: retries: there is no such setting; did you mean "retry"?'],
    [
      'retry: { max_atempts: 2 }',
      'weir.yaml: retry.max_atempts: there is no such setting; did you mean "max_attempts"?',
    ],
    [
      'providers: { openai: { apikey: x } }',
      'weir.yaml: providers.openai.apikey: there is no such setting; did you mean "api_key"?',
    ],
    ['server: { port: 70000 }', 'weir.yaml: server.port: '],
    ['routes: { fast: { targets: [] } }', 'weir.yaml: routes.fast.targets: '],
    ['prices: { gpt-4: { input: 1, output: 1 } }', 'weir.yaml: prices.gpt-4: a price is named provider/model'],
    ['egress: { allow: [10.0.0.0/8, 10.0.0.0/33] }', 'weir.yaml: egress.allow.1: must be an address or a block'],
    ['egress: { allow: [intranet] }', 'weir.yaml: egress.allow.0: must be an address or a block'],
    ['redis: { url: "http://cache" }', 'weir.yaml: redis.url: must be an address that begins with redis://'],
    ['alerts: { webhook: example.com }', 'weir.yaml: alerts.webhook: must be an address that begins with http://'],
    ['- a\n- b', 'weir.yaml: the file must be a mapping of settings.'],
    ['a: [', 'weir.yaml: '],
  ] as const)('names what is wrong with %j', ([text, message]) => {
    expect(problemOf(() => load({ text }))).toContain(`config.invalid: ${message}`);
  });

  test('names every problem at once, one per line', () => {
    const problem = problemOf(() => load({ text: 'servr: {}\nretry: { jitter: some }' }));
    expect(problem.split('\n')).toHaveLength(2);
  });

  test('puts variables in, with defaults, and names those that are missing', () => {
    const text = 'providers: { a: { base_url: "http://${HOST:-localhost}:${PORT_A}", api_key: ${KEY_A} } }';
    const { config } = load({ text, environment: { KEY_A: 'k', PORT_A: '81' } });
    expect(config.providers.a).toMatchObject({ base_url: 'http://localhost:81', api_key: 'k' });
    expect(problemOf(() => load({ text, environment: { PORT_A: '81' } }))).toContain(
      'providers.a.api_key uses ${KEY_A}',
    );
  });
});

describe('variables in the file', () => {
  test('stand unquoted anywhere, also for numbers and truth values', () => {
    const text = 'server: { port: ${P}, host: ${H:-127.0.0.3} }\nusage: { reports: ${R} }\n# ${IN_A_COMMENT}\n';
    const { config } = load({ text, environment: { P: '81', R: 'false' } });
    expect(config.server).toMatchObject({ port: 81, host: '127.0.0.3' });
    expect(config.usage.reports).toBe(false);
  });

  test('cannot bring in other settings, whatever they hold', () => {
    const text = 'providers: { a: { api_key: ${KEY}, base_url: "http://127.0.0.1:1" } }';
    const { config } = load({ text, environment: { KEY: 'x, headers: { a: b } }\nretry: {max_attempts: 9}' } });
    expect(config.providers.a?.headers).toEqual({});
    expect(config.retry.max_attempts).toBe(3);
    expect(load({ text, environment: { KEY: '12345678' } }).config.providers.a?.api_key).toBe('12345678');
  });
});

describe(requirement('B9'), () => {
  test.for([
    ['LLM_RETRY_MAX_ATTEMPTS', '5', { retry: { max_attempts: 5 } }],
    ['LLM_RETRY_BASE_DELAY', '0.25', { retry: { base_delay_ms: 250 } }],
    ['LLM_RESPONSE_TIMEOUT', '12', { llm: { timeout_ms: 12_000 } }],
    ['LLM_MAX_RESPONSE_SIZE', '1234', { llm: { max_response_characters: 1234 } }],
    ['LLM_ENABLE_USAGE_TRACKING', 'false', { usage: { reports: false } }],
    ['LLM_PRIMARY_PROVIDER', 'anthropic', { llm: { primary_provider: 'anthropic' } }],
    ['LLM_FALLBACK_PROVIDER', 'mistral', { llm: { fallback_provider: 'mistral' } }],
    ['LLM_MAX_TOKENS', '77', { llm: { max_tokens: 77 } }],
    ['LLM_TEMPERATURE', '0', { llm: { temperature: 0 } }],
    ['GROQ_MAX_RETRIES', '0', { retry: { provider: { groq: { max_attempts: 0 } } } }],
    ['GROQ_TIMEOUT', '4.5', { providers: { groq: { timeout_ms: 4500 } } }],
  ] as const)('%s=%s sets its value, with seconds for times', ([variable, value, expected]) => {
    const { config, origins } = load({ environment: { [variable]: value } });
    expect(config).toMatchObject(expected);
    expect([...origins.values()]).toEqual([`env ${variable}`]);
  });

  test('every other variable arrives where it says', () => {
    const values = {
      string: 'info',
      number: '2',
      seconds: '2',
      boolean: 'true',
      list: 'a.example, .b.example',
    } as const;
    const addresses: Readonly<Record<string, string>> = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      REDIS_URL: 'redis://127.0.0.1:6379',
      DATABASE_URL: 'postgres://weir@127.0.0.1:5432/weir',
      CLICKHOUSE_URL: 'http://127.0.0.1:8123',
    };
    for (const { variable, path, kind } of ENVIRONMENT) {
      const value = addresses[variable] ?? values[kind];
      expect(load({ environment: { [variable]: value } }).origins.get(path.join('.'))).toBe(`env ${variable}`);
    }
  });

  test.for([
    ['LLM_RETRY_MAX_ATTEMPTS', 'three', 'LLM_RETRY_MAX_ATTEMPTS must be a number, not "three".'],
    ['LLM_ENABLE_USAGE_TRACKING', 'maybe', 'LLM_ENABLE_USAGE_TRACKING must be true or false, not "maybe".'],
    ['LLM_MAX_TOKENS', '-1', 'llm.max_tokens'],
  ] as const)('%s=%s is refused by name', ([variable, value, message]) => {
    expect(problemOf(() => load({ environment: { [variable]: value } }))).toContain(message);
  });

  test('an empty variable counts as not set', () => {
    expect(load({ environment: { LLM_RETRY_MAX_ATTEMPTS: '' } }).origins.size).toBe(0);
  });
});
