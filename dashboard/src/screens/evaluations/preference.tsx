import type { EvalRunObject, PreferenceObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { countOf } from '../../parts/count-of.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatShare } from '../../parts/format-share.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { RUNS } from './reads.ts';

/** What a judge said of two runs, item by item and in both orders. */
export function Preference({ run }: { readonly run: EvalRunObject }) {
  const preference = useRead<PreferenceObject>(`${RUNS}/${run.id}/preference`, {
    ...(run.status === 'running' ? { everyMs: 2000 } : {}),
  });
  return (
    <Section framed title="Which answers the judge prefers" {...(run.pair === null ? {} : { lead: run.pair.criteria })}>
      <Loaded of={preference}>
        {(said) => (
          <Facts
            of={[
              ['Verdict', said.verdict ?? 'fewer than two items count'],
              ['Candidate wins', said.wins],
              ['Candidate loses', said.losses],
              ['Ties', said.ties],
              ['The order decided', said.inconsistent],
              ['Could not be judged', said.without_answer],
              [
                'Difference',
                said.difference === null || said.low === null || said.high === null
                  ? undefined
                  : `${said.difference.toFixed(2)} (${said.low.toFixed(2)} to ${said.high.toFixed(2)})`,
              ],
              [
                'Would decide',
                said.needs_items === null ? undefined : `about ${countOf(said.needs_items, 'more item')}`,
              ],
              [
                'First place preferred',
                said.position.bias_points === null ? undefined : `${said.position.bias_points.toFixed(1)} points`,
              ],
              ['The longer one won', said.longer_won === null ? undefined : formatShare(said.longer_won)],
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
