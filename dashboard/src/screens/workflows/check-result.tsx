import type { WorkflowCheck } from '@weir/contract';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import classes from './check-result.module.css';

/** What the server finds in a document: what it would refuse, what it wonders about, and what a run may cost. */
export function CheckResult({ of }: { readonly of: WorkflowCheck }) {
  const { ok, problems, warnings, worst_case_usd, unbounded } = of;
  return (
    <div role="status" className={classes.result}>
      <Health level={ok ? 'good' : 'bad'}>{ok ? 'It would be stored.' : 'It would be refused.'}</Health>
      <ul>
        {[...problems, ...warnings].map(({ pointer, message, fix }) => (
          <li key={pointer + message}>
            <code>{pointer === '' ? '/' : pointer}</code> {message} {fix}
          </li>
        ))}
      </ul>
      {worst_case_usd === null ? null : (
        <p>
          A run costs at most <strong>{formatUsd(worst_case_usd)}</strong>
          {unbounded.length === 0
            ? '.'
            : `, and what has no bound: ${unbounded.map(({ pointer, reason }) => `${pointer} (${reason})`).join(', ')}.`}
        </p>
      )}
    </div>
  );
}
