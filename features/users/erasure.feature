Feature: Erasure

  What was deleted is erased for good after the grace time: personal data is gone, the audit trail keeps opaque ids.

  Background:
    Given Ada is logged in with user agent "Ada's own browser"

  Scenario: After the grace time, and not before
    Given Ada has left
    When 29 days pass
    And the service looks for accounts that are past their time
    And Ada registers
    Then the request is rejected with 409 username_taken
    When 2 days pass
    And the service looks for accounts that are past their time
    Then Ada has been erased
    And the audit log has 1 "user.erased" event for Ada
    When Ada registers
    Then Ada's account is created

  Scenario: Nothing is left
    Given Ada has the verified email "ada@example.org"
    And Ada asks for a greeting
    And Ada downloads the own data
    And Ada has left
    When 31 days pass
    And the service looks for accounts that are past their time
    Then nothing of Ada is left but opaque ids

  Scenario: Whoever is restored stays
    Given Ada has left
    And Ada's account is restored
    When 31 days pass
    And the service looks for accounts that are past their time
    Then Ada can log in

  @proves:users.deletionGrace
  Scenario: The grace time is live
    Given Ada has left
    And 61 minutes pass
    And the service looks for accounts that are past their time
    And the audit log has 0 "user.erased" events for Ada
    When the operator sets users.deletionGrace to 1h
    And the service looks for accounts that are past their time
    Then Ada has been erased

  @fresh-schema
  Scenario: The service does it by itself
    Given Ada has left
    And 31 days pass
    When the operator sets users.cleanupInterval to 1s
    And the service looks by itself for what is past its time
    Then Ada has been erased

  @fresh-schema @proves:users.cleanupInterval
  Scenario: The interval is live
    Given the service looks by itself for what is past its time
    And Ada has left
    And the operator has set users.deletionGrace to 1s
    And 5 minutes pass
    When the operator sets users.cleanupInterval to 1m
    Then Ada has been erased
