/** Addresses of the dashboard's screens, which all get its page; what is below them is told apart in the browser. */
export const SCREEN_PATHS: readonly string[] = [
  '/requests',
  '/reliability',
  '/spend',
  '/keys',
  '/providers',
  '/guardrails',
  '/cache',
  '/prompts',
  '/evaluations',
  '/workflows',
  '/inbox',
  '/logs',
  '/settings',
];
