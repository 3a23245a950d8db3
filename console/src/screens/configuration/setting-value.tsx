import { Badge, Code } from '@mantine/core';
import type { ReactElement } from 'react';

/** Formats a value as in YAML. */
export const formatValue = (value: unknown): string => {
  if (value === null || value === undefined) return 'not set';
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value);
};

/** The value of a setting. */
export const SettingValue = ({ value }: { readonly value: unknown }): ReactElement => {
  if (typeof value === 'boolean') {
    return (
      <Badge variant="light" color={value ? 'teal' : 'gray'} tt="none">
        {value ? 'on' : 'off'}
      </Badge>
    );
  }
  return <Code className={typeof value === 'number' ? 'nowrap' : 'break-all'}>{formatValue(value)}</Code>;
};
