import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { Config, Setting } from '../screens/configuration/use-config';
import { Announcement } from '../components/announcement';
import { useDraft } from './draft';
import { ErrorList } from './error-list';
import { useSettingSchema, validateValue } from './setting-schema';
import { errorOf, errorsBesides, useValidation } from './validation';
import { ValueControl } from './value-control';

/** Why a setting cannot be overridden; null if it can. */
const lockOf = (config: Config, { key, class: kind }: Setting, isSecret: boolean): string | null => {
  const pin = config.pinned.find((each) => each.key === key);
  if (pin) return `The environment variable ${pin.variable} sets this key. It takes precedence over the console.`;
  if (kind === 'restart') return 'A change takes effect after a restart, so it has to be made in the files.';
  return isSecret ? 'Secrets cannot be changed here. Set them in the environment or in the files.' : null;
};

/** Options of `SettingEditor`. */
interface SettingEditorProps {
  readonly config: Config;
  readonly setting: Setting;
  readonly onDone: () => void;
}

/** Changes one setting in the draft. Nothing is applied before the draft is reviewed. */
export const SettingEditor = ({ config, setting, onDone }: SettingEditorProps): ReactElement | null => {
  const draft = useDraft();
  const schema = useSettingSchema(setting.key);
  const isDrafted = setting.key in draft.changes;
  const initial = isDrafted ? draft.changes[setting.key] : setting.value;
  const [value, setValue] = useState<unknown>(initial);
  const formError = schema === undefined ? null : validateValue(schema, value);
  const isEdited = isDrafted || JSON.stringify(value) !== JSON.stringify(initial);
  const changes = { ...draft.changes, [setting.key]: value };
  const errors = useValidation(config, changes, formError === null && isEdited);
  if (schema === undefined) return null;
  const lock = lockOf(config, setting, schema['x-secret'] === true);
  if (lock !== null) {
    return (
      <Text size="sm" c="dimmed">
        {lock}
      </Text>
    );
  }
  const found = errorOf(errors, setting.key);
  const error = formError ?? found?.message ?? null;
  const others = errorsBesides(errors, [setting.key]);
  // A conflict can be resolved by another change of the draft.
  const isRejected = formError !== null || (found !== undefined && found.code !== 'conflict');
  return (
    <Stack gap="sm">
      <ValueControl label="New value" schema={schema} value={value} onChange={setValue} error={error} />
      <ErrorList errors={others} />
      <Announcement text={[...(error === null ? [] : [error]), ...others.map(({ message }) => message)].join('; ')} />
      <Group gap="xs">
        <Button
          disabled={isRejected}
          onClick={() => {
            draft.set(config, setting.key, value);
            onDone();
          }}
        >
          {isDrafted ? 'Change the draft' : 'Add to draft'}
        </Button>
        {isDrafted && (
          <Button
            variant="default"
            onClick={() => {
              draft.remove(setting.key);
              onDone();
            }}
          >
            Remove from draft
          </Button>
        )}
        {!isDrafted && setting.override !== null && (
          <Button
            variant="default"
            onClick={() => {
              draft.set(config, setting.key, null);
              onDone();
            }}
          >
            Remove the override
          </Button>
        )}
      </Group>
    </Stack>
  );
};
