import { Button, Group, Select, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon';
import { Card } from '../../components/page';
import { useFilters } from '../../components/use-filters';
import { useSearchText } from '../../components/use-search-text';
import { useDraft } from '../../draft/draft';
import { errorOf, useValidation } from '../../draft/validation';
import { findSettings } from './find-settings';
import { SettingDrawer } from './setting-drawer';
import { SettingRow } from './setting-row';
import type { Config, Setting } from './use-config';

const sectionOf = ({ key }: Setting): string => key.split('.')[0] ?? key;

const isChanged = ({ value, default: initial }: Setting): boolean => JSON.stringify(value) !== JSON.stringify(initial);

const matchesOrigin = (setting: Setting, origin: string): boolean => {
  if (origin === '') return true;
  return origin === 'changed' ? isChanged(setting) : setting.source.startsWith(origin);
};

/** Options of `Sections`. */
interface SectionsProps {
  readonly settings: readonly Setting[];
  readonly current: string;
  readonly onChoose: (section: string | null) => void;
}

/** The sections of the configuration with the number of settings in each. */
const Sections = ({ settings, current, onChoose }: SectionsProps): ReactElement => {
  const counts = new Map<string, number>();
  for (const setting of settings) counts.set(sectionOf(setting), (counts.get(sectionOf(setting)) ?? 0) + 1);
  const entries: (readonly [string, string, number])[] = [
    ['', 'All settings', settings.length],
    ...[...counts].map(([section, count]) => [section, section, count] as const),
  ];
  return (
    <>
      <Select
        hiddenFrom="md"
        aria-label="Section"
        allowDeselect={false}
        value={current}
        data={entries.map(([value, label, count]) => ({ value, label: `${label} (${String(count)})` }))}
        onChange={(section) => {
          onChoose(section === '' ? null : section);
        }}
      />
      <nav className="settings-sections" aria-label="Sections of the configuration">
        <ul className="plain-list">
          {entries.map(([section, label, count]) => (
            <li key={section}>
              <UnstyledButton
                className="section-link"
                aria-current={section === current}
                onClick={() => {
                  onChoose(section === '' ? null : section);
                }}
              >
                <span>{label}</span>
                <Text span size="xs" c="dimmed">
                  {count}
                </Text>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
};

/** All settings, searchable, by section; the details of one in a drawer. */
export const SettingList = ({ config }: { readonly config: Config }): ReactElement => {
  const [filter, setFilters] = useFilters();
  const [text, setText] = useSearchText(filter('q'));
  const draft = useDraft();
  const errors = useValidation(config, draft.changes);
  const origin = filter('source');
  const isPendingOnly = filter('pending') === 'yes';
  const matching = findSettings(config.settings, filter('q')).filter(
    (setting) => matchesOrigin(setting, origin) && (!isPendingOnly || setting.pending !== undefined),
  );
  const chosen = matching.some((setting) => sectionOf(setting) === filter('section')) ? filter('section') : '';
  const visible = matching.filter((setting) => chosen === '' || sectionOf(setting) === chosen);
  const sections = [...new Set(visible.map(sectionOf))];
  return (
    <Stack gap="lg">
      <Group gap="sm">
        <TextInput
          className="grow"
          aria-label="Search settings"
          placeholder="Search by key, description or environment variable"
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setFilters({ q: event.currentTarget.value });
          }}
        />
        <Select
          aria-label="Source"
          placeholder="Any source"
          w={220}
          clearable
          value={origin || null}
          onChange={(source) => {
            setFilters({ source });
          }}
          data={[
            { value: 'changed', label: 'differs from the default' },
            { value: 'file:', label: 'set by a file' },
            { value: 'env:', label: 'set by the environment' },
            { value: 'override', label: 'set by an override' },
            { value: 'rollback', label: 'set by a rollback' },
          ]}
        />
      </Group>
      {isPendingOnly && (
        <Group gap="xs">
          <Text size="sm">Showing only settings that wait for a restart.</Text>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              setFilters({ pending: null });
            }}
          >
            Show all
          </Button>
        </Group>
      )}
      {visible.length === 0 && (
        <Card>
          <Text c="dimmed" ta="center">
            No setting matches. Shorten the search or choose another source.
          </Text>
        </Card>
      )}
      {visible.length > 0 && (
        <div className="settings">
          <Sections
            settings={matching}
            current={chosen}
            onChoose={(section) => {
              setFilters({ section });
            }}
          />
          <Stack gap="lg">
            {sections.map((section) => (
              <Card key={section} title={section} isFlush>
                <ul className="plain-list">
                  {visible
                    .filter((setting) => sectionOf(setting) === section)
                    .map((setting) => (
                      <li key={setting.key}>
                        <SettingRow
                          setting={setting}
                          draft={draft.changes}
                          error={errorOf(errors, setting.key)?.message}
                          onOpen={() => {
                            setFilters({ key: setting.key });
                          }}
                        />
                      </li>
                    ))}
                </ul>
              </Card>
            ))}
          </Stack>
        </div>
      )}
      <SettingDrawer
        config={config}
        setting={config.settings.find(({ key }) => key === filter('key'))}
        onClose={() => {
          setFilters({ key: null });
        }}
      />
    </Stack>
  );
};
