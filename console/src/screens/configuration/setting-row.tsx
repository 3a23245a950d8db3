import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Changes } from '../../draft/draft';
import { DraftedValue } from '../../draft/drafted-value';
import { SettingValue } from './setting-value';
import type { Setting } from './use-config';

/** The file that comes with the service. */
const suppliedFile = 'file:default.yaml';

const sourceColor = (source: string): string => {
  if (source.startsWith('env:')) return 'grape';
  return source.startsWith('file:') ? 'brand' : 'orange';
};

/** The layer that sets a setting, as a short label. Layers that operators set are highlighted. */
const SourceBadge = ({ source }: Pick<Setting, 'source'>): ReactElement => {
  if (source === 'default' || source === suppliedFile) {
    return (
      <Text size="xs" c="dimmed">
        {source.replace('file:', '')}
      </Text>
    );
  }
  return (
    <Badge variant="light" color={sourceColor(source)} tt="none">
      {source.replace('file:', '').replace(/^env:.*/, 'environment')}
    </Badge>
  );
};

const Arrow = (): ReactElement => (
  <Text span size="sm" aria-hidden>
    →
  </Text>
);

/** Options of `SettingRow`. */
interface SettingRowProps {
  readonly setting: Setting;
  /** What the draft changes. */
  readonly draft: Changes;
  /** Why the value in the draft is invalid. */
  readonly error: string | undefined;
  readonly onOpen: () => void;
}

/** One setting of the list: its value, what will replace it, and which layer sets it. */
export const SettingRow = ({ setting, draft, error, onOpen }: SettingRowProps): ReactElement => (
  <UnstyledButton className="setting-row" onClick={onOpen}>
    <div className="setting-text">
      <Text size="sm" fw={500} className="mono break-all">
        {setting.key}
      </Text>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {setting.description}
      </Text>
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          In your draft: {error}
        </Text>
      )}
    </div>
    <Group gap="xs">
      <SettingValue value={setting.value} />
      {setting.pending !== undefined && (
        <>
          <Arrow />
          <SettingValue value={setting.pending} />
          <Badge variant="light" color="orange" tt="none">
            waiting for a restart
          </Badge>
        </>
      )}
      {setting.key in draft && (
        <>
          <Arrow />
          <DraftedValue value={draft[setting.key]} />
          <Badge variant="light" color="blue" tt="none">
            in your draft
          </Badge>
        </>
      )}
    </Group>
    <SourceBadge source={setting.source} />
  </UnstyledButton>
);
