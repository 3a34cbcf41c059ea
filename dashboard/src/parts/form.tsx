import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import type { ServerProblem } from '../api/server-problem.ts';
import classes from './form.module.css';
import { Problem } from './problem.tsx';

/** Fields, one button that sends them, and below what the server refused. `label` names it for those who cannot see it. */
export function Form({
  label,
  submit,
  onSubmit,
  isSending = false,
  problem,
  aside,
  inline = false,
  children,
}: {
  readonly label: string;
  /** What the button says. */
  readonly submit: string;
  readonly onSubmit: () => unknown;
  readonly isSending?: boolean;
  readonly problem?: ServerProblem | undefined;
  /** Beside the button, such as a way back. */
  readonly aside?: ReactNode;
  /** One field with its button beside it. */
  readonly inline?: boolean;
  readonly children: ReactNode;
}) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <form aria-label={label} className={classes.form} data-inline={inline} onSubmit={send}>
      {children}
      <Problem of={problem} />
      <div className={classes.actions}>
        <Button type="submit" {...(inline ? { variant: 'default' } : {})} loading={isSending}>
          {submit}
        </Button>
        {aside}
      </div>
    </form>
  );
}

/** Fields that belong together, side by side where there is room; `title` names them. */
export function Fields({
  title,
  lead,
  children,
}: {
  readonly title?: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className={classes.fieldset}>
      {title === undefined ? null : <legend className={classes.legend}>{title}</legend>}
      {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
      <div className={classes.fields}>{children}</div>
    </fieldset>
  );
}
