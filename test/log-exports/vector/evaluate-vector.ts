import { createRandom } from '../../../server/src/simulator/mind/random.ts';
import { RefusedConfiguration } from '../construct-error.ts';
import { DEFAULT_FIELDS, type FieldNames, flatRecord, type LogEvent, type Verdict } from '../log-event.ts';
import { createSampler } from './sample.ts';
import { readTopology, type VectorTopology, type VectorTransform } from './topology.ts';
import { compileVrl, compileVrlCondition } from './vrl.ts';
import { fromVrl, toVrl, type VrlValue } from './vrl-kinds.ts';

type Fields = { [key: string]: VrlValue };
/** Takes an event and says on which of its ports it leaves; the port of most transforms is ''. */
type Step = (event: Fields) => readonly (readonly [port: string, event: Fields])[];

/**
 * What Vector would do with these events, in this order. Events enter at the source, or at the one name that a fragment
 * without sources reads from, and are kept when they reach a sink, or the end of a fragment without sinks.
 */
export function evaluateVector(input: {
  readonly config: string;
  readonly events: readonly LogEvent[];
  readonly fields?: FieldNames;
  readonly seed?: number;
}): Verdict[] {
  const topology = readTopology(input.config);
  const random = createRandom(input.seed ?? 1).next;
  const steps = new Map([...topology.transforms].map(([name, transform]) => [name, createStep(transform, random)]));
  const wiring = wire(topology);
  return input.events.map((event) => {
    const start = toVrl(flatRecord(event, input.fields ?? DEFAULT_FIELDS)) as Fields;
    const arrived: Fields[] = [];
    const send = (port: string, sent: Fields): void => {
      if (wiring.exits.has(port)) arrived.push(sent);
      for (const name of wiring.readers.get(port) ?? []) {
        const step = steps.get(name) as Step;
        for (const [out, next] of step(structuredClone(sent))) send(out === '' ? name : `${name}.${out}`, next);
      }
    };
    send(wiring.entry, start);
    if (arrived.length > 1) throw new RefusedConfiguration('Vector', 'one event leaves it more than once');
    const record = arrived[0];
    return record === undefined ? { kept: false } : { kept: true, record: fromVrl(record) as Record<string, unknown> };
  });
}

interface Wiring {
  readonly entry: string;
  readonly readers: ReadonlyMap<string, readonly string[]>;
  readonly exits: ReadonlySet<string>;
}

function wire(topology: VectorTopology): Wiring {
  const ports = [
    ...topology.sources,
    ...[...topology.transforms].flatMap(([name, transform]) => portsOf(name, transform)),
  ];
  const outside = new Set<string>();
  const expand = (pattern: string): string[] => {
    const found = ports.filter((port) => isMatch(pattern, port));
    if (found.length > 0) return found;
    if (topology.sources.length > 0 || topology.transforms.has(pattern.split('.')[0] as string)) {
      throw new RefusedConfiguration('Vector', `the input ${pattern} does not exist`);
    }
    outside.add(pattern);
    return [pattern];
  };
  const readers = new Map<string, string[]>();
  for (const [name, transform] of topology.transforms) {
    for (const port of transform.inputs.flatMap(expand)) readers.set(port, [...(readers.get(port) ?? []), name]);
  }
  const sinks = topology.sinkInputs.flatMap(expand);
  const entries = [...outside, ...topology.sources];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new RefusedConfiguration('Vector', `events can enter at ${entries.length} places: ${entries.join(', ')}`);
  }
  const ends = [...topology.transforms.keys()].filter((name) => !hasReader(name, readers));
  return { entry, readers, exits: new Set(sinks.length > 0 ? sinks : ends) };
}

function hasReader(name: string, readers: ReadonlyMap<string, unknown>): boolean {
  return [...readers.keys()].some((port) => port === name || port.startsWith(`${name}.`));
}

function portsOf(name: string, transform: VectorTransform): string[] {
  if (transform.type === 'route') {
    const unmatched = transform.reroute_unmatched ? ['_unmatched'] : [];
    return [...Object.keys(transform.route), ...unmatched].map((route) => `${name}.${route}`);
  }
  if (transform.type === 'exclusive_route') {
    return [...transform.routes.map((route) => route.name), '_unmatched'].map((route) => `${name}.${route}`);
  }
  return [name];
}

function isMatch(pattern: string, port: string): boolean {
  if (!pattern.includes('*')) return pattern === port;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(port);
}

function createStep(transform: VectorTransform, random: () => number): Step {
  switch (transform.type) {
    case 'remap': {
      const program = compileVrl(transform.source);
      return (event) => {
        const original = structuredClone(event);
        const outcome = program(event, random);
        if (outcome === 'aborted') return transform.drop_on_abort ? [] : [['', original]];
        if (outcome === 'failed') return transform.drop_on_error ? [] : [['', original]];
        return [['', event]];
      };
    }
    case 'filter': {
      const isWanted = compileVrlCondition(transform.condition);
      return (event) => (isWanted(event, random) ? [['', event]] : []);
    }
    case 'route': {
      const routes = Object.entries(transform.route).map(
        ([name, source]) => [name, compileVrlCondition(source)] as const,
      );
      return (event) => {
        const matched = routes
          .filter(([, isWanted]) => isWanted(event, random))
          .map(([name]) => [name, event] as const);
        return matched.length > 0 || !transform.reroute_unmatched ? matched : [['_unmatched', event]];
      };
    }
    case 'exclusive_route': {
      const routes = transform.routes.map(({ name, condition }) => [name, compileVrlCondition(condition)] as const);
      return (event) => [[routes.find(([, isWanted]) => isWanted(event, random))?.[0] ?? '_unmatched', event]];
    }
    case 'sample': {
      const isExcluded = transform.exclude === undefined ? () => false : compileVrlCondition(transform.exclude);
      const sampler = createSampler(transform, (event) => isExcluded(event, random));
      return (event) => (sampler(event) ? [['', event]] : []);
    }
  }
}
