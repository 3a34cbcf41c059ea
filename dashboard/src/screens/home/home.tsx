import { useEffect, useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { FirstRun } from './first-run.tsx';
import { LatestCalls } from './latest-calls.tsx';
import { OfTheDay } from './of-the-day.tsx';
import { Flow } from './river/flow.tsx';
import { Situation } from './situation.tsx';

/** Is all well, and if not, where and how much? */
export function Home() {
  const any = useRead<{ readonly data: readonly unknown[] }>('/api/v1/usage/records?limit=1', {
    refreshOn: ['call'],
    everyMs: 5000,
  });
  const isEmpty = any.data?.data.length === 0;
  // Whoever starts here sees how the first calls went before the page becomes the one of every day.
  const [isFirst, setIsFirst] = useState(false);
  useEffect(() => {
    if (isEmpty) setIsFirst(true);
  }, [isEmpty]);

  return (
    <Page title="Home">
      {any.problem === undefined ? null : <Problem of={any.problem} again={any.again} />}
      <Situation isSilent={isFirst} />
      {isFirst ? (
        <FirstRun hasCalls={!isEmpty} onDone={() => setIsFirst(false)} />
      ) : (
        <>
          <OfTheDay />
          <Flow />
          <LatestCalls />
        </>
      )}
    </Page>
  );
}
