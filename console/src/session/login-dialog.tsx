import { Button, Modal, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { LoginForm } from './login-form';
import { session } from './session';

/** Options of `LoginDialog`. */
interface LoginDialogProps {
  readonly isOpen: boolean;
  readonly username: string;
}

/** Asks to log in again after the session has ended. The screen behind it keeps what was typed. */
export const LoginDialog = ({ isOpen, username }: LoginDialogProps): ReactElement => (
  <Modal
    opened={isOpen}
    onClose={() => undefined}
    withCloseButton={false}
    closeOnEscape={false}
    closeOnClickOutside={false}
    title="Your session has ended"
    centered
    zIndex={350}
    overlayProps={{ blur: 12, backgroundOpacity: 0.7 }}
  >
    <Stack gap="md">
      <Text size="sm">Log in again to continue. What you have entered is still here.</Text>
      <LoginForm username={username} />
      <Button
        variant="subtle"
        onClick={() => {
          void session.logOut();
        }}
      >
        Log out and discard
      </Button>
    </Stack>
  </Modal>
);
