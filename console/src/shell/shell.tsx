import { ActionIcon, AppShell, Burger, Group, Kbd, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Suspense, useEffect, useRef, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { ErrorBoundary } from '../components/error-boundary';
import { Icon } from '../components/icon';
import { lazyPart } from '../components/lazy-part';
import { Logo } from '../components/logo';
import { QueryLoading } from '../components/query-loading';
import { usePermissions } from '../session/use-session';
import { AccountMenu } from './account-menu';
import { ColorSchemeMenu } from './color-scheme-menu';
import { keepFocus } from './keep-focus';
import { Navigation } from './navigation';
import { openPalette } from './palette-store';
import { Screens } from './screens';

const Palette = lazyPart(() => import('./palette'));
const ConfirmBar = lazyPart(() => import('../draft/confirm-bar'));
const DraftBar = lazyPart(() => import('../draft/draft-bar'));

const focusContent = (): void => {
  document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
};

/** The frame of all screens: menu, search, appearance and account. */
export const Shell = ({ username }: { readonly username: string }): ReactElement => {
  const [isMenuOpen, menu] = useDisclosure(false);
  const permissions = usePermissions();
  const [location] = useLocation();

  const shown = useRef(location);

  useHotkeys([['mod+K', openPalette]], []);
  useEffect(keepFocus, []);

  useEffect(() => {
    menu.close();
    // Moves screen readers to the new screen.
    if (shown.current !== location) focusContent();
    shown.current = location;
  }, [location, menu.close]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
      layout="alt"
    >
      {/* The base URL of the page would turn a link to a fragment into one to another page. */}
      <button type="button" className="skip-link" onClick={focusContent}>
        Skip to content
      </button>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isMenuOpen ? 'Close menu' : 'Open menu'}
              aria-expanded={isMenuOpen}
            />
            <UnstyledButton className="search-button" onClick={openPalette} visibleFrom="sm">
              <Icon name="search" size={16} />
              <Text size="sm" c="dimmed">
                Search screens, users and settings
              </Text>
              <Kbd size="xs">Ctrl K</Kbd>
            </UnstyledButton>
            <ActionIcon variant="default" size="lg" onClick={openPalette} hiddenFrom="sm" aria-label="Search">
              <Icon name="search" />
            </ActionIcon>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeMenu />
            <AccountMenu username={username} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" aria-label="Screens">
        <Group justify="space-between" mb="lg" px={4}>
          <Logo />
          <Burger opened onClick={menu.close} hiddenFrom="sm" size="sm" aria-label="Close menu" />
        </Group>
        <ScrollArea flex={1} type="auto">
          {permissions && <Navigation permissions={permissions} />}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className="main">
        <Suspense>{permissions?.has('config:read') === true && <ConfirmBar />}</Suspense>
        <Suspense fallback={<QueryLoading />}>
          <ErrorBoundary resetKey={location}>
            {permissions ? <Screens permissions={permissions} /> : <QueryLoading />}
          </ErrorBoundary>
        </Suspense>
        <Suspense>
          <DraftBar />
        </Suspense>
      </AppShell.Main>
      <Suspense>{permissions && <Palette permissions={permissions} />}</Suspense>
    </AppShell>
  );
};
