import { Anchor, SimpleGrid, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { userQuery } from '../../api/user-query';
import { Icon } from '../../components/icon';
import { Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { useFilters } from '../../components/use-filters';
import { useCan } from '../../session/use-session';
import { EventList } from '../audit/event-list';
import { MailList } from '../mail/mail-list';
import { Profile } from './profile';
import { StatusBadge } from './status-badge';
import { UserActions } from './user-actions';
import { UserRoles } from './user-roles';
import { UserSessions } from './user-sessions';

/** One user: profile, roles, sessions, audit events and emails, and what can be done. */
const UserScreen = ({ id }: { readonly id: string }): ReactElement => {
  const [filter, setFilters] = useFilters();
  const canSeeSessions = useCan('users:write');
  const canSeeAudit = useCan('audit:read');
  const canSeeMails = useCan('mail:read');
  const user = useQuery(userQuery(id));
  const tab = filter('tab') === '' ? 'profile' : filter('tab');
  return (
    <Stack gap="md">
      <Anchor component={Link} href="/users" size="sm" className="back-link">
        <Icon name="back" size={16} /> Users
      </Anchor>
      {user.data === undefined && <h1 className="visually-hidden">User</h1>}
      <QueryView query={user}>
        {(data) => (
          <Page
            title={data.username}
            description={data.email ?? 'no email address'}
            actions={
              <>
                <StatusBadge status={data.status} />
                <UserActions user={data} />
              </>
            }
          >
            <Tabs
              value={tab}
              keepMounted={false}
              onChange={(value) => {
                setFilters({ tab: value === 'profile' ? null : value });
              }}
            >
              <Tabs.List mb="lg">
                <Tabs.Tab value="profile">Profile</Tabs.Tab>
                {canSeeSessions && <Tabs.Tab value="sessions">Sessions</Tabs.Tab>}
                {canSeeAudit && <Tabs.Tab value="audit">Audit</Tabs.Tab>}
                {canSeeMails && <Tabs.Tab value="mails">Emails</Tabs.Tab>}
              </Tabs.List>
              <Tabs.Panel value="profile">
                <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
                  <Profile user={data} />
                  <UserRoles user={data} />
                </SimpleGrid>
              </Tabs.Panel>
              {canSeeSessions && (
                <Tabs.Panel value="sessions">
                  <UserSessions user={data} />
                </Tabs.Panel>
              )}
              {canSeeAudit && (
                <Tabs.Panel value="audit">
                  <EventList query={{ subject: id }} emptyText="No audit events for this user." />
                </Tabs.Panel>
              )}
              {canSeeMails && (
                <Tabs.Panel value="mails">
                  <MailList query={{ user: id }} emptyText="No email to this user is in the outbox." />
                </Tabs.Panel>
              )}
            </Tabs>
          </Page>
        )}
      </QueryView>
    </Stack>
  );
};

export default UserScreen;
