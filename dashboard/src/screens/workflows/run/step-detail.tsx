import { Button } from '@mantine/core';
import type { ExecutionStep } from '@weir/contract';
import { Facts } from '../../../parts/facts.tsx';
import { formatDuration } from '../../../parts/format-duration.ts';
import { formatUsd } from '../../../parts/format-usd.ts';
import { Health } from '../../../parts/health.tsx';
import { JsonView } from '../../../parts/json-view.tsx';
import { Section } from '../../../parts/section.tsx';
import { When } from '../../../parts/when.tsx';
import { stateOfRun } from '../state-of-run.ts';
import { boxOf } from './marks-of.ts';

/** What one step did: by its own path, or by its box the first that stands in it. */
export function StepDetail({
  steps,
  path,
  onClose,
}: {
  readonly steps: readonly ExecutionStep[];
  readonly path: string;
  readonly onClose: () => void;
}) {
  const step = steps.find((one) => one.path === path) ?? steps.find((one) => boxOf(one.path) === path);
  return (
    <Section
      title={step?.path ?? path}
      framed
      action={
        <Button variant="default" size="xs" onClick={onClose}>
          Close
        </Button>
      }
    >
      {step === undefined ? (
        <Health level="quiet">has not begun</Health>
      ) : (
        <>
          <Facts
            of={[
              [
                'State',
                <Health key="state" level={stateOfRun(step.status).level}>
                  {stateOfRun(step.status).word}
                </Health>,
              ],
              ['Error', step.error?.message],
              ['Model', step.model_name],
              ['Cost', formatUsd(step.cost_usd)],
              ['Took', step.duration_ms === null ? undefined : formatDuration(step.duration_ms)],
              ['Goes on', step.due_at === null ? undefined : <When key="due" at={step.due_at} />],
              ['Taken over from', step.reused_from],
            ]}
          />
          {step.output === null ? null : <JsonView label="Output of the step" of={step.output} />}
        </>
      )}
    </Section>
  );
}
