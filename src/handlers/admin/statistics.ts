import { hoursOf, type Statistics, type StatisticsQuery } from '../../contract/admin/statistics.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** GET /api/v1/admin/statistics: hourly counts of a period, and how many accounts and sessions there are. */
export const showStatistics = ({ statistics }: Services): Handler<unknown, StatisticsQuery> =>
  async function showStatistics(ctx) {
    const { window = '24h' } = ctx.state.query;
    const hours = await statistics.hours(hoursOf(window));
    const { sessions, active, blocked, deleted } = await statistics.accounts();
    const body: Statistics = { window, hours, active_sessions: sessions, users: { active, blocked, deleted } };
    ctx.body = body;
  };
