import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';

/** Options of `Page`. */
interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: its title, what it is for, its actions and its content. */
export const Page = ({ title, description, actions, children }: PageProps): ReactElement => {
  useDocumentTitle(`${title} – Rollcall`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md" className="page-head">
        <Stack gap={4} maw={680}>
          <Title order={1} className="break-all">
            {title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" size="sm">
              {description}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
};

/** Options of `Card`. */
interface CardProps {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Whether the content fills the card, such as a table. */
  readonly isFlush?: boolean;
}

/** A part of a screen. */
export const Card = ({ title, actions, children, isFlush = false }: CardProps): ReactElement => (
  <section className="card" {...(title !== undefined && { 'aria-label': title })}>
    {title !== undefined && (
      <Group justify="space-between" px="lg" pt="md" pb={isFlush ? 'sm' : 0} gap="xs">
        <Title order={2}>{title}</Title>
        {actions}
      </Group>
    )}
    {isFlush ? (
      children
    ) : (
      <Stack gap="md" p="lg" pt={title === undefined ? 'lg' : 'sm'}>
        {children}
      </Stack>
    )}
  </section>
);
