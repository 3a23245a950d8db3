import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { userQuery } from '../api/user-query';
import { useCan } from '../session/use-session';

/** The name of a user; undefined until it is loaded, without permission, and for an erased user. */
export const useUsername = (id: string | null): string | undefined => {
  const canRead = useCan('users:read');
  const { data } = useQuery({
    ...userQuery(id ?? ''),
    enabled: canRead && id !== null,
    staleTime: 60_000,
  });
  return data?.username;
};

/** Options of `Person`. */
interface PersonProps {
  readonly id: string | null;
  /** Shown without an id. */
  readonly missing: string;
  /** Whether it is part of a sentence, where color alone does not show a link. */
  readonly isInText?: boolean;
}

/**
 * The name of a user, as a link to the account. If the name is unknown, the link shows the end of the ID; without the permission
 * to open the account, the whole ID is shown.
 */
export const Person = ({ id, missing, isInText = false }: PersonProps): ReactElement => {
  const username = useUsername(id);
  const canRead = useCan('users:read');
  if (id === null) {
    return (
      <Text span inherit c="dimmed">
        {missing}
      </Text>
    );
  }
  const text = username ?? `…${id.slice(-12)}`;
  return canRead ? (
    <Anchor
      component={Link}
      href={`/users/${id}`}
      inherit
      title={id}
      className="nowrap"
      underline={isInText ? 'always' : 'hover'}
    >
      {text}
    </Anchor>
  ) : (
    <span className="mono nowrap">{id}</span>
  );
};
