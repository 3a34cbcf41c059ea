import { type JsonObject, numberOf, stringOf } from '../json.ts';
import type { Random } from './random.ts';

const WORDS = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbor', 'island', 'juniper'] as const;

export interface StringSampling {
  /** Text to use when it fits; absent means a made-up one. */
  hint: string | undefined;
  /** Name of the property, used to make the text speak; may be empty. */
  name: string;
  random: Random;
}

/** A string that satisfies `format`, `minLength` and `maxLength`. */
export function sampleString(schema: JsonObject, sampling: StringSampling): string {
  const format = stringOf(schema.format);
  if (format !== undefined) {
    const formatted = sampleFormat(format, sampling.random);
    if (formatted !== undefined) return formatted;
  }
  const least = numberOf(schema.minLength) ?? 0;
  const most = numberOf(schema.maxLength) ?? Number.POSITIVE_INFINITY;
  let text = sampling.hint ?? [sampling.name, sampling.random.pick(WORDS)].filter((word) => word !== '').join(' ');
  while (text.length < least) text += ` ${sampling.random.pick(WORDS)}`;
  if (text.length > most) text = text.slice(0, most);
  return text;
}

function sampleFormat(format: string, random: Random): string | undefined {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `20${two(random.integer(10, 29))}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
  const time = `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:00Z`;
  const word = random.pick(WORDS);
  switch (format) {
    case 'date':
      return date;
    case 'time':
      return time;
    case 'date-time':
      return `${date}T${time}`;
    case 'duration':
      return `PT${random.integer(1, 59)}M`;
    case 'email':
      return `${word}@example.com`;
    case 'hostname':
      return `${word}.example.com`;
    case 'uri':
      return `https://example.com/${word}`;
    case 'ipv4':
      return `192.0.2.${random.integer(1, 254)}`;
    case 'ipv6':
      return `2001:db8::${random.integer(1, 9999)}`;
    case 'uuid':
      return `${hexadecimal(random, 8)}-${hexadecimal(random, 4)}-4${hexadecimal(random, 3)}-a${hexadecimal(random, 3)}-${hexadecimal(random, 12)}`;
    default:
      return undefined;
  }
}

function hexadecimal(random: Random, length: number): string {
  return Array.from({ length }, () => random.integer(0, 15).toString(16)).join('');
}
