import { Anchor, Code, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { FieldList } from '../../components/field-list';
import { Time } from '../../components/time';
import { useCan } from '../../session/use-session';

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** A value of the details. What is neither text, number nor list of texts is shown as JSON. */
const DetailValue = ({ value }: { readonly value: unknown }): ReactElement => {
  if (value === null || (Array.isArray(value) && value.length === 0)) return <>–</>;
  if (typeof value === 'string' && timestamp.test(value)) return <Time value={value} isExact />;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return <>{String(value)}</>;
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  return Array.isArray(value) && texts.length === value.length ? (
    <Group gap={6}>
      {texts.map((text) => (
        <Code key={text}>{text}</Code>
      ))}
    </Group>
  ) : (
    <Code block>{JSON.stringify(value, null, 2)}</Code>
  );
};

const RevisionLink = ({ revision }: { readonly revision: number }): ReactElement => {
  const canRead = useCan('config:read');
  return canRead ? (
    <Anchor component={Link} href={`/revisions?show=${String(revision)}`} inherit>
      {revision}
    </Anchor>
  ) : (
    <>{revision}</>
  );
};

/** What an event says besides who, when and where: changed fields, roles or settings. */
export const EventDetails = ({ details }: { readonly details: Readonly<Record<string, unknown>> }): ReactElement => {
  const fields = Object.entries(details);
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The event has no details.
      </Text>
    );
  }
  return (
    <FieldList
      fields={fields.map(([name, value]) => [
        name.replaceAll('_', ' '),
        name === 'revision' && typeof value === 'number' ? (
          <RevisionLink key={name} revision={value} />
        ) : (
          <DetailValue key={name} value={value} />
        ),
      ])}
    />
  );
};
