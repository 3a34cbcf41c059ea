import type { LabelMoveObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { When } from '../../parts/when.tsx';
import classes from './prompts.module.css';
import { type List, promptPath, shownTargets } from './reads.ts';

const KINDS = {
  move: 'moved to',
  rollback: 'rolled back to',
  override: 'moved against its gate to',
  remove: 'taken away:',
};

/** Every move of a label: who, when, why, and the runs that its gate looked at. */
export function LabelHistory({
  project,
  name,
  label,
}: {
  readonly project: string;
  readonly name: string;
  readonly label: string;
}) {
  const path = promptPath(name, project, `/labels/${encodeURIComponent(label)}/history`);
  const moves = useRead<List<LabelMoveObject>>(path);
  return (
    <Loaded of={moves}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty title="It was never moved." />
        ) : (
          <ol className={classes.rendered} aria-label={`History of ${label}`}>
            {data.map((move) => (
              <li key={move.sequence}>
                <strong>{label}</strong> {KINDS[move.kind]} {shownTargets(move.versions)}
                {move.reason === '' ? '' : `: ${move.reason}`}
                <span className={classes.moved}>
                  by {move.author}, <When at={move.created_at} />
                  {move.evidence.map((id) => (
                    <Link key={id} href={`/evaluations/runs/${id}`}>
                      {' '}
                      run {id.slice(-6)}
                    </Link>
                  ))}
                </span>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}
