import {
  Callable,
  Dict,
  DictView,
  Escaped,
  Float,
  List,
  Namespace,
  Range,
  Stream,
  Tuple,
  type Value,
} from './value.ts';

/** What a value is, in Python's words, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'number') return 'an int';
  if (typeof value === 'string') return 'a str';
  if (value instanceof Float) return 'a float';
  if (value instanceof List) return 'a list';
  if (value instanceof Tuple) return 'a tuple';
  if (value instanceof Dict) return 'a dict';
  if (value instanceof DictView) return `the ${value.of} of a dict`;
  if (value instanceof Range) return 'a range';
  if (value instanceof Stream) return 'a sequence that can be gone over once (use the filter "list")';
  if (value instanceof Namespace) return 'a namespace';
  if (value instanceof Escaped) return 'an escaped text';
  return value instanceof Callable ? value.title : 'missing';
}
