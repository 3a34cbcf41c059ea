import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../cli/connection.ts';
import { progressBar } from '../../cli/progress.ts';
import { coloured, formatTable } from '../../cli/table.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { boundedFetch } from '../../egress/bounded-fetch.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Provider } from '../../ports/provider.ts';
import { httpClientFor } from '../providers/http-client.ts';
import { configuredProviders, providerStatus } from '../providers/providers.ts';
import { CONFIG, configFrom } from './config-options.ts';
import { paidProbe } from './pay-for-call.ts';
import { type ProbeResult, probeProvider } from './probe-provider.ts';

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

const list = action({
  summary: 'List the providers that the file and the environment configure',
  options: { ...CONFIG, json: JSON_OPTION },
  async run({ context, options }) {
    const { config } = configFrom(options, context.environment);
    const data = configuredProviders(config, context.environment).map((provider) => ({
      name: provider.name,
      type: provider.definition.type,
      status: providerStatus(provider),
      base_url: provider.baseUrl,
      models: modelCount(provider),
    }));
    if (options.json) {
      context.out(JSON.stringify({ data }, null, 2));
      return 0;
    }
    const rows = data.map((row) => [row.name, row.type, row.status, row.base_url, String(row.models)]);
    const columns = [...['name', 'type', 'status', 'base URL'].map((title) => ({ title }))];
    context.out(formatTable([...columns, { title: 'models', align: 'right' }], rows, { colours: context.hasColours }));
    return 0;
  },
});

const set = action({
  summary: "Store a provider's key in a running server, encrypted",
  operands: 'NAME',
  options: {
    'api-key': { kind: 'text', value: 'SECRET', about: 'The key; without it, it is read from standard input' },
    'base-url': { kind: 'text', value: 'URL', about: 'Address, where it is not the usual one' },
    ...CONNECTION,
    json: JSON_OPTION,
  },
  notes: ['Reading the key from standard input keeps it out of the process list: weir providers set openai < key.txt'],
  async run({ context, options, operands }) {
    const [name] = operands;
    if (name === undefined || operands.length > 1)
      throw new UsageError('Name one provider: weir providers set openai.');
    const apiKey = options['api-key'] ?? (await context.readInput()).trim();
    if (apiKey === '') throw new UsageError('The key is empty: give --api-key, or the key on standard input.');
    const server = connect(options, context.environment);
    const reply = await server.json('POST', `/api/sampling/providers/${encodeURIComponent(name)}/configure`, {
      apiKey,
      ...(options['base-url'] === undefined ? {} : { baseURL: options['base-url'] }),
    });
    if (options.json) context.out(JSON.stringify(reply, null, 2));
    else context.out(`Stored the key of ${name}.`);
    return 0;
  },
});

const test = action({
  summary: 'Ask providers whether they answer and take their key; free',
  operands: '[NAME...]',
  options: {
    paid: { kind: 'flag', about: 'Also send one call of a few tokens to each; this costs a little' },
    ...CONFIG,
    json: JSON_OPTION,
  },
  notes: ['Without names all providers that have a key are tested. Exit code 1 when one fails.'],
  async run({ context, options, operands }) {
    const { config } = configFrom(options, context.environment);
    const chosen = choose(configuredProviders(config, context.environment), operands);
    const http = httpClientFor(config);
    const paid = options.paid
      ? await paidProbe({ config: options.config, environment: context.environment })
      : undefined;
    const bar = progressBar(context, chosen.length, 'asking providers');
    const data: (ProbeResult & { name: string })[] = [];
    try {
      for (const [at, provider] of chosen.entries()) {
        bar.advance(at, provider.name);
        const free = await probeProvider(provider, boundedFetch(http, provider.network));
        const result = paid !== undefined && hasKey(provider) ? await paid.probe(provider) : free;
        data.push({ name: provider.name, ...result });
      }
    } finally {
      bar.end();
      await http.close();
      await paid?.close();
    }
    if (options.json) context.out(JSON.stringify({ data }, null, 2));
    else if (data.length === 0) context.out('No provider has a key. "weir providers list" shows them all.');
    else {
      const rows = data.map(({ name, outcome, detail }) => [name, outcome, detail]);
      const table = formatTable([{ title: 'name' }, { title: 'test' }, { title: 'what' }], rows, { colours: false });
      context.out(paint(table, context.hasColours));
    }
    return data.some(({ outcome }) => outcome === 'fail') ? 1 : 0;
  },
});

export const providers: ActionGroup = { actions: { list, set, test } };

function choose(all: readonly Provider[], names: readonly string[]): Provider[] {
  if (names.length === 0) return all.filter(hasKey);
  return names.map((name) => {
    const found = all.find((provider) => provider.name === name);
    if (found !== undefined) return found;
    const known = all.map((provider) => provider.name);
    const near = nearest(name, known);
    throw new UsageError(
      `There is no provider "${name}". ${near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${near}"?`}`,
    );
  });
}

function hasKey(provider: Provider): boolean {
  return provider.credentials.length > 0;
}

function modelCount(provider: Provider): number {
  return new Set([...provider.models, ...provider.definition.models.map((model) => model.id)]).size;
}

/** Colours the verdict after the columns were measured. */
function paint(table: string, colours: boolean): string {
  return table.replace(/ (ok|warn|fail)(?= )/g, (_all, outcome: keyof typeof COLOURS) => {
    return ` ${coloured(COLOURS[outcome], outcome, colours)}`;
  });
}
