Feature: Rate limits

  Requests are counted per client before they are processed. A change of a limit keeps the current counts.

  Scenario Outline: Remaining requests of <policy>
    When 1 <policy> request comes from 192.0.2.1
    Then <left> of <points> <policy> requests remain in this window of <window>

    Examples:
      | policy   | points | left | window   |
      | register | 10     | 9    | 1 hour   |
      | login    | 60     | 59   | 1 minute |
      | refresh  | 60     | 59   | 1 minute |

  Scenario Outline: Requests beyond the limit of <policy>
    When <points> <policy> requests come from 192.0.2.1
    Then the request is not rate limited
    When 1 <policy> request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in <window>
    And 0 of <points> <policy> requests remain in this window of <window>

    Examples:
      | policy   | points | window   |
      | register | 10     | 1 hour   |
      | login    | 60     | 1 minute |
      | refresh  | 60     | 1 minute |

  Scenario: Twenty concurrent requests
    When 20 register requests come at once from 192.0.2.1
    Then exactly 10 of the requests are not rate limited

  Scenario: A new window
    When 61 login requests come from 192.0.2.1
    And 60 seconds pass
    And 1 login request comes from 192.0.2.1
    Then 59 of 60 login requests remain in this window of 1 minute

  Scenario: The limit is lowered below the current count
    Given the operator has set rateLimit.login.points to 10
    When 9 login requests come from 192.0.2.1
    And the operator sets rateLimit.login.points to 5
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: The limit is raised above the current count
    Given the operator has set rateLimit.login.points to 10
    When 9 login requests come from 192.0.2.1
    And the operator sets rateLimit.login.points to 12
    And 6 login requests come at once from 192.0.2.1
    Then exactly 3 of the requests are not rate limited

  Scenario: A block outlasts the window
    Given the operator has set:
      | rateLimit.login.points | 2  |
      | rateLimit.login.block  | 5m |
    When 3 login requests come from 192.0.2.1
    And 2 minutes pass
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    When 5 minutes pass
    And 1 login request comes from 192.0.2.1
    Then the request is not rate limited

  Scenario: Requests that are rejected for other reasons are counted
    Given the operator has set rateLimit.login.points to 1
    When 1 login request with a plain text body comes from 192.0.2.1
    Then the request is rejected with 415 unsupported_media_type
    When 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario: The global limit has response headers only when it is exceeded
    Given the operator has set rateLimit.global.points to 3
    When 3 version requests come from 192.0.2.1
    Then the response has no rate limit headers
    When 1 version request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And 0 of 3 global requests remain in this window of 1 minute

  Scenario: Health checks are not limited
    Given the operator has set rateLimit.global.points to 1
    When an anonymous client requests the version
    And an anonymous client requests the version
    Then the request is rejected with 429 rate_limited
    When an anonymous client requests the health check
    And an anonymous client requests the readiness check
    Then the request succeeds
    And the response has no rate limit headers

  Scenario: Disabling all limits
    Given the operator has set rateLimit.login.points to 1
    When 2 login requests come from 192.0.2.1
    And the operator sets rateLimit.enabled to false
    And 5 login requests come from 192.0.2.1
    Then the request is not rate limited
    And the response has no rate limit headers

  Scenario: Limits do not depend on the system clock
    When 61 login requests come from 192.0.2.1
    And the system clock is set back by 1 hour
    And 60 seconds pass
    And 1 login request comes from 192.0.2.1
    Then the request is not rate limited
