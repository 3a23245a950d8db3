Feature: Health and readiness

  @remote
  Scenario: Health check
    When an anonymous client requests the health check
    Then the service is healthy
    And the response has no rate limit headers

  Scenario: Uptime
    When an anonymous client requests the uptime
    And 1 hour passes
    And an anonymous client requests the uptime
    Then the uptime is 1 hour

  Scenario: The uptime does not depend on the system clock
    When an anonymous client requests the uptime
    And 1 hour passes
    And the system clock is set back by 1 day
    And an anonymous client requests the uptime
    Then the uptime is 1 hour

  Scenario: Ready
    When an anonymous client requests the readiness check
    Then the service is ready, and its cache is healthy

  Scenario: Ready with the cache disabled
    Given the operator has set cache.enabled to false
    When an anonymous client requests the readiness check
    Then the service is ready, and its cache is not_configured

  Scenario: Disabling the cache changes the next readiness check
    When an anonymous client requests the readiness check
    And the operator sets cache.enabled to false
    And an anonymous client requests the readiness check
    Then the service is ready, and its cache is not_configured

  Scenario: Not ready during shutdown
    When an anonymous client requests the readiness check
    And the service starts to shut down
    And an anonymous client requests the readiness check
    Then the service is not ready: shutting_down
    And the response header connection is "close"
    When an anonymous client requests the health check
    Then the service is healthy

  Scenario: Not ready without the database
    Given the service was started with at most 3 database connections
    When the database becomes unavailable
    And an anonymous client requests the readiness check
    Then the service is not ready: database_unhealthy
    And the response contains no internal details
    When an anonymous client requests the health check
    Then the service is healthy

  Scenario: Requests that need the database are rejected without it
    Given the service was started with at most 3 database connections
    When the database becomes unavailable
    And Ada registers
    Then the request is rejected with 503 service_unavailable
    And the response says when to retry
    And the response contains no internal details
