import { Badge, Button, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { CopyableId } from '../../components/copyable-id';
import { DataTable } from '../../components/data-table';
import { Icon } from '../../components/icon';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { useCan } from '../../session/use-session';

type Key = Schemas['ListedSigningKey'];
type Algorithm = Key['algorithm'];

const colors: Readonly<Record<Key['state'], string>> = { active: 'teal', retiring: 'orange', next: 'blue' };
const algorithms: readonly Algorithm[] = ['ES256', 'RS256', 'HS256'];

const sessionsOf = (count: number): string => `${String(count)} ${count === 1 ? 'session' : 'sessions'}`;

/** The keys that sign access tokens: rotate and remove them. */
const KeysScreen = (): ReactElement => {
  const [isRotating, setRotating] = useState(false);
  const [removed, setRemoved] = useState<Key | null>(null);
  const [algorithm, setAlgorithm] = useState<Algorithm | ''>('');
  const canWrite = useCan('keys:write');
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['keys'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/jwt/secrets')),
    refetchInterval: 30_000,
  });
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] });
  return (
    <Page
      title="Signing keys"
      description="One key signs new access tokens. A retiring key verifies the tokens that it signed until they expire."
      actions={
        canWrite && (
          <Button
            leftSection={<Icon name="refresh" />}
            onClick={() => {
              setRotating(true);
            }}
          >
            Rotate
          </Button>
        )
      }
    >
      <Card isFlush>
        <QueryView query={query}>
          {({ data }) => (
            <DataTable
              label="Signing keys"
              rows={data}
              rowKey={({ kid }) => kid}
              empty="No signing keys."
              columns={[
                {
                  title: 'Key',
                  cell: ({ kid, fingerprint }) => (
                    <>
                      <CopyableId name={`key ID ${kid}`} value={kid} />
                      <Text size="xs" c="dimmed" className="mono" mt={4}>
                        {fingerprint === null ? 'cannot be decrypted' : `fingerprint ${fingerprint.slice(0, 16)}`}
                      </Text>
                    </>
                  ),
                },
                { title: 'Algorithm', cell: (key) => key.algorithm },
                {
                  title: 'State',
                  cell: ({ state }) => (
                    <Badge variant="light" color={colors[state]} tt="none">
                      {state}
                    </Badge>
                  ),
                },
                { title: 'Created', cell: ({ created_at: value }) => <Time value={value} isRelative /> },
                { title: 'Expires', cell: ({ expires_at: value }) => <Time value={value} isRelative /> },
                { title: 'Live sessions', isNumber: true, cell: ({ live_sessions: count }) => count.toLocaleString() },
                ...(canWrite
                  ? [
                      {
                        title: 'Actions',
                        cell: (key: Key) =>
                          key.state !== 'active' && (
                            <Button
                              variant="subtle"
                              color="red"
                              size="compact-sm"
                              aria-label={`Remove the key ${key.kid}`}
                              onClick={() => {
                                setRemoved(key);
                              }}
                            >
                              Remove
                            </Button>
                          ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </QueryView>
      </Card>
      <ConfirmDialog
        isOpen={isRotating}
        onClose={() => {
          setRotating(false);
        }}
        title="Rotate the signing key?"
        action="Rotate"
        onConfirm={async () => {
          const key = await unwrap(
            api.POST('/api/v1/admin/jwt/secrets/rotate', { body: algorithm === '' ? {} : { algorithm } }),
          );
          notifications.show({ color: 'teal', message: `The key ${key.kid} signs new tokens` });
          await refresh();
        }}
      >
        A new key signs all new tokens on every instance at once. Nobody is logged out: the current key verifies its
        tokens until they expire.
        <Select
          mt="md"
          label="Algorithm"
          placeholder="as configured (auth.keys.algorithm)"
          clearable
          data={[...algorithms]}
          value={algorithm || null}
          onChange={(value) => {
            setAlgorithm(algorithms.find((known) => known === value) ?? '');
          }}
        />
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={removed !== null}
        onClose={() => {
          setRemoved(null);
        }}
        title={`Remove the key ${removed?.kid ?? ''}?`}
        action="Remove key"
        isDangerous
        onConfirm={async () => {
          if (removed === null) return;
          await unwrap(api.DELETE('/api/v1/admin/jwt/secrets/{kid}', { params: { path: { kid: removed.kid } } }));
          await refresh();
        }}
      >
        Every token that this key has signed becomes invalid at once.{' '}
        <strong>{sessionsOf(removed?.live_sessions ?? 0)}</strong> must refresh before the next request succeeds;
        clients that cannot refresh are logged out.
      </ConfirmDialog>
    </Page>
  );
};

export default KeysScreen;
