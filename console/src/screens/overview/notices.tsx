import { Alert, Anchor, Code, Group, List, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { Schemas } from '../../api/client';
import { Icon } from '../../components/icon';
import { screens } from '../../screens/registry';
import { usePermissions } from '../../session/use-session';

type Overview = Schemas['Overview'];
type Warning = Overview['warnings'][number];

/** Where a warning can be dealt with. */
const targets: Readonly<Partial<Record<Warning['code'], readonly [screen: string, path: string, label: string]>>> = {
  no_public_url: ['configuration', '/configuration?q=server.publicUrl&key=server.publicUrl', 'Show the setting'],
  mail_not_delivered: ['configuration', '/configuration?q=mail.transport&key=mail.transport', 'Show the setting'],
  mail_failing: ['mail', '/mail?state=queued', 'Show the emails'],
  dead_mail: ['mail', '/mail?state=dead', 'Show the emails'],
  config_rejected: ['configuration', '/configuration', 'Show the errors'],
  pending_restart: ['configuration', '/configuration?pending=yes', 'Show the settings'],
  shadowed_by_override: ['configuration', '/configuration?tab=overrides', 'Show the overrides'],
  overrides_without_effect: ['configuration', '/configuration?tab=overrides', 'Show the overrides'],
  expired_keys: ['keys', '/keys', 'Show the keys'],
  unreadable_keys: ['keys', '/keys', 'Show the keys'],
};

/** Warnings that the first steps already mention. */
const partOfSetup: Readonly<Partial<Record<Warning['code'], Overview['setup'][number]['step']>>> = {
  no_public_url: 'public_url',
  mail_not_delivered: 'mail',
};

/** What needs attention. */
export const Warnings = ({ warnings, setup }: Pick<Overview, 'warnings' | 'setup'>): ReactElement | null => {
  const permissions = usePermissions();
  const isFresh = setup.every(({ done }) => !done);
  const shown = warnings.filter(({ code }) => !(isFresh && partOfSetup[code] !== undefined));
  if (shown.length === 0) return null;
  const canOpen = (screen: string): boolean => {
    const permission = screens.find(({ name }) => name === screen)?.permission;
    return permission !== undefined && permissions?.has(permission) === true;
  };
  return (
    <Alert color="orange" variant="light" icon={<Icon name="alert" />} title="Needs attention">
      <List size="sm" spacing={6} listStyleType="none">
        {shown.map(({ code, message }) => {
          const target = targets[code];
          return (
            <List.Item key={code}>
              {message}{' '}
              {target && canOpen(target[0]) && (
                <Anchor component={Link} href={target[1]} inherit underline="always">
                  {target[2]}
                </Anchor>
              )}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
};

type Step = Overview['setup'][number]['step'];

const steps: Readonly<Record<Step, readonly [title: string, text: ReactNode]>> = {
  public_url: [
    'Set the public URL',
    <>
      Links in emails point to the address that this process listens on. Set <Code>server.publicUrl</Code> in{' '}
      <Code>config/local.yaml</Code> to the address that users see.
    </>,
  ],
  mail: [
    'Send mail',
    <>
      Mail is only written to files. Set <Code>mail.smtp.host</Code> and <Code>mail.transport: smtp</Code>, then send a
      test email from the Mail screen.
    </>,
  ],
  second_administrator: [
    'Add a second administrator',
    <>Create an account for a colleague and give it the role admin, so that one lost password does not lock you out.</>,
  ],
};

/** Where a step is done. */
const stepTargets: Readonly<Record<Step, readonly [path: string, label: string]>> = {
  public_url: ['/configuration?q=server.publicUrl&key=server.publicUrl', 'Show the setting'],
  mail: ['/configuration?q=mail.', 'Show the mail settings'],
  second_administrator: ['/users?create=yes', 'Create a user'],
};

/** The three things to do in a new installation; hidden once all are done, and from users who cannot do them. */
export const FirstSteps = ({ setup }: Pick<Overview, 'setup'>): ReactElement | null => {
  const permissions = usePermissions();
  // Shown only to users who can do the steps.
  if (setup.every(({ done }) => done) || permissions?.has('config:write') !== true) return null;
  const isFresh = setup.every(({ done }) => !done);
  return (
    <section className="card" aria-label="First steps">
      <Stack gap="md" p="lg">
        <Title order={2}>{isFresh ? 'Welcome. Three things to do next' : 'Finish the setup'}</Title>
        <SimpleGrid cols={{ base: 1, md: 3 }} spacing="md">
          {setup.map(({ step, done }, index) => (
            <div key={step} className="first-step">
              <Group gap="sm" wrap="nowrap">
                <ThemeIcon size={28} radius="xl" variant="light" color={done ? 'teal' : 'brand'}>
                  {done ? <Icon name="check" size={16} /> : <Text size="sm">{index + 1}</Text>}
                </ThemeIcon>
                <Text fw={600} td={done ? 'line-through' : 'none'} {...(done && { c: 'dimmed' })}>
                  {steps[step][0]}
                  {done && <span className="visually-hidden"> (done)</span>}
                </Text>
              </Group>
              {!done && (
                <>
                  <Text size="sm" c="dimmed">
                    {steps[step][1]}
                  </Text>
                  <Anchor component={Link} href={stepTargets[step][0]} size="sm" className="first-step-link">
                    {stepTargets[step][1]}
                  </Anchor>
                </>
              )}
            </div>
          ))}
        </SimpleGrid>
      </Stack>
    </section>
  );
};
