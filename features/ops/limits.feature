Feature: Nobody asks too much

  Limits count before any work is done, by address. Each is changed while it counts, and forgets nothing then.

  Scenario Outline: What is left of <policy>
    When 1 <policy> request comes from 192.0.2.1
    Then <left> of <points> <policy> requests are left in this window of <window>

    Examples:
      | policy   | points | left | window   |
      | register | 10     | 9    | 1 hour   |
      | login    | 60     | 59   | 1 minute |
      | refresh  | 60     | 59   | 1 minute |

  Scenario Outline: <policy> and no further
    Given <points> <policy> requests come from 192.0.2.1
    And it is not refused for coming too often
    When 1 <policy> request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in <window>
    And 0 of <points> <policy> requests are left in this window of <window>

    Examples:
      | policy   | points | window   |
      | register | 10     | 1 hour   |
      | login    | 60     | 1 minute |
      | refresh  | 60     | 1 minute |

  Scenario: Twenty at the same moment
    When 20 register requests come at once from 192.0.2.1
    Then exactly 10 of them are not refused for coming too often

  Scenario: The window passes
    Given 61 login requests come from 192.0.2.1
    When 60 seconds pass
    And 1 login request comes from 192.0.2.1
    Then 59 of 60 login requests are left in this window of 1 minute

  Scenario: Nine of ten are used when five become the limit
    Given the operator has set rateLimit.login.points to 10
    And 9 login requests come from 192.0.2.1
    When the operator sets rateLimit.login.points to 5
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: Nine of ten are used when twelve become the limit
    Given the operator has set rateLimit.login.points to 10
    And 9 login requests come from 192.0.2.1
    When the operator sets rateLimit.login.points to 12
    And 6 login requests come at once from 192.0.2.1
    Then exactly 3 of them are not refused for coming too often

  Scenario: A block outlasts the window
    Given the operator has set in one go:
      | rateLimit.login.points | 2  |
      | rateLimit.login.block  | 5m |
    And 3 login requests come from 192.0.2.1
    When 2 minutes pass
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    When 5 minutes pass
    And 1 login request comes from 192.0.2.1
    Then it is not refused for coming too often

  Scenario: A limit counts what is refused for other reasons
    Given the operator has set rateLimit.login.points to 1
    And a login request that is no JSON comes from 192.0.2.1
    And the request is rejected with 415 unsupported_media_type
    When 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: The limit over all shows only when it refuses
    Given the operator has set rateLimit.global.points to 3
    And 3 version requests come from 192.0.2.1
    And nothing is said of limits
    When 1 version request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And 0 of 3 global requests are left in this window of 1 minute

  Scenario: Health is asked for without limit
    Given the operator has set rateLimit.global.points to 1
    And somebody asks for the version
    And somebody asks for the version
    And the request is rejected with 429 rate_limited
    When somebody asks whether the service is healthy
    And somebody asks whether the service is ready
    Then the request succeeds
    And nothing is said of limits

  Scenario: The operator turns all limits off
    Given the operator has set rateLimit.login.points to 1
    And 2 login requests come from 192.0.2.1
    When the operator sets rateLimit.enabled to false
    And 5 login requests come from 192.0.2.1
    Then it is not refused for coming too often
    And nothing is said of limits

  Scenario: A clock that is set back frees nobody and holds nobody
    Given 61 login requests come from 192.0.2.1
    When the system clock is set back by 1 hour
    And 60 seconds pass
    And 1 login request comes from 192.0.2.1
    Then it is not refused for coming too often
