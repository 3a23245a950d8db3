import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent, type ReactElement } from 'react';
import { toProblem, type Problem } from '../api/problem';
import { ProblemAlert } from '../components/problem-alert';
import { session } from './session';

/** Options of `LoginForm`. */
interface LoginFormProps {
  /** The username to begin with. */
  readonly username?: string;
  /** Reports the error of a login; by default it is shown above the fields. */
  readonly onRejected?: (problem: Problem) => void;
}

/** Username and password. */
export const LoginForm = ({ username: initial = '', onRejected }: LoginFormProps): ReactElement => {
  const [username, setUsername] = useState(initial);
  const [password, setPassword] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const logIn = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    try {
      await session.logIn(username, password);
    } catch (error) {
      const found = toProblem(error);
      setPassword('');
      if (found.code === 'forbidden' && onRejected) onRejected(found);
      else setProblem(found);
    } finally {
      setSending(false);
    }
  };

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void logIn();
  };

  return (
    <form onSubmit={submit} aria-label="Log in">
      <Stack gap="md">
        {problem && <ProblemAlert error={problem} />}
        <TextInput
          label="Username or email address"
          name="username"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus={initial === ''}
          value={username}
          onChange={(event) => {
            setUsername(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus={initial !== '' || undefined}
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <Button type="submit" loading={isSending} fullWidth mt="xs">
          Log in
        </Button>
      </Stack>
    </form>
  );
};
