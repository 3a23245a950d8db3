import { SegmentedControl, Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../../api/client';
import { Page } from '../../components/page';
import { useFilters } from '../../components/use-filters';
import { useCan } from '../../session/use-session';
import { MailList } from './mail-list';
import { Templates } from './templates';
import { TestMail } from './test-mail';

type State = Schemas['Mail']['state'];

const states: readonly (State | '')[] = ['', 'queued', 'sending', 'dead', 'sent', 'dropped'];

/** The outbox, and the templates of emails. */
const MailScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const canWrite = useCan('mail:write');
  const state = states.find((known) => known === filter('state')) ?? '';
  return (
    <Page
      title="Mail"
      description="Mail is queued, then sent by one instance. Its text is created when it is sent and is not stored."
      actions={canWrite && <TestMail />}
    >
      <Tabs
        value={filter('tab') === 'templates' ? 'templates' : 'outbox'}
        keepMounted={false}
        onChange={(tab) => {
          setFilters({ tab: tab === 'outbox' ? null : tab });
        }}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="outbox">Outbox</Tabs.Tab>
          <Tabs.Tab value="templates">Templates</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="outbox">
          <div className="scroll-region" role="group" aria-label="Filter by state" tabIndex={0}>
            <SegmentedControl
              mb="md"
              aria-label="State"
              value={state}
              onChange={(value) => {
                setFilters({ state: value });
              }}
              data={states.map((value) => ({ value, label: value === '' ? 'all' : value }))}
            />
          </div>
          <MailList
            query={state === '' ? {} : { state }}
            emptyText={
              state === ''
                ? 'No email has been requested yet. To try the mail server, send a test email.'
                : `There is no ${state} mail. Choose “all” to see the others.`
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="templates">
          <Templates />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
};

export default MailScreen;
