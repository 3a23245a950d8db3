import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { Announcement } from '../../components/announcement';
import { fieldErrorsOf } from '../../components/field-errors';
import { ProblemAlert } from '../../components/problem-alert';
import { parseMetadata, profileChanges, profileTexts, type ProfileTexts } from './profile-changes';

/** Options of `EditProfile`. */
interface EditProfileProps {
  readonly user: Schemas['AdminUser'];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Changes the profile of a user. */
export const EditProfile = (props: EditProfileProps): ReactElement => (
  <Modal
    opened={props.isOpen}
    onClose={props.onClose}
    size="lg"
    title={`Edit the profile of ${props.user.username}`}
    closeButtonProps={{ 'aria-label': 'Close' }}
  >
    {props.isOpen && <ProfileForm {...props} />}
  </Modal>
);

const ProfileForm = ({ user, onClose }: EditProfileProps): ReactElement => {
  const [before] = useState(() => profileTexts(user));
  const [texts, setTexts] = useState(before);
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const isJson = parseMetadata(texts.metadata) !== undefined;
  const changes = isJson ? profileChanges(before, texts) : {};
  const isReady = isJson && Object.keys(changes).length > 0;
  const save = useMutation({
    mutationFn: (body: Schemas['AdminUserPatch']) =>
      unwrap(api.PATCH('/api/v1/admin/users/{id}', { params: { path: { id: user.id } }, body })),
    onSuccess: (updated) => {
      queries.setQueryData(['users', user.id], updated);
      for (const key of ['users', 'audit']) void queries.invalidateQueries({ queryKey: [key] });
      notifications.show({ color: 'teal', message: `Profile of ${user.username} saved` });
      onClose();
    },
  });
  const { byField, other } = fieldErrorsOf(save.error, Object.keys(before));

  useEffect(() => {
    if (save.isError) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [save.isError, save.error]);

  const fieldOf = (
    name: keyof ProfileTexts,
  ): { value: string; error: string | undefined; onChange: (event: { currentTarget: { value: string } }) => void } => ({
    value: texts[name],
    error: byField[name],
    onChange: ({ currentTarget: { value } }) => {
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
        {other !== null && <ProblemAlert error={other} />}
        <TextInput
          label="E-mail address"
          description="A new address is not verified until its owner opens the link in the mail to it."
          type="email"
          autoComplete="off"
          data-autofocus
          {...fieldOf('email')}
        />
        <Textarea label="Description" autosize minRows={2} maxRows={8} {...fieldOf('description')} />
        <Textarea label="Current goal" autosize minRows={1} maxRows={4} {...fieldOf('current_goal')} />
        <Textarea
          label="Metadata"
          description="A JSON object."
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          {...fieldOf('metadata')}
          error={isJson ? byField.metadata : 'is not valid JSON'}
        />
        <Announcement text={Object.values(byField).join('; ')} />
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
