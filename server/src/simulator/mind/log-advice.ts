import { isObject, type JsonObject } from '../json.ts';
import { lastUserText, type Turn } from './turn.ts';

interface ShownPattern {
  readonly id: string;
  readonly template: string;
  readonly bytes: number;
}

/** Words of a template that tell what its lines are for; the first that fits counts. */
const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['security', /password|permission|login|token/i],
  ['billing', /payment|invoice|refund|price/i],
  ['failure', /fail|error|slow|retr|full|timeout/i],
  ['health-check', /health|probe/i],
  ['heartbeat', /heartbeat|poll|ping/i],
  ['debug', /cache|flag|render|debug/i],
  ['business', /order|ticket|customer|cart/i],
  ['progress', /progress|done|viewed|touched/i],
];
const MOST_NAME_WORDS = 4;

/**
 * The answer to a question about what log patterns are worth, by the words in them; undefined: the turn asks something else. The
 * patterns stand as JSON between marks that the system text names.
 */
export function logAdvice(turn: Turn): string | undefined {
  const system = turn.messages.find(({ role }) => role === 'system')?.text ?? '';
  const [, mark, data = ''] = /^<(data-\w+)>\n([\s\S]*)\n<\/data-\w+>$/.exec(lastUserText(turn)) ?? [];
  if (mark === undefined || !system.includes(mark) || !/log patterns/.test(system)) return undefined;
  const shown = parseObject(data);
  const patterns = (Array.isArray(shown?.patterns) ? shown.patterns : []).filter(isPattern);
  const entries = patterns.map(({ id, template }) => ({ id, class: classOf(template), name: nameOf(template) }));
  return JSON.stringify({
    reasoning: reasoningOf(shown ?? {}, patterns),
    anomaly_boost: Array.isArray(shown?.anomalies) && shown.anomalies.length > 0 ? 4 : 3,
    patterns: entries,
    merges: [],
    locks: entries.filter((entry) => entry.class === 'security').map(({ id }) => id),
  });
}

function reasoningOf(shown: JsonObject, patterns: readonly ShownPattern[]): string {
  const [loudest] = patterns;
  const bytes = patterns.reduce((sum, pattern) => sum + pattern.bytes, 0);
  const dear = patterns.filter(({ template }) => ['security', 'billing'].includes(classOf(template)));
  const unusual = Array.isArray(shown.anomalies) ? shown.anomalies.length : 0;
  return [
    loudest === undefined
      ? 'There is nothing to judge.'
      : `${loudest.id}, "${nameOf(loudest.template)}", is ${Math.round((100 * loudest.bytes) / bytes)}% of the bytes and says little that is new (${classOf(loudest.template)}).`,
    `${dear.length} patterns are about money or access and are worth most examples.`,
    unusual === 0 ? 'Nothing is unusual.' : `${unusual} things are unusual, so what is boosted should be boosted well.`,
    typeof shown.cost_target_usd_per_day === 'number'
      ? `The target of $${shown.cost_target_usd_per_day} a day leaves room for that when the loud ones pay.`
      : 'Without a target the loud ones may stay as they are.',
  ].join(' ');
}

function classOf(template: string): string {
  return CLASSES.find(([, words]) => words.test(template))?.[0] ?? 'ordinary';
}

function nameOf(template: string): string {
  const words = template.match(/[A-Za-z][A-Za-z-]+/g) ?? [];
  return words.slice(0, MOST_NAME_WORDS).join(' ').toLowerCase() || 'unnamed lines';
}

function isPattern(value: unknown): value is ShownPattern & JsonObject {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.template === 'string' &&
    typeof value.bytes === 'number'
  );
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
