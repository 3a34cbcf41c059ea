import { Button, type ButtonProps, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import classes from './confirm-button.module.css';

/** A button for what cannot be undone: asks once, naming what will happen, and only then does it. */
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
  const [isRunning, setIsRunning] = useState(false);
  const confirm = async () => {
    setIsRunning(true);
    await onConfirm();
    setIsRunning(false);
    setIsAsking(false);
  };
  return (
    <>
      <Button variant="default" size="xs" {...button} onClick={() => setIsAsking(true)}>
        {label}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={question}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={classes.text}>{consequence}</div>
        <div className={classes.actions}>
          <Button variant="default" onClick={() => setIsAsking(false)}>
            Cancel
          </Button>
          <Button color="red.8" loading={isRunning} onClick={() => void confirm()} data-autofocus>
            {label}
          </Button>
        </div>
      </Modal>
    </>
  );
}
