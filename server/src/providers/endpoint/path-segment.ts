import { invalidRequest } from '../../kernel/errors.ts';

/**
 * A model name as one segment of a path. A name that would climb out of it (`..`) is refused: model names come from
 * clients, and the address decides where our credential goes.
 */
export function pathSegment(model: string): string {
  if (/^\.{0,2}$/.test(model)) throw invalidRequest('model', 'this provider takes its models by name');
  return encodeURIComponent(model);
}
