Feature: Configuring maintenance mode

  @proves:maintenance.enabled
  Scenario: Enabling and disabling maintenance mode
    When an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"
    When the operator sets maintenance.enabled to true
    And an anonymous client requests a greeting for "Ada"
    Then the request is rejected with 503 maintenance
    When the operator sets maintenance.enabled to false
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"

  @proves:maintenance.retryAfter
  Scenario: Retry-After during maintenance
    Given the operator has set maintenance.enabled to true
    When an anonymous client requests a greeting for "Ada"
    Then the client may retry in 30 seconds
    When the operator sets maintenance.retryAfter to 10m
    And an anonymous client requests a greeting for "Ada"
    Then the client may retry in 10 minutes
