Feature: Configuring HTTP connections

  @proves:server.keepAliveTimeout
  Scenario: Keep-alive timeout
    When an anonymous client requests the health check
    Then the response header keep-alive is "timeout=65"
    When the operator sets server.keepAliveTimeout to 7s
    And an anonymous client requests the health check
    Then the response header keep-alive is "timeout=7"

  @proves:server.headersTimeout
  Scenario: Timeout for the headers of a request
    Given the operator has set server.headersTimeout to 1s
    When a client sends a raw request with only half of its headers
    Then the client receives status 408 and the connection is closed
    And the request takes less than 8 seconds

  @proves:server.requestTimeout
  Scenario: Timeout for a whole request
    Given the operator has set:
      | server.headersTimeout | 1s |
      | server.requestTimeout | 1s |
    When a client sends a raw request with only half of its body
    Then the client receives status 408 and the connection is closed
    And the request takes less than 8 seconds

  @proves:server.shutdownTimeout
  Scenario: Timeout for requests in progress at shutdown
    Given the users table is locked
    And Ada's registration with idempotency key "once-1" is in progress
    When the operator sets server.shutdownTimeout to 1s
    And the service stops
    Then the shutdown times out
    And the request takes less than 8 seconds
    When the users table is unlocked
    Then the registration in progress succeeds

  @proves:server.drainDelay
  Scenario: Drain delay at shutdown
    Given the operator has set server.drainDelay to 1m
    When the service receives a signal to stop
    And an anonymous client requests the readiness check
    Then the service is not ready: shutting_down
    When the service stops
    Then the shutdown times out

  @proves:server.bodyLimit
  Scenario: Maximum size of a request body
    When a client sends the refresh endpoint 1 MB
    Then the request is rejected with 413 payload_too_large
    When the operator sets server.bodyLimit to 2mb
    And a client sends the refresh endpoint 1 MB
    Then the request is rejected with 401 invalid_refresh_token

  @proves:server.trustedProxyHops
  Scenario: Number of trusted proxies
    Given the operator has set rateLimit.login.points to 2
    When 2 login requests come through the proxies "198.51.100.1, 192.0.2.1"
    And 1 login request comes through the proxies "198.51.100.2, 192.0.2.1"
    Then the request is rejected with 429 rate_limited
    When the operator sets server.trustedProxyHops to 2
    And 1 login request comes through the proxies "198.51.100.2, 192.0.2.1"
    Then the request is not rate limited
