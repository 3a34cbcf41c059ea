import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

/** A part of a page with a heading; `framed` puts it on a surface of its own. */
export function Section({
  title,
  lead,
  action,
  framed = false,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  readonly framed?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section} data-framed={framed}>
      <header className={classes.head}>
        <div>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
