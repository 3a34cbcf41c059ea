import { NativeSelect } from '@mantine/core';
import type { InboxItem } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo, usePlace, useQueryParameter } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { When } from '../../parts/when.tsx';
import classes from './inbox.module.css';
import { KINDS } from './kinds.ts';
import { OneItem } from './one-item.tsx';

const STATUSES = [
  { value: '', label: 'Waiting' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'all', label: 'Everything' },
];

/** Everything that waits for a person, and what was decided. `/inbox/<id>` opens one; `?run=` shows those of a run. */
export function Inbox() {
  const [, id] = usePlace().segments;
  const mayOperate = useMay('operate');
  const [status, setStatus] = useQueryParameter('status');
  const [run] = useQueryParameter('run');
  const query = new URLSearchParams({
    ...{ limit: '200', status: status === '' ? 'open' : status },
    ...(run === '' ? {} : { execution_id: run }),
  });
  const items = useRead<{ data: readonly InboxItem[] }>(`/api/v1/inbox?${query}`, {
    refreshOn: ['change'],
    everyMs: 5000,
  });
  return (
    <Page
      title="Inbox"
      lead={
        mayOperate
          ? 'What waits for a person. Press y to approve, n to reject, j and k to move.'
          : 'What waits for a person with the role operator or more. Press j and k to move.'
      }
      action={
        <NativeSelect
          aria-label="Which items"
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
          data={STATUSES}
        />
      }
    >
      {run === '' ? null : (
        <p>
          Only what run {run} waits for. <Link href="/inbox">Show everything</Link>
        </p>
      )}
      <Loaded of={items}>{({ data }) => <Items of={data} chosenId={id} isOpen={status === ''} />}</Loaded>
    </Page>
  );
}

function Items({
  of: items,
  chosenId,
  isOpen,
}: {
  readonly of: readonly InboxItem[];
  readonly chosenId: string | undefined;
  readonly isOpen: boolean;
}) {
  const oldest = items.at(-1);
  const chosen = items.find((item) => item.id === chosenId) ?? items[0];
  const at = chosen === undefined ? -1 : items.indexOf(chosen);
  const search = location.search;
  return (
    <>
      <Figures>
        <Figure
          label={isOpen ? 'Waiting' : 'Items'}
          value={formatCount(items.length)}
          note={
            oldest === undefined ? (
              'nobody has to decide anything'
            ) : (
              <>
                oldest <When at={oldest.created_at} />
              </>
            )
          }
        />
      </Figures>
      {chosen === undefined ? (
        <Empty title="Nothing waits for a person.">
          <p>Approvals of workflows, budgets that ran out, tools that changed and alerts come here.</p>
        </Empty>
      ) : (
        <div className={classes.columns}>
          <ul className={classes.list} aria-label="Items">
            {items.map((item) => (
              <li key={item.id}>
                <Link
                  href={`/inbox/${item.id}${search}`}
                  className={classes.item}
                  {...(item === chosen ? { 'aria-current': 'true' as const } : {})}
                >
                  <span className={classes.title}>{item.title}</span>
                  <span className={classes.note}>
                    <Health level={item.status === 'open' ? KINDS[item.kind].level : 'quiet'}>
                      {KINDS[item.kind].name}
                    </Health>
                    <When at={item.created_at} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          <OneItem
            key={chosen.id}
            of={chosen}
            onMove={(step) => {
              const next = items[at + step];
              if (next !== undefined) goTo(`/inbox/${next.id}${search}`, { replace: true });
            }}
          />
        </div>
      )}
    </>
  );
}
