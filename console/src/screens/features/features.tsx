import { Badge, Code, Group, Stack, Switch as Toggle, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { ReviewDialog } from '../../draft/review-dialog';
import { useCan } from '../../session/use-session';
import { describeSource, useConfig, type Config, type Setting } from '../configuration/use-config';

/** Switches of the service itself, in the order of the screen. */
const titles: Readonly<Record<string, string>> = {
  'registration.open': 'Registration',
  'maintenance.enabled': 'Maintenance mode',
  'api.v2Enabled': 'Version 2 of the API',
  'docs.enabled': 'API documentation',
  'console.enabled': 'Operator console',
};

/** Shown when toggling a switch would lock operators out. */
const lockOut = 'This console stops working at once. Only the API and the command line can turn it on again.';

/** Options of `Switch`. */
interface SwitchProps {
  readonly setting: Setting;
  readonly isChangeable: boolean;
  readonly onToggle: (setting: Setting) => void;
}

const Switch = ({ setting, isChangeable, onToggle }: SwitchProps): ReactElement => (
  <Group justify="space-between" wrap="nowrap" gap="md" className="switch-row">
    <div>
      <Group gap="xs">
        <Text fw={600} className="break-all">
          {titles[setting.key] ?? setting.key.replace(/^features\./, '')}
        </Text>
        {setting.override !== null && (
          <Badge variant="light" color="orange" tt="none">
            override
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {setting.description}
      </Text>
      <Text size="xs" c="dimmed" mt={4} className="break-all">
        <span className="mono">{setting.key}</span> · set by {describeSource(setting.source)}
        {typeof setting.override?.reason === 'string' && ` · “${setting.override.reason}”`}
        {typeof setting.override?.expires_at === 'string' && (
          <>
            {' · expires '}
            <Time value={setting.override.expires_at} />
          </>
        )}
      </Text>
    </div>
    <Toggle
      size="lg"
      onLabel="on"
      offLabel="off"
      color={setting.key === 'maintenance.enabled' ? 'orange.9' : 'teal.9'}
      aria-label={titles[setting.key] === undefined ? setting.key : `${titles[setting.key] ?? ''} (${setting.key})`}
      checked={setting.value === true}
      disabled={!isChangeable}
      onChange={() => {
        onToggle(setting);
      }}
    />
  </Group>
);

/** Options of `Switches`. */
interface SwitchesProps {
  readonly config: Config;
  readonly settings: readonly Setting[];
  readonly onToggle: (setting: Setting) => void;
}

const Switches = ({ config, settings, onToggle }: SwitchesProps): ReactElement => {
  const canWrite = useCan('config:write');
  return (
    <Stack gap={0}>
      {settings.map((setting) => (
        <Switch
          key={setting.key}
          setting={setting}
          isChangeable={canWrite && !config.pinned.some(({ key }) => key === setting.key)}
          onToggle={onToggle}
        />
      ))}
    </Stack>
  );
};

/** The switches of the service and of the applications that use it. */
const FeaturesScreen = (): ReactElement => {
  const query = useConfig();
  const [toggled, setToggled] = useState<Setting | null>(null);
  return (
    <Page
      title="Feature switches"
      description="A switch takes effect on every instance immediately. You review each change first, and it can expire."
    >
      <QueryView query={query}>
        {(config) => {
          const { settings } = config;
          const own = settings.filter(({ key }) => key.startsWith('features.'));
          return (
            <>
              <Card title="Service">
                <Switches
                  config={config}
                  settings={Object.keys(titles).flatMap((key) => settings.find((setting) => setting.key === key) ?? [])}
                  onToggle={setToggled}
                />
              </Card>
              <Card title="Your applications">
                <Text size="sm" c="dimmed">
                  Settings under <Code>features</Code>. Applications read them at <Code>/api/v1/users/me/features</Code>
                  .
                </Text>
                {own.length === 0 ? (
                  <Text size="sm" c="dimmed">
                    No feature flags yet. Add one to <Code>config/local.yaml</Code>, for example{' '}
                    <Code>features: {'{ newCheckout: true }'}</Code>.
                  </Text>
                ) : (
                  <Switches config={config} settings={own} onToggle={setToggled} />
                )}
              </Card>
              <ReviewDialog
                isOpen={toggled !== null}
                changes={toggled === null ? {} : { [toggled.key]: toggled.value !== true }}
                base={toggled === null ? {} : { [toggled.key]: toggled.value }}
                onClose={() => {
                  setToggled(null);
                }}
                onApplied={() => undefined}
                {...(toggled?.key === 'console.enabled' && { warning: lockOut })}
              />
            </>
          );
        }}
      </QueryView>
    </Page>
  );
};

export default FeaturesScreen;
