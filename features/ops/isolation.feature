@ops
Feature: Isolation of scenarios
  Each scenario has its own schema, app, cache, rate limits, clock and configuration, so running it twice gives the
  same result.

  Scenario Outline: The <time> run starts without data of another one
    Given the schema contains no accounts
    And no greeting was requested before
    When the operator sets registration.open to false
    And a registration returns status 403
    And the operator sets registration.open to true
    And a registration returns status 201
    And the quota of greetings is used up
    Then the next greeting is rejected with status 429

    Examples:
      | time   |
      | first  |
      | second |

  @fresh-schema
  Scenario: A scenario with its own schema may change its structure
    Given the schema contains no accounts
    When a column is added to the users table
    Then a registration returns status 201
