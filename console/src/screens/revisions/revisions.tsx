import { Badge, Button, Checkbox, Drawer, Group, Text, Textarea, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { PagedTable } from '../../components/paged-table';
import { Card, Page } from '../../components/page';
import { Person } from '../../components/person';
import { Time } from '../../components/time';
import { useFilters } from '../../components/use-filters';
import { usePages } from '../../components/use-pages';
import { useCan } from '../../session/use-session';
import { describeTrigger } from '../configuration/describe-trigger';
import { useConfig } from '../configuration/use-config';
import { Comparison, RevisionChanges } from './changes';

type Revision = Schemas['ConfigRevisionEntry'];

/** Keys of a revision that are listed in the table. */
const shownKeys = 3;

/** Every version of the configuration: who changed what when, and the way back. */
const RevisionsScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const [target, setTarget] = useState<Revision | null>(null);
  const [reason, setReason] = useState('');
  const [selected, setSelected] = useState<readonly number[]>([]);
  const canWrite = useCan('config:write');
  const queries = useQueryClient();
  const config = useConfig();
  const pages = usePages<Revision>(['revisions', 'list'], (cursor) =>
    unwrap(api.GET('/api/v1/admin/config/revisions', { params: { query: cursor === undefined ? {} : { cursor } } })),
  );
  const active = config.data?.revision;
  const show = filter('show');
  const [from = '', to = ''] = filter('compare').split('..');
  const needsReason = config.data?.settings.find(({ key }) => key === 'config.requireReason')?.value === true;
  const toggle = (revision: number): void => {
    // The oldest selection makes room for a third one.
    setSelected((known) =>
      known.includes(revision) ? known.filter((each) => each !== revision) : [...known, revision].slice(-2),
    );
  };
  const runningOn = (revision: number): number =>
    config.data?.instances.filter((instance) => instance.live && instance.revision === revision).length ?? 0;
  return (
    <Page
      title="Revisions"
      description="Every change to the configuration is numbered. A rollback activates the values of an earlier revision on all instances."
      actions={
        <Button
          variant="default"
          disabled={selected.length !== 2}
          onClick={() => {
            setFilters({ compare: [...selected].sort((one, other) => one - other).join('..') });
          }}
        >
          {selected.length === 2
            ? `Compare ${[...selected].sort((one, other) => one - other).join(' and ')}`
            : 'Select two revisions to compare'}
        </Button>
      }
    >
      <Card isFlush>
        <PagedTable
          pages={pages}
          label="Revisions"
          rowKey={({ revision }) => revision}
          empty="No revision has been recorded yet."
          columns={[
            {
              title: 'Compare',
              cell: ({ revision }) => (
                <Checkbox
                  aria-label={`Compare revision ${String(revision)}`}
                  checked={selected.includes(revision)}
                  onChange={() => {
                    toggle(revision);
                  }}
                />
              ),
            },
            {
              title: 'Revision',
              cell: ({ revision }) => (
                <Group gap="xs">
                  <UnstyledButton
                    className="link-button"
                    aria-label={`Show revision ${String(revision)}`}
                    onClick={() => {
                      setFilters({ show: String(revision) });
                    }}
                  >
                    {revision}
                  </UnstyledButton>
                  {revision === active && (
                    <Badge variant="light" color="teal" tt="none">
                      active
                    </Badge>
                  )}
                  {runningOn(revision) > 0 && (
                    <Text size="xs" c="dimmed" className="nowrap">
                      {runningOn(revision)} {runningOn(revision) === 1 ? 'instance' : 'instances'}
                    </Text>
                  )}
                </Group>
              ),
            },
            { title: 'Time', cell: ({ created_at: value }) => <Time value={value} /> },
            {
              title: 'Trigger and actor',
              cell: (revision) => (
                <>
                  <div className="nowrap">{describeTrigger(revision)}</div>
                  <Person id={revision.actor_id} missing="service" />
                </>
              ),
            },
            {
              title: 'Changes and reason',
              cell: ({ changed, reason: given }) => (
                <div className="changed">
                  <Text size="sm" className="mono break-all">
                    {changed.slice(0, shownKeys).join(', ') || '–'}
                    {changed.length > shownKeys && ` and ${String(changed.length - shownKeys)} more`}
                  </Text>
                  {given !== null && (
                    <Text size="sm" c="dimmed" className="break-all">
                      {given}
                    </Text>
                  )}
                </div>
              ),
            },
            ...(canWrite
              ? [
                  {
                    title: 'Actions',
                    cell: (revision: Revision) =>
                      revision.revision !== active && (
                        <Button
                          variant="default"
                          size="compact-sm"
                          aria-label={`Roll back to revision ${String(revision.revision)}`}
                          onClick={() => {
                            setReason('');
                            setTarget(revision);
                          }}
                        >
                          Roll back
                        </Button>
                      ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
      <Drawer
        opened={show !== ''}
        onClose={() => {
          setFilters({ show: null });
        }}
        position="right"
        size="lg"
        title={`Revision ${show}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {show !== '' && <RevisionChanges revision={show} />}
      </Drawer>
      <Drawer
        opened={to !== ''}
        onClose={() => {
          setFilters({ compare: null });
        }}
        position="right"
        size="lg"
        title="Compare revisions"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {to !== '' && <Comparison from={from} to={to} />}
      </Drawer>
      <ConfirmDialog
        isOpen={target !== null}
        onClose={() => {
          setTarget(null);
        }}
        title={`Roll back to revision ${String(target?.revision ?? '')}?`}
        action="Roll back"
        isDangerous
        canConfirm={!needsReason || reason.trim() !== ''}
        onConfirm={async () => {
          if (target === null) return;
          const result = await unwrap(
            api.POST('/api/v1/admin/config/rollback', {
              body: { revision: target.revision, ...(reason.trim() !== '' && { reason: reason.trim() }) },
            }),
          );
          notifications.show({
            color: 'teal',
            message:
              result.outcome === 'unchanged'
                ? 'The values are the same; nothing changed'
                : `Revision ${String(result.revision)} is active`,
          });
          await Promise.all(['revisions', 'config'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
        }}
      >
        The values of revision {target?.revision} become active on every instance and override the files. All other
        overrides are removed. Secrets, settings that need a restart and settings from the environment do not change.
        <Textarea
          mt="md"
          label="Reason"
          required={needsReason}
          autosize
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
      </ConfirmDialog>
    </Page>
  );
};

export default RevisionsScreen;
