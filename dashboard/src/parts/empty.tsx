import type { ReactNode } from 'react';
import classes from './empty.module.css';

/** Nothing is here yet: says what would be, and how it comes to be; `children` are the way there. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p className={classes.title}>{title}</p>
      {children}
    </div>
  );
}
