Feature: Rate limit of greetings

  Scenario: The response shows the remaining requests
    When 1 greet request comes from 192.0.2.1
    Then 59 of 60 greet requests remain in this window of 1 minute

  Scenario: A burst of ten more requests is not advertised
    When 70 greet requests come from 192.0.2.1
    Then the request succeeds
    And 0 of 60 greet requests remain in this window of 1 minute

  Scenario: The 71st request is rejected
    When 70 greet requests come from 192.0.2.1
    And 1 greet request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the response says when to retry
    And 0 of 60 greet requests remain in this window of 1 minute

  Scenario: 100 concurrent requests
    When 100 greet requests come at once from 192.0.2.1
    Then exactly 70 requests succeed and the others are rejected with 429 rate_limited

  Scenario: Other clients are not limited
    When 71 greet requests come from 192.0.2.1
    And 1 greet request comes from 192.0.2.2
    Then 59 of 60 greet requests remain in this window of 1 minute

  Scenario: The limit resets after a minute
    When 71 greet requests come from 192.0.2.1
    And 60 seconds pass
    And 1 greet request comes from 192.0.2.1
    Then 59 of 60 greet requests remain in this window of 1 minute

  Scenario: The operator allows a longer burst
    When 71 greet requests come from 192.0.2.1
    And the operator sets rateLimit.greet.burst to 12
    And 3 greet requests come at once from 192.0.2.1
    Then exactly 2 requests succeed and the others are rejected with 429 rate_limited

  Scenario: Versions 1 and 2 share a limit
    Given the operator has set api.v2Enabled to true
    And the operator has set rateLimit.greet.points to 1
    And the operator has set rateLimit.greet.burst to 0
    When an anonymous client requests a greeting
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 429 rate_limited
