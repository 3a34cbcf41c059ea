import { Button, Modal } from '@mantine/core';
import type { PromptVersionObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Link } from '../../parts/link.tsx';
import { goTo } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useProject } from '../../parts/project-picker.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Difference } from './difference.tsx';
import { Labels } from './labels.tsx';
import { Playground } from './playground.tsx';
import { PROMPTS, promptPath, useVersions } from './reads.ts';
import { VersionForm } from './version-form.tsx';
import { Versions } from './versions.tsx';

export function OnePrompt({ name }: { readonly name: string }) {
  const project = useProject();
  const versions = useVersions(name, project);
  const newest = versions.data?.data[0];
  if (newest !== undefined) return <Shown versions={versions.data?.data ?? []} newest={newest} project={project} />;
  return (
    <Page title={name} lead={<Link href="/prompts">Prompts</Link>}>
      {versions.problem === undefined ? <Waiting /> : <Problem of={versions.problem} again={versions.again} />}
    </Page>
  );
}

function Shown({
  versions,
  newest,
  project,
}: {
  readonly versions: readonly PromptVersionObject[];
  readonly newest: PromptVersionObject;
  readonly project: string;
}) {
  const mayDevelop = useMay('develop');
  const mayOperate = useMay('operate');
  const [isMaking, setIsMaking] = useState(false);
  const archive = useAct<void>(() => `DELETE ${promptPath(newest.name, project)}`, {
    refresh: [PROMPTS],
    done: `${newest.name} is archived`,
  });
  const { name } = newest;
  return (
    <Page
      title={name}
      lead={
        <>
          <Link href="/prompts">Prompts</Link>
          {newest.description === '' ? '' : ` · ${newest.description}`}
        </>
      }
      action={
        <>
          {mayOperate ? (
            <ConfirmButton
              label="Archive"
              size="sm"
              question={`Archive ${name}?`}
              consequence="Calls that name it are refused until it has another version."
              onConfirm={async () => {
                if ((await archive.run()) !== undefined) goTo('/prompts');
              }}
            />
          ) : null}
          {mayDevelop ? <Button onClick={() => setIsMaking(true)}>New version</Button> : null}
        </>
      }
    >
      <Problem of={archive.problem} />
      <Versions versions={versions} />
      <Playground key={newest.version} project={project} versions={versions} />
      <Difference versions={versions} />
      <Labels project={project} name={name} versions={versions} />
      <Modal
        opened={isMaking}
        onClose={() => setIsMaking(false)}
        title={`The next version of ${name}`}
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <VersionForm project={project} from={newest} onMade={() => setIsMaking(false)} />
      </Modal>
    </Page>
  );
}
