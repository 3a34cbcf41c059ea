import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import classes from './confirm-dialog.module.css';

/** Asks once before what cannot be undone, naming what will happen, and only then does it. */
export function ConfirmDialog({
  isOpen,
  onClose,
  label,
  question,
  consequence,
  onConfirm,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What the button says that does it. */
  readonly label: string;
  readonly question: string;
  /** What happens then, in a sentence. */
  readonly consequence: ReactNode;
  readonly onConfirm: () => unknown;
}) {
  const [isRunning, setIsRunning] = useState(false);
  const confirm = async () => {
    setIsRunning(true);
    await onConfirm();
    setIsRunning(false);
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={question} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={classes.text}>{consequence}</div>
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red.8" loading={isRunning} onClick={() => void confirm()} data-autofocus>
          {label}
        </Button>
      </div>
    </Modal>
  );
}
