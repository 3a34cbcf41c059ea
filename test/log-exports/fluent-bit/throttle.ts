import { RefusedConfiguration } from '../construct-error.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Fluent Bit's throttle: a record passes while the records of the last `window` intervals, divided by `window`, are
 * below `rate`. Rates and windows up to 1 count as the defaults 1 and 5, as its program reads them.
 */
export function createThrottle(properties: readonly (readonly [string, string])[]): (atSeconds: number) => boolean {
  let rate = 1;
  let size = 5;
  let interval = 1;
  for (const [name, value] of properties) {
    if (name === 'rate') rate = Math.max(1, Number(value));
    else if (name === 'window') size = Number(value) > 1 ? Math.trunc(Number(value)) : 5;
    else if (name === 'interval') interval = readInterval(value);
    else if (name !== 'print_status') throw new RefusedConfiguration('Fluent Bit', `throttle has no property ${name}`);
  }
  const panes: number[] = [0];
  let current = 0;
  return (atSeconds) => {
    for (const tick = Math.floor(atSeconds / interval); current < tick; current++) {
      panes.push(0);
      if (panes.length > size) panes.shift();
    }
    const total = panes.reduce((sum, pane) => sum + pane, 0);
    if (total / size >= rate) return false;
    panes[panes.length - 1] = (panes.at(-1) ?? 0) + 1;
    return true;
  };
}

function readInterval(value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(value) ?? [];
  const seconds = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds > 0)) throw new RefusedConfiguration('Fluent Bit', `the throttle interval ${value}`);
  return seconds;
}
