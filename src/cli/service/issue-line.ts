import { describeIssue, type ConfigIssue } from '../../config/issue.js';

/** Formats an error in the configuration, from a response of the service, as one line. */
export const issueLine = (issue: object): string => {
  const { key = null, file = null, code, message, ...rest } = issue as Partial<ConfigIssue>;
  return code === undefined ? (message ?? '') : describeIssue({ ...rest, key, file, code, message: message ?? '' });
};
