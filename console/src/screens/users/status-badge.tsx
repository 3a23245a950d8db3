import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../../api/client';

const colors = { active: 'teal', blocked: 'red', deleted: 'gray' } as const;

/** The status of an account. */
export const StatusBadge = ({ status }: Pick<Schemas['AdminUser'], 'status'>): ReactElement => (
  <Badge variant="light" color={colors[status]} tt="none">
    {status}
  </Badge>
);
