Feature: Internal errors

  The cause of an unexpected error is logged. The response does not reveal it.

  @fresh-schema
  Scenario: A missing database table
    Given Ada is logged in
    And the greetings table is missing
    When Ada lists her greetings
    Then the request is rejected with 500 internal_error
    And the response contains no internal details
    And the cause of the failed request is logged
