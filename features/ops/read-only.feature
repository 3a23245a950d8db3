Feature: Read-only database

  For example a standby before its promotion, or a server in read-only mode.

  Background:
    Given the service was started with at most 1 database connection
    And Ada is logged in
    And the database is read-only

  Scenario: Reads work
    When Ada requests the current user
    Then the response shows Ada's account
    When an anonymous client requests the readiness check
    Then the service is ready, and its cache is healthy

  Scenario: Writes are rejected until the database accepts them again
    When Grace registers
    Then the request is rejected with 503 service_unavailable
    And the response says when to retry
    And the response contains no internal details
    When the database accepts writes again
    And Grace registers
    Then Grace's account is created

  Scenario: A greeting succeeds without being saved in the history
    When Ada requests a greeting
    Then the greeting is "Hello ada!"
    And the request logs "greeting not recorded in the history: the database is read-only"
    When the database accepts writes again
    And Ada lists her greetings
    Then the greeting history is empty
