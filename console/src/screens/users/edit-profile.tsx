import { Button, Group, Modal, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { Problem, toProblem } from '../../api/problem';
import type { UserVersion } from '../../api/user-query';
import { Announcement } from '../../components/announcement';
import { fieldErrorsOf } from '../../components/field-errors';
import { ProblemAlert } from '../../components/problem-alert';
import { useIsOwnAccount } from '../../session/use-session';
import { parseMetadata, profileChanges, profileTexts, type ProfileTexts } from './profile-changes';

/** Options of `EditProfile`. */
interface EditProfileProps {
  readonly user: UserVersion;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const labels: Readonly<Record<string, string>> = {
  email: 'Email address',
  description: 'Description',
  current_goal: 'Current goal',
  metadata: 'Metadata',
  current_password: 'Your password',
};

/** What to do about an error, by its code. */
const advice: Readonly<Record<string, string>> = {
  precondition_failed: 'This account has changed since you opened the form. Close the form and edit it again.',
  insufficient_user_authentication:
    'Changing your own email address requires a recent login. Log out, log in again, and repeat the change.',
};

/** Adds what to do about an error, if that is known. */
const withAdvice = (error: unknown): unknown => {
  const { status, code, requestId } = toProblem(error);
  const text = advice[code];
  return text === undefined ? error : new Problem(status, code, 'Nothing was saved', text, requestId);
};

/** Changes the profile of a user. */
export const EditProfile = ({ user, isOpen, onClose }: EditProfileProps): ReactElement => {
  const [isTouched, setTouched] = useState(false);
  const close = (): void => {
    setTouched(false);
    onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      // A click outside the form, or Escape, must not discard what was typed.
      closeOnClickOutside={false}
      closeOnEscape={!isTouched}
      size="lg"
      title={`Edit the profile of ${user.username}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isOpen && (
        <ProfileForm
          user={user}
          onClose={close}
          onTouch={() => {
            setTouched(true);
          }}
        />
      )}
    </Modal>
  );
};

/** Options of `ProfileForm`. */
interface ProfileFormProps {
  readonly user: UserVersion;
  readonly onClose: () => void;
  /** Called when something is entered. */
  readonly onTouch: () => void;
}

const ProfileForm = ({ user, onClose, onTouch }: ProfileFormProps): ReactElement => {
  // The version that the form shows: the screen behind it may load a later one.
  const [{ etag, before }] = useState(() => ({ etag: user.etag, before: profileTexts(user) }));
  const [texts, setTexts] = useState(before);
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const isJson = parseMetadata(texts.metadata) !== undefined;
  const changes = isJson ? profileChanges(before, texts) : {};
  const isReady = isJson && Object.keys(changes).length > 0;
  const isOwnEmail = useIsOwnAccount(user.id) && changes.email !== undefined;
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: async (body: Schemas['AdminUserPatch']) => {
      const header = { 'If-Match': etag };
      if (!isOwnEmail) {
        const params = { path: { id: user.id }, header };
        await unwrap(api.PATCH('/api/v1/admin/users/{id}', { params, body }));
        return;
      }
      // To change the user's own email address, the service requires the password if the account has one.
      const own = { ...body, ...(password !== '' && { current_password: password }) };
      await unwrap(api.PATCH('/api/v1/users/me', { params: { header }, body: own }));
    },
    onError: (error) => {
      if (toProblem(error).status === 412) void queries.invalidateQueries({ queryKey: ['users'] });
    },
    onSuccess: async () => {
      await Promise.all(['users', 'audit'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      notifications.show({ color: 'teal', message: `Profile of ${user.username} saved` });
      onClose();
    },
  });
  const { byField, other } = fieldErrorsOf(save.error, [
    ...Object.keys(before),
    ...(isOwnEmail ? ['current_password'] : []),
  ]);
  const errors = isJson
    ? byField
    : { ...byField, metadata: 'is not valid JSON, or contains a number that is too large' };

  useEffect(() => {
    if (save.isError) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [save.isError, save.error]);

  const fieldOf = (
    name: keyof ProfileTexts,
  ): {
    label: string;
    value: string;
    error: string | undefined;
    onChange: (event: { currentTarget: { value: string } }) => void;
  } => ({
    label: labels[name] ?? name,
    value: texts[name],
    error: errors[name],
    onChange: ({ currentTarget: { value } }) => {
      onTouch();
      setTexts((known) => ({ ...known, [name]: value }));
    },
  });

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save.mutate(changes);
      }}
    >
      <Stack gap="md">
        {other !== null && <ProblemAlert error={withAdvice(other)} />}
        <TextInput
          description={
            isOwnEmail && user.email_verified
              ? 'The current address stays in use until you open the link emailed to the new one.'
              : 'A new address stays unverified until its owner opens the link emailed to it.'
          }
          type="email"
          autoComplete="off"
          data-autofocus
          {...fieldOf('email')}
        />
        {isOwnEmail && (
          <PasswordInput
            label={labels.current_password}
            description="Required to change your own email address. Leave it empty if your account has no password."
            autoComplete="current-password"
            value={password}
            error={errors.current_password}
            onChange={({ currentTarget: { value } }) => {
              setPassword(value);
            }}
          />
        )}
        <Textarea autosize minRows={2} maxRows={8} {...fieldOf('description')} />
        <Textarea autosize minRows={1} maxRows={4} {...fieldOf('current_goal')} />
        <Textarea
          description="A JSON object."
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          {...fieldOf('metadata')}
        />
        <Announcement
          text={Object.entries(errors)
            .map(([name, message]) => `${labels[name] ?? name}: ${message}`)
            .join('; ')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!isReady}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
