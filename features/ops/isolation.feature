@ops
Feature: Scenarios do not see each other
  Each scenario has a schema, an app, a cache, a limiter, a clock and a configuration of its own. The same story told
  twice must go the same way twice.

  Scenario Outline: A story leaves nothing for the <time> telling
    Given the schema holds no account
    And the world was not greeted before
    When the operator closes registration
    And a newcomer cannot make an account
    And the operator opens registration
    And a newcomer makes an account
    And the quota of greetings is used up
    Then the next greeting is refused

    Examples:
      | time   |
      | first  |
      | second |

  @fresh-schema
  Scenario: A scenario may change the structure of a schema that is its own
    Given the schema holds no account
    When the accounts get another column
    Then a newcomer makes an account
