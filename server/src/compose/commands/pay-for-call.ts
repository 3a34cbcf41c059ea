import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonClient } from '../../cli/json-client.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import type { Environment } from '../../config/load-config.ts';
import { newKey } from '../../features/access/key-format.ts';
import type { Provider } from '../../ports/provider.ts';
import { configFrom } from './config-options.ts';
import type { ProbeResult } from './probe-provider.ts';

export interface PaidProbe {
  probe(provider: Provider): Promise<ProbeResult>;
  close(): Promise<void>;
}

/** A server of our own on loopback, so that the call takes the way that real calls take. */
export async function paidProbe(of: { config: string | undefined; environment: Environment }): Promise<PaidProbe> {
  const key = newKey();
  const environment = { ...of.environment, WEIR_ADMIN_KEY: key };
  const dataDir = mkdtempSync(join(tmpdir(), 'weir-probe-'));
  const loaded = configFrom({ config: of.config, host: '127.0.0.1', port: 0 }, environment);
  const { composeApp } = await import('../app.ts');
  const app = await composeApp({ loaded, environment, dataDir });
  const server = jsonClient({ url: await app.listen(), key });
  return {
    async probe(provider) {
      const model = provider.defaultModel ?? provider.models[0] ?? provider.definition.models[0]?.id;
      if (model === undefined) return { outcome: 'warn', detail: 'no model is known: set default_model' };
      try {
        await server.json('POST', '/v1/chat/completions', {
          model: `${provider.name}/${model}`,
          max_tokens: 16,
          messages: [{ role: 'user', content: 'Answer with the word yes.' }],
        });
        return { outcome: 'ok', detail: `${model} answered a call` };
      } catch (thrown) {
        if (thrown instanceof CommandFailure) return { outcome: 'fail', detail: `${model}: ${thrown.message}` };
        throw thrown;
      }
    },
    async close() {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
