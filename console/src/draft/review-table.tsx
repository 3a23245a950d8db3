import { Alert, Button, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ProblemDetail } from '../api/problem';
import { Icon } from '../components/icon';
import { SettingValue } from '../screens/configuration/setting-value';
import { classMeanings, type Config } from '../screens/configuration/use-config';
import type { Changes } from './draft';
import { DraftedValue } from './drafted-value';

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Options of `ReviewTable`. */
interface ReviewTableProps {
  readonly config: Config;
  readonly changes: Changes;
  readonly base: Changes;
  readonly errors: readonly ProblemDetail[];
  readonly onRemove?: (key: string) => void;
}

/** Old and new values. If another operator has changed a value since the draft began, that value is shown between the two. */
export const ReviewTable = ({ config, changes, base, errors, onRemove }: ReviewTableProps): ReactElement => {
  const rows = Object.entries(changes).map(([key, value]) => {
    const setting = config.settings.find((each) => each.key === key);
    const isStale = key in base && !isEqual(base[key], setting?.value);
    return { key, value, setting, isStale, error: errors.find((each) => each.key === key) };
  });
  const hasStale = rows.some(({ isStale }) => isStale);
  return (
    <>
      {hasStale && (
        <Alert
          color="orange"
          variant="light"
          icon={<Icon name="alert" />}
          title="The configuration has changed in the meantime"
        >
          Compare the values in the middle column: they were not active when you began your draft.
        </Alert>
      )}
      <div className="scroll-region" role="group" aria-label="Changes" tabIndex={0}>
        <Table verticalSpacing="sm" className="review-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Key</Table.Th>
              <Table.Th>{hasStale ? 'When you began' : 'Now'}</Table.Th>
              {hasStale && <Table.Th>Now</Table.Th>}
              <Table.Th>Your value</Table.Th>
              <Table.Th>Effect</Table.Th>
              {onRemove && (
                <Table.Th>
                  <span className="visually-hidden">Remove</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, value, setting, isStale, error }) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Text size="sm" miw={130} className="mono break-all">
                    {key}
                  </Text>
                  {error && (
                    <Text size="sm" c="var(--mantine-color-error)">
                      {error.message}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <SettingValue value={hasStale ? base[key] : setting?.value} />
                </Table.Td>
                {hasStale && (
                  <Table.Td>
                    {isStale ? <SettingValue value={setting?.value} /> : <Text size="sm">unchanged</Text>}
                  </Table.Td>
                )}
                <Table.Td>
                  <DraftedValue value={value} />
                </Table.Td>
                <Table.Td>
                  <Text size="sm" miw={120}>
                    {setting && classMeanings[setting.class]}
                  </Text>
                </Table.Td>
                {onRemove && (
                  <Table.Td>
                    <Button
                      variant="subtle"
                      color="gray"
                      size="compact-sm"
                      aria-label={`Remove ${key} from the draft`}
                      onClick={() => {
                        onRemove(key);
                      }}
                    >
                      Remove
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
};
