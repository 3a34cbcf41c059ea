import { Modal } from '@mantine/core';
import type { KeptContentObject } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { CopyCode } from '../../parts/copy-code.tsx';
import { Link } from '../../parts/link.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import classes from './guardrails.module.css';

/** What was said in a call, where its project keeps that. */
export function KeptText({
  requestId,
  onClose,
}: {
  /** Undefined: closed. */
  readonly requestId: string | undefined;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={requestId !== undefined}
      onClose={onClose}
      title="What was said"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {requestId === undefined ? null : <Kept requestId={requestId} />}
    </Modal>
  );
}

function Kept({ requestId }: { readonly requestId: string }) {
  const kept = useRead<KeptContentObject>(`/api/v1/usage/records/${requestId}/content`);
  return (
    <div className={classes.kept}>
      <Link href={`/requests/${requestId}`}>The call {requestId}</Link>
      {kept.data !== undefined ? (
        <>
          <CopyCode label="request" code={kept.data.request ?? 'The request is not kept.'} />
          <CopyCode label="reply" code={kept.data.reply ?? 'There is no reply.'} />
        </>
      ) : kept.problem?.status === 404 ? (
        <p>
          Nothing is kept of it. Texts are kept only where a project asks for it: <code>capture.content</code> in its
          policy, under <Link href="/settings">Settings</Link>.
        </p>
      ) : kept.problem !== undefined ? (
        <Problem of={kept.problem} again={kept.again} />
      ) : (
        <Waiting />
      )}
    </div>
  );
}
