import { WeirError } from '../../kernel/errors.ts';
import { modelDenial } from '../model-denial.ts';
import type { Stage } from '../stage.ts';

export interface AdmitServices {
  /** True once shutdown began: running calls finish, new ones are told to go elsewhere. */
  readonly isDraining: () => boolean;
  /** Why a new call is refused just now; undefined: it may come. */
  readonly overload: () => WeirError | undefined;
  readonly isRoute: (name: string) => boolean;
}

/** Refuses what this key may not ask for before anything is spent on it. */
export function admit(services: AdmitServices): Stage {
  return {
    name: 'admit',
    around(call, next) {
      if (services.isDraining()) return Promise.reject(new WeirError('server.draining', { retryAfterMs: 1000 }));
      const overload = services.overload();
      if (overload !== undefined) return Promise.reject(overload);
      const denied = modelDenial(call, services.isRoute);
      return denied === undefined ? next() : Promise.reject(denied);
    },
  };
}
