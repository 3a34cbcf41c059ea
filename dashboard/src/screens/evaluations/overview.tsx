import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { ProjectPicker, useProject } from '../../parts/project-picker.tsx';
import { Comparison } from './comparison.tsx';
import { Datasets } from './datasets.tsx';
import { Evaluators } from './evaluators.tsx';
import { Models } from './models.tsx';
import { NewRun } from './new-run.tsx';
import { useRuns } from './reads.ts';
import { Runs } from './runs.tsx';
import { Scores } from './scores.tsx';

export function Overview() {
  const project = useProject();
  const runs = useRuns(project);
  const mayDevelop = useMay('develop');
  const [isBeginning, setIsBeginning] = useState(false);
  return (
    <Page
      title="Evaluations"
      lead="Which prompt, model or setting is better, and how sure that is."
      action={
        <>
          <ProjectPicker />
          {mayDevelop ? <Button onClick={() => setIsBeginning(true)}>New run</Button> : null}
        </>
      }
    >
      <Loaded of={runs}>
        {({ data }) => (
          <>
            <Comparison runs={data} />
            <Runs runs={data} />
          </>
        )}
      </Loaded>
      <Datasets project={project} />
      <Models project={project} />
      <Scores project={project} />
      <Evaluators project={project} />
      <Modal
        opened={isBeginning}
        onClose={() => setIsBeginning(false)}
        title="A new run"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NewRun project={project} />
      </Modal>
    </Page>
  );
}
