import { Button, Center, Code, Container, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { Problem } from '../api/problem';
import { CopyableRequestId } from '../components/copyable-id';
import { Logo } from '../components/logo';
import { LoginForm } from './login-form';

/** The page for users whose account has no permission. */
const NoPermission = ({
  problem,
  onBack,
}: {
  readonly problem: Problem;
  readonly onBack: () => void;
}): ReactElement => (
  <Stack gap="sm" role="alert">
    <Title order={1}>No access</Title>
    <Text>{problem.message}</Text>
    <Text c="dimmed" size="sm">
      If your account has no role with permissions, ask an administrator for one, such as support.
    </Text>
    <Group mt="sm">
      <Button variant="default" onClick={onBack}>
        Log in with another account
      </Button>
    </Group>
    <Group justify="space-between" gap="xs">
      <Code>{problem.code}</Code>
      <CopyableRequestId requestId={problem.requestId} />
    </Group>
  </Stack>
);

/** The first page: log in. */
export const Login = (): ReactElement => {
  const [rejection, setRejection] = useState<Problem | null>(null);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Container size={400} w="100%" p={0}>
        <Group justify="center" mb="lg">
          <Logo />
        </Group>
        <Paper className="card" p={{ base: 'lg', sm: 'xl' }} shadow="sm">
          {rejection === null ? (
            <>
              <Title order={1} mb="lg">
                Operator console
              </Title>
              <LoginForm onRejected={setRejection} />
            </>
          ) : (
            <NoPermission
              problem={rejection}
              onBack={() => {
                setRejection(null);
              }}
            />
          )}
        </Paper>
      </Container>
    </Center>
  );
};
