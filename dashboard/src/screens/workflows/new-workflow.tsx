import type { WorkflowObject } from '@weir/contract';
import { useState } from 'react';
import { Link } from '../../parts/link.tsx';
import { goTo } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { DocumentForm } from './document-form.tsx';
import { FIRST_DOCUMENT } from './document-text.ts';
import { WORKFLOWS } from './reads.ts';
import { WebhookSecrets } from './triggers.tsx';

export function NewWorkflow() {
  const [made, setMade] = useState<WorkflowObject>();
  const onStored = (workflow: WorkflowObject) => {
    if (workflow.triggers.some(({ secret }) => secret !== undefined)) setMade(workflow);
    else goTo(`/workflows/${workflow.id}`);
  };
  if (made !== undefined) {
    return (
      <Page title={`${made.name} is stored`} lead="The secrets of its webhooks are shown this once.">
        <WebhookSecrets of={made.triggers} />
        <p>
          <Link href={`/workflows/${made.id}`}>Go on to {made.name}</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title="New workflow" lead="Its document, in JSON or YAML. Runs keep the version they began with.">
      <DocumentForm
        first={FIRST_DOCUMENT}
        request={`POST ${WORKFLOWS}`}
        submit="Store it"
        onStored={onStored}
        aside={<Link href="/workflows">Back to the workflows</Link>}
      />
    </Page>
  );
}
