Feature: An accident

  What nobody has foreseen is told to the operator, and not to the caller.

  @fresh-schema
  Scenario: A table is gone
    Given Ada is logged in
    And the greetings are lost
    When Ada lists the own greetings
    Then it is refused with 500 internal_error
    And it tells nothing of the inside
    And the log tells why that request failed
