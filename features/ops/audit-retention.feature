@fresh-schema
Feature: How long the audit trail is kept

  The trail is cut into months. Whole months are dropped once every event in them is past its time.

  Background:
    Given Ada is logged in
    And the audit log retention job runs

  @proves:audit.retention
  Scenario: For ever, until an operator says otherwise
    When 3000 days pass
    And the audit log retention job runs
    Then the audit log has 1 "user.login" event for Ada
    When the operator sets audit.retention to 30d
    And the audit log retention job runs
    Then the audit log has 0 "user.login" events for Ada

  Scenario: As long as the operator says
    Given the operator has set audit.retention to 30d
    When 29 days pass
    And the audit log retention job runs
    Then the audit log has 1 "user.login" event for Ada
    When 40 days pass
    And the audit log retention job runs
    Then the audit log has 0 "user.login" events for Ada
    And Ada can log in
    And the audit log has 1 "user.login" event for Ada

  Scenario: The trail can be read while it is cut
    Given Root is an administrator
    When Root reads the audit trail with "subject=<Ada>"
    Then the trail tells, the newest first, "user.login, user.registered"
