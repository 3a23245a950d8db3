Feature: A database that takes no writes

  A standby that was not promoted yet, or a server that its operators have set to read-only.

  Background:
    Given the service runs on one connection
    And Ada is logged in
    And the database takes no writes

  Scenario: Reads work
    When Ada requests the current user
    Then the response shows Ada's account
    When somebody asks whether the service is ready
    Then it is ready, its database healthy and its cache healthy

  Scenario: Writes are refused, until they are taken again
    When Grace registers
    Then the request is rejected with 503 service_unavailable
    And the response says when to retry
    And the response contains no internal details
    When the database takes writes again
    And Grace registers
    Then Grace's account is created

  Scenario: To greet is to read, though the greeting cannot be kept
    When Ada requests a greeting
    Then the greeting is "Hello ada!"
    And the log tells that a greeting was not kept
    When the database takes writes again
    And Ada lists her greetings
    Then the greeting history is empty
