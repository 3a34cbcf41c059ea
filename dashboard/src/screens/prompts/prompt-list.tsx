import { Button, Modal, TextInput } from '@mantine/core';
import type { PromptObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo, useQueryParameter } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { ProjectPicker, useProject } from '../../parts/project-picker.tsx';
import { When } from '../../parts/when.tsx';
import { LabelTags } from './label-tags.tsx';
import { usePrompts } from './reads.ts';
import { VersionForm } from './version-form.tsx';

const COLUMNS: readonly Column<PromptObject>[] = [
  { name: 'Prompt', value: ({ name }) => name },
  { name: 'What for', onPhone: false, value: ({ description }) => <span title={description}>{description}</span> },
  { name: 'Labels', value: ({ labels }) => <LabelTags labels={labels} /> },
  { name: 'Latest', align: 'right', width: '80px', value: ({ latest }) => latest },
  {
    name: 'Changed',
    align: 'right',
    width: '110px',
    onPhone: false,
    value: ({ updated_at }) => <When at={updated_at} />,
  },
];

export function PromptList() {
  const project = useProject();
  const prompts = usePrompts(project);
  const mayDevelop = useMay('develop');
  const [sought, setSought] = useQueryParameter('q');
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Page
      title="Prompts"
      lead="What is said to models: versions that never change, and labels that say which one is in force."
      action={
        <>
          <ProjectPicker />
          {mayDevelop ? <Button onClick={() => setIsMaking(true)}>New prompt</Button> : null}
        </>
      }
    >
      <Loaded of={prompts}>
        {({ data }) => {
          const shown = data.filter(({ name }) => name.toLowerCase().includes(sought.toLowerCase()));
          return (
            <>
              {data.length > 8 ? (
                <TextInput
                  aria-label="Find a prompt"
                  placeholder="Find a prompt"
                  value={sought}
                  onChange={(event) => setSought(event.currentTarget.value)}
                />
              ) : null}
              {shown.length === 0 ? (
                <Empty title={data.length === 0 ? 'No prompt yet.' : 'No prompt is called that.'}>
                  <p>A prompt is a template with variables; calls name it, and you change it without a release.</p>
                  {data.length === 0 && mayDevelop ? (
                    <Button variant="default" onClick={() => setIsMaking(true)}>
                      Make the first one
                    </Button>
                  ) : null}
                </Empty>
              ) : (
                <DataTable
                  label="Prompts"
                  columns={COLUMNS}
                  rows={shown}
                  rowKey={({ name }) => name}
                  href={({ name }) => addressOf(name, project)}
                />
              )}
            </>
          );
        }}
      </Loaded>
      <Modal
        opened={isMaking}
        onClose={() => setIsMaking(false)}
        title="A new prompt"
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <VersionForm project={project} onMade={({ name }) => goTo(addressOf(name, project))} />
      </Modal>
    </Page>
  );
}

function addressOf(name: string, project: string): string {
  const query = new URLSearchParams(location.search).has('project') ? `?project=${encodeURIComponent(project)}` : '';
  return `/prompts/${encodeURIComponent(name)}${query}`;
}
