import { describeIssue, type ConfigIssue } from '../../config/issue.js';

/** One line about a fault of a configuration in an answer of the service. */
export const faultLine = (fault: object): string => {
  const { key = null, file = null, code, message, ...rest } = fault as Partial<ConfigIssue>;
  return code === undefined ? (message ?? '') : describeIssue({ ...rest, key, file, code, message: message ?? '' });
};
