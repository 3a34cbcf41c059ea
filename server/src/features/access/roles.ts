/** What a route needs. `public` needs no key; every other permission is held by the roles listed for it. */
export type Permission = 'public' | 'call' | 'view-own' | 'view' | 'develop' | 'operate' | 'admin';

export const ROLES = ['inference', 'viewer', 'developer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const HOLDERS: Record<Exclude<Permission, 'public'>, readonly Role[]> = {
  /** Wire and seed APIs. */
  call: ['inference', 'developer', 'operator', 'admin'],
  /** The caller's own usage and limits, and what models there are. */
  'view-own': ['inference', 'viewer', 'developer', 'operator', 'admin'],
  view: ['viewer', 'developer', 'operator', 'admin'],
  develop: ['developer', 'operator', 'admin'],
  operate: ['operator', 'admin'],
  admin: ['admin'],
};

export function holds(role: string, permission: Permission): boolean {
  return permission === 'public' || HOLDERS[permission].includes(role as Role);
}

export function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role);
}
