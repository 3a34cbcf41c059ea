import { useRead } from '../../api/use-read.ts';
import { Health, type HealthLevel } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import classes from './situation.module.css';

interface Statement {
  readonly cause: string;
  readonly object: string;
  readonly severity: string;
  /** At most twelve words, naming cause and object. */
  readonly sentence: string;
  /** Where it can be put right. */
  readonly href: string;
  readonly since: string;
}

const EVERY_MS = 5000;

/** What is wrong right now, worst first, each with the way to its remedy; or that nothing is. */
export function Situation({
  isSilent = false,
}: {
  /** True: says nothing when nothing is wrong. */
  readonly isSilent?: boolean;
}) {
  const situation = useRead<{ readonly data: readonly Statement[] }>('/api/v1/situation', {
    refreshOn: ['change:breaker', 'change:alert', 'change:budget', 'change:inbox', 'change:run'],
    everyMs: EVERY_MS,
  });
  if (situation.data === undefined) return <div className={classes.list} aria-busy={situation.problem === undefined} />;
  const statements = situation.data.data;
  if (statements.length === 0 && isSilent) return null;
  return (
    <div className={classes.list}>
      {statements.map((statement) => (
        <p
          key={`${statement.cause} ${statement.object}`}
          role="status"
          className={classes.statement}
          data-level={levelOf(statement.severity)}
          data-cause={statement.cause}
        >
          <Health level={levelOf(statement.severity)}>
            <Link href={statement.href}>{statement.sentence}</Link>
          </Health>
        </p>
      ))}
      {statements.length === 0 ? (
        <p className={classes.fine}>
          <Health level="good">All is well.</Health>
        </p>
      ) : null}
    </div>
  );
}

function levelOf(severity: string): HealthLevel {
  return severity === 'critical' || severity === 'bad' || severity === 'error' ? 'bad' : 'warn';
}
