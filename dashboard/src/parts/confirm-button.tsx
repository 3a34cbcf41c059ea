import { Button, type ButtonProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** A button for what cannot be undone: it asks once before it does it. */
export function ConfirmButton({
  label,
  question,
  consequence,
  onConfirm,
  ...button
}: ButtonProps & {
  readonly label: string;
  readonly question: string;
  /** What happens then, in a sentence. */
  readonly consequence: ReactNode;
  readonly onConfirm: () => unknown;
}) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button variant="default" size="xs" {...button} onClick={() => setIsAsking(true)}>
        {label}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        {...{ label, question, consequence, onConfirm }}
      />
    </>
  );
}
