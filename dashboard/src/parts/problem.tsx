import type { ServerProblem } from '../api/server-problem.ts';
import classes from './problem.module.css';

/** What the server refused, in its own words. `again` offers to try once more. */
export function Problem({ of, again }: { readonly of: ServerProblem | undefined; readonly again?: () => void }) {
  if (of === undefined) return null;
  return (
    <div role="alert" className={classes.problem}>
      <span>{of.message}</span>
      <span className={classes.code}>
        {of.code}
        {of.requestId === undefined ? '' : ` · ${of.requestId}`}
      </span>
      {again === undefined ? null : (
        <button type="button" onClick={again} className={classes.again}>
          Try again
        </button>
      )}
    </div>
  );
}
