import type { ReactNode } from 'react';
import classes from './health.module.css';

export type HealthLevel = 'good' | 'warn' | 'bad' | 'quiet';

/** A state in a word, with a mark whose shape says it as well as its colour. */
export function Health({ level, children }: { readonly level: HealthLevel; readonly children: ReactNode }) {
  return (
    <span className={classes.health} data-level={level}>
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
        {level === 'bad' ? (
          <path d="M1.5 1.5l7 7m0-7l-7 7" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
        ) : level === 'warn' ? (
          <path d="M5 .8l4.4 8H.6z" fill="currentColor" />
        ) : (
          <circle cx="5" cy="5" r={level === 'quiet' ? 3 : 4} fill="currentColor" />
        )}
      </svg>
      <span>{children}</span>
    </span>
  );
}
