import { Stack, Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import { Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { useFilters } from '../../components/use-filters';
import { ConfigNotices } from './config-notices';
import { ConfigFiles } from './files';
import { Overrides } from './overrides';
import { SettingList } from './setting-list';
import { useConfig } from './use-config';
import { ValidateFile } from './validate-file';

const tabs = ['settings', 'overrides', 'files', 'validate'];

/** All settings, what overrides them, and the validation of a file. */
const ConfigurationScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const query = useConfig();
  return (
    <Page
      title="Settings"
      description={
        query.data && (
          <>
            Revision {query.data.revision ?? '–'}, loaded <Time value={query.data.loaded_at} isRelative /> from{' '}
            {query.data.files.join(', ')}
          </>
        )
      }
    >
      <QueryView query={query} lines={10}>
        {(config) => (
          <>
            <ConfigNotices config={config} />
            <Tabs
              value={tabs.find((tab) => tab === filter('tab')) ?? 'settings'}
              keepMounted={false}
              onChange={(tab) => {
                setFilters({ tab: tab === 'settings' ? null : tab });
              }}
            >
              <Tabs.List mb="lg">
                <Tabs.Tab value="settings">Settings</Tabs.Tab>
                <Tabs.Tab value="overrides">Overrides</Tabs.Tab>
                <Tabs.Tab value="files">Files</Tabs.Tab>
                <Tabs.Tab value="validate">Validate a file</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="overrides">
                <Stack gap="lg">
                  <Overrides config={config} />
                </Stack>
              </Tabs.Panel>
              <Tabs.Panel value="settings">
                <SettingList config={config} />
              </Tabs.Panel>
              <Tabs.Panel value="files">
                <ConfigFiles />
              </Tabs.Panel>
              <Tabs.Panel value="validate">
                <ValidateFile />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </QueryView>
    </Page>
  );
};

export default ConfigurationScreen;
