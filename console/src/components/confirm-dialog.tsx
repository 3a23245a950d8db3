import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { ProblemAlert } from './problem-alert';

/** Options of `ConfirmDialog`. */
interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** A question with the name of the thing: `Delete the role editor?`. */
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly action: string;
  readonly isDangerous?: boolean;
  /** A text that has to be typed before the action is possible. */
  readonly typed?: string;
  /** Closes the dialog when it resolves, and shows the error when it rejects. */
  readonly onConfirm: () => Promise<unknown>;
  /** Whether the fields in the dialog are filled in. */
  readonly canConfirm?: boolean;
}

/** Asks before something is done. */
export const ConfirmDialog = (props: ConfirmDialogProps): ReactElement => (
  <Modal opened={props.isOpen} onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': 'Close' }}>
    {props.isOpen && <ConfirmForm {...props} />}
  </Modal>
);

const ConfirmForm = ({
  onClose,
  children,
  action,
  isDangerous = false,
  typed,
  onConfirm,
  canConfirm = true,
}: ConfirmDialogProps): ReactElement => {
  const [text, setText] = useState('');
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isReady = canConfirm && (typed === undefined || text === typed);

  const run = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRunning(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void run();
      }}
    >
      <Stack gap="md">
        {error !== null && <ProblemAlert error={error} />}
        <Text size="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <strong>{typed}</strong> to confirm
              </>
            }
            value={text}
            autoComplete="off"
            data-autofocus
            onChange={(event) => {
              setText(event.currentTarget.value);
            }}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={isDangerous ? 'red.9' : 'brand'} loading={isRunning} disabled={!isReady}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
