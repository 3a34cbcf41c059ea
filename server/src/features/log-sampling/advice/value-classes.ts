/** What lines are for, and what an example of them is worth to the solver: an ordinary one is 1. */
export const VALUE_CLASSES = {
  security: 16,
  audit: 16,
  billing: 8,
  failure: 8,
  business: 4,
  ordinary: 1,
  progress: 0.5,
  debug: 0.25,
  heartbeat: 0.1,
  'health-check': 0.1,
} as const;
export type ValueClass = keyof typeof VALUE_CLASSES;

export function isValueClass(value: unknown): value is ValueClass {
  return typeof value === 'string' && Object.hasOwn(VALUE_CLASSES, value);
}
