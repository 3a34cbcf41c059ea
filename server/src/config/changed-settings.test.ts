import { describe, expect, test } from 'vitest';
import { changedSettings } from './changed-settings.ts';
import { loadConfig } from './load-config.ts';

function config(text: string) {
  return loadConfig({ environment: {}, file: { name: 'weir.yaml', text }, flags: {} }).config;
}

describe('what a reload changes', () => {
  test('nothing, when the text means the same', () => {
    const changes = changedSettings(config('server: {port: 8080}'), config('{}'));
    expect(changes).toEqual({ applied: [], needRestart: [] });
  });

  test('providers, routes, prices and retries at once; the rest at the next start', () => {
    const after = config(`
      server: { port: 9 }
      providers: { local: { base_url: 'http://127.0.0.1:1/v1' } }
      routes: { fast: { targets: [openai/gpt-4o] } }
      prices: { local/llama: { input: 1, output: 1 } }
      retry: { max_attempts: 1, budget_ratio: 1 }
      on_unsupported: drop
    `);
    const { applied, needRestart } = changedSettings(config('{}'), after);
    expect(applied.toSorted()).toEqual([
      'on_unsupported',
      'prices.local/llama',
      'providers.local',
      'retry.max_attempts',
      'routes.fast',
    ]);
    expect(needRestart.toSorted()).toEqual(['retry.budget_ratio', 'server.port']);
  });
});
