import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

/** A screen: its name, in one line what it answers, its one action, and what it shows. */
export function Page({
  title,
  lead,
  action,
  children,
}: {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: ReactNode;
  /** What a person mostly comes here to do. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Weir`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <h1 className={classes.title}>{title}</h1>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {action === undefined ? null : <div className={classes.action}>{action}</div>}
      </header>
      {children}
    </div>
  );
}
