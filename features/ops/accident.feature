Feature: An accident

  What nobody has foreseen is told to the operator, and not to the caller.

  @fresh-schema
  Scenario: A table is gone
    Given Ada is logged in
    And the greetings table is missing
    When Ada lists her greetings
    Then the request is rejected with 500 internal_error
    And the response contains no internal details
    And the log tells why that request failed
