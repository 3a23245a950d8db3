import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ProblemAlert } from '../../components/problem-alert';

const Result = ({ result }: { readonly result: Schemas['TestMailResult'] }): ReactElement => {
  if (result.accepted) {
    return (
      <Alert color="teal" title="Accepted" role="status">
        The email was accepted by {result.transport}.
      </Alert>
    );
  }
  return (
    <Alert color="red" title="Not sent" role="alert">
      {result.error?.message} ({result.error?.reason})
    </Alert>
  );
};

/** Sends a test email with the active settings. */
export const TestMail = (): ReactElement => {
  const [isOpen, dialog] = useDisclosure(false);
  const [to, setTo] = useState('');
  const send = useMutation({ mutationFn: () => unwrap(api.POST('/api/v1/admin/mails/test', { body: { to } })) });
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          send.reset();
          dialog.open();
        }}
      >
        Send test email
      </Button>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title="Send a test email"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          <Stack gap="md">
            {send.isError && <ProblemAlert error={send.error} />}
            {send.data && <Result result={send.data} />}
            <Text size="sm">It is sent directly with the active settings, not through the outbox.</Text>
            <TextInput
              label="To"
              type="email"
              required
              data-autofocus
              value={to}
              onChange={(event) => {
                setTo(event.currentTarget.value);
              }}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={dialog.close}>
                Close
              </Button>
              <Button type="submit" loading={send.isPending}>
                Send
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
};
