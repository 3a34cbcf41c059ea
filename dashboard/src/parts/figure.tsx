import type { ReactNode } from 'react';
import classes from './figure.module.css';

/** One number that matters: what it is, the number, and what puts it in proportion. */
export function Figure({
  label,
  value,
  note,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <div className={classes.figure}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>{value}</span>
      {note === undefined ? null : <span className={classes.note}>{note}</span>}
    </div>
  );
}

/** Several of them in a row. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={classes.figures}>{children}</div>;
}
