import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { serve } from '../../server/src/compose/serving/serve.ts';
import { ENVIRONMENT } from '../../server/src/config/environment.ts';
import { loadConfig } from '../../server/src/config/load-config.ts';
import { providerDefinitions } from '../../server/src/providers/registry.ts';

const ROOT = join(import.meta.dirname, '../..');
const DRAIN_MS = loadConfig({ environment: {}, file: undefined, flags: {} }).config.server.drain_timeout_ms;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Every variable that Weir reads, besides what belongs to Node and to the other programs. */
const VARIABLES = new Set([
  ...ENVIRONMENT.map(({ variable }) => variable),
  ...providerDefinitions.flatMap(({ environment }) => environment.apiKey),
  ...['WEIR_ADMIN_KEY', 'WEIR_MASTER_KEY', 'REDIS_URL'],
]);

function expectServes(args: readonly string[]): void {
  const [command, ...rest] = args;
  expect(command).toBe('serve');
  const options = rest.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  expect(options.length).toBeGreaterThan(0);
  expect(options.filter((option) => !(option in serve.help.options))).toEqual([]);
}

function expectConfig(text: string): void {
  expect(() => loadConfig({ environment: {}, file: { name: 'weir.yaml', text }, flags: {} })).not.toThrow();
}

function expectVariables(names: readonly string[]): void {
  expect(names.filter((name) => !VARIABLES.has(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['WEIR_ADMIN_KEY', 'WEIR_MASTER_KEY', 'DATABASE_URL']));
}

describe('the image', () => {
  const lines = read('deploy/Dockerfile').split('\n');
  const instructions = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  test('takes only files that are there, and runs with the Node that is asked for', () => {
    const sources = instructions('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const wanted = Number(/>=(\d+)/.exec(JSON.parse(read('package.json')).engines.node)?.[1]);
    const images = instructions('FROM').map((line) => Number(/^node:(\d+)-/.exec(line)?.[1]));
    expect(images).toEqual([wanted, wanted]);
  });

  test('starts the server as nobody in particular, and asks a path that is there', () => {
    expect(instructions('USER')).toEqual(['node']);
    const [, program] = JSON.parse(instructions('ENTRYPOINT')[0] ?? '[]');
    expect(existsSync(join(ROOT, program))).toBe(true);
    expectServes(JSON.parse(instructions('CMD')[0] ?? '[]'));
    expect(read('deploy/Dockerfile')).toContain('/livez');
  });

  test('has no package that would need its install script', () => {
    const lock = JSON.parse(read('package-lock.json')).packages as Record<
      string,
      { hasInstallScript?: boolean; dev?: boolean }
    >;
    const scripted = Object.entries(lock).filter(([, entry]) => entry.hasInstallScript === true && entry.dev !== true);
    expect(scripted.map(([name]) => name)).toEqual([]);
  });
});

describe('the compose file', () => {
  const { services, configs, volumes } = parse(read('deploy/compose/compose.yaml'));

  test('gives Weir variables that it reads, a command that it has and a file that it takes', () => {
    expectVariables(Object.keys(services.weir.environment));
    expectServes(services.weir.command);
    expectConfig(read('deploy/compose/weir.yaml'));
    expect(existsSync(join(ROOT, 'deploy/compose', services.weir.build.context, services.weir.build.dockerfile))).toBe(
      true,
    );
  });

  test('names only files, volumes and services that are there', () => {
    for (const { file } of Object.values<{ file: string }>(configs)) {
      expect(existsSync(join(ROOT, 'deploy/compose', file))).toBe(true);
    }
    const used = Object.values<{ configs?: { source: string }[]; volumes?: string[]; depends_on?: object }>(services);
    const sources = used.flatMap((service) => service.configs ?? []).map(({ source }) => source);
    expect(sources.toSorted()).toEqual(Object.keys(configs).toSorted());
    const named = used.flatMap((service) => service.volumes ?? []).filter((volume) => !volume.startsWith('/'));
    expect(named.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
    const awaited = used.flatMap(({ depends_on = {} }) =>
      Array.isArray(depends_on) ? depends_on : Object.keys(depends_on),
    );
    expect(awaited.filter((name) => !(name in services))).toEqual([]);
  });

  test('gives each replica a spool of its own and time to let calls finish', () => {
    expect(services.weir.deploy.replicas).toBeGreaterThan(1);
    expect(services.weir.volumes).toEqual(['/var/lib/weir']);
    expect(Number.parseInt(services.weir.stop_grace_period, 10) * 1000).toBeGreaterThan(DRAIN_MS);
    expect(services.weir.environment.DATABASE_URL).toMatch(/@postgres:5432\/weir$/);
    expect(services.postgres.environment.POSTGRES_DB).toBe('weir');
  });

  test('lets streams through and never sends a call twice', () => {
    const nginx = read('deploy/compose/nginx.conf');
    expect(nginx).toMatch(/proxy_buffering off;/);
    expect(nginx).toMatch(/proxy_next_upstream off;/);
    const timeout = Number(/proxy_read_timeout (\d+)s/.exec(nginx)?.[1]) * 1000;
    const { timeouts } = loadConfig({ environment: {}, file: undefined, flags: {} }).config;
    expect(timeout).toBeGreaterThan(timeouts.total_ms);
  });
});

describe('the Kubernetes manifests', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/weir.yaml')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
  const ofKind = (kind: string) => documents.filter((document) => document.kind === kind);
  const [stateful] = ofKind('StatefulSet');
  const pod = stateful.spec.template.spec;
  const [container] = pod.containers;

  test('have what they need and select each other', () => {
    expect(documents.map(({ kind }) => kind).toSorted()).toEqual(
      ['ConfigMap', 'PodDisruptionBudget', 'Service', 'Service', 'StatefulSet'].toSorted(),
    );
    for (const { spec } of ofKind('Service')) expect(spec.selector).toEqual(stateful.spec.template.metadata.labels);
    expect(ofKind('Service').map(({ metadata }) => metadata.name)).toContain(stateful.spec.serviceName);
    const provided = [
      ...pod.volumes,
      ...stateful.spec.volumeClaimTemplates.map((claim: { metadata: object }) => claim.metadata),
    ];
    const names = provided.map(({ name }: { name: string }) => name).toSorted();
    expect(container.volumeMounts.map(({ name }: { name: string }) => name).toSorted()).toEqual(names);
  });

  test('start Weir with options that it has, a file that it takes and the variables of the Secret', () => {
    expectServes(container.args);
    expectConfig(ofKind('ConfigMap')[0].data['weir.yaml']);
    const secret = [...read('deploy/kubernetes/weir.yaml').matchAll(/--from-literal=(\w+)=/g)].map(
      ([, name]) => name ?? '',
    );
    expectVariables(secret);
  });

  test('ask the probes that Weir has and let running calls finish', () => {
    const paths = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(
      (probe) => probe.httpGet.path,
    );
    expect(paths).toEqual(['/livez', '/livez', '/readyz']);
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(DRAIN_MS);
    expect(pod.securityContext.runAsNonRoot).toBe(true);
  });
});

describe('the systemd unit', () => {
  const unit = read('deploy/systemd/weir.service');
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  test('starts Weir with options that it has, where its data may be written, and lets calls finish', () => {
    const [, program, ...args] = value('ExecStart').split(' ');
    expect(existsSync(join(ROOT, program?.replace('/opt/weir/', '') ?? ''))).toBe(true);
    expectServes(args);
    expect(args).toContain(`/var/lib/${value('StateDirectory')}`);
    expect(Number(value('TimeoutStopSec')) * 1000).toBeGreaterThan(DRAIN_MS);
    expect(value('ExecReload')).toContain('-HUP');
    expect(value('User')).toBe('weir');
  });

  test('points at a page that is there', () => {
    expect(existsSync(join(ROOT, value('Documentation').replace('file:///opt/weir/', '')))).toBe(true);
  });
});
