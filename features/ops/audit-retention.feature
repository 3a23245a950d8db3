@fresh-schema
Feature: Retention of the audit log

  The audit log is partitioned by month. A month is dropped when the retention of all its events has ended.

  Background:
    Given Ada is logged in
    And the audit log retention job has run

  @proves:audit.retention
  Scenario: Events are kept forever by default
    When 3000 days pass
    And the audit log retention job runs
    Then the audit log has 1 "user.login" event for Ada
    When the operator sets audit.retention to 30d
    And the audit log retention job runs
    Then the audit log has 0 "user.login" events for Ada

  Scenario: Events are kept for the configured time
    Given the operator has set audit.retention to 30d
    When 29 days pass
    And the audit log retention job runs
    Then the audit log has 1 "user.login" event for Ada
    When 40 days pass
    And the audit log retention job runs
    Then the audit log has 0 "user.login" events for Ada
    And Ada can log in
    And the audit log has 1 "user.login" event for Ada

  Scenario: The audit log can be read after a partition is dropped
    Given Root is an administrator
    When Root requests the audit log with "subject=<Ada>"
    Then the listed events are "user.login, user.registered", newest first
