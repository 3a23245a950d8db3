import { Anchor, Badge, Code, Drawer, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client';
import { FieldList } from '../../components/field-list';
import { Person } from '../../components/person';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { SettingEditor } from '../../draft/setting-editor';
import { useCan } from '../../session/use-session';
import { describeTrigger } from './describe-trigger';
import { LayerList } from './layer-list';
import { SettingValue } from './setting-value';
import { classMeanings, describeSource, type Config, type Setting } from './use-config';

/** Revisions in which the last change of a setting is looked for. */
const searched = 100;

/** Options of `LastChange`. */
interface LastChangeProps {
  readonly settingKey: string;
  /** The active revision: the list is loaded again when it changes. */
  readonly active: number | null;
}

const LastChange = ({ settingKey, active }: LastChangeProps): ReactElement => {
  const revisions = useQuery({
    queryKey: ['revisions', 'newest', active],
    queryFn: () => unwrap(api.GET('/api/v1/admin/config/revisions', { params: { query: { limit: searched } } })),
  });
  return (
    <QueryView query={revisions} lines={1}>
      {({ data, next_cursor: cursor }) => {
        const last = data.find(({ changed }) => changed.includes(settingKey));
        if (!last) {
          return (
            <Text size="sm" c="dimmed">
              {cursor === null
                ? 'No stored revision has changed it.'
                : `It has not changed in the last ${String(searched)} revisions.`}
            </Text>
          );
        }
        return (
          <Text size="sm" className="break-all">
            <Anchor component={Link} href={`/revisions?show=${String(last.revision)}`} inherit underline="always">
              Revision {last.revision}
            </Anchor>{' '}
            on <Time value={last.created_at} /> ({describeTrigger(last)}
            {last.actor_id !== null && (
              <>
                {' by '}
                <Person id={last.actor_id} missing="" isInText />
              </>
            )}
            ){last.reason !== null && <>: “{last.reason}”</>}
          </Text>
        );
      }}
    </QueryView>
  );
};

/** Who has overridden a setting, why, and until when. */
const OverrideNote = ({ override }: { readonly override: NonNullable<Setting['override']> }): ReactElement => (
  <Text size="sm" className="break-all">
    Overridden by <Person id={override.actor_id} missing="the service" isInText /> since <Time value={override.since} />
    {override.reason !== null && <>: “{override.reason}”</>}
    {override.expires_at !== null && (
      <>
        . It expires on <Time value={override.expires_at} />
      </>
    )}
    .
  </Text>
);

/** Options of `SettingDrawer`. */
interface SettingDrawerProps {
  readonly config: Config;
  /** The setting to show; undefined closes the drawer. */
  readonly setting: Setting | undefined;
  readonly onClose: () => void;
}

/** Everything about one setting: its value, which layer set it, and when it changed last. */
export const SettingDrawer = ({ config, setting, onClose }: SettingDrawerProps): ReactElement => {
  const canWrite = useCan('config:write');
  return (
    <Drawer
      opened={setting !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={
        <Text className="mono break-all" fw={600}>
          {setting?.key}
        </Text>
      }
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {setting && (
        <Stack gap="lg">
          <Text size="sm">{setting.description}</Text>
          <FieldList
            fields={[
              [
                setting.pending === undefined ? 'Value' : 'Value now',
                <SettingValue key="value" value={setting.value} />,
              ],
              ...(setting.pending === undefined
                ? []
                : ([['After a restart', <SettingValue key="pending" value={setting.pending} />]] as const)),
              ['Set by', describeSource(setting.source)],
              ['Default', <SettingValue key="default" value={setting.default} />],
              ...(setting.range === undefined ? [] : ([['Allowed', setting.range]] as const)),
              [
                'A change',
                <span key="class">
                  {classMeanings[setting.class]}{' '}
                  <Badge size="sm" variant="default" tt="none">
                    {setting.class}
                  </Badge>
                </span>,
              ],
              ['Environment', <Code key="env">{setting.env}</Code>],
            ]}
          />
          {(setting.layers.length > 1 || setting.pending !== undefined) && (
            <div>
              <Title order={3} mb={4}>
                Layers that set it
              </Title>
              <LayerList layers={setting.layers} pending={setting.pending} />
            </div>
          )}
          {setting.override !== null && <OverrideNote override={setting.override} />}
          {canWrite && (
            <div>
              <Title order={3} mb={8}>
                Change
              </Title>
              <SettingEditor key={setting.key} config={config} setting={setting} onDone={onClose} />
            </div>
          )}
          <div>
            <Title order={3} mb={4}>
              Last change
            </Title>
            <LastChange settingKey={setting.key} active={config.revision} />
          </div>
        </Stack>
      )}
    </Drawer>
  );
};
