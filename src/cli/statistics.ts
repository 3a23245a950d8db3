import { hoursOf, StatisticsQuery, type HourlyCounts } from '../contract/admin/statistics.js';
import { countedEvents } from '../models/counters.js';
import { Statistics } from '../models/statistics.js';
import { exitCodes, type ProcessEnvironment } from '../server/process/environment.js';
import { writeData, type OutputOptions } from './output.js';
import { parseOptions } from './paging.js';
import { table } from './terminal.js';
import { withDatabase } from './with-database.js';

/** Options of `rollcall statistics`. */
export interface StatisticsOptions extends OutputOptions {
  readonly window?: string;
}

const titles = ['HOUR', 'LOGINS', 'FAILURES', 'REGISTRATIONS', 'RESETS', '5XX'];

/** Hours in which something happened. */
const isBusy = (hour: HourlyCounts): boolean => countedEvents.some((event) => hour[event] > 0);

const cells = (hour: HourlyCounts): string[] => [hour.hour, ...countedEvents.map((event) => String(hour[event]))];

/** `rollcall statistics`: prints the counts of each hour, and how many sessions and users there are. */
export const printStatistics = (
  environment: ProcessEnvironment,
  { window, json }: StatisticsOptions,
): Promise<number> => {
  const { window: period = '24h' } = parseOptions(StatisticsQuery, { window });
  return withDatabase(environment, async ({ clock }, { db }) => {
    const statistics = new Statistics({ db, clock });
    const hours = await statistics.hours(hoursOf(period));
    const { sessions, ...users } = await statistics.accounts();
    if (json === true) {
      writeData(environment, { window: period, hours, active_sessions: sessions, users });
      return exitCodes.ok;
    }
    const rows = hours.filter(isBusy).map(cells);
    environment.stdout.write(
      `${String(sessions)} active sessions; users: ${String(users.active)} active, ${String(users.blocked)} blocked, ${String(users.deleted)} deleted\n`,
    );
    if (rows.length > 0) environment.stdout.write(table(environment, titles, rows).text);
    return exitCodes.ok;
  });
};
