Feature: Erasure of deleted accounts

  A deleted account is erased after the grace period. Personal data is removed; the audit log keeps opaque IDs.

  Background:
    Given Ada is logged in with user agent "Ada's browser"

  Scenario: An account is erased after the grace period
    Given Ada has deleted her account
    When 29 days pass
    And the account retention job runs
    And Ada registers
    Then the request is rejected with 409 username_taken
    When 2 days pass
    And the account retention job runs
    Then Ada is erased
    And the audit log has 1 "user.erased" event for Ada
    When Ada registers
    Then Ada's account is created

  Scenario: Erasure removes all personal data
    Given Ada has the verified email "ada@example.org"
    When Ada requests a greeting
    And Ada requests the data export
    And Ada deletes her account
    And 31 days pass
    And the account retention job runs
    Then only opaque IDs of Ada remain

  Scenario: Erasure removes the reason for a block from the audit log
    Given Root is an administrator
    When Root blocks Ada for 5 minutes with the reason "ada sends spam"
    And Root deletes Ada
    And 31 days pass
    And the account retention job runs
    Then Ada is erased
    And the audit log has 1 "user.blocked" event for Ada
    And only opaque IDs of Ada remain

  Scenario: A restored account is not erased
    Given Ada has deleted her account
    And Ada's account is restored
    When 31 days pass
    And the account retention job runs
    Then Ada can log in

  @proves:users.deletionGrace
  Scenario: Changing the grace period takes effect while the service runs
    Given Ada has deleted her account
    When 61 minutes pass
    And the account retention job runs
    Then the audit log has 0 "user.erased" events for Ada
    When the operator sets users.deletionGrace to 1h
    And the account retention job runs
    Then Ada is erased

  @fresh-schema
  Scenario: The scheduled job erases accounts
    Given Ada has deleted her account
    When 31 days pass
    And the operator sets users.cleanupInterval to 1s
    And the retention jobs are scheduled
    Then Ada is erased

  @fresh-schema @proves:users.cleanupInterval
  Scenario: Changing the interval takes effect while the service runs
    Given the retention jobs are scheduled
    And Ada has deleted her account
    And the operator has set users.deletionGrace to 1s
    When 5 minutes pass
    And the operator sets users.cleanupInterval to 1m
    Then Ada is erased
