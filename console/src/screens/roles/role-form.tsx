import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ProblemAlert } from '../../components/problem-alert';
import { usePermissions, type Permission } from '../../session/use-session';

type Role = Schemas['Role'];

/** Options of `RoleForm`. */
interface RoleFormProps {
  /** The role to change, or `new`; null closes the dialog. */
  readonly role: Role | 'new' | null;
  readonly permissions: readonly { readonly name: string; readonly description: string }[];
  readonly onClose: () => void;
}

/** Creates or changes a custom role. */
export const RoleForm = ({ role, permissions, onClose }: RoleFormProps): ReactElement => (
  <Modal
    opened={role !== null}
    onClose={onClose}
    size="lg"
    title={role === null || role === 'new' ? 'Create role' : `Edit the role ${role.name}`}
    closeButtonProps={{ 'aria-label': 'Close' }}
  >
    {role !== null && <Fields role={role === 'new' ? null : role} permissions={permissions} onClose={onClose} />}
  </Modal>
);

const Fields = ({
  role,
  permissions,
  onClose,
}: Omit<RoleFormProps, 'role'> & { readonly role: Role | null }): ReactElement => {
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [granted, setGranted] = useState<readonly string[]>(role?.permissions ?? []);
  const own = usePermissions();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = { name, description, permissions: [...granted] as Permission[] };
      return role === null
        ? unwrap(api.POST('/api/v1/admin/roles', { body }))
        : unwrap(api.PATCH('/api/v1/admin/roles/{name}', { params: { path: { name: role.name } }, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['roles'] });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        {save.isError && <ProblemAlert error={save.error} />}
        <TextInput
          label="Name"
          description="2 to 50 lower-case letters, digits and hyphens"
          required
          data-autofocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => {
            setDescription(event.currentTarget.value);
          }}
        />
        <Checkbox.Group
          label="Permissions"
          description="You cannot grant a permission that you do not have yourself."
          value={[...granted]}
          onChange={setGranted}
        >
          <Stack gap="xs" mt="sm">
            {permissions.map((permission) => (
              <Checkbox
                key={permission.name}
                value={permission.name}
                label={permission.name}
                description={permission.description}
                disabled={own?.has(permission.name as Permission) !== true}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
