import { Center, Loader, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, type ReactElement } from 'react';
import { ProblemAlert } from './components/problem-alert';
import { DraftProvider } from './draft/draft';
import { Login } from './session/login';
import { LoginDialog } from './session/login-dialog';
import { useSession } from './session/use-session';
import { Shell } from './shell/shell';

/** The console: the login, or the screens. When a session ends, a dialog over the screen asks to log in again. */
export const App = (): ReactElement => {
  const state = useSession();
  const queries = useQueryClient();
  const userId = 'userId' in state ? state.userId : undefined;
  const { status } = state;
  const wasExpired = useRef(false);
  const shownTo = useRef<string | undefined>(undefined);

  useEffect(() => {
    // Data that one user has loaded is never shown to the next user.
    if (shownTo.current !== undefined && userId !== shownTo.current) queries.clear();
    shownTo.current = userId;
  }, [userId, queries]);

  useEffect(() => {
    // Requests that failed because the session had ended are repeated.
    if (status === 'active' && wasExpired.current) void queries.invalidateQueries();
    wasExpired.current = status === 'expired';
  }, [status, queries]);

  if (status === 'loading') {
    return (
      <Center h="100dvh">
        <Stack gap="lg" align="center" role="status" aria-label="Loading">
          <Loader />
          {state.problem && <ProblemAlert error={state.problem} />}
        </Stack>
      </Center>
    );
  }
  if (!('userId' in state)) return <Login />;
  return (
    <>
      <DraftProvider key={state.userId}>
        <Shell username={state.username} />
      </DraftProvider>
      <LoginDialog isOpen={status === 'expired'} username={state.username} />
    </>
  );
};
