import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';
import { SettingValue } from '../screens/configuration/setting-value';

/** A value of the draft; null removes the override. */
export const DraftedValue = ({ value }: { readonly value: unknown }): ReactElement =>
  value === null ? (
    <Badge variant="default" tt="none">
      as in the files
    </Badge>
  ) : (
    <SettingValue value={value} />
  );
