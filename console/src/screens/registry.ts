import type { ComponentType, LazyExoticComponent } from 'react';
import type { IconName } from '../components/icon';
import { lazyPart } from '../components/lazy-part';
import type { Permission } from '../session/use-session';

/** One screen of the console. */
export interface Screen {
  /** First segment of its path. */
  readonly name: string;
  readonly title: string;
  readonly group: 'Service' | 'Accounts' | 'Security' | 'Configuration' | 'Your account';
  readonly icon: IconName;
  /** The permission to see it; by default, everyone sees it. */
  readonly permission?: Permission;
  readonly component: LazyExoticComponent<ComponentType>;
  /** Shows one item of the screen, which the second segment of the path names. */
  readonly detail?: LazyExoticComponent<ComponentType<{ id: string }>>;
}

/** All screens, in the order of the menu. */
export const screens: readonly Screen[] = [
  {
    ...{ name: 'overview', title: 'Overview', group: 'Service', icon: 'home', permission: 'statistics:read' },
    component: lazyPart(() => import('./overview/overview')),
  },
  {
    ...{ name: 'mail', title: 'Mail', group: 'Service', icon: 'mail', permission: 'mail:read' },
    component: lazyPart(() => import('./mail/mail')),
  },
  {
    ...{ name: 'users', title: 'Users', group: 'Accounts', icon: 'users', permission: 'users:read' },
    component: lazyPart(() => import('./users/users')),
    detail: lazyPart(() => import('./users/user')),
  },
  {
    ...{ name: 'roles', title: 'Roles', group: 'Accounts', icon: 'shield', permission: 'roles:read' },
    component: lazyPart(() => import('./roles/roles')),
  },
  {
    ...{ name: 'keys', title: 'Signing keys', group: 'Security', icon: 'key', permission: 'keys:read' },
    component: lazyPart(() => import('./keys/keys')),
  },
  {
    ...{ name: 'audit', title: 'Audit log', group: 'Security', icon: 'list', permission: 'audit:read' },
    component: lazyPart(() => import('./audit/audit')),
  },
  {
    ...{
      name: 'features',
      title: 'Feature switches',
      group: 'Configuration',
      icon: 'toggle',
      permission: 'config:read',
    },
    component: lazyPart(() => import('./features/features')),
  },
  {
    ...{ name: 'configuration', title: 'Settings', group: 'Configuration', icon: 'sliders', permission: 'config:read' },
    component: lazyPart(() => import('./configuration/configuration')),
  },
  {
    ...{ name: 'revisions', title: 'Revisions', group: 'Configuration', icon: 'history', permission: 'config:read' },
    component: lazyPart(() => import('./revisions/revisions')),
  },
  {
    ...{ name: 'account', title: 'API and sessions', group: 'Your account', icon: 'code' },
    component: lazyPart(() => import('./account/account')),
  },
];

/** The screens that a user with these permissions sees. */
export const screensFor = (permissions: ReadonlySet<Permission>): readonly Screen[] =>
  screens.filter(({ permission }) => permission === undefined || permissions.has(permission));
