Feature: Comparing revisions, and the JSON Schema of the configuration

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true
    And Root has overridden rateLimit.login.points with 20

  Scenario: Two revisions
    When Root requests the differences of revisions with "from=1&to=2"
    Then the differences are:
      | key           | from  | to   |
      | api.v2Enabled | false | true |

  Scenario: A revision and the active configuration
    When Root requests the differences of revisions with "from=1"
    Then the differences are:
      | key                    | from  | to   |
      | api.v2Enabled          | false | true |
      | rateLimit.login.points | 60    | 20   |

  Scenario Outline: Errors: <query>
    When Root requests the differences of revisions with "<query>"
    Then the request is rejected with <error>

    Examples:
      | query        | error                 |
      | from=99      | 404 not_found         |
      | from=1&to=99 | 404 not_found         |
      | from=x       | 422 validation_failed |
      | to=1         | 422 validation_failed |

  Scenario: The JSON Schema for editors
    When Root requests the JSON Schema of the configuration
    Then the JSON Schema describes auth.access.ttl as a duration of class new with the default 15m
