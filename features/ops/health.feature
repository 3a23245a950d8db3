Feature: Is it alive, and should traffic come here?

  @remote
  Scenario: Alive
    When somebody asks whether the service is healthy
    Then it is healthy
    And nothing is said of limits

  Scenario: Alive, with facts
    Given somebody asks how long the service has been up
    When 1 hour passes
    And somebody asks how long the service has been up
    Then it has been up for 1 hour

  Scenario: A clock that is set back does not shorten the past
    Given somebody asks how long the service has been up
    When 1 hour passes
    And the system clock is set back by 1 day
    And somebody asks how long the service has been up
    Then it has been up for 1 hour

  Scenario: Ready
    When somebody asks whether the service is ready
    Then it is ready, its database healthy and its cache healthy

  Scenario: Ready without a cache
    Given the operator has set cache.enabled to false
    When somebody asks whether the service is ready
    Then it is ready, its database healthy and its cache not_configured

  Scenario: Ready again, from one question to the next
    Given somebody asks whether the service is ready
    When the operator sets cache.enabled to false
    And somebody asks whether the service is ready
    Then it is ready, its database healthy and its cache not_configured

  Scenario: On its way out
    Given somebody asks whether the service is ready
    When the service begins to stop
    And somebody asks whether the service is ready
    Then it is not ready: shutting_down
    And the response header connection is "close"
    When somebody asks whether the service is healthy
    Then it is healthy

  Scenario: Without its database
    Given the service runs on a pool of its own
    When the database is out of reach
    And somebody asks whether the service is ready
    Then it is not ready: database_unhealthy
    And the response contains no internal details
    When somebody asks whether the service is healthy
    Then it is healthy

  Scenario: What needs the database says so without it
    Given the service runs on a pool of its own
    When the database is out of reach
    And Ada registers
    Then the request is rejected with 503 service_unavailable
    And the response says when to retry
    And the response contains no internal details
