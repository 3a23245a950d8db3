@ops
Feature: Isolation of scenarios
  Each scenario has its own schema, app, cache, rate limits, clock and configuration, so running it twice gives the
  same result.

  Scenario Outline: The <time> run starts without data of another one
    Then the schema contains no accounts
    When an anonymous client requests a greeting
    Then the response is a cache miss
    And 59 of 60 greet requests remain in this window of 1 minute
    When the operator sets registration.open to false
    And Ada registers
    Then the request is rejected with 403 registration_closed
    When the operator sets registration.open to true
    And Ada registers
    Then Ada's account is created
    When an anonymous client requests a greeting 70 times
    Then the request is rejected with 429 rate_limited

    Examples:
      | time   |
      | first  |
      | second |

  @fresh-schema
  Scenario: A scenario with its own schema may change its structure
    Then the schema contains no accounts
    When the users table gets another column
    And Ada registers
    Then Ada's account is created
