import { Button, Group, Progress, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { Icon } from '../components/icon';
import { useUsername } from '../components/person';
import { showProblem } from '../components/show-problem';
import { useConfig, type Config } from '../screens/configuration/use-config';
import { usePermissions } from '../session/use-session';
import { Announcement } from '../components/announcement';

type Pending = NonNullable<Config['pending_confirmation']>;

const formatLeft = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes >= 60) return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
  return minutes === 0 ? `${String(rest)} s` : `${String(minutes)} min ${String(rest).padStart(2, '0')} s`;
};

/** Shown on every screen while a change is waiting for confirmation. */
const ConfirmBar = (): ReactElement | null => {
  const permissions = usePermissions();
  return permissions?.has('config:read') === true ? <PendingChange canWrite={permissions.has('config:write')} /> : null;
};

const PendingChange = ({ canWrite }: { readonly canWrite: boolean }): ReactElement | null => {
  const { data } = useConfig();
  const pending = data?.pending_confirmation ?? null;
  const announced =
    pending === null ? '' : `${pending.changed.join(', ')} changed. The change waits to be kept or reverted.`;
  return (
    <>
      <Announcement text={announced} />
      {data !== undefined && pending !== null && (
        <Bar key={pending.revision} pending={pending} clockOffset={data.clockOffset} canWrite={canWrite} />
      )}
    </>
  );
};

/** Options of `Bar`. */
interface BarProps {
  readonly pending: Pending;
  /** See `Config`. */
  readonly clockOffset: number;
  readonly canWrite: boolean;
}

const Bar = ({ pending, clockOffset, canWrite }: BarProps): ReactElement => {
  const username = useUsername(pending.actor_id) ?? 'an operator';
  const queries = useQueryClient();
  // The time in a response is exact to a second: smaller differences would make the countdown jump.
  const [offset, setOffset] = useState(clockOffset);
  if (Math.abs(clockOffset - offset) > 2_000) setOffset(clockOffset);
  const end = new Date(pending.confirm_by).getTime() - offset;
  const [startedAt] = useState(() => performance.now());
  const [now, setNow] = useState(startedAt);
  const tick = useInterval(() => {
    setNow(performance.now());
  }, 1000);
  useEffect(() => {
    tick.start();
    return tick.stop;
  }, [tick.start, tick.stop]);

  const settle = useMutation({
    mutationFn: (decision: 'confirm' | 'revert') => {
      const body = { revision: pending.revision };
      return decision === 'confirm'
        ? unwrap(api.POST('/api/v1/admin/config/confirm', { body }))
        : unwrap(api.POST('/api/v1/admin/config/revert', { body }));
    },
    onSuccess: ({ outcome }) => {
      notifications.show({
        color: 'teal',
        message: outcome === 'confirmed' ? 'The change was confirmed' : 'The change was reverted',
      });
    },
    onError: showProblem,
    onSettled: () => {
      for (const key of ['config', 'revisions', 'overview']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });

  const left = end - now;
  const share = (left / Math.max(1, end - startedAt)) * 100;
  return (
    <section className="confirm-bar" aria-label="Unconfirmed change">
      <Group justify="space-between" gap="sm">
        <Group gap="sm" wrap="nowrap">
          <Icon name="alert" />
          <Text size="sm" className="break-all">
            <strong>{pending.changed.join(', ')}</strong> changed by {username}
            {pending.reason !== null && <> ({pending.reason})</>}. It is reverted in{' '}
            <strong className="nowrap">{formatLeft(left)}</strong> unless it is kept.
          </Text>
        </Group>
        {canWrite && (
          <Group gap="xs">
            <Button
              variant="default"
              loading={settle.isPending && settle.variables === 'revert'}
              onClick={() => {
                settle.mutate('revert');
              }}
            >
              Revert
            </Button>
            <Button
              loading={settle.isPending && settle.variables === 'confirm'}
              onClick={() => {
                settle.mutate('confirm');
              }}
            >
              Keep
            </Button>
          </Group>
        )}
      </Group>
      <Progress value={share} size={4} mt="xs" color="orange" aria-hidden />
    </section>
  );
};

export default ConfirmBar;
