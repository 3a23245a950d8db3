import { Button, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link, Redirect, Route, Switch } from 'wouter';
import { Page } from '../components/page';
import { screens, screensFor } from '../screens/registry';
import type { Permission } from '../session/use-session';

const Missing = ({ path, home }: { readonly path: string; readonly home: string }): ReactElement => {
  const known = screens.find(({ name }) => path.split('/')[0] === name);
  return (
    <Page title={known === undefined ? 'Page not found' : 'No permission'}>
      <Stack gap="md" align="flex-start">
        <Text>
          {known === undefined
            ? 'This page does not exist.'
            : `The screen ${known.title} requires the permission ${known.permission ?? ''}, which you do not have.`}
        </Text>
        <Button component={Link} href="/" variant="default">
          Go to {home}
        </Button>
      </Stack>
    </Page>
  );
};

/** The screen of the current path. */
export const Screens = ({ permissions }: { readonly permissions: ReadonlySet<Permission> }): ReactElement => {
  const visible = screensFor(permissions);
  const first = visible[0];
  return (
    <Switch>
      {visible.flatMap(({ name, component: Component, detail: Detail }) => [
        <Route key={name} path={`/${name}`}>
          <Component />
        </Route>,
        ...(Detail
          ? [
              <Route key={`${name}/:id`} path={`/${name}/:id`}>
                {({ id }: { id: string }) => <Detail id={id} key={id} />}
              </Route>,
            ]
          : []),
      ])}
      <Route path="/">{first && <Redirect to={`/${first.name}`} replace />}</Route>
      <Route path="/*">{(params) => <Missing path={params['*']} home={first?.title ?? 'the start'} />}</Route>
    </Switch>
  );
};
